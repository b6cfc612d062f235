"""What comes from people's lists is believed only where we could have drawn it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.home_ids import HomeButton, HomeModal, Looking, Shortcut
from blocks.ids import Unreadable
from blocks.lists.home import ANY
from bot.slack.home_payloads import (
    Chosen,
    Press,
    Sent,
    read_chosen,
    read_opened,
    read_press,
    read_sent,
)
from bot.slack.payloads import MARKER
from manifests.vocabulary import AgentName, Severity
from store.board import View

KEYS = (
    *("view", "actions", "user", "id", "type", "callback_id", "private_metadata", "action_id"),
    *("value", "selected_option", "event", "message", "metadata", "tab", "state", "hash"),
)
keys = st.sampled_from(KEYS) | st.text(max_size=5)
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


def pressed(action_id: str, value: str, looking: Looking | None = None) -> dict[str, Any]:
    return {
        "trigger_id": "1.2.3",
        "user": {"id": "U0ANA"},
        "view": {
            "id": "V1",
            "hash": "h",
            "type": "home",
            "private_metadata": (looking or Looking()).encode(),
        },
        "actions": [{"action_id": action_id, "value": value}],
    }


@given(st.dictionaries(st.sampled_from(("view", "actions", "user", "event", "message")), junk))
def test_no_payload_whatever_breaks_a_reader(body: dict[str, Any]) -> None:
    assert isinstance(read_press(body), Press | Unreadable)
    assert isinstance(read_sent(body), Sent | Unreadable)
    assert isinstance(read_chosen(body), Chosen | Unreadable)
    opened = read_opened(body)
    assert opened is None or isinstance(opened, tuple)


def test_a_filter_narrows_the_list_it_stands_above() -> None:
    looking = Looking(tab=View.TEAMS, agent=AgentName("billing"))
    press = read_press(pressed(HomeButton.SEVERITY, Severity.LOW, looking))
    assert isinstance(press, Press)
    assert press.looking == looking.changed(severity=Severity.LOW)
    press = read_press(pressed(HomeButton.AGENT, ANY, looking))
    assert isinstance(press, Press)
    assert press.looking == Looking(tab=View.TEAMS)


@pytest.mark.parametrize(
    ("action_id", "value"),
    [
        (HomeButton.SEVERITY, "harmless"),
        (HomeButton.ACTION, "x" * 101),
        (HomeButton.GO, '{"tab": "everybodys"}'),
        (HomeButton.GO, "home"),
        ("home_everything", ""),
        ("approve", ""),
    ],
)
def test_what_was_never_drawn_is_not_read(action_id: str, value: str) -> None:
    assert isinstance(read_press(pressed(str(action_id), value)), Unreadable)


def test_a_batch_without_what_was_shown_is_not_read() -> None:
    view = {"callback_id": HomeModal.SEVERAL, "private_metadata": "{}", "state": {"values": {}}}
    body = {"user": {"id": "U0ANA"}, "view": view}
    assert isinstance(read_sent(body), Unreadable)


def test_another_tab_of_the_home_draws_nothing() -> None:
    event = {"type": "app_home_opened", "user": "U0ANA", "tab": "messages"}
    assert read_opened({"event": event}) is None
    home = {**event, "tab": "home"}
    assert read_opened({"event": home}) == ("U0ANA", Looking())


def test_a_home_opens_where_it_was_left_from_its_first_page_on() -> None:
    looking = Looking(tab=View.DECIDED, agent=AgentName("billing"), page=3)
    event = {
        "user": "U0ANA",
        "tab": "home",
        "view": {"private_metadata": looking.encode()},
    }
    assert read_opened({"event": event}) == ("U0ANA", looking.changed())
    spoilt = {**event, "view": {"private_metadata": "spoilt"}}
    assert read_opened({"event": spoilt}) == ("U0ANA", Looking())


def test_a_message_of_ours_names_its_proposal() -> None:
    def chosen(marker: str, kind: str = MARKER) -> Chosen:
        metadata = {"event_type": kind, "event_payload": {"marker": marker}}
        read = read_chosen(
            {
                "user": {"id": "U0ANA"},
                "callback_id": Shortcut.ABOUT,
                "trigger_id": "1.2.3",
                "channel": {"id": "C1"},
                "message": {"ts": "2.0", "thread_ts": "1.0", "metadata": metadata},
            }
        )
        assert isinstance(read, Chosen)
        return read

    assert chosen("p_1/abc").about == "p_1"
    assert chosen("p_1/abc").messages == ("2.0", "1.0")
    assert chosen("a-cards-nonce").about is None
    assert chosen("p_1/abc", "somebody_elses").about is None
