"""The most careful way to approve: the view in which something must be typed once more."""

from typing import Any

import pytest

from blocks.cards.card import minimal_card
from blocks.forms import modals, reading
from blocks.ids import Button, Field
from blocks.types import View
from manifests.vocabulary import Friction
from sandbox.rules.views import view_problems
from store.checkpoint import Checkpoint
from store.refusals import Reason, Refusal
from tests.blocks.care import a_typed_plan, to_fill_in, typed
from tests.blocks.filling import inputs_of, untouched
from tests.blocks.scenes import PARAMETERS, Scene, a_careful_plan, a_large_refund
from tests.blocks.test_cards import seen
from tests.blocks.test_whatever_is_sent import context_for
from tests.blocks.walking import all_text, buttons

LABEL = "Type “12000.00” to approve"


def review(checkpoint: Checkpoint, page: int = 1) -> View:
    return modals.review(checkpoint, context_for(checkpoint), page=page)


def filled(view: View, words: str) -> dict[str, Any]:
    state = untouched(view)
    state[Field.RETYPED][Field.RETYPED]["value"] = words
    return state


def test_the_view_says_what_is_to_be_typed_and_where() -> None:
    view = review(typed())
    assert LABEL in inputs_of(view)
    assert not inputs_of(view)[LABEL]["optional"]
    assert not view_problems(view, "modal")


def test_what_was_typed_is_read_with_the_note() -> None:
    view = review(typed())
    read = reading.read_approval(filled(view, "12000.00"))
    assert (read.retyped, read.note) == ("12000.00", "")
    assert reading.read_approval(untouched(view)).retyped is None


def test_other_reviews_ask_for_nothing_to_be_typed() -> None:
    view = review(a_large_refund(a_careful_plan(friction=Friction.REVIEW_MODAL)))
    assert list(inputs_of(view)) == ["Note"]


def test_a_long_proposal_asks_on_its_last_page_after_everything_was_seen() -> None:
    parameters = {**PARAMETERS, **{f"line_{n:03}": "x" * 2_000 for n in range(200)}}
    checkpoint = typed(parameters=parameters)
    first, last = review(checkpoint), review(checkpoint, page=99)
    assert not inputs_of(first)
    assert "submit" not in first
    assert "Page 1 of" in all_text(first["blocks"])
    assert LABEL in inputs_of(last)
    assert "submit" in last


def test_a_wrong_phrase_is_said_at_its_input_and_another_refusal_is_not() -> None:
    state = filled(review(typed()), "12")
    wrong = Refusal(Reason.NOT_RETYPED, "Type “12000.00” exactly as it stands.")
    errors = reading.mistyped(state, wrong)
    assert errors is not None
    assert errors.errors == {"retyped": "Type “12000.00” exactly as it stands."}
    assert reading.mistyped(state, Refusal(Reason.WRONG_ROLE, "No.")) is None
    assert reading.mistyped(state, None) is None
    # A view drawn before the rules asked for it has no such input to say it at.
    assert reading.mistyped({}, wrong) is None


def test_a_card_offers_no_quicker_way() -> None:
    message = seen(Scene(typed()))
    assert Button.REVIEW in buttons(message.blocks)
    assert Button.APPROVE not in buttons(message.blocks)
    assert Button.APPROVE_WITH_NOTE not in buttons(message.blocks)


@pytest.mark.parametrize("friction", [Friction.TYPED, Friction.REVIEW_MODAL])
def test_approving_with_a_note_is_no_way_around_the_review(friction: Friction) -> None:
    checkpoint = a_large_refund(a_typed_plan(friction=friction))
    view = modals.approve_with_note(checkpoint, context_for(checkpoint))
    assert view == review(checkpoint)


def test_filling_in_is_not_approving_where_something_must_be_typed() -> None:
    scene = to_fill_in()
    card = buttons(seen(scene).blocks)
    small = minimal_card(scene.checkpoint, scene.aftermath, scene.card, scene.now)
    for drawn in (card, buttons(small.blocks)):
        assert drawn["fill_in"]["text"]["text"] == "Fill in"
        assert Button.APPROVE not in drawn
        assert Button.REVIEW not in drawn


@pytest.mark.parametrize(
    ("plan", "submit", "says"),
    [
        ({"friction": Friction.CONFIRM}, "Fill in & approve", "Saving is your approval, too."),
        ({}, "Fill in", "whoever approves opens the review afterwards and types"),
        (
            {"friction": Friction.REVIEW_MODAL},
            "Fill in",
            "whoever approves opens the review afterwards.",
        ),
        ({"editor_may_sign": False}, "Fill in", "somebody else must do that as Finance or Cfo."),
    ],
)
def test_the_form_says_before_it_is_saved_whether_that_approves(
    plan: dict[str, Any], submit: str, says: str
) -> None:
    checkpoint = to_fill_in(**plan).checkpoint
    view: Any = modals.fill_in(checkpoint, context_for(checkpoint))
    assert view["submit"]["text"] == submit
    assert says in all_text(view["blocks"])


def test_filling_in_is_not_approving_for_somebody_who_may_not_approve_it() -> None:
    scene = to_fill_in(friction=Friction.CONFIRM, editor_may_sign=False)
    assert buttons(seen(scene).blocks)["fill_in"]["text"]["text"] == "Fill in"
