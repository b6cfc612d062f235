"""What is shown of proposals that come after a no, are asked first, override, or were denied."""

from dataclasses import replace
from typing import Any

from blocks.cards.card import card, minimal_card
from blocks.forms import modals
from blocks.forms.reading import Rejection, read_rejection
from blocks.limits import fits
from blocks.parts.checks import consequences_in_words
from blocks.telling.notices import thread_line
from manifests.conditions import HouseRule
from manifests.parameters import ParameterSchema
from manifests.vocabulary import ActionName
from sandbox.rules.views import view_problems, view_too_large
from store.aftermath import NOTHING_YET
from store.checkpoint import Checkpoint
from store.effects import KEYTURN, Event, Happening
from tests.blocks import intents
from tests.blocks.filling import filled, inputs_of
from tests.blocks.scenes import LATER, SCENES, Scene, a_large_refund
from tests.blocks.test_whatever_is_sent import context_for
from tests.blocks.walking import all_text, buttons
from tests.store.making import NOON


def shown(checkpoint: Checkpoint) -> str:
    scene = Scene(checkpoint)
    drawn = card(checkpoint, NOTHING_YET, scene.card, LATER)
    assert fits(drawn.blocks)
    return f"{drawn.text}\n{all_text(drawn.blocks)}"


def test_what_comes_after_a_no_is_never_shown_as_new() -> None:
    for checkpoint in (intents.alternative(), intents.hidden_repeat(), intents.the_same_again()):
        small = minimal_card(checkpoint, NOTHING_YET, Scene(checkpoint).card, LATER)
        for text in (shown(checkpoint), f"{small.text}\n{all_text(small.blocks)}"):
            first, *rest = text.split("\n")
            assert "after a no" in first, "the notification"
            assert "after a no" in "\n".join(rest), "the card"


def test_that_it_comes_after_a_no_is_told_once() -> None:
    because = "This is alternative 1 of at most 2 to what was rejected before."
    told = intents.alternative()
    ruled = replace(told, plan=replace(told.plan, rule=HouseRule.REPEAT, because=because))
    assert shown(ruled).count(because) == 1
    other = replace(told, plan=replace(told.plan, because=because))
    assert shown(other).count(because) == 2


def test_a_rejected_secret_stays_covered_beside_the_new_one() -> None:
    told = intents.alternative()
    assert told.follows is not None
    why = f"The account {intents.OTHER_SECRET} is not theirs."
    quoted = replace(told, follows=replace(told.follows, why=why))
    text = shown(quoted)
    assert "The account ••• is not theirs." in text
    assert intents.OTHER_SECRET not in text
    assert intents.SECRET not in text


def test_a_long_difference_is_counted_and_keeps_the_card_small() -> None:
    told = intents.alternative()
    assert told.follows is not None
    many: dict[str, Any] = {f"line_{number:03}": "x" * 500 for number in range(300)}
    wide = replace(
        told,
        follows=replace(told.follows, parameters=many),
        plan=replace(told.plan, schema=ParameterSchema(open=True)),
    )
    assert "more" in shown(wide)


def test_another_action_is_part_of_the_difference() -> None:
    told = intents.alternative()
    assert told.follows is not None
    other = replace(told, follows=replace(told.follows, action=ActionName("send_voucher")))
    assert "Action: send_voucher → process_refund" in shown(other)


def test_a_rule_that_asks_first_is_no_person() -> None:
    checkpoint = intents.asked_first()
    text = shown(checkpoint)
    assert "the rules ask the agent" in text
    assert "Which invoice is this for?" in text
    drawn = card(checkpoint, NOTHING_YET, Scene(checkpoint).card, LATER)
    assert set(buttons(drawn.blocks)) >= {"reject"}
    assert "approve" not in buttons(drawn.blocks)


def test_an_override_says_whose_denial_and_for_how_long() -> None:
    said = dict(consequences_in_words(intents.override()))
    assert "opa denied it" in said["Override"]
    assert "within 30 minutes" in said["Override"]
    assert "Override" not in dict(consequences_in_words(intents.alternative()))
    confirmed = str(
        card(
            SCENES["pending_override"]().checkpoint,
            NOTHING_YET,
            Scene(intents.override()).card,
            LATER,
        ).blocks
    )
    assert "Override opa's denial once" in confirmed


def test_a_denial_offers_nothing_to_decide() -> None:
    checkpoint = intents.denial()
    drawn = card(checkpoint, NOTHING_YET, Scene(checkpoint).card, LATER)
    assert set(buttons(drawn.blocks)) <= {"more", "looked"}
    assert intents.SECRET not in str(drawn.blocks)


def test_a_denied_call_is_shown_whole_and_offers_nothing_to_approve() -> None:
    denied = intents.denial()
    told = denied.proposal.denied_by
    assert told is not None
    long = told.model_copy(update={"call": {"argument": "x" * 100_000}})
    checkpoint = replace(denied, proposal=denied.proposal.model_copy(update={"denied_by": long}))
    context = context_for(checkpoint)
    view = modals.view_only(checkpoint, NOTHING_YET, context)
    assert "submit" not in view
    assert "Will run" not in str(view)
    assert "refunds.daily_limit" in str(view)
    assert "part 36 of 36" in str(view)
    assert not view_problems(view, "modal")
    assert not view_too_large(view)
    assert "100,016 characters" in shown(checkpoint)


def test_a_rejection_may_ask_for_another_draft_while_one_is_left() -> None:
    checkpoint = a_large_refund()
    view = modals.reject(checkpoint, context_for(checkpoint))
    typed: dict[str, Any] = {
        "Reason": "Too much.",
        "Category": "Too risky",
        "What now?": ["Ask the agent for another draft"],
    }
    ticked = read_rejection(filled(view, **typed))
    assert ticked == Rejection("Too much.", "too_risky", wants_alternative=True)
    assert "Drafts left: 3" in str(inputs_of(view)["What now?"])
    second = intents.alternative()
    assert "Drafts left: 1" in str(modals.reject(second, context_for(second)))
    last = intents.the_same_again()
    assert "What now?" not in inputs_of(modals.reject(last, context_for(last)))


def test_the_thread_tells_that_another_draft_was_asked_for() -> None:
    detail: Any = {"reason": "Too much.", "category": "too_risky", "wants_alternative": True}
    event = Event(happening=Happening.REJECTED, actor=KEYTURN, at=NOON, detail=detail)
    line = thread_line(a_large_refund(), event)
    assert line is not None
    assert "rejected it (too risky) and asked for another draft." in line.text
