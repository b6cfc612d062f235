"""Queries of the board, compiled once for each shape of a question."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, func, or_, select

from store.board import Part, View
from store.sql.containing import Contains
from store.sql.statements import Statement
from store.sql.tables import board, stakes

NEVER = 2**62
"""Stands for a deadline that never comes, behind all others."""

_B, _S = board.c, stakes.c
_YOURS, _BARRED = stakes.alias("yours"), stakes.alias("barred")
_PARTS = {
    View.YOURS: Part.YOURS,
    View.AGENTS: Part.AGENTS,
    View.TEAMS: Part.TEAMS,
    View.HELD: Part.HELD,
    View.DECIDED: Part.DECIDED,
}
_NEWEST_FIRST = (View.DECIDED, View.EVERYTHING)
_FILTERS = {
    "severity": _B.severity,
    "action": _B.action,
    "agent": _B.agent,
    "reversible": _B.reversible,
}
_COURSE = (_B.status, _B.severity, _B.seats, _B.opened_at, _B.decided_at)


@dataclass(frozen=True, slots=True)
class Shape:
    """All of a look that changes the text of its query; the values come when it is asked."""

    view: View
    marks: int
    """The person and their roles."""
    filters: frozenset[str] = frozenset()
    words: int = 0
    since: bool = False
    after: bool = False


@cache
def paging(shape: Shape) -> Statement:
    """List ids in the view's order."""
    found = _looked(shape).subquery()
    query = select(found.c.proposal)
    down = shape.view in _NEWEST_FIRST
    if shape.after:
        at: BindParameter[int] = bindparam("after_at")
        proposal: BindParameter[str] = bindparam("after")
        further = found.c.at < at if down else found.c.at > at
        tied = found.c.proposal < proposal if down else found.c.proposal > proposal
        query = query.where(or_(further, and_(found.c.at == at, tied)))
    order = (found.c.at, found.c.proposal)
    query = query.order_by(*(each.desc() if down else each for each in order))
    return Statement(query.limit(bindparam("limit")))


@cache
def counting(shape: Shape) -> Statement:
    """Count what is listed."""
    return Statement(select(func.count()).select_from(_ids(shape).subquery()))


@cache
def choosing(shape: Shape) -> Statement:
    """List actions and agents."""
    found = _ids(shape).subquery()
    mine = and_(_B.workspace == bindparam("workspace"), _B.proposal == found.c.proposal)
    joined = select(_B.action, _B.agent).select_from(found.join(board, mine))
    return Statement(joined.distinct())


@cache
def following(shape: Shape) -> Statement:
    """Tell how what they may see went, newest first."""
    query = select(*_COURSE).where(*_seen(shape))
    return Statement(query.order_by(_B.opened_at.desc()).limit(bindparam("limit")))


def _looked(shape: Shape) -> Select[Any]:
    """Select the ids of a view, each with the moment it is sorted by."""
    if shape.view is View.EVERYTHING:
        return select(_B.proposal, _B.opened_at.label("at")).where(*_seen(shape))
    query = select(_S.proposal, _S.at).where(*_held(stakes, _PARTS[shape.view], shape))
    match shape.view:
        case View.YOURS:
            query = query.where(_is_not_barred(stakes))
        case View.DECIDED:
            pass
        case _:
            query = query.where(_S.proposal.not_in(_yours(shape)))
    if shape.since:
        query = query.where(_S.at >= bindparam("since"))
    if shape.filters or shape.words:
        same = and_(_B.workspace == _S.workspace, _B.proposal == _S.proposal)
        query = query.select_from(stakes.join(board, same)).where(*_narrowed(shape))
    return query.distinct()


def _ids(shape: Shape) -> Select[Any]:
    """Select only the ids: an index alone has them, and telling them apart takes half as long."""
    looked = _looked(shape)
    return looked.with_only_columns(looked.selected_columns["proposal"])


def _yours(shape: Shape) -> Select[Any]:
    query = select(_YOURS.c.proposal).where(*_held(_YOURS, Part.YOURS, shape))
    return query.where(_is_not_barred(_YOURS))


def _held(table: Any, part: Part, shape: Shape) -> list[ColumnElement[bool]]:
    """Keep the stakes of a kind that this very person has, or a role of theirs."""
    # With OR instead, PostgreSQL reads everybody's stakes of the kind and leaves out most of them.
    own = table.c.who.in_([bindparam(f"mark_{at}") for at in range(shape.marks)])
    return [table.c.workspace == bindparam("workspace"), table.c.part == part.value, own]


def _is_not_barred(table: Any) -> ColumnElement[bool]:
    """Leave out what this person must not decide; those few are read once, and not for each row."""
    here = _BARRED.c.workspace == bindparam("workspace")
    bar = (_BARRED.c.part == Part.BARRED.value, _BARRED.c.who == bindparam("mark_0"))
    barred: ColumnElement[bool] = table.c.proposal.not_in(
        select(_BARRED.c.proposal).where(here, *bar)
    )
    return barred


def _seen(shape: Shape) -> list[ColumnElement[bool]]:
    """Keep what this very person may see; marks stand quoted in the list, so none is in another."""
    marks = (Contains(_B.seen_by, bindparam(f"mark_{at}")) for at in range(shape.marks))
    found = [_B.workspace == bindparam("workspace"), or_(*marks), *_narrowed(shape)]
    if shape.since:
        found.append(or_(_B.decided_at.is_(None), _B.decided_at >= bindparam("since")))
    return found


def _narrowed(shape: Shape) -> list[ColumnElement[bool]]:
    named = [_FILTERS[name] == bindparam(name) for name in sorted(shape.filters)]
    return [*named, *(Contains(_B.words, bindparam(f"word_{at}")) for at in range(shape.words))]
