"""People's own lists: their pictures, Slack's limits, and nothing that fools anybody.

KEYTURN_WRITE_GOLDEN=1 draws the pictures anew.
"""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocks.home_ids import PAGES_BACK, HomeButton, Looking, Several
from blocks.ids import Unreadable
from blocks.lists import batch, home
from blocks.lists.entries import Entry
from blocks.lists.home import PAGE, Alike
from blocks.lists.leaving import Leaving, read_leave_form
from manifests.vocabulary import ActionName, AgentName, Severity
from sandbox.rules.views import view_problems, view_too_large
from store.aftermath import Aftermath
from store.board import Choices, Filters, Place, View
from store.checkpoint import Checkpoint
from store.proposal import ProposalId
from store.together import AT_ONCE
from tests.blocks.homes import HOMES, lists, small
from tests.blocks.scenes import LATER, SECRET
from tests.blocks.strategies import aftermaths, checkpoints, lines
from tests.blocks.test_screen_readers import speechless
from tests.blocks.test_whatever_is_sent import nothing_fools
from tests.blocks.walking import all_text, objects, of_type
from tests.store.making import NOON

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "homes"
WRITE = os.environ.get("KEYTURN_WRITE_GOLDEN") == "1"
FEWER = settings(max_examples=20)
"""Each draws a full page."""
FAR = Place(NOON, ProposalId("p" * 64))


@pytest.mark.parametrize("name", HOMES)
def test_a_list_looks_as_it_did_when_somebody_last_looked(name: str) -> None:
    picture = json.dumps(HOMES[name](), ensure_ascii=False, indent=2) + "\n"
    file = GOLDEN / f"{name}.json"
    if WRITE:
        file.write_text(picture, encoding="utf-8")
    assert picture == file.read_text(encoding="utf-8")


def test_no_picture_is_left_of_a_list_that_is_gone() -> None:
    assert {file.stem for file in GOLDEN.glob("*.json")} == set(HOMES)


@pytest.mark.parametrize("name", HOMES)
def test_slack_takes_every_list_and_everything_in_it_can_be_heard(name: str) -> None:
    view = HOMES[name]()
    takes(view)
    assert not list(speechless(view))
    assert SECRET not in json.dumps(view)


@FEWER
@given(checkpoints(), aftermaths, lines, st.integers(0, 120), st.sampled_from(list(View)))
def test_whatever_is_in_them_slack_takes_full_pages(
    checkpoint: Checkpoint, aftermath: Aftermath, name: str, count: int, tab: View
) -> None:
    full = [Entry(checkpoint, aftermath)] * PAGE
    names = [f"{at} {name}"[:100] for at in range(count)]
    looking = Looking(tab=tab, agent=AgentName((names or ["a"])[0]), text="x" * 200)
    for at in range(PAGES_BACK + 3):
        looking = looking.onward(replace(FAR, at=NOON if at % 2 else None))
    crowded = lists(
        looking,
        entries=full,
        total=10_000,
        following=FAR,
        choices=Choices(actions=tuple(map(ActionName, names)), agents=tuple(map(AgentName, names))),
        alike=[Alike(ActionName(name), 3) for name in dict.fromkeys(names)],
        counts=dict.fromkeys(View, 10_000),
    )
    for view in (home.home(crowded), home.modal(crowded)):
        takes(view)
        nothing_fools(view)
        assert not list(speechless(view))


@FEWER
@given(checkpoints(), st.integers(1, 12))
def test_whatever_is_approved_together_is_shown_whole_or_not_offered(
    checkpoint: Checkpoint, count: int
) -> None:
    proposals = [replace(checkpoint, id=ProposalId(f"p{at}")) for at in range(count)]
    view = batch.several(proposals, 0, LATER)
    takes(view)
    nothing_fools(view)
    context = Several.decode(str(view["private_metadata"]))
    assert isinstance(context, Several)
    fits = batch.shown_whole(checkpoint) is not None
    assert len(context.items) == (min(count, AT_ONCE) if fits else 0)
    assert len(list(of_type(view, "checkboxes"))) == len(context.items)


