"""What deadlines do. Silence climbs the ladder and falls off it; it never approves."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from pydantic import JsonValue

from manifests.calendars import deadline_after, time_between
from manifests.plan import ReviewPlan
from manifests.vocabulary import WhenSilent
from store.checkpoint import (
    Checkpoint,
    Escalated,
    Expired,
    Held,
    NeedsInformation,
    Open,
    PendingReview,
    Releasing,
    State,
    TakenOver,
    is_open,
    review_of,
)
from store.effects import CLOCK, Event, Happening
from store.lifecycle.clocks import life_ends_at, rung_ends_at
from store.lifecycle.releasing import released
from store.lifecycle.transition import Transition
from store.refusals import Reason, Refusal


def deadline_of(checkpoint: Checkpoint) -> datetime | None:
    """Say when the clock must look at a checkpoint next: at its state's end, or at its own."""
    if not is_open(checkpoint.state):
        return None
    if isinstance(checkpoint.state, Releasing):
        return checkpoint.state.release_at  # decided in time, so no life ends here any more
    ends = (_state_ends_at(checkpoint.state), life_ends_at(checkpoint))
    return min((end for end in ends if end is not None), default=None)


def _state_ends_at(state: State) -> datetime | None:
    match state:
        case PendingReview(deadline=due) | NeedsInformation(deadline=due):
            return due
        case TakenOver(deadline=due):
            return due
        case Releasing(release_at=due):
            return due
        case Escalated(deadline=due, alert_at=alert):
            return due if due is not None else alert
        case _:
            return None


def notice_deadline(checkpoint: Checkpoint, now: datetime) -> Transition | Refusal:
    """Apply what silence means in this state, if its time has come."""
    state = checkpoint.state
    due, life_ends = deadline_of(checkpoint), life_ends_at(checkpoint)
    if due is None or now < due:
        return Refusal(Reason.NOT_DUE, "No deadline of this proposal has passed.")
    outlived = life_ends is not None and now >= life_ends
    match state:
        case Releasing():
            return released(checkpoint, state, now)
        case Held():
            return _outlived(checkpoint, state, now)
        case PendingReview() | Escalated() | NeedsInformation() | TakenOver() if outlived:
            return _outlived(checkpoint, state, now)
        case PendingReview() | Escalated():
            return _fell_silent(checkpoint, state, now)
        case NeedsInformation():
            return _unanswered(checkpoint, state, now)
        case TakenOver():
            return _abandoned(checkpoint, state, now)
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


def _outlived(checkpoint: Checkpoint, state: Open, now: datetime) -> Transition:
    rung = review_of(state).rung
    why = f"It was open for {in_words(checkpoint.plan.max_life)}, the longest the manifest allows."
    event = Event(
        happening=Happening.EXPIRED,
        actor=CLOCK,
        at=now,
        detail={"from_rung": rung, "rungs": len(checkpoint.plan.ladder), "why": why},
    )
    expired = Expired(after_rung=rung, at=now)
    return Transition(checkpoint, checkpoint.moved(expired, now), (event,))


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
        rung=rung, deadline=rung_ends_at(plan, rung, now), why=why, sign_offs=review.sign_offs
    )


def paused_clock(
    plan: ReviewPlan, review: PendingReview | Escalated, now: datetime
) -> timedelta | None:
    """Store what open time is left on a review's clock, as long as it has one."""
    return None if review.deadline is None else time_between(plan.hours, now, review.deadline)


def resumed_review(
    plan: ReviewPlan, state: NeedsInformation | TakenOver | Held, remark: str, now: datetime
) -> PendingReview | Escalated:
    """Start the clock again with the open time that was left."""
    paused = state.paused
    if isinstance(paused, PendingReview):
        left = state.time_left or timedelta(0)
        return replace(paused, deadline=deadline_after(plan.hours, now, left), remark=remark)
    if state.time_left is None:
        return replace(paused, remark=remark)
    due = deadline_after(plan.hours, now, state.time_left)
    return replace(paused, deadline=due, remark=remark)


def _unanswered(checkpoint: Checkpoint, state: NeedsInformation, now: datetime) -> Transition:
    who = state.asked.title
    remark = f"{who[:1].upper()}{who[1:]} did not answer in time."
    review = resumed_review(checkpoint.plan, state, remark, now)
    detail: dict[str, JsonValue] = {"asked_name": who, "question_id": state.question_id}
    event = Event(happening=Happening.INFORMATION_LATE, actor=CLOCK, at=now, detail=detail)
    return Transition(checkpoint, checkpoint.moved(review, now), (event,))


def _abandoned(checkpoint: Checkpoint, state: TakenOver, now: datetime) -> Transition:
    who = state.holder.name
    remark = f"{who} had control and did not give it back in time."
    review = resumed_review(checkpoint.plan, state, remark, now)
    detail: dict[str, JsonValue] = {"holder": who}
    event = Event(happening=Happening.TAKEOVER_ABANDONED, actor=CLOCK, at=now, detail=detail)
    return Transition(checkpoint, checkpoint.moved(review, now), (event,))


def in_words(length: timedelta) -> str:
    """Say a length of time the way a person would."""
    seconds = int(length.total_seconds())
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            count = seconds // size
            return f"{count} {name}{'' if count == 1 else 's'}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"
