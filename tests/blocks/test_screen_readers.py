"""What somebody gets who listens to a card, reads it without colours, or sees a notification."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from blocks import limits
from blocks.cards.card import card, minimal_card
from blocks.forms.foreseeing import on_saving
from blocks.ids import Button
from blocks.types import Message
from manifests.vocabulary import Friction, Severity
from store.aftermath import Aftermath
from store.asking import question_in
from store.checkpoint import Checkpoint, Escalated, PendingReview, is_open
from tests.blocks.care import PICTURES
from tests.blocks.scenes import LATER, WORDING, Scene, a_careful_plan, a_large_refund
from tests.blocks.strategies import aftermaths, checkpoints
from tests.blocks.test_whatever_is_sent import EXAMPLES, card_for
from tests.blocks.views import VIEWS, every_view
from tests.blocks.walking import all_text, buttons, objects, of_type

EMOJI = re.compile("[\U0001f000-\U0001ffff\u2600-\u27bf]")


def pictured(name: str) -> Message:
    scene = PICTURES[name]()
    return card(scene.checkpoint, scene.aftermath, scene.card, scene.now, scene.paused)


def speechless(payload: Any) -> Iterator[str]:
    """Name whatever can be clicked or filled in and would not be said, or not as it is seen."""
    for button in of_type(payload, "button"):
        seen, said = button["text"]["text"], button.get("accessibility_label", "")
        if not said.casefold().startswith(seen.casefold()[: limits.ACCESSIBILITY_LABEL - 1]):
            yield f"{seen}: {said}"
        if not 0 < limits.size(said) <= limits.ACCESSIBILITY_LABEL:
            yield f"{seen}: {len(said)} characters are said"
    # Slack takes no label for this kind of menu and says the same of each of them.
    if len(of_type(payload, "overflow")) > 1:
        yield "two menus that nobody can tell apart"
    for field in of_type(payload, "input"):
        if not field["label"]["text"].strip():
            yield f"input {field['block_id']}"
    for element in objects(payload):
        for option in element.get("options", []):
            if not option["text"]["text"].strip():
                yield f"option {option['value']}"


@pytest.mark.parametrize("name", PICTURES)
def test_everything_on_a_card_can_be_heard_and_named(name: str) -> None:
    scene = PICTURES[name]()
    assert not list(speechless(pictured(name).blocks))
    small = minimal_card(scene.checkpoint, scene.aftermath, scene.card, scene.now)
    assert not list(speechless(small.blocks))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", ["pending_typed", "pending_incomplete", "pending_question"])
def test_everything_in_a_view_can_be_heard_and_named(view: str, name: str) -> None:
    scene = PICTURES[name]()
    assert not list(speechless(VIEWS[view](scene.checkpoint, scene.aftermath)))


@EXAMPLES
@given(checkpoints(), aftermaths)
def test_whatever_is_sent_can_be_heard_and_named(checkpoint: Checkpoint, after: Aftermath) -> None:
    for draw in (card, minimal_card):
        assert not list(speechless(draw(checkpoint, after, card_for(checkpoint), LATER).blocks))
    for view in every_view(checkpoint, after):
        assert not list(speechless(view))


@pytest.mark.parametrize("severity", Severity)
def test_how_severe_it_is_can_be_read_without_its_colour(severity: Severity) -> None:
    message = pictured(f"pending_{severity.value}_confirm")
    plain = EMOJI.sub("", all_text(message.blocks))
    assert f"{severity.value.capitalize()} severity" in plain
    assert f"{severity.value.capitalize()} severity" in message.text


@pytest.mark.parametrize("name", PICTURES)
def test_no_meaning_hangs_on_an_emoji(name: str) -> None:
    for text in all_text(pictured(name).blocks).splitlines():
        assert not EMOJI.search(text) or EMOJI.sub("", text).strip(), text


@pytest.mark.parametrize("name", PICTURES)
def test_a_notification_and_the_first_block_each_stand_alone(name: str) -> None:
    scene, message = PICTURES[name](), pictured(name)
    first = all_text(message.blocks[0])
    assert message.blocks[0]["type"] == "header"
    assert len(first.split()) >= 3, "it must name what it is about"
    put = question_in(scene.checkpoint, scene.card.channel)
    # Whoever is asked something decides nothing, and a denial is nobody's to decide.
    assert "severity" in message.text or scene.checkpoint.is_denial or put is not None
    state = scene.checkpoint.state
    if isinstance(state, PendingReview | Escalated) and put is None:
        assert re.search(r"[Ww]aiting for \w", message.text), "whom it wants"
        due = state.deadline
        assert f"{due:%Y-%m-%d %H:%M}" in message.text if due else "blocked until" in message.text
    assert "<" not in message.text


@pytest.mark.parametrize("name", PICTURES)
def test_every_moment_is_shown_in_the_readers_own_time_zone(name: str) -> None:
    for text in all_text(pictured(name).blocks).splitlines():
        without = re.sub(r"<!date[^>]*>", "", text)
        assert not re.search(r"\d\d:\d\d", without), text


@pytest.mark.parametrize("name", PICTURES)
def test_an_open_card_says_right_after_what_is_asked_how_bad_it_is(name: str) -> None:
    scene = PICTURES[name]()
    if is_open(scene.checkpoint.state) and not question_in(scene.checkpoint, scene.card.channel):
        assert "severity" in all_text(pictured(name).blocks[1])


def said_of_editing(scene: Scene) -> str:
    drawn = card(scene.checkpoint, scene.aftermath, scene.card, scene.now)
    return str(buttons(drawn.blocks)[Button.EDIT]["accessibility_label"])


def test_edit_promises_an_approval_only_where_its_form_gives_one() -> None:
    quick = a_careful_plan(friction=Friction.ONE_CLICK)
    wording = replace(WORDING, headline="Refund " + "x" * 200)
    whole, cut = Scene(a_large_refund(quick)), PICTURES["pending_value_cut"]()
    headline_cut = Scene(a_large_refund(replace(quick, wording=wording)))
    assert said_of_editing(whole) == "Edit the parameters and approve them as you want them"
    assert said_of_editing(cut) == "Edit the parameters; approving them is another step"
    for scene in (whole, cut, headline_cut):
        promised = "and approve them" in said_of_editing(scene)
        assert promised == ("Saving is your approval" in on_saving(scene.checkpoint))
