"""The loads counted anew from the assignments, and those from what is open."""

from collections.abc import Iterator

from sqlalchemy import bindparam, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from store.checkpoint import OPEN
from store.sql.statements import Statement, Wire
from store.sql.tables import assignments, checkpoints, loads
from store.staffing import NOBODY

_A, _C, _L = assignments.c, checkpoints.c, loads.c
_STILL_OPEN = (
    select(_C.id)
    .where(
        _C.workspace == _A.workspace,
        _C.id == _A.proposal,
        or_(*(_C.status == status.value for status in OPEN)),
    )
    .exists()
)
_DROP_CLOSED = Statement(
    delete(assignments).where(_A.workspace == bindparam("workspace"), ~_STILL_OPEN)
)
_COUNT_CLOSED = Statement(
    select(func.count())
    .select_from(assignments)
    .where(_A.workspace == bindparam("workspace"), ~_STILL_OPEN)
)
_COUNTED = Statement(
    select(_A.person, func.sum(_A.weight), func.count())
    .where(_A.workspace == bindparam("workspace"), _A.user != NOBODY, _STILL_OPEN)
    .group_by(_A.person)
)
_KEPT = Statement(
    select(_L.person, _L.weight, _L.proposals).where(_L.workspace == bindparam("workspace"))
)
_WRITE = insert(loads).values({column.name: bindparam(column.name) for column in _L})
_SET = Statement(
    _WRITE.on_conflict_do_update(
        index_elements=["person", "workspace"],
        set_={name: _WRITE.excluded[name] for name in ("weight", "proposals")},
    )
)
_FORGET = Statement(
    delete(loads).where(_L.workspace == bindparam("workspace"), _L.weight == 0, _L.proposals == 0)
)
_NOTHING = (0, 0)


def drifted(wire: Wire, workspace: str) -> int:
    """Count what does not add up, without changing anything."""
    row = wire.row(_COUNT_CLOSED, workspace=workspace)
    closed = int(row[0]) if row is not None else 0
    return closed + sum(1 for _ in _wrong(wire, workspace))


def recounted(wire: Wire, workspace: str) -> int:
    """Drop the assignments of what is closed, count the loads anew, and say how many were wrong."""
    wrong = wire.change(_DROP_CLOSED, workspace=workspace)
    for person, (weight, count) in list(_wrong(wire, workspace)):
        wire.later(_SET, workspace=workspace, person=person, weight=weight, proposals=count)
        wrong += 1
    wire.later(_FORGET, workspace=workspace)
    return wrong


def _wrong(wire: Wire, workspace: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Give the people whose load is not what their assignments come to, with what it should be."""
    counted = {
        person: (int(weight), int(count))
        for person, weight, count in wire.rows(_COUNTED, workspace=workspace)
    }
    kept = {
        person: (weight, count) for person, weight, count in wire.rows(_KEPT, workspace=workspace)
    }
    for person in sorted(counted.keys() | kept.keys()):
        right = counted.get(person, _NOTHING)
        if kept.get(person, _NOTHING) != right:
            yield person, right
