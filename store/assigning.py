"""Whose turn it is: the least loaded of those who may sign and are there. A hint, never a right."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from manifests.calendars import is_open, on_call
from manifests.plan import ReviewPlan
from manifests.vocabulary import PersonId, RoleName
from store.checkpoint import (
    Assignee,
    Checkpoint,
    Escalated,
    NeedsInformation,
    PendingReview,
    Releasing,
    TakenOver,
    review_of,
)
from store.seats import open_seats
from store.staffing import MOST_HOPS, NOBODY, Absence, Assignment, Holder, Reviewer, Roster


class Missing(StrEnum):
    """Why it cannot be somebody's turn now."""

    PARTY = "party"
    """They asked for it, own the agent, made an edit that another must approve, or signed."""
    AWAY = "away"
    OFF_HOURS = "off_hours"
    OFF_CALL = "off_call"


class Chosen(StrEnum):
    """Why it is somebody's turn."""

    KEPT = "kept"
    DELEGATE = "delegate"
    LEAST_LOADED = "least_loaded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vacancy:
    """The open seats of one review on one rung, and whom they may not go to."""

    plan: ReviewPlan
    rung: int
    seats: tuple[int, ...]
    """Places among the plan's seats."""
    held: Mapping[int, Assignee]
    """Whose turn it was; they keep it where they may, unless the rung was climbed."""
    barred: frozenset[PersonId]
    at: datetime
    anew: bool
    """Whether the rung was just come to, so that it is the turn of those whom it calls."""
    knows_it: PersonId | None = None
    """Who said no to what came before, and need not learn it anew."""

    @property
    def called(self) -> frozenset[RoleName]:
        """Name the roles whose turn it is on this rung before all others'."""
        fallback = frozenset(role.name for role in self.plan.fallback_of(self.rung))
        return fallback if self.anew and self.rung else frozenset()

    @property
    def roles(self) -> frozenset[RoleName]:
        """Name every role that may fill one of the open seats."""
        return frozenset[RoleName]().union(*(self.fillers(seat) for seat in self.seats))

    def fillers(self, seat: int) -> frozenset[RoleName]:
        """Name the roles that may fill one seat."""
        return self.plan.fillers(self.plan.seats[seat], self.rung)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could fill some of the open seats, the likeliest first."""

    reviewer: Reviewer
    seats: tuple[int, ...]
    why: Chosen


@dataclass(frozen=True, slots=True)
class Seating:
    """Who was found for which seat, and who was passed over on the way."""

    chosen: Mapping[int, Candidate]
    passed_over: tuple[tuple[Reviewer, Missing], ...]


@dataclass(slots=True)
class _Search:
    """One search under way: a matching that grows by one person at a time."""

    vacancy: Vacancy
    roster: Roster
    chosen: dict[int, Candidate] = field(default_factory=dict)
    passed_over: dict[PersonId, tuple[Reviewer, Missing]] = field(default_factory=dict)

    def offer(self, candidate: Candidate) -> None:
        """Seat somebody, moving others to seats they may fill as well, but nobody out."""
        taken = {each.reviewer.person for each in self.chosen.values()}
        if candidate.reviewer.person not in taken:
            self._seat(candidate, set())

    def _seat(self, candidate: Candidate, tried: set[int]) -> bool:
        for seat in candidate.seats:
            if seat in tried:
                continue
            tried.add(seat)
            sitting = self.chosen.get(seat)
            if sitting is None or self._seat(sitting, tried):
                self.chosen[seat] = candidate
                return True
        return False

    @property
    def over(self) -> bool:
        """Say whether every seat has somebody."""
        return len(self.chosen) == len(self.vacancy.seats)


def seated(vacancy: Vacancy, roster: Roster) -> Seating:
    """Find different people for the open seats, together the least loaded there are.

    Whoever is likelier comes first and is never put out again by somebody later, only moved; so the
    people found are the likeliest that can be found at all (they are a transversal matroid).
    """
    search = _Search(vacancy, roster)
    for candidate in _candidates(search):
        search.offer(candidate)
        if search.over:
            break
    return Seating(search.chosen, tuple(search.passed_over.values()))


def _candidates(search: _Search) -> Iterator[Candidate]:
    if not search.vacancy.anew:
        yield from _keeping(search)
        yield from _standing_in(search)
    called = search.vacancy.called
    if called:
        yield from _by_load(search, called)
    yield from _by_load(search, search.vacancy.roles)


def _keeping(search: _Search) -> Iterator[Candidate]:
    """Leave it to those whose turn it is, at any hour, unless they are away or may no longer."""
    vacancy, roster = search.vacancy, search.roster
    people = {each.person: each for each in roster.reviewers}
    for seat, assignee in vacancy.held.items():
        reviewer = people.get(assignee.person)
        if reviewer is None and not vacancy.fillers(seat) <= roster.known:
            reviewer = _as_told(assignee)
        if reviewer is None or assignee.person in vacancy.barred or _away(reviewer, vacancy.at):
            continue
        own = _held_by(reviewer)
        others = (each for each in vacancy.seats if own & vacancy.fillers(each))
        if own & vacancy.fillers(seat):
            yield Candidate(reviewer, tuple(dict.fromkeys((seat, *others))), Chosen.KEPT)


def _as_told(assignee: Assignee) -> Reviewer:
    """Believe whoever took it, where it is not known yet who holds the role."""
    role = assignee.role or assignee.seat
    holder = Holder(role=role, user=assignee.user, person=assignee.person, name=assignee.name)
    return Reviewer(person=assignee.person, holds=(holder,))


def _standing_in(search: _Search) -> Iterator[Candidate]:
    """Give the turn of whoever is away to the one they named, if that one may sign."""
    vacancy, roster = search.vacancy, search.roster
    people = {each.person: each for each in roster.reviewers}
    for seat, assignee in vacancy.held.items():
        delegate = stand_in(roster, assignee.person, vacancy.at)
        reviewer = None if delegate is None else people.get(delegate)
        if reviewer is None or reviewer.person == assignee.person:
            continue
        if missing(reviewer, vacancy.fillers(seat), search.vacancy, roster) is None:
            yield Candidate(reviewer, (seat,), Chosen.DELEGATE)


def _by_load(search: _Search, roles: frozenset[RoleName]) -> Iterator[Candidate]:
    vacancy = search.vacancy
    # Least loaded first, as they are listed, but before them all whoever knows the matter.
    for reviewer in sorted(search.roster.reviewers, key=lambda who: who.person != vacancy.knows_it):
        if not _held_by(reviewer) & roles:
            continue
        why_not = missing(reviewer, roles, vacancy, search.roster)
        if why_not is not None:
            search.passed_over.setdefault(reviewer.person, (reviewer, why_not))
            continue
        seats = tuple(
            seat
            for seat in vacancy.seats
            if vacancy.fillers(seat) & roles
            and missing(reviewer, vacancy.fillers(seat) & roles, vacancy, search.roster) is None
        )
        yield Candidate(reviewer, seats, Chosen.LEAST_LOADED)


def missing(
    reviewer: Reviewer, roles: frozenset[RoleName], vacancy: Vacancy, roster: Roster
) -> Missing | None:
    """Say why it cannot be somebody's turn in any of these roles, or None when it can.

    Being on call counts at every hour; where a role has a rota, nobody else of it is there.
    """
    if reviewer.person in vacancy.barred:
        return Missing.PARTY
    if _away(reviewer, vacancy.at):
        return Missing.AWAY
    found = Missing.OFF_CALL
    for holder in reviewer.holds:
        if holder.role not in roles:
            continue
        if holder.rota is None:
            if is_open(holder.hours, vacancy.at):
                return None
            found = Missing.OFF_HOURS
        elif _on_call(holder, roster, vacancy.at) == reviewer.person:
            return None
    return found


def _on_call(holder: Holder, roster: Roster, at: datetime) -> PersonId | None:
    """Name who is on call, or whoever stands in for them."""
    if holder.rota is None:
        return None
    user = on_call(holder.rota, at)
    owners = (each.person for each in roster.reviewers for held in each.holds if held.user == user)
    return stand_in(roster, next(owners, PersonId(user)), at)


def stand_in(roster: Roster, person: PersonId, at: datetime) -> PersonId | None:
    """Follow delegations to somebody who is not away; nobody in a circle, or further than that."""
    away: dict[PersonId, Absence] = {
        **roster.elsewhere,
        **{each.person: each.absence for each in roster.reviewers if each.absence is not None},
    }
    following: PersonId | None = person
    for _ in range(MOST_HOPS + 1):
        absence = None if following is None else away.get(following)
        if absence is None or not absence.covers(at):
            return following
        following = absence.delegate
    return None


def _held_by(reviewer: Reviewer) -> frozenset[RoleName]:
    return frozenset(each.role for each in reviewer.holds)


def _away(reviewer: Reviewer, at: datetime) -> bool:
    return reviewer.absence is not None and reviewer.absence.covers(at)


def review_in(checkpoint: Checkpoint) -> PendingReview | Escalated | None:
    """Give the review that runs or waits; None once it is closed."""
    match checkpoint.state:
        case (
            PendingReview() | Escalated() | NeedsInformation() | TakenOver() | Releasing()
        ) as state:
            return review_of(state)
        case _:
            return None


def barred(checkpoint: Checkpoint, review: PendingReview | Escalated) -> frozenset[PersonId]:
    """Name the people who could not sign, whatever roles they hold."""
    parties = (checkpoint.parties.owner, checkpoint.parties.requester)
    found = {person for person in parties if person is not None}
    found |= {each.by.person for each in review.sign_offs}
    if not checkpoint.plan.editor_may_sign:
        found |= {each.by.person for each in checkpoint.revisions if each.by is not None}
    return frozenset(found)


def holding(plan: ReviewPlan, review: PendingReview | Escalated) -> dict[int, Assignee]:
    """Say by seat whose turn it is; whoever's seat was filled meanwhile holds none."""
    left = list(open_seats(plan, (each.seat for each in review.sign_offs)))
    signed = {sign_off.by.person for sign_off in review.sign_offs}
    found: dict[int, Assignee] = {}
    for assignee in review.assignees:
        seat = next((each for each in left if plan.seats[each].name == assignee.seat), None)
        if seat is not None and assignee.person not in signed:
            left.remove(seat)
            found[seat] = assignee
    return found


