"""What waits to be told, in lanes; a lane is leased, so order and rate hold within it."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, exists, func, not_, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from store.ports import Errand, Outgoing
from store.proposal import ProposalId
from store.sql.codec import maybe_micros, maybe_moment, micros, moment
from store.sql.statements import Statement, Wire
from store.sql.tables import cards, lanes, outbox

MERGED = frozenset({Errand.CARD, Errand.CALLBACK, Errand.FILE, Errand.UNSEEN})
FREE = 0

_T, _L = outbox.c, lanes.c
_OWN = _T.workspace == bindparam("workspace")
_WRITE = insert(outbox).values(
    {column.name: bindparam(column.name) for column in outbox.c if column.name != "id"}
)
_ADD = Statement(
    _WRITE.on_conflict_do_update(
        index_elements=["merged_as", "workspace"],
        set_={
            "wanted": _T.wanted + 1,
            "body": _WRITE.excluded.body,
            "priority": case(
                (_T.priority < _WRITE.excluded.priority, _T.priority),
                else_=_WRITE.excluded.priority,
            ),
            "expires_at": _WRITE.excluded.expires_at,
            # News does not wait out the patience that an older try has earned.
            "not_before": _WRITE.excluded.not_before,
        },
    )
)
_KNOW_LANE = Statement(
    insert(lanes)
    .values(
        workspace=bindparam("workspace"),
        lane=bindparam("lane"),
        leased_until=bindparam("free"),
        next_send_at=bindparam("free"),
    )
    .on_conflict_do_nothing()
)
# What is said in a thread waits for the card that the thread hangs from.
_CARD_TO_COME = exists().where(
    cards.c.workspace == _T.workspace,
    cards.c.proposal == _T.proposal,
    cards.c.channel == _T.lane,
    cards.c.ts.is_(None),
    cards.c.undeliverable.is_(None),
)
_ELIGIBLE = and_(
    _OWN,
    _T.not_before <= bindparam("now"),
    or_(_T.expires_at.is_(None), _T.expires_at > bindparam("now")),
    not_(and_(_T.errand == bindparam("thread"), _CARD_TO_COME)),
)
_FREE_LANE = Statement(
    select(_L.lane)
    .where(
        _L.workspace == bindparam("workspace"),
        _L.next_send_at <= bindparam("now"),
        _L.leased_until <= bindparam("now"),
        exists().where(_ELIGIBLE, _T.lane == _L.lane),
    )
    .order_by(_L.next_send_at, _L.lane)
    .limit(1)
)
_IS_LANE = and_(_L.workspace == bindparam("own_workspace"), _L.lane == bindparam("own_lane"))
_LEASE = Statement(
    update(lanes)
    .where(_IS_LANE)
    .values(holder=bindparam("holder"), leased_until=bindparam("until"))
)
_RELEASE = Statement(
    update(lanes)
    .where(_IS_LANE, _L.holder == bindparam("own_holder"))
    .values(holder=null(), leased_until=bindparam("free"), next_send_at=bindparam("next_send_at"))
)
_DROP_EXPIRED = Statement(delete(outbox).where(_OWN, _T.expires_at <= bindparam("now")))
_ANY_EXPIRED = Statement(select(_T.id).where(_OWN, _T.expires_at <= bindparam("now")).limit(1))
_COLUMNS = (
    _T.id,
    _T.lane,
    _T.errand,
    _T.proposal,
    _T.priority,
    _T.body,
    _T.wanted,
    _T.attempts,
    _T.not_before,
    _T.expires_at,
)
_NEXT = Statement(
    select(*_COLUMNS)
    .where(_ELIGIBLE, _T.lane == bindparam("lane"))
    .order_by(_T.priority, _T.id)
    .limit(1)
)
_LIKE = Statement(select(*_COLUMNS).where(_OWN, _T.merged_as == bindparam("merged_as")))
_DONE = Statement(
    delete(outbox).where(_OWN, _T.id == bindparam("id"), _T.wanted == bindparam("wanted"))
)
_START_AFRESH = Statement(
    update(outbox)
    .where(_T.workspace == bindparam("own_workspace"), _T.id == bindparam("own_id"))
    .values(attempts=bindparam("none"), not_before=bindparam("none"))
)
_POSTPONE = Statement(
    update(outbox)
    .where(_T.workspace == bindparam("own_workspace"), _T.id == bindparam("own_id"))
    .values(attempts=_T.attempts + 1, not_before=bindparam("not_before"))
)
_NOT_EXPIRED = or_(_T.expires_at.is_(None), _T.expires_at > bindparam("now"))
_DUE_SINCE = case((_T.not_before > _T.queued_at, _T.not_before), else_=_T.queued_at)
_WAITING = Statement(
    select(
        func.count(),
        func.min(case((_T.not_before <= bindparam("now"), _DUE_SINCE))),
    )
    .select_from(outbox)
    .where(_OWN, _NOT_EXPIRED)
)


class SqlOutbox:
    """What waits to be told, in lanes."""

    def __init__(self, wire: Wire, workspace: str, now: Callable[[], datetime]) -> None:
        self._wire = wire
        self._workspace = workspace
        self._now = now
        self._known: set[str] = set()

    def add(self, outgoing: Outgoing) -> None:
        """Queue an errand; one of a merged kind that waits is wanted once more instead."""
        merged = _merged_as(outgoing)
        not_before = outgoing.not_before
        if outgoing.lane not in self._known:
            self._know(outgoing.lane)
        self._wire.later(
            _ADD,
            workspace=self._workspace,
            lane=outgoing.lane,
            errand=outgoing.errand.value,
            proposal=outgoing.proposal,
            merged_as=merged,
            priority=outgoing.priority,
            body=json.dumps(outgoing.body, ensure_ascii=False),
            wanted=outgoing.wanted,
            attempts=outgoing.attempts,
            queued_at=micros(self._now()),
            not_before=FREE if not_before is None else micros(not_before),
            expires_at=maybe_micros(outgoing.expires_at),
        )

    def like(self, outgoing: Outgoing) -> Outgoing | None:
        """Find the errand that waits already and that this one would be merged with."""
        merged = _merged_as(outgoing)
        if merged is None:
            return None
        row = self._wire.row(_LIKE, workspace=self._workspace, merged_as=merged)
        return None if row is None else _outgoing(row)

    def _know(self, lane: str) -> None:
        """Make a lane where there is none, and do not ask again as long as nothing is undone."""
        if self._wire.change(_KNOW_LANE, workspace=self._workspace, lane=lane, free=FREE) == 0:
            self._known.add(lane)

    def forget_lanes(self) -> None:
        """Ask again which lanes there are, because something was undone."""
        self._known.clear()

    def has_work(self, now: datetime) -> bool:
        """Say whether claiming a lane is worth a commit: something may go, or is too late."""
        at, own = micros(now), self._workspace
        if self._wire.row(_FREE_LANE, workspace=own, now=at, thread=Errand.THREAD.value):
            return True
        return self._wire.row(_ANY_EXPIRED, workspace=own, now=at) is not None

    def claim_lane(self, holder: str, now: datetime, until: datetime) -> str | None:
        """Lease a lane that has something due and whose turn it is."""
        at = micros(now)
        self._wire.later(_DROP_EXPIRED, workspace=self._workspace, now=at)
        row = self._wire.row(
            _FREE_LANE, workspace=self._workspace, now=at, thread=Errand.THREAD.value
        )
        if row is None:
            return None
        lane: str = row[0]
        self._wire.later(
            _LEASE,
            own_workspace=self._workspace,
            own_lane=lane,
            holder=holder,
            until=micros(until),
        )
        return lane

    def next_in(self, lane: str, now: datetime) -> Outgoing | None:
        """Give the lane's first due errand: by priority, then in order."""
        row = self._wire.row(
            _NEXT,
            workspace=self._workspace,
            lane=lane,
            now=micros(now),
            thread=Errand.THREAD.value,
        )
        return None if row is None else _outgoing(row)

    def done(self, outgoing: Outgoing) -> None:
        """Remove an errand, unless it was wanted again meanwhile."""
        removed = self._wire.change(
            _DONE, workspace=self._workspace, id=outgoing.id, wanted=outgoing.wanted
        )
        if removed == 0:
            self._wire.later(
                _START_AFRESH, own_workspace=self._workspace, own_id=outgoing.id, none=0
            )

    def postpone(self, outgoing: Outgoing, not_before: datetime) -> None:
        """Keep an errand for later and count the attempt."""
        self._wire.later(
            _POSTPONE,
            own_workspace=self._workspace,
            own_id=outgoing.id,
            not_before=micros(not_before),
        )

    def release_lane(self, lane: str, holder: str, next_send_at: datetime) -> None:
        """Give a lane back and say when it may send again."""
        self._wire.later(
            _RELEASE,
            own_workspace=self._workspace,
            own_lane=lane,
            own_holder=holder,
            free=FREE,
            next_send_at=micros(next_send_at),
        )

    def waiting(self, now: datetime) -> tuple[int, datetime | None]:
        """Count what waits, and say since when the oldest due errand does."""
        row = self._wire.row(_WAITING, workspace=self._workspace, now=micros(now))
        count, since = row or (0, None)
        return count, maybe_moment(since)


def _merged_as(outgoing: Outgoing) -> str | None:
    if outgoing.errand not in MERGED:
        return None
    return f"{outgoing.errand}:{outgoing.proposal}:{outgoing.lane}"


def _outgoing(row: tuple[Any, ...]) -> Outgoing:
    number, lane, errand, proposal, priority, body, wanted, attempts, not_before, expires = row
    return Outgoing(
        id=number,
        lane=lane,
        errand=Errand(errand),
        proposal=None if proposal is None else ProposalId(proposal),
        priority=priority,
        body=json.loads(body),
        wanted=wanted,
        attempts=attempts,
        not_before=None if not_before == FREE else moment(not_before),
        expires_at=maybe_moment(expires),
    )
