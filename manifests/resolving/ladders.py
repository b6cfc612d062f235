"""Who signs first, who is called next, and how long each rung lasts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from manifests.document import ActionPart, RungPart
from manifests.plan import Role, Rung
from manifests.resolving.findings import Findings, Path
from manifests.resolving.roles import RoleBook


@dataclass(frozen=True, slots=True)
class Standard:
    """What holds for actions that name no seats and no ladder."""

    role: Role
    ladder: tuple[Rung, ...]

    @property
    def fallback(self) -> tuple[Role, ...]:
        """List everybody the standard ladder calls."""
        return tuple(dict.fromkeys(role for rung in self.ladder for role in rung.fallback))

    def sla(self, rung: int) -> timedelta:
        """Say how long a rung lasts; rungs past the last last as long as the last."""
        return self.ladder[min(rung, len(self.ladder) - 1)].sla


@dataclass(frozen=True, slots=True)
class Climb:
    """The seats of an action and its ladder."""

    seats: tuple[Role, ...]
    ladder: tuple[Rung, ...]


def rungs(parts: Iterable[RungPart], book: RoleBook, path: Path) -> tuple[Rung, ...]:
    """Turn written rungs into rungs."""
    return tuple(
        Rung(sla=part.within, fallback=book.all_defined(part.roles, (*path, index, "roles")))
        for index, part in enumerate(parts)
    )


def climb(
    part: ActionPart, path: Path, standard: Standard, book: RoleBook, findings: Findings
) -> Climb:
    """Put an action's seats and ladder together, in whichever style they are written."""
    if part.ladder is not None:
        _refuse_both_styles(part, path, findings)
        seats = book.all_defined(part.seats or (), (*path, "seats")) or (standard.role,)
        return Climb(seats, rungs(part.ladder, book, (*path, "ladder")))
    if part.escalation_path is not None:
        return _along_the_path(part, part.escalation_path, path, standard, book)
    seats = book.all_defined(part.seats or (), (*path, "seats")) or (standard.role,)
    limit = part.approval_timeout_seconds
    return Climb(seats, tuple(_lasting(rung, limit) for rung in standard.ladder))


def _lasting(rung: Rung, limit: timedelta | None) -> Rung:
    return Rung(sla=limit or rung.sla, fallback=rung.fallback)


def _refuse_both_styles(part: ActionPart, path: Path, findings: Findings) -> None:
    for key in ("escalation_path", "approval_timeout_seconds"):
        if getattr(part, key) is not None:
            findings.mistake_in_key(
                (*path, key), "contradiction", f"“{key}” and “ladder” say the same thing twice.",
                "Keep the ladder: each rung has its own time and roles.",
            )  # fmt: skip


def _along_the_path(
    part: ActionPart, names: tuple[str, ...], path: Path, standard: Standard, book: RoleBook
) -> Climb:
    """Read an escalation path: its first role is the seat, unless seats are written out."""
    here = (*path, "escalation_path")
    limit = part.approval_timeout_seconds
    steps = list(enumerate(names))
    seats = book.all_defined(part.seats or (), (*path, "seats"))
    if not seats:
        index, name = steps.pop(0)
        seats = book.defined_or(name, (standard.role,), (*here, index))
    called = list(seats)
    ladder = [Rung(sla=limit or standard.sla(0))]
    for index, name in steps:
        roles = book.defined_or(name, _stand_ins(called, standard), (*here, index))
        called += roles
        ladder.append(Rung(sla=limit or standard.sla(len(ladder)), fallback=roles))
    return Climb(seats, tuple(ladder))


def _stand_ins(called: list[Role], standard: Standard) -> tuple[Role, ...]:
    """Choose who stands in on a rung: the default role, or whoever is called after it."""
    if standard.role not in called:
        return (standard.role,)
    return standard.fallback or (standard.role,)
