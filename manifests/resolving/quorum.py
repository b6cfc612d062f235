"""Whether enough different people could ever sign: a matching of people to seats."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from manifests.codes import Code
from manifests.manifest import StaffedRole
from manifests.plan import ReviewPlan, Role
from manifests.resolving.findings import Findings, Path
from manifests.vocabulary import PersonId, RoleName, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Who holds which role, as far as the manifest itself says."""

    people: Mapping[RoleName, frozenset[PersonId]]
    unknown: frozenset[RoleName]
    """Held through a user group, so by any number of people."""
    names: Mapping[PersonId, str]

    def may_fill(self, roles: Collection[RoleName]) -> frozenset[PersonId] | None:
        """List who holds some of these roles; None where any number of people may."""
        if not self.unknown.isdisjoint(roles):
            return None
        return frozenset[PersonId]().union(*(self.people.get(role, ()) for role in roles))


def staff_of(
    roles: Mapping[RoleName, StaffedRole],
    accounts: Mapping[UserId, PersonId],
    names: Mapping[PersonId, str],
) -> Staff:
    """Say who holds which role; several accounts of one person count once."""
    return Staff(
        people={
            name: frozenset(accounts.get(user, PersonId(user)) for user in staffed.members)
            for name, staffed in roles.items()
        },
        unknown=frozenset(name for name, staffed in roles.items() if staffed.user_group),
        names=names,
    )


def look_at_quorum(plan: ReviewPlan, staff: Staff, path: Path, findings: Findings) -> None:
    """Refuse seats that cannot all be filled, and point out those that hang on one person."""
    if any(role.name not in staff.people for role in _called(plan)):
        return  # a role that is not defined was told already
    last = len(plan.ladder) - 1
    filled = _filled(plan, last, staff)
    if filled is None:
        findings.mistake_in_key(
            path, Code.UNFILLABLE_SEATS,
            f"{_titles(plan.seats)} cannot all sign: there are not enough different people.",
            "One person fills one seat. Add members, or call other roles on a rung.",
        )  # fmt: skip
        return
    _warn_of_the_indispensable(plan, filled, staff, path, findings)
    if last and _filled(plan, 0, staff) is None:
        findings.warning(
            path, Code.LATE_QUORUM,
            f"{_titles(plan.seats)} cannot all sign before the next rung calls others.",
            "One person fills one seat. Add members, so that the first review can end well.",
        )  # fmt: skip


def _warn_of_the_indispensable(
    plan: ReviewPlan, filled: Iterable[PersonId], staff: Staff, path: Path, findings: Findings
) -> None:
    """Tell whose own proposals nobody could approve; whoever is in no matching can be spared."""
    last = len(plan.ladder) - 1
    needed = [each for each in filled if _filled(plan, last, staff, without=each) is None]
    if needed:
        names = ", ".join(sorted(staff.names.get(person, person) for person in needed))
        findings.warning(
            path, Code.NEEDS_ONE_PERSON,
            f"What {names} asks for, nobody could approve for {_titles(plan.seats)}.",
            "Whoever asks, or owns the agent, cannot sign. Add a member, or a role on a rung.",
        )  # fmt: skip


def _filled(
    plan: ReviewPlan, rung: int, staff: Staff, without: PersonId | None = None
) -> tuple[PersonId, ...] | None:
    """Find a different person for every seat whose holders are known, or None."""
    wanted: list[list[PersonId]] = []
    for seat in plan.seats:
        known = staff.may_fill(plan.fillers(seat, rung))
        if known is not None:
            wanted.append(sorted(known - {without}))
    holder: dict[PersonId, int] = {}
    if all(_seated(seat, wanted, holder, set()) for seat in range(len(wanted))):
        return tuple(holder)
    return None


def _seated(
    seat: int, wanted: Sequence[Sequence[PersonId]], holder: dict[PersonId, int], tried: set[str]
) -> bool:
    """Seat one more, moving others where that helps (augmenting paths, Kuhn)."""
    for person in wanted[seat]:
        if person in tried:
            continue
        tried.add(person)
        if person not in holder or _seated(holder[person], wanted, holder, tried):
            holder[person] = seat
            return True
    return False


def _called(plan: ReviewPlan) -> tuple[Role, ...]:
    return (*plan.seats, *(role for rung in plan.ladder for role in rung.fallback))


def _titles(seats: Iterable[Role]) -> str:
    return " and ".join(seat.title for seat in seats)