def test_what_a_box_says_is_what_was_ticked() -> None:
    view = batch.several([small(1), small(2), small(3)], 0, LATER)
    context = Several.decode(str(view["private_metadata"]))
    assert isinstance(context, Several)
    boxes = [each["block_id"] for each in objects(view) if each.get("type") == "input"]
    ticked: Any = {
        boxes[1]: {boxes[1]: {"type": "checkboxes", "selected_options": [{"value": "true"}]}},
        boxes[2]: {boxes[2]: {"type": "checkboxes", "selected_options": []}},
    }
    assert [each.proposal for each in batch.read_several(context, ticked)] == ["p2"]
    assert not [each for each in of_type(view, "checkboxes") if "initial_options" in each]


def test_every_button_leads_where_it_says() -> None:
    looking = Looking(tab=View.TEAMS, severity=Severity.LOW)
    for _ in range(3):
        looking = looking.onward(FAR)
    view = home.home(lists(looking, ("pending",), following=FAR, total=200))
    led = {
        button["text"]["text"]: Looking.decode(button["value"])
        for button in of_type(view, "button")
        if button["action_id"].startswith(HomeButton.GO)
    }
    assert led["Refresh"] == looking
    assert led["Next page"] == looking.onward(FAR)
    assert led["Previous page"] == looking.backward()
    assert led["First page"] == Looking(tab=View.TEAMS, severity=Severity.LOW)
    assert led["Clear"] == Looking(tab=View.TEAMS)
    assert led["Decided today (5)"] == Looking(tab=View.DECIDED, severity=Severity.LOW)


def test_pages_lead_forth_and_back_again() -> None:
    looking = Looking()
    way = [looking]
    for number in range(PAGES_BACK):
        looking = looking.onward(Place(NOON, ProposalId(f"p{number}")))
        way.append(looking)
    for earlier in reversed(way[:-1]):
        looking = looking.backward()
        assert looking == earlier
    assert looking.backward() == looking


def test_a_way_that_is_forgotten_leads_to_the_first_page() -> None:
    looking = Looking(action=ActionName("pay"))
    for number in range(PAGES_BACK + 5):
        looking = looking.onward(Place(None, ProposalId(f"p{number}")))
    for _ in range(PAGES_BACK - 1):
        looking = looking.backward()
    assert looking.page > 2
    assert looking.backward() == Looking(action=ActionName("pay"))


def test_a_look_comes_back_as_it_was_sent_and_nothing_else_does() -> None:
    looking = Looking(tab=View.HELD, text="“acme”", agent=AgentName("a b")).onward(FAR)
    assert Looking.decode(looking.encode()) == looking
    assert looking.after == FAR
    assert looking.only == Filters(text="“acme”", agent=AgentName("a b"))
    for forged in (
        "",
        "null",
        "[]",
        '{"tab": "everybodys"}',
        '{"person": "U0ANA"}',
        '{"page": 0}',
        '{"text": "%s"}' % ("x" * 201),
        json.dumps({"trail": [[None, "p"]] * (PAGES_BACK + 1)}),
    ):
        assert isinstance(Looking.decode(forged), Unreadable), forged


def test_a_form_about_leave_is_read_in_utc() -> None:
    state: Any = {
        "leave_until": {"leave_until": {"selected_date_time": int(NOON.timestamp())}},
        "leave_to": {"leave_to": {"selected_user": "U0BEN"}},
    }
    wish = read_leave_form(state)
    assert (wish.starts_at, wish.ends_at, wish.to) == (None, NOON, "U0BEN")
    far: Any = {"leave_until": {"leave_until": {"selected_date_time": 10**18}}}
    assert read_leave_form(far).ends_at is None
    nothing = read_leave_form({})
    assert (nothing.starts_at, nothing.ends_at, nothing.to) == (None, None, None)


def test_nobody_is_away_for_whoever_never_said_so() -> None:
    assert "You are not out of office." in all_text(home.home(lists(leaving=Leaving())))


def takes(view: Any) -> None:
    assert not view_problems(view, view["type"]), view_problems(view, view["type"])
    assert not view_too_large(view)
    assert len(view["blocks"]) <= 100