def assignees_of(vacancy: Vacancy, seating: Seating) -> tuple[Assignee, ...]:
    """Write down whose turn it is from here on, by seat; who keeps it has it since before."""
    earlier = {each.person: each for each in vacancy.held.values()}
    found = []
    for seat, candidate in sorted(seating.chosen.items()):
        name, reviewer = vacancy.plan.seats[seat].name, candidate.reviewer
        before = earlier.get(reviewer.person)
        kept = before if candidate.why is Chosen.KEPT else None
        role = role_for(vacancy.plan, seat, vacancy.rung, _held_by(reviewer))
        found.append(
            Assignee(
                user=reviewer.user,
                person=reviewer.person,
                name=reviewer.name,
                seat=name,
                at=vacancy.at,
                # Whoever had the turn was told of it, or took it, and is not told again.
                told_at=vacancy.at if before is None else before.told_at,
                role=role,
            )
            if kept is None
            else replace(kept, seat=name, role=role)
        )
    return tuple(found)


def role_for(plan: ReviewPlan, seat: int, rung: int, held: frozenset[RoleName]) -> RoleName | None:
    """Say by which of their roles somebody fills a seat: its own, or the one called last."""
    called = (role.name for step in reversed(plan.ladder[: rung + 1]) for role in step.fallback)
    return next((each for each in (plan.seats[seat].name, *called) if each in held), None)


def assignments_of(checkpoint: Checkpoint | None) -> tuple[Assignment, ...]:
    """List the open seats of a checkpoint with whose turn it is; of a closed one there are none."""
    review = None if checkpoint is None else review_in(checkpoint)
    if checkpoint is None or review is None:
        return ()
    plan, held = checkpoint.plan, holding(checkpoint.plan, review)
    return tuple(
        Assignment(
            proposal=checkpoint.id,
            seat=seat,
            user=held[seat].user if seat in held else NOBODY,
            person=held[seat].person if seat in held else PersonId(NOBODY),
            weight=plan.weight,
        )
        for seat in open_seats(plan, (each.seat for each in review.sign_offs))
    )
