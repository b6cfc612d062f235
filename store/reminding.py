"""When people are reminded of what waits, and who can still act. It follows from plan and deadline.

Nothing is remembered but which shares were told, so sign-offs and restarts neither lose a reminder
nor repeat one; where the clock stood still, the moments move with the new deadline.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from manifests.calendars import moment_before, quiet_until
from manifests.plan import ReviewPlan
from manifests.vocabulary import RoleName, Severity
from store.assigning import Vacancy, barred, holding, missing, review_in
from store.checkpoint import (
    Checkpoint,
    Escalated,
    NeedsInformation,
    PendingReview,
    TakenOver,
)
from store.effects import Event
from store.lifecycle import deadline_of
from store.seats import open_seats
from store.staffing import Reviewer, Roster

HALF = 0.5
"""After which share of their time whoever was asked, or has control, is reminded."""


@dataclass(frozen=True, slots=True)
class Wait:
    """What people are waited for: the name tells one wait of a proposal from every other."""

    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Reminder:
    """A moment to remind at, and how much of the time has passed by then."""

    at: datetime
    share: float


def wait_of(checkpoint: Checkpoint) -> Wait | None:
    """Say what a proposal waits for with a deadline, if people can be reminded of it."""
    match checkpoint.state:
        case PendingReview(deadline=until):
            return Wait("rung:0", until)
        case Escalated(rung=rung, deadline=datetime() as until):
            return Wait(f"rung:{rung}", until)
        case NeedsInformation(question_id=question, deadline=until):
            return Wait(f"question:{question}", until)
        case TakenOver(holder=holder, deadline=until):
            return Wait(f"takeover:{holder.at.isoformat()}", until)
        case _:
            return None


def reminders(checkpoint: Checkpoint) -> tuple[Reminder, ...]:
    """List when to remind of what a proposal waits for now; of two at one moment, the later."""
    end = deadline_of(checkpoint)
    if end is None:
        return ()
    at_their_moments: dict[datetime, Reminder] = {}
    for share, nominal in _nominal(checkpoint):
        at = audible(checkpoint.plan, nominal)
        if at is not None and at < end:
            at_their_moments[at] = Reminder(at, share)
    return tuple(at_their_moments.values())


def is_still_waited_for(checkpoint: Checkpoint, reminder: Event) -> bool:
    """Say whether people would be called to what there is still to do."""
    wait = wait_of(checkpoint)
    return wait is not None and wait.name == reminder.detail.get("wait")


def audible(plan: ReviewPlan, at: datetime) -> datetime | None:
    """Move a moment out of the quiet hours; None where it is always quiet."""
    if plan.severity is Severity.CRITICAL:
        return at
    moved = quiet_until(plan.quiet, at)
    return moved if quiet_until(plan.quiet, moved) == moved else None


def _nominal(checkpoint: Checkpoint) -> Iterator[tuple[float, datetime]]:
    """Give each share of the time with its moment, loud or not."""
    plan, state = checkpoint.plan, checkpoint.state
    match state:
        case PendingReview(deadline=datetime() as end) | Escalated(deadline=datetime() as end):
            length = plan.ladder[state.rung].sla
            for share in plan.reminders:
                yield share, moment_before(plan.hours, end, _left(length, share))
        case NeedsInformation(deadline=end):
            yield HALF, _between(checkpoint.exchanges[-1].asker.at, end)
        case TakenOver(holder=holder, deadline=end):
            yield HALF, _between(holder.at, end)
        case _:
            return


def _left(length: timedelta, share: float) -> timedelta:
    return length - length * share


def _between(start: datetime, end: datetime) -> datetime:
    return start + (end - start) * HALF


def can_act(checkpoint: Checkpoint, roster: Roster, now: datetime) -> tuple[Reviewer, ...]:
    """List who can fill the open seats and is there: whose turn it is, or else whoever may.

    For a seat whose turn nobody has, or whose holder is not there, it is everybody who may.
    """
    vacancy = vacancy_of(checkpoint, now)
    found: dict[str, Reviewer] = {}
    for seat in vacancy.seats:
        there = _there(vacancy, vacancy.fillers(seat), roster)
        turn = vacancy.held.get(seat)
        theirs = [each for each in there if turn is not None and each.person == turn.person]
        found.update({each.person: each for each in theirs or there})
    return tuple(found.values())


def can_answer(
    checkpoint: Checkpoint, role: RoleName, roster: Roster, now: datetime
) -> tuple[Reviewer, ...]:
    """List who holds a role that was asked and is there; nobody is barred from answering."""
    vacancy = replace(vacancy_of(checkpoint, now), barred=frozenset())
    return tuple(_there(vacancy, frozenset({role}), roster))


def vacancy_of(checkpoint: Checkpoint, now: datetime) -> Vacancy:
    """Describe the open seats of the review that runs, or that waits behind a pause."""
    review = review_in(checkpoint)
    assert review is not None, "asked only of what is open"
    return Vacancy(
        plan=checkpoint.plan,
        rung=review.rung,
        seats=open_seats(checkpoint.plan, (each.seat for each in review.sign_offs)),
        held=holding(checkpoint.plan, review),
        barred=barred(checkpoint, review),
        at=now,
        anew=False,
    )


def _there(vacancy: Vacancy, roles: frozenset[RoleName], roster: Roster) -> list[Reviewer]:
    """List who holds one of these roles and is there, the least loaded first."""
    return [each for each in roster.reviewers if missing(each, roles, vacancy, roster) is None]
