"""Every view that asks for something is put to the lifecycle before it opens."""

import pytest

from blocks.ids import Button, Menu
from bot.reviewing.asked import Seen
from bot.slack.openings import AFTERWARDS, REVIEWING
from bot.slack.probing import DECIDING, FOLLOWING
from store.checkpoint import Checkpoint
from store.lifecycle import Transition, decide
from store.refusals import Reason, Refusal
from tests.blocks import care, scenes
from tests.blocks.care import PICTURES
from tests.blocks.scenes import ANA, LATER, as_of


def test_no_view_that_changes_something_opens_unasked() -> None:
    assert set(DECIDING) == set(REVIEWING)
    assert set(FOLLOWING) == set(AFTERWARDS)


def foreseen(meaning: Button | Menu, checkpoint: Checkpoint) -> Transition | Refusal:
    seen = Seen(
        reviewer=as_of(ANA),
        revision=checkpoint.revision.number,
        digest=checkpoint.revision.digest,
        signers=(),
        opened_at=None,
    )
    return decide(checkpoint, DECIDING[meaning](seen, checkpoint), LATER)


@pytest.mark.parametrize("meaning", sorted(set(DECIDING) - {Button.ANSWER, Button.RETURN_CONTROL}))
def test_whoever_may_decide_an_ordinary_proposal_may_open_every_view(
    meaning: Button | Menu,
) -> None:
    assert isinstance(foreseen(meaning, scenes.a_large_refund()), Transition)


@pytest.mark.parametrize("name", ["pending_typed", "pending_plan_of_steps"])
def test_what_must_be_typed_is_no_reason_to_open_nothing(name: str) -> None:
    assert isinstance(foreseen(Button.REVIEW, PICTURES[name]().checkpoint), Transition)


@pytest.mark.parametrize(
    ("meaning", "checkpoint", "reason"),
    [
        (Button.REVIEW, care.edited_by_somebody_barred().checkpoint, Reason.OWN_EDIT),
        (Button.APPROVE_WITH_NOTE, care.edited_by_somebody_barred().checkpoint, Reason.OWN_EDIT),
        (Button.REVIEW, scenes.signed(scenes.a_large_refund()), Reason.ALREADY_SIGNED),
        (Button.REQUEST_INFORMATION, care.asked_out().checkpoint, Reason.TOO_MANY_QUESTIONS),
        (Button.EDIT, scenes.taken_over(), Reason.PAUSED),
        (Button.EDIT, care.releasing(), Reason.RELEASING),
        (Button.REVIEW, care.held(), Reason.HELD),
        (Menu.ESCALATE, PICTURES["escalated_by_hand"]().checkpoint, None),
        (Button.RETURN_CONTROL, scenes.a_large_refund(), Reason.NOT_HOLDING),
        (Button.ANSWER, scenes.a_large_refund(), Reason.NOT_A_QUESTION),
        (Button.REVIEW, PICTURES["pending_question"]().checkpoint, Reason.IS_A_QUESTION),
        (Button.REVIEW, PICTURES["pending_incomplete"]().checkpoint, Reason.MISSING_PARAMETERS),
        (Button.REJECT, scenes.approved(), Reason.ALREADY_CLOSED),
    ],
)
def test_what_is_sure_to_be_refused_is_known_at_the_click(
    meaning: Button | Menu, checkpoint: Checkpoint, reason: Reason | None
) -> None:
    answer = foreseen(meaning, checkpoint)
    assert (answer.reason if isinstance(answer, Refusal) else None) is reason
