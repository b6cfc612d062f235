"""Whose turn it is, settled in the transaction that changes a review.

The audit chain's head is held by then, so no two instances read the loads at the same time.
"""

from dataclasses import dataclass, replace

from pydantic import JsonValue

from manifests.vocabulary import RoleName
from store.assigning import (
    Missing,
    Seating,
    Vacancy,
    assignees_of,
    assignments_of,
    barred,
    holding,
    review_in,
    seated,
)
from store.checkpoint import (
    Assignee,
    Checkpoint,
    Escalated,
    Held,
    NeedsInformation,
    PendingReview,
    Releasing,
    State,
    TakenOver,
)
from store.commands import Command, Reassign
from store.effects import KEYTURN, Event, Happening
from store.lifecycle import Transition
from store.lifecycle.silence import climbed
from store.ports import Reading, Transaction
from store.refusals import Reason, Refusal
from store.seats import open_seats
from store.staffing import Reviewer, Roster

_FIRST_ROWS = 8
_NAMED_AT_MOST = 3
_CONSIDERED_AT_MOST = 10
_WHY_NOT = {
    Missing.PARTY: "may not decide this one",
    Missing.AWAY: "is out of office",
    Missing.OFF_HOURS: "is outside their working hours",
    Missing.OFF_CALL: "is not on call",
}

Review = PendingReview | Escalated


@dataclass(frozen=True, slots=True)
class _Found:
    """A seating on the rung that it was found on."""

    review: Review
    vacancy: Vacancy
    roster: Roster
    seating: Seating

    @property
    def unknown(self) -> bool:
        """Say whether somebody may be there of whom we were not told yet."""
        return not self.vacancy.roles <= self.roster.known

    @property
    def enough(self) -> bool:
        """Say whether every seat has somebody, and whom the rung calls is among them."""
        called = self.vacancy.called
        chosen = self.seating.chosen.values()
        heard = not called or any(
            holder.role in called for each in chosen for holder in each.reviewer.holds
        )
        return heard and len(chosen) == len(self.vacancy.seats)

    @property
    def assignees(self) -> tuple[Assignee, ...]:
        """Write down whose turn it is."""
        return assignees_of(self.vacancy, self.seating)


def with_turns(tx: Transaction, step: Transition) -> Transition:
    """Say whose turn it is from here on; where nobody is there, climb to the next rung at once."""
    after = step.after
    if not isinstance(after.state, PendingReview | Escalated):
        return step
    before = None if step.before is None else review_in(step.before)
    anew = before is None or before.rung < after.state.rung
    review = after.state
    if before is not None and not review.assignees:
        review = replace(review, assignees=before.assignees)
    held = holding(after.plan, review)
    # Whoever may not sign any more, for they edited it, would hold up those who may.
    spent = barred(after, review)
    free = [seat for seat in _open(after, review) if seat not in held or held[seat].person in spent]
    if not anew and not free:
        kept = tuple(held[seat] for seat in sorted(held))
        return _with_review(step, replace(review, assignees=kept))
    return _settled(tx, step, review, anew=anew, gap=_gap(step))


def passed_on(tx: Reading, checkpoint: Checkpoint) -> Transition | None:
    """Take the turn from whoever is no longer there, and fill what waits for anybody.

    None when everybody is where they were.
    """
    review = review_in(checkpoint)
    if review is None:
        return None
    same = Transition(checkpoint, checkpoint.moved(checkpoint.state, tx.now()), ())
    if review is checkpoint.state:
        step = _settled(tx, same, review, anew=False, gap=_gap(same))
    else:
        step = _kept_or_replaced(tx, same, review)
    return step if step.events else None


def record_turns(tx: Transaction, step: Transition) -> None:
    """Write the assignments and the loads that follow from a step."""
    tx.staff.assign(assignments_of(step.before), assignments_of(step.after))


def objection_to_turn(tx: Transaction, command: Command) -> Refusal | None:
    """Say that whoever is to get it is out of office."""
    if not isinstance(command, Reassign):
        return None
    absence = tx.staff.absence(command.to.id)
    if absence is None or not absence.covers(tx.now()):
        return None
    words = f"{command.to.name} is out of office. Choose somebody who is there."
    return Refusal(Reason.AWAY, words)


