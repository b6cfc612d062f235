"""The pictures: every state's card as JSON, to be looked at in review.

KEYTURN_WRITE_GOLDEN=1 draws them anew.
"""

import json
import os
from pathlib import Path

import pytest

from blocks.cards.card import card, minimal_card
from blocks.limits import BLOCKS_PER_CARD, BLOCKS_PER_CLOSED_CARD, fits
from blocks.types import Message
from sandbox.rules.blocks import block_problems, blocks_too_long
from store.checkpoint import Status, is_open
from tests.blocks.care import PICTURES
from tests.blocks.scenes import SECRET, Scene

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "cards"
# Read here, because every test runs in an environment without our names in it.
WRITE = os.environ.get("KEYTURN_WRITE_GOLDEN") == "1"


def drawn(name: str) -> Message:
    return shown(PICTURES[name]())


def shown(scene: Scene) -> Message:
    return card(scene.checkpoint, scene.aftermath, scene.card, scene.now, scene.paused)


@pytest.mark.parametrize("name", PICTURES)
def test_a_card_looks_as_it_did_when_somebody_last_looked(name: str) -> None:
    message = drawn(name)
    picture = json.dumps(
        {"text": message.text, "blocks": message.blocks}, ensure_ascii=False, indent=2
    )
    file = GOLDEN / f"{name}.json"
    if WRITE:
        file.write_text(picture + "\n", encoding="utf-8")
    assert picture + "\n" == file.read_text(encoding="utf-8")


def test_no_picture_is_left_of_a_scene_that_is_gone() -> None:
    assert {file.stem for file in GOLDEN.glob("*.json")} == set(PICTURES)


def test_every_state_has_a_picture() -> None:
    shown = {PICTURES[name]().checkpoint.state.status for name in PICTURES}
    assert shown == set(Status)


@pytest.mark.parametrize("name", PICTURES)
def test_slack_takes_every_card_and_its_minimal_one(name: str) -> None:
    scene = PICTURES[name]()
    small = minimal_card(scene.checkpoint, scene.aftermath, scene.card, scene.now)
    for message in (drawn(name), small):
        assert not block_problems(message.blocks, "message")
        assert not blocks_too_long(message.blocks)
        assert fits(message.blocks)
        assert SECRET not in json.dumps(message.blocks)
        assert message.text.strip()


@pytest.mark.parametrize("name", PICTURES)
def test_a_card_keeps_to_its_blocks(name: str) -> None:
    scene = PICTURES[name]()
    most = BLOCKS_PER_CARD if is_open(scene.checkpoint.state) else BLOCKS_PER_CLOSED_CARD
    assert len(drawn(name).blocks) <= most
