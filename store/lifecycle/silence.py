"""What deadlines do. Silence climbs the ladder and falls off it; it never approves."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from manifests.plan import ReviewPlan
from manifests.vocabulary import WhenSilent
from store.checkpoint import (
    Checkpoint,
    Escalated,
    Expired,
    NeedsInformation,
    PendingReview,
    State,
    TakenOver,
)
from store.effects import CLOCK, Event, Happening
from store.lifecycle.transition import Transition
from store.refusals import Reason, Refusal

UNANSWERED = "The agent did not answer in time."
ABANDONED = "Control was not given back in time."


def deadline_of(state: State) -> datetime | None:
    """Say when the clock must look at a checkpoint next."""
    match state:
        case PendingReview(deadline=due) | NeedsInformation(deadline=due):
            return due
        case TakenOver(deadline=due):
            return due
        case Escalated(deadline=due, alert_at=alert):
            return due if due is not None else alert
        case _:
            return None


def notice_deadline(checkpoint: Checkpoint, now: datetime) -> Transition | Refusal:
    """Apply what silence means in this state, if its time has come."""
    state = checkpoint.state
    due = deadline_of(state)
    if due is None or now < due:
        return Refusal(Reason.NOT_DUE, "No deadline of this proposal has passed.")
    match state:
        case PendingReview() | Escalated():
            return _fell_silent(checkpoint, state, now)
        case NeedsInformation():
            return _resumed(checkpoint, state, Happening.INFORMATION_LATE, UNANSWERED, now)
        case TakenOver():
            return _resumed(checkpoint, state, Happening.TAKEOVER_ABANDONED, ABANDONED, now)
        case _:
            return Refusal(Reason.NOT_DUE, "This proposal is closed.")


def _fell_silent(
    checkpoint: Checkpoint, review: PendingReview | Escalated, now: datetime
) -> Transition:
    following = next_rung(checkpoint.plan, review, now)
    happening = _name_of(following)
    event = Event(
        happening=happening,
        actor=CLOCK,
        at=now,
        detail={"from_rung": review.rung, "rungs": len(checkpoint.plan.ladder)},
    )
    return Transition(checkpoint, checkpoint.moved(following, now), (event,))


def _name_of(following: Escalated | Expired) -> Happening:
    match following:
        case Expired():
            return Happening.EXPIRED
        case Escalated(deadline=None):
            return Happening.STAYED_BLOCKED
        case Escalated():
            return Happening.ESCALATED
        case _:
            assert_never(following)


def next_rung(
    plan: ReviewPlan, review: PendingReview | Escalated, now: datetime
) -> Escalated | Expired:
    """Climb one rung; after the last expire, or for critical actions stay blocked and alert."""
    rung = review.rung + 1
    if rung < len(plan.ladder):
        why = f"Nobody decided within {in_words(plan.ladder[review.rung].sla)}."
        return climbed(plan, review, why, now)
    if plan.when_silent is WhenSilent.STAY_BLOCKED:
        return Escalated(
            rung=review.rung,
            deadline=None,
            alert_at=now + plan.alert_every,
            why="Nobody decided on any rung; it stays blocked until somebody does.",
            sign_offs=review.sign_offs,
        )
    return Expired(after_rung=review.rung, at=now)


def climbed(
    plan: ReviewPlan, review: PendingReview | Escalated, why: str, now: datetime
) -> Escalated:
    """Stand on the next rung; sign-offs survive, seats stay."""
    rung = review.rung + 1
    return Escalated(
        rung=rung, deadline=now + plan.ladder[rung].sla, why=why, sign_offs=review.sign_offs
    )


def paused_clock(review: PendingReview | Escalated, now: datetime) -> timedelta | None:
    """Store what is left on a review's clock, as long as it has one."""
    return None if review.deadline is None else review.deadline - now


def resumed_review(
    state: NeedsInformation | TakenOver, remark: str, now: datetime
) -> PendingReview | Escalated:
    """Start the clock again with the time that was left."""
    paused = state.paused
    if isinstance(paused, PendingReview):
        left = state.time_left or timedelta(0)
        return replace(paused, deadline=now + left, remark=remark)
    if state.time_left is None:
        return replace(paused, remark=remark)
    return replace(paused, deadline=now + state.time_left, remark=remark)


def _resumed(
    checkpoint: Checkpoint,
    state: NeedsInformation | TakenOver,
    happening: Happening,
    remark: str,
    now: datetime,
) -> Transition:
    review = resumed_review(state, remark, now)
    event = Event(happening=happening, actor=CLOCK, at=now)
    return Transition(checkpoint, checkpoint.moved(review, now), (event,))


def in_words(length: timedelta) -> str:
    """Say a length of time the way a person would."""
    seconds = int(length.total_seconds())
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            count = seconds // size
            return f"{count} {name}{'' if count == 1 else 's'}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"