def takers(tx: Reading, checkpoint: Checkpoint) -> tuple[Reviewer, ...] | None:
    """List who could be given a turn now, by name; None where not all of them may be known."""
    review = review_in(checkpoint)
    if review is None:
        return ()
    plan, held = checkpoint.plan, holding(checkpoint.plan, review)
    seats = _open(checkpoint, review)
    roles = frozenset[RoleName]().union(
        *(plan.fillers(plan.seats[at], review.rung) for at in seats)
    )
    roster = tx.staff.roster(roles)
    if not roles <= roster.known:
        return None
    out = barred(checkpoint, review) | {each.person for each in held.values()}
    there = (
        each
        for each in roster.reviewers
        if each.person not in out and not (each.absence and each.absence.covers(tx.now()))
    )
    return tuple(sorted(there, key=lambda each: each.name))


def _open(checkpoint: Checkpoint, review: Review) -> tuple[int, ...]:
    return open_seats(checkpoint.plan, (each.seat for each in review.sign_offs))


def _gap(step: Transition) -> frozenset[int]:
    """Give the seats for which nobody was there already, of which operations know."""
    before = step.before
    if before is None or not isinstance(before.state, PendingReview | Escalated):
        return frozenset()
    return frozenset(_open(before, before.state)) - holding(before.plan, before.state).keys()


def _settled(
    tx: Reading, step: Transition, review: Review, *, anew: bool, gap: frozenset[int]
) -> Transition:
    first = _found(tx, step.after, review, anew=anew)
    short = frozenset(first.vacancy.seats) - first.seating.chosen.keys()
    if first.enough or first.unknown or (not anew and short <= gap):
        return _given(step, first)
    why = _nobody(step.after, first)
    called = _higher(tx, step.after, review, why)
    if called is None:
        return _given(_alarmed(step, why), first)
    return _given(_escalated(step, review, called, why), called)


def _found(tx: Reading, checkpoint: Checkpoint, review: Review, *, anew: bool) -> _Found:
    vacancy = Vacancy(
        plan=checkpoint.plan,
        rung=review.rung,
        seats=_open(checkpoint, review),
        held=holding(checkpoint.plan, review),
        barred=barred(checkpoint, review),
        at=tx.now(),
        anew=anew,
        knows_it=None if checkpoint.follows is None else checkpoint.follows.by.person,
    )
    if not vacancy.held and not vacancy.called:
        # The least loaded are nearly always enough, and there may be very many more.
        first = tx.staff.roster(vacancy.roles, _FIRST_ROWS + len(vacancy.roles))
        found = _Found(review, vacancy, first, seated(vacancy, first))
        if first.whole or found.enough:
            return found
    roster = tx.staff.roster(vacancy.roles)
    return _Found(review, vacancy, roster, seated(vacancy, roster))


def _higher(tx: Reading, checkpoint: Checkpoint, review: Review, why: str) -> _Found | None:
    """Find the next rung on which somebody is there, or may be."""
    for _ in range(review.rung + 1, len(checkpoint.plan.ladder)):
        review = replace(
            climbed(checkpoint.plan, review, why, tx.now()), assignees=review.assignees
        )
        found = _found(tx, checkpoint, review, anew=True)
        if found.enough or found.unknown:
            return found
    return None


def _escalated(step: Transition, review: Review, called: _Found, why: str) -> Transition:
    detail: dict[str, JsonValue] = {
        "why": why,
        "from_rung": called.review.rung - 1,
        "stood_on": review.rung,
    }
    at = called.vacancy.at
    event = Event(happening=Happening.ESCALATED, actor=KEYTURN, at=at, detail=detail)
    return replace(step, events=(*step.events, event))


def _alarmed(step: Transition, why: str) -> Transition:
    event = Event(
        happening=Happening.NOBODY_AVAILABLE,
        actor=KEYTURN,
        at=step.after.updated_at,
        detail={"why": why},
    )
    return replace(step, events=(*step.events, event))


