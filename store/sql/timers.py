"""Moments at which the clock must look, found by a plain index on when they are due."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from store.ports import Timer, TimerKind
from store.proposal import ProposalId
from store.sql.codec import micros, moment
from store.sql.statements import Statement, Wire
from store.sql.tables import timers

FIRST = 0
"""Before any moment at which something may be due."""

_T = timers.c
# A newer version, running beside this one, may set timers of kinds unknown here: they are its own.
_KNOWN = or_(*(_T.kind == kind.value for kind in TimerKind))
_WRITE = insert(timers).values({column.name: bindparam(column.name) for column in timers.c})
_PUT = Statement(
    _WRITE.on_conflict_do_update(
        index_elements=["subject", "kind", "workspace"], set_={"due": _WRITE.excluded.due}
    )
)
_CLEAR = Statement(
    delete(timers).where(
        _T.workspace == bindparam("workspace"),
        _T.subject == bindparam("subject"),
        _T.kind == bindparam("kind"),
    )
)
_DUE = Statement(
    select(_T.subject, _T.kind, _T.due)
    .where(_T.workspace == bindparam("workspace"), _T.due <= bindparam("now"), _KNOWN)
    .order_by(_T.due)
    .limit(bindparam("limit"))
)
_AHEAD = Statement(
    select(_T.subject, _T.kind, _T.due)
    .where(
        _T.workspace == bindparam("workspace"),
        _T.kind == bindparam("kind"),
        _T.due >= bindparam("after"),
        or_(_T.due > bindparam("after"), _T.subject > bindparam("subject")),
    )
    .order_by(_T.due, _T.subject)
    .limit(bindparam("limit"))
)
_NEXT = Statement(
    select(_T.due).where(_T.workspace == bindparam("workspace"), _KNOWN).order_by(_T.due).limit(1)
)
_POSTPONE = Statement(
    update(timers)
    .where(
        _T.workspace == bindparam("own_workspace"),
        _T.subject == bindparam("own_subject"),
        _T.kind == bindparam("own_kind"),
        _T.due == bindparam("before"),
    )
    .values(due=bindparam("due"))
)


class SqlTimers:
    """Moments at which the clock must look."""

    def __init__(self, wire: Wire, workspace: str) -> None:
        self._wire = wire
        self._workspace = workspace

    def put(self, timer: Timer) -> None:
        """Set a proposal's timer of a kind, replacing the one before."""
        self._wire.later(
            _PUT,
            workspace=self._workspace,
            subject=timer.proposal,
            kind=timer.kind.value,
            due=micros(timer.due),
        )

    def clear(self, proposal: ProposalId, kind: TimerKind) -> None:
        """Remove a proposal's timer of a kind, if there is one."""
        self._wire.later(_CLEAR, workspace=self._workspace, subject=proposal, kind=kind.value)

    def postpone(self, timer: Timer, due: datetime) -> None:
        """Move a timer that could not be settled, unless it was set anew meanwhile."""
        self._wire.later(
            _POSTPONE,
            own_workspace=self._workspace,
            own_subject=timer.proposal,
            own_kind=timer.kind.value,
            before=micros(timer.due),
            due=micros(due),
        )

    def due(self, now: datetime, limit: int) -> tuple[Timer, ...]:
        """List timers that are due, earliest first; the cost follows what is due."""
        rows = self._wire.rows(_DUE, workspace=self._workspace, now=micros(now), limit=limit)
        return tuple(map(_timer, rows))

    def ahead(self, kind: TimerKind, limit: int, after: Timer | None = None) -> tuple[Timer, ...]:
        """List the timers of a kind that are set, earliest first; a page ends where `after` is."""
        place: dict[str, Any] = {"after": FIRST, "subject": ""}
        if after is not None:
            place = {"after": micros(after.due), "subject": after.proposal}
        rows = self._wire.rows(
            _AHEAD, workspace=self._workspace, kind=kind.value, limit=limit, **place
        )
        return tuple(map(_timer, rows))

    def next_due(self) -> datetime | None:
        """Say when the earliest timer is due."""
        row = self._wire.row(_NEXT, workspace=self._workspace)
        return None if row is None else moment(row[0])


def _timer(row: tuple[Any, ...]) -> Timer:
    subject, kind, due = row
    return Timer(ProposalId(subject), TimerKind(kind), moment(due))
