"""Who signs first, who is called next, and how long each rung lasts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from manifests.codes import Code
from manifests.document import ActionPart, RungPart, SeatPart
from manifests.plan import Role, Rung
from manifests.resolving.findings import Findings, Path
from manifests.resolving.roles import RoleBook
from manifests.vocabulary import Urgency

LONGEST_RUNG = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs where nothing is urgent, and again for each urgency with times of its own."""

    rungs: tuple[Rung, ...]
    urgent: Mapping[Urgency, tuple[Rung, ...]] = field(default_factory=dict)

    @property
    def ways(self) -> tuple[tuple[Rung, ...], ...]:
        """List the rungs once for every urgency that is told apart."""
        return (self.rungs, *self.urgent.values())

    @property
    def longest(self) -> timedelta:
        """Add up the rungs of whichever urgency has the most time."""
        return max(sum((rung.sla for rung in way), timedelta(0)) for way in self.ways)


@dataclass(frozen=True, slots=True)
class Standard:
    """What holds for actions that name no seats and no ladder."""

    role: Role
    ladder: Ladder

    @property
    def fallback(self) -> tuple[Role, ...]:
        """List everybody the standard ladder calls."""
        return tuple(dict.fromkeys(role for rung in self.ladder.rungs for role in rung.fallback))

    def sla(self, rung: int) -> timedelta:
        """Say how long a rung lasts; rungs past the last last as long as the last."""
        rungs = self.ladder.rungs
        return rungs[min(rung, len(rungs) - 1)].sla


@dataclass(frozen=True, slots=True)
class Climb:
    """The seats of an action, its ladder, and where each of them is written."""

    seats: tuple[Role, ...]
    ladder: Ladder
    seats_at: Path
    ladder_at: Path


def ladder_of(parts: Sequence[RungPart], book: RoleBook, path: Path) -> Ladder:
    """Turn written rungs into rungs, for every urgency that is told apart."""
    called = tuple(
        book.all_defined(part.roles, (*path, index, "roles")) for index, part in enumerate(parts)
    )
    told_apart = {
        urgency
        for part in parts
        if not isinstance(part.within, timedelta)
        for urgency in part.within
    }
    return Ladder(
        rungs=_rungs(parts, called, Urgency.NORMAL),
        urgent={
            urgency: _rungs(parts, called, urgency)
            for urgency in Urgency
            if urgency in told_apart - {Urgency.NORMAL}
        },
    )


def _rungs(
    parts: Iterable[RungPart], called: Iterable[tuple[Role, ...]], urgency: Urgency
) -> tuple[Rung, ...]:
    return tuple(
        Rung(sla=_length(part, urgency), fallback=roles)
        for part, roles in zip(parts, called, strict=True)
    )


def _length(part: RungPart, urgency: Urgency) -> timedelta:
    """Say how long a rung lasts; an urgency that is not named has the normal one's length."""
    if isinstance(part.within, timedelta):
        return part.within
    usual = part.within.get(Urgency.NORMAL) or max(part.within.values())
    return part.within.get(urgency, usual)


def climb(
    part: ActionPart, path: Path, standard: Standard, book: RoleBook, findings: Findings
) -> Climb:
    """Put an action's seats and ladder together, in whichever style they are written."""
    if part.ladder is None and part.escalation_path is not None:
        return _along_the_path(part, path, standard, book, findings)
    seats, seats_at = _seats(part.seats, path, standard, book)
    if part.ladder is not None:
        _refuse_both_styles(part, path, findings)
        here = (*path, "ladder")
        ladder = ladder_of(part.ladder, book, here)
        warn_of_idle_rungs(seats, ladder, here, findings)
        return Climb(seats, ladder, seats_at, here)
    limit = part.approval_timeout_seconds
    if limit is None:
        return Climb(seats, standard.ladder, seats_at, path)
    here = (*path, "approval_timeout_seconds")
    rungs = tuple(Rung(sla=limit, fallback=rung.fallback) for rung in standard.ladder.rungs)
    return Climb(seats, Ladder(rungs), seats_at, here)


def warn_of_idle_rungs(
    seats: Iterable[Role], ladder: Ladder, path: Path, findings: Findings
) -> None:
    """Point out later rungs on which nobody is called who was not called before."""
    called = {seat.name for seat in seats}
    for index, rung in enumerate(ladder.rungs):
        new = {role.name for role in rung.fallback} - called
        if index and not new:
            findings.warning(
                (*path, index), Code.IDLE_RUNG, "This rung calls nobody who was not called before.",
                "Name other roles, or give the rung before it more time and leave this one out.",
            )  # fmt: skip
        called |= new


def _seats(
    written: Sequence[str | SeatPart] | None, path: Path, standard: Standard, book: RoleBook
) -> tuple[tuple[Role, ...], Path]:
    if written is None:
        return (standard.role,), ("defaults", "role")
    here = (*path, "seats")
    return book.seats(written, here), here


def _refuse_both_styles(part: ActionPart, path: Path, findings: Findings) -> None:
    for key in ("escalation_path", "approval_timeout_seconds"):
        if getattr(part, key) is not None:
            findings.mistake_in_key(
                (*path, key), Code.CONTRADICTION, f"“{key}” and “ladder” say the same thing twice.",
                "Keep the ladder: each rung has its own time and roles.",
            )  # fmt: skip


def _along_the_path(
    part: ActionPart, path: Path, standard: Standard, book: RoleBook, findings: Findings
) -> Climb:
    """Read an escalation path: its first role is the seat, unless seats are written out."""
    names = part.escalation_path or ()
    here = (*path, "escalation_path")
    _refuse_circles(names, here, findings)
    limit = part.approval_timeout_seconds
    steps = list(enumerate(names))
    seats, seats_at = book.seats(part.seats or (), (*path, "seats")), (*path, "seats")
    if not seats:
        index, name = steps.pop(0)
        seats_at = here
        seats = book.defined_or(name, (standard.role,), (*here, index))
    called = list(seats)
    ladder = [Rung(sla=limit or standard.sla(0))]
    for index, name in steps:
        roles = book.defined_or(name, _stand_ins(called, standard), (*here, index))
        called += roles
        ladder.append(Rung(sla=limit or standard.sla(len(ladder)), fallback=roles))
    return Climb(seats, Ladder(tuple(ladder)), seats_at, here)


def _refuse_circles(names: Sequence[str], path: Path, findings: Findings) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            findings.mistake(
                (*path, index), Code.CIRCULAR_PATH, f"“{name}” was asked on this path already.",
                "Whoever stayed silent once is not asked again; name somebody else, or stop here.",
            )  # fmt: skip


def _stand_ins(called: list[Role], standard: Standard) -> tuple[Role, ...]:
    """Choose who stands in on a rung: the default role, or whoever is called after it."""
    if standard.role not in called:
        return (standard.role,)
    return standard.fallback or (standard.role,)
