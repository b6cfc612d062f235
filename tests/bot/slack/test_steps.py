"""A click on a step's button, read without trust and answered with what stands now."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from blocks.ids import Button, Modal, Unreadable
from bot.reviewing.asked import Sight
from bot.slack.payloads import Pick, read_pick
from bot.slack.refinements import picked
from store.aftermath import NOTHING_YET
from store.checkpoint import Checkpoint, Withdrawn
from tests.blocks.test_refining import revised, with_steps
from tests.blocks.test_whatever_is_sent import card_for, context_for

NOW = datetime(2026, 11, 2, 12, 30, tzinfo=UTC)


def pressed(checkpoint: Checkpoint, value: str, action: str = Button.EDIT_STEP) -> dict[str, Any]:
    view = {"id": "V1", "hash": "h1", "private_metadata": context_for(checkpoint).encode()}
    actions = [{"action_id": action, "value": value}]
    return {"user": {"id": "U1"}, "trigger_id": "1.2", "view": view, "actions": actions}


def answer(checkpoint: Checkpoint, body: dict[str, Any]) -> Any:
    pick = read_pick(body)
    assert isinstance(pick, Pick)
    sight = Sight(checkpoint, NOTHING_YET, card_for(checkpoint), (), NOW)
    return picked(sight, pick)


@pytest.mark.parametrize(
    ("action", "modal"),
    [
        (Button.EDIT_STEP, Modal.STEP),
        (Button.REGENERATE_STEP, Modal.REGENERATE),
    ],
)
def test_a_button_opens_its_form(action: Button, modal: Modal) -> None:
    checkpoint = with_steps("a", "b")
    view = answer(checkpoint, pressed(checkpoint, "/steps/1", action))
    assert view["callback_id"] == modal


@pytest.mark.parametrize("value", ["/steps/7", "/other/0", "", "7", "/steps/-1", "/steps/²"])
def test_a_step_that_is_not_there_shows_those_that_are(value: str) -> None:
    checkpoint = with_steps("a", "b")
    assert answer(checkpoint, pressed(checkpoint, value))["callback_id"] == Modal.STEPS


def test_an_old_list_gives_way_to_the_new_one() -> None:
    old = with_steps("a", "b")
    view = answer(revised(old, ["a"]), pressed(old, "/steps/0"))
    assert view["callback_id"] == Modal.STEPS
    assert "those of revision 2" in str(view["blocks"])


def test_nothing_is_opened_of_what_is_closed() -> None:
    checkpoint = with_steps("a", "b")
    closed = replace(checkpoint, state=Withdrawn(why="", at=NOW))
    view = answer(closed, pressed(checkpoint, "/steps/0"))
    assert view["callback_id"] == Modal.VIEW_ONLY
    assert "already withdrawn" in str(view["blocks"])


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"view": None},
        {"actions": []},
        {"actions": [{"action_id": "nothing_of_ours", "value": "/steps/0"}]},
        {"actions": [{"action_id": "edit_step"}]},
        {"view": {"id": "V1", "hash": "h1", "private_metadata": "junk"}},
        {"user": {}},
    ],
)
def test_a_click_of_another_shape_is_unreadable(broken: dict[str, Any]) -> None:
    body = {**pressed(with_steps("a"), "/steps/0"), **broken} if broken else {}
    assert isinstance(read_pick(body), Unreadable)
