"""The Slack app's own manifest holds what the code listens to, and the sandbox offers the same."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from blocks.home_ids import Shortcut
from manifests.loading import SHIPPED
from sandbox.live.people import Application
from sandbox.options import SUBSCRIBED


@pytest.fixture
def features() -> dict[str, Any]:
    return dict(app_manifest()["features"])


def app_manifest() -> dict[str, Any]:
    return dict(yaml.safe_load((Path(SHIPPED) / "slack_app.yaml").read_text("utf-8")))


def test_every_shortcut_is_answered_and_every_answer_can_be_chosen(
    features: dict[str, Any],
) -> None:
    assert {each["callback_id"] for each in features["shortcuts"]} == set(Shortcut)
    assert all(0 < len(each["name"]) <= 24 for each in features["shortcuts"])
    assert all(0 < len(each["description"]) <= 150 for each in features["shortcuts"])


def test_the_sandbox_offers_the_same_shortcuts(features: dict[str, Any]) -> None:
    ours = {
        (each["callback_id"], each["name"], each["type"] == "message")
        for each in features["shortcuts"]
    }
    assert ours == {
        (each.callback_id, each.name, each.on_messages) for each in Application().shortcuts
    }


def test_the_sandbox_knows_the_same_command(features: dict[str, Any]) -> None:
    assert [each["command"] for each in features["slash_commands"]] == [Application().command]


def test_people_have_a_home_and_direct_messages_they_need_not_answer(
    features: dict[str, Any],
) -> None:
    home = features["app_home"]
    assert home["home_tab_enabled"] is True
    assert home["messages_tab_enabled"] is True
    assert home["messages_tab_read_only_enabled"] is True


def test_the_sandbox_sends_every_event_the_app_subscribes_to() -> None:
    events = set(app_manifest()["settings"]["event_subscriptions"]["bot_events"])
    assert events <= SUBSCRIBED