def _kept_or_replaced(tx: Reading, step: Transition, review: Review) -> Transition:
    """Replace, while the clock stands still, only those who are no longer there."""
    held = holding(step.after.plan, review)
    if not held:
        return step
    found = _found(tx, step.after, review, anew=False)
    return _given(step, found)


def _given(step: Transition, found: _Found) -> Transition:
    """Write the turns into the state, and tell of those that are new."""
    given = replace(found.review, assignees=found.assignees)
    changed = _with_review(step, given)
    had = {(each.person, each.seat) for each in found.vacancy.held.values()}
    has = {(each.person, each.seat) for each in given.assignees}
    if has == had and not (found.vacancy.anew and has):
        return changed
    event = Event(
        happening=Happening.ASSIGNED, actor=KEYTURN, at=found.vacancy.at, detail=_account(found)
    )
    return replace(changed, events=(*changed.events, event))


def _with_review(step: Transition, review: Review) -> Transition:
    state = _in_place(step.after.state, review)
    return replace(step, after=replace(step.after, state=state))


def _in_place(state: State, review: Review) -> State:
    match state:
        case NeedsInformation() | TakenOver() | Held() | Releasing():
            return replace(state, paused=review)
        case _:
            return review


def _account(found: _Found) -> dict[str, JsonValue]:
    """Give account of the choice: who, why, with which load, and who was passed over."""
    roles = {each.person: each.role for each in found.assignees}
    chosen: list[JsonValue] = [
        {
            "seat": found.vacancy.plan.seats[seat].name,
            "role": roles[each.reviewer.person],
            "user": each.reviewer.user,
            "person": each.reviewer.person,
            "name": each.reviewer.name,
            "load": each.reviewer.load,
            "why": each.why.value,
        }
        for seat, each in sorted(found.seating.chosen.items())
    ]
    passed: list[JsonValue] = [
        {"person": reviewer.person, "load": reviewer.load, "why": why.value}
        for reviewer, why in found.seating.passed_over[:_CONSIDERED_AT_MOST]
    ]
    return {
        "turns": chosen,
        "passed_over": passed,
        "weight": found.vacancy.plan.weight,
    }


def _nobody(checkpoint: Checkpoint, found: _Found) -> str:
    """Say for which role nobody is there, and why."""
    short = [seat for seat in found.vacancy.seats if seat not in found.seating.chosen]
    called = found.vacancy.called
    roles = called or frozenset[RoleName]().union(
        *(found.vacancy.fillers(seat) for seat in short or found.vacancy.seats)
    )
    titles = _titles(checkpoint, roles)
    held = [
        (reviewer, why)
        for reviewer, why in found.seating.passed_over
        if any(each.role in roles for each in reviewer.holds)
    ]
    if not held:
        else_ = " else" if _anybody(found, roles) else ""
        return f"Nobody{else_} holds the role: {titles}."
    if _all_barred(found, roles, [why for _, why in held]):
        return f"Nobody with the role {titles} may decide it any more."
    named = [f"{reviewer.name} {_WHY_NOT[why]}" for reviewer, why in held[:_NAMED_AT_MOST]]
    more = len(held) - len(named)
    rest = f"; and {more} more" if more else ""
    return f"Nobody is available as {titles}: {'; '.join(named)}{rest}."


def _all_barred(found: _Found, roles: frozenset[RoleName], missing: list[Missing]) -> bool:
    """Say whether a role lost its last people while it waited because they had a part in it."""
    seated = any(
        each.role in roles
        for candidate in found.seating.chosen.values()
        for each in candidate.reviewer.holds
    )
    lost = not found.vacancy.anew and not seated
    return lost and all(each is Missing.PARTY for each in missing)


def _anybody(found: _Found, roles: frozenset[RoleName]) -> bool:
    return any(each.role in roles for one in found.roster.reviewers for each in one.holds)


def _titles(checkpoint: Checkpoint, roles: frozenset[RoleName]) -> str:
    plan = checkpoint.plan
    known = [*plan.seats, *(role for rung in plan.ladder for role in rung.fallback)]
    return " or ".join(dict.fromkeys(role.title for role in known if role.name in roles))
