"""What people are told beside cards: as pictures, and whatever it is about.

KEYTURN_WRITE_GOLDEN=1 draws the pictures anew.
"""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks import limits
from blocks.cards.card import card
from blocks.telling.digest import BLOCKS, digest
from blocks.telling.pointers import turn_over, your_turn
from blocks.types import Message
from manifests.vocabulary import UserId
from sandbox.rules.blocks import block_problems, blocks_too_long
from store.checkpoint import Checkpoint, Escalated, Open
from store.morning import MOST_HELD, MOST_WAITING
from tests.blocks.care import PICTURES
from tests.blocks.messages import MESSAGES, ONLY_A_CHANNEL, THERE, ends, held, leftover, turn
from tests.blocks.scenes import SECRET
from tests.blocks.strategies import checkpoints
from tests.blocks.test_whatever_is_sent import EXAMPLES, nothing_fools
from tests.blocks.walking import all_text, of_type

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "messages"
WRITE = os.environ.get("KEYTURN_WRITE_GOLDEN") == "1"


def taken(message: Message) -> None:
    """Hold what is true of every message of ours."""
    assert not block_problems(message.blocks, "message")
    assert not blocks_too_long(message.blocks)
    assert limits.json_size(message.blocks) <= limits.MESSAGE_JSON
    assert len(message.blocks) <= BLOCKS
    assert message.text.strip()
    nothing_fools(message.blocks)


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_looks_as_it_did_when_somebody_last_looked(name: str) -> None:
    message = MESSAGES[name]()
    taken(message)
    drawn = {"text": message.text, "blocks": message.blocks}
    picture = json.dumps(drawn, ensure_ascii=False, indent=2) + "\n"
    file = GOLDEN / f"{name}.json"
    if WRITE:
        file.parent.mkdir(exist_ok=True)
        file.write_text(picture, encoding="utf-8")
    assert picture == file.read_text(encoding="utf-8")


def test_no_picture_is_left_of_a_message_that_is_gone() -> None:
    assert {file.stem for file in GOLDEN.glob("*.json")} == set(MESSAGES)


@pytest.mark.parametrize("name", PICTURES)
def test_no_pointer_decides_anything_or_shows_what_its_card_hides(name: str) -> None:
    checkpoint = PICTURES[name]().checkpoint
    told = ends(checkpoint)
    if isinstance(checkpoint.state, Open):
        told = your_turn(checkpoint, checkpoint.state, turn(), THERE)
    assert told is not None
    taken(told)
    assert SECRET not in json.dumps(told.blocks)
    assert not [each for kind in ("button", "overflow") for each in of_type(told.blocks, kind)]


def test_whoever_is_called_in_anothers_place_is_told_as_what_and_for_whom() -> None:
    scene = PICTURES["escalated_fallback_card"]()
    checkpoint = scene.checkpoint
    state = checkpoint.state
    assert isinstance(state, Escalated)
    called = replace(turn(), role=checkpoint.plan.fallback_of(1)[0].name)
    told = all_text(your_turn(checkpoint, state, called, THERE).blocks)
    assert "You are asked as Deputy, in place of Finance." in told
    waiting = replace(checkpoint, state=replace(state, assignees=(called,)))
    shown = all_text(card(waiting, scene.aftermath, scene.card, scene.now).blocks)
    assert "Turn of Ana (Deputy, for Finance)" in shown


@pytest.mark.parametrize("name", PICTURES)
def test_a_turn_that_is_over_claims_no_time_and_decides_nothing(name: str) -> None:
    scene = PICTURES[name]()
    told = turn_over(scene.checkpoint, scene.aftermath, UserId("U_ANA"), THERE)
    taken(told)
    assert SECRET not in json.dumps(told.blocks)
    assert not [each for kind in ("button", "overflow") for each in of_type(told.blocks, kind)]
    assert "Due" not in all_text(told.blocks)
    assert "It is your turn" not in all_text(told.blocks)


@EXAMPLES
@given(checkpoints())
def test_a_pointer_to_whatever_agents_send_is_taken(checkpoint: Checkpoint) -> None:
    told = ends(checkpoint)
    if isinstance(checkpoint.state, Open):
        told = your_turn(checkpoint, checkpoint.state, turn(), ONLY_A_CHANNEL)
    assert told is not None
    taken(told)


waiting_ones = checkpoints().map(
    lambda each: replace(each, state=PICTURES["pending"]().checkpoint.state)
)


@EXAMPLES
@given(waiting_ones, st.integers(0, MOST_WAITING), st.integers(0, MOST_HELD), st.integers(0, 5_000))
def test_a_digest_always_fits_and_counts_what_it_leaves_out(
    checkpoint: Checkpoint, waiting: int, kept: int, more: int
) -> None:
    message = digest(
        [leftover(checkpoint)] * waiting, [leftover(held(checkpoint), None)] * kept, more
    )
    taken(message)
    shown = len(of_type(message.blocks, "link")) + len(of_type(message.blocks, "button"))
    left = waiting + kept + more - shown
    assert (f"… and {left} more" in all_text(message.blocks)) is bool(left)


def test_a_full_digest_shows_most_of_what_it_is_given() -> None:
    checkpoint = PICTURES["pending"]().checkpoint
    message = digest(
        [leftover(checkpoint)] * MOST_WAITING, [leftover(held(checkpoint), None)] * MOST_HELD, 0
    )
    assert len(of_type(message.blocks, "link")) >= 10
    assert len(of_type(message.blocks, "button")) >= 8
