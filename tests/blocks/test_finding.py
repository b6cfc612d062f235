"""What is answered to whoever types: Slack takes it, it fits, and nobody is fooled by it.

KEYTURN_WRITE_GOLDEN=1 draws the pictures anew.
"""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings

from blocks import limits
from blocks.lists.finding import BLOCKS_PER_ANSWER, Found, listed, shown, tallied
from blocks.types import Message
from manifests.vocabulary import RoleName, Severity
from sandbox.rules.blocks import block_problems, blocks_too_long
from store.aftermath import Aftermath
from store.board import Course
from store.checkpoint import Checkpoint, Status
from store.effects import Actor, ActorKind, Event, Happening
from store.ports import AuditLine
from store.tallying import figures
from tests.blocks.care import PICTURES
from tests.blocks.scenes import LATER, SECRET
from tests.blocks.strategies import aftermaths, checkpoints, texts
from tests.blocks.test_whatever_is_sent import nothing_fools
from tests.scenarios.seeing import Shown
from tests.store.making import HOUR, NOON

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "answers"
WRITE = os.environ.get("KEYTURN_WRITE_GOLDEN") == "1"
WHERE = "https://acme.example/archives/C0SUPPORT/p1795237173967600"
LISTED = (
    "escalated_by_hand",
    "escalated_stays_blocked",
    "needs_information",
    "held",
    "approved_by_two",
    "rejected",
    "expired",
)
FINANCE = RoleName("finance")


def found(name: str) -> Found:
    scene = PICTURES[name]()
    return Found(scene.checkpoint, scene.aftermath, WHERE)


def a_list() -> Message:
    entries = [found(name) for name in LISTED]
    return listed("Waiting on you", entries, 12, "See them all in Keyturn's App Home.")


def some_figures() -> str:
    courses = [
        Course(
            status=status,
            severity=Severity.HIGH,
            seats=(FINANCE,),
            opened_at=NOON - HOUR,
            decided_at=None if status is Status.PENDING_REVIEW else NOON,
        )
        for status in (Status.PENDING_REVIEW, Status.APPROVED, Status.EXPIRED, Status.APPROVED)
    ]
    return tallied(figures(courses, NOON - HOUR), {FINANCE: "Finance"}, NOON)


def looks_as_it_did(name: str, picture: str) -> None:
    file = GOLDEN / name
    if WRITE:
        file.parent.mkdir(exist_ok=True)
        file.write_text(picture + "\n", encoding="utf-8")
    assert picture + "\n" == file.read_text(encoding="utf-8")


def in_json(message: Message) -> str:
    drawn = {"text": message.text, "blocks": message.blocks}
    return json.dumps(drawn, ensure_ascii=False, indent=2)


def test_a_list_looks_as_it_did_when_somebody_last_looked() -> None:
    looks_as_it_did("list.json", in_json(a_list()))


def test_one_proposal_looks_as_it_did_when_somebody_last_looked() -> None:
    looks_as_it_did("show.json", in_json(shown(found(LISTED[0]), (), LATER)))


def test_figures_read_as_they_did_when_somebody_last_looked() -> None:
    looks_as_it_did("stats.txt", some_figures())


def test_no_figures_read_as_sentences_too() -> None:
    assert tallied(figures((), NOON), {}, NOON).splitlines() == [
        "Open: nothing that you may see.",
        "Today: nothing decided.",
        "Seven days: nothing decided.",
    ]


@pytest.mark.parametrize("name", PICTURES)
def test_slack_takes_every_proposal_that_is_shown_or_listed(name: str) -> None:
    for message in (
        shown(found(name), (), LATER),
        listed("Found", [found(name)], 1, "Write more words."),
    ):
        taken(message)
        assert SECRET not in json.dumps(message.blocks)


def taken(message: Message) -> None:
    assert not block_problems(message.blocks, "message")
    assert not blocks_too_long(message.blocks)
    assert len(message.blocks) <= BLOCKS_PER_ANSWER
    assert limits.json_size(message.blocks) <= limits.MESSAGE_JSON
    assert sum(map(limits.text_size, message.blocks)) <= limits.MESSAGE_TEXT
    assert 0 < len(message.text) <= 5 * limits.NOTIFICATION
    assert not [block for block in message.blocks if block["type"] in {"actions", "input"}]
    nothing_fools(message.blocks)


def test_what_happened_last_leaves_room_for_what_it_is_about() -> None:
    event = Event(
        happening=Happening.REJECTED,
        actor=Actor(ActorKind.PERSON, "U1", "Ana"),
        at=NOON,
        detail={"reason": "“No” & <never>.\n" * 300, "category": "other"},
    )
    lines = [
        AuditLine(seq=number, proposal=None, version=1, event=event, hash="h")
        for number in range(20)
    ]
    message = shown(found("rejected"), lines, LATER)
    taken(message)
    read = Shown({"blocks": message.blocks}).words
    assert "What happened last" in read
    assert "Acme GmbH" in read


@settings(max_examples=40)
@given(checkpoint=checkpoints(), aftermath=aftermaths, title=texts)
def test_whatever_agents_send_fits_and_fools_nobody(
    checkpoint: Checkpoint, aftermath: Aftermath, title: str
) -> None:
    one = Found(checkpoint, aftermath, WHERE)
    taken(shown(one, (), LATER))
    taken(listed(f"Found “{title}”", [one] * 10, 11, "Write more words."))
