"""What is kept for a while only: found by a reader, dropped by its key."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, delete, null, select, update

from store.board import Part
from store.checkpoint import OPEN
from store.retention import Kept, Key
from store.sql.codec import micros
from store.sql.statements import Statement, Wire
from store.sql.tables import (
    board,
    cards,
    checkpoints,
    dead_letters,
    deliveries,
    intents,
    stakes,
    sums,
)

_D, _L, _C, _P = deliveries.c, dead_letters.c, cards.c, checkpoints.c
_S, _I = sums.c, intents.c
_B, _T = board.c, stakes.c
_NEWER = deliveries.alias("newer")
_BEFORE: BindParameter[int] = bindparam("before")
_LIMIT: BindParameter[int] = bindparam("limit")

_KEYS = {
    Kept.REPLIES: ("proposal", "version"),
    Kept.DEAD_LETTERS: ("id", "died_at"),
    Kept.DRAWINGS: ("id",),
    Kept.SPENDING: ("name", "currency", "hour"),
    Kept.INTENTS: ("intent", "proposal"),
    Kept.BOARD: ("proposal",),
    Kept.STAKES: ("proposal", "part", "who"),
}
_FIND = {
    Kept.REPLIES: Statement(
        select(_D.proposal, _D.version)
        .where(_D.workspace == bindparam("workspace"), _D.delivered_at < _BEFORE)
        .where(
            select(_NEWER.c.version)
            .where(
                _NEWER.c.proposal == _D.proposal,
                _NEWER.c.workspace == _D.workspace,
                _NEWER.c.version > _D.version,
            )
            .exists()
        )
        .limit(_LIMIT)
    ),
    Kept.DEAD_LETTERS: Statement(
        select(_L.id, _L.died_at)
        .where(_L.workspace == bindparam("workspace"), _L.died_at < _BEFORE)
        .limit(_LIMIT)
    ),
    Kept.DRAWINGS: Statement(
        select(_C.id)
        .where(
            _C.workspace == bindparam("workspace"),
            _C.drawn_blocks.is_not(None),
            _P.id == _C.proposal,
            _P.workspace == _C.workspace,
            _P.updated_at < _BEFORE,
            *(_P.status != status.value for status in OPEN),
        )
        .limit(_LIMIT)
    ),
    Kept.SPENDING: Statement(
        select(_S.name, _S.currency, _S.hour)
        .where(_S.workspace == bindparam("workspace"), _S.hour < _BEFORE)
        .limit(_LIMIT)
    ),
    Kept.INTENTS: Statement(
        select(_I.intent, _I.proposal)
        .where(_I.workspace == bindparam("workspace"), _I.rejected_at < _BEFORE)
        .limit(_LIMIT)
    ),
    Kept.BOARD: Statement(
        select(_B.proposal)
        .where(_B.workspace == bindparam("workspace"), _B.decided_at < _BEFORE)
        .limit(_LIMIT)
    ),
    Kept.STAKES: Statement(
        select(_T.proposal, _T.part, _T.who)
        .where(
            _T.workspace == bindparam("workspace"),
            _T.part == Part.DECIDED.value,
            _T.at < _BEFORE,
        )
        .limit(_LIMIT)
    ),
}
_TABLES = {
    Kept.REPLIES: deliveries,
    Kept.DEAD_LETTERS: dead_letters,
    Kept.DRAWINGS: cards,
    Kept.SPENDING: sums,
    Kept.INTENTS: intents,
    Kept.BOARD: board,
    Kept.STAKES: stakes,
}


def _dropping(kind: Kept) -> Statement:
    table = _TABLES[kind]
    which = [table.c[name] == bindparam(f"own_{name}") for name in (*_KEYS[kind], "workspace")]
    if kind is Kept.DRAWINGS:
        return Statement(update(table).where(*which).values(drawn_blocks=null()))
    return Statement(delete(table).where(*which))


_DROP = {kind: _dropping(kind) for kind in Kept}


class SqlRetention:
    """What is kept for a while only."""

    def __init__(self, wire: Wire, workspace: str) -> None:
        self._wire = wire
        self._workspace = workspace

    def outlived(self, kind: Kept, before: datetime, limit: int) -> tuple[Key, ...]:
        """Find some of what became older than a moment; nobody who writes waits for the search."""
        rows = self._wire.rows(
            _FIND[kind], workspace=self._workspace, before=micros(before), limit=limit
        )
        return tuple(dict(zip(_KEYS[kind], row, strict=True)) for row in rows)

    def drop(self, kind: Kept, keys: Sequence[Key]) -> None:
        """Drop what was found."""
        rows = [{f"own_{name}": value for name, value in key.items()} for key in keys]
        if rows:
            self._wire.many(
                _DROP[kind], [{**row, "own_workspace": self._workspace} for row in rows]
            )
