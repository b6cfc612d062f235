"""Between the last sign-off and the agent: an approval that is released in a moment, or undone."""

from dataclasses import replace
from datetime import datetime

from manifests.calendars import deadline_after, time_between
from manifests.plan import ReviewPlan
from store.checkpoint import (
    Approved,
    ApprovedWithEdits,
    Checkpoint,
    Escalated,
    PendingReview,
    Releasing,
    SignOff,
)
from store.commands import WithdrawSignOff
from store.effects import CLOCK, Actor, ActorKind, Event, Happening
from store.lifecycle.transition import Transition
from store.refusals import Reason, Refusal


def filled(
    checkpoint: Checkpoint, review: PendingReview | Escalated, now: datetime
) -> Approved | ApprovedWithEdits | Releasing:
    """Give what a review becomes whose every seat is filled."""
    wait = checkpoint.plan.release_after
    if wait:
        return Releasing(paused=review, at=now, release_at=now + wait)
    return granted(checkpoint, review.sign_offs, now)


def granted(
    checkpoint: Checkpoint, sign_offs: tuple[SignOff, ...], at: datetime
) -> Approved | ApprovedWithEdits:
    """Approve; whether with edits follows from who made the revisions."""
    if any(revision.by for revision in checkpoint.revisions):
        return ApprovedWithEdits(sign_offs=sign_offs, at=at)
    return Approved(sign_offs=sign_offs, at=at)


def released(checkpoint: Checkpoint, state: Releasing, now: datetime) -> Transition:
    """Let the agent have what people approved; the clock adds nothing to their sign-offs."""
    approved = granted(checkpoint, state.paused.sign_offs, now)
    last = state.paused.sign_offs[-1]
    event = Event(
        happening=Happening.APPROVED,
        actor=CLOCK,
        at=now,
        detail={"revision": last.revision, "digest": last.digest},
    )
    return Transition(checkpoint, checkpoint.moved(approved, now), (event,))


def undone(
    checkpoint: Checkpoint, state: Releasing, command: WithdrawSignOff, now: datetime
) -> Transition | Refusal:
    """Take one's own sign-off back before the release; the review goes on where it stood."""
    person = command.reviewer
    left = tuple(each for each in state.paused.sign_offs if each.by.person != person.id)
    if len(left) == len(state.paused.sign_offs):
        names = " and ".join(each.by.name for each in state.paused.sign_offs)
        words = f"You have not approved this; {names} can undo it. Reject stops it, too."
        return Refusal(Reason.NOT_SIGNED, words)
    who = Actor(ActorKind.PERSON, person.user, person.name)
    event = Event(
        happening=Happening.SIGN_OFF_WITHDRAWN, actor=who, at=now, detail={"undone": True}
    )
    review = given_back(checkpoint.plan, replace(state.paused, sign_offs=left), state, now)
    return Transition(checkpoint, checkpoint.moved(review, now), (event,))


def given_back(
    plan: ReviewPlan, review: PendingReview | Escalated, state: Releasing, now: datetime
) -> PendingReview | Escalated:
    """Let a review go on with the time that was left when its last seat was filled."""
    if review.deadline is None:
        return review
    left = time_between(plan.hours, state.at, review.deadline)
    return replace(review, deadline=deadline_after(plan.hours, now, left))


def too_late_to_undo(checkpoint: Checkpoint, command: WithdrawSignOff) -> Refusal | None:
    """Tell somebody who signed what they can do still, once the agent has heard of it."""
    state = checkpoint.state
    if not isinstance(state, Approved | ApprovedWithEdits):
        return None
    if all(each.by.person != command.reviewer.id for each in state.sign_offs):
        return None
    words = "It has reached the agent already: use Recall on the card, before the agent begins."
    return Refusal(Reason.ALREADY_CLOSED, words)
