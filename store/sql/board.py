"""The board as rows: one for each proposal, and one for each part somebody has in it."""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from manifests.folding import folded
from manifests.vocabulary import ActionName, AgentName, ChannelId, RoleName, Severity
from store.board import (
    Choices,
    Course,
    Description,
    Entry,
    Gathering,
    Look,
    Part,
    Place,
    Position,
    Stake,
    View,
    channel_mark,
    marks,
    system_mark,
)
from store.checkpoint import OPEN, Status
from store.proposal import ProposalId
from store.sql.codec import maybe_micros, maybe_moment, micros, moment
from store.sql.looking import NEVER, Shape, choosing, counting, following, paging
from store.sql.marked import Marked
from store.sql.statements import Statement, Wire
from store.sql.tables import board, checkpoints, stakes

_B, _S, _C = board.c, stakes.c, checkpoints.c
_SEVERITIES = tuple(sorted(Severity, key=lambda each: each.rank))
_OWN = (_B.workspace == bindparam("own_workspace"), _B.proposal == bindparam("own_proposal"))
_STANDS = ("status", "due_at", "decided_at")
_IS = ("opened_at", "severity", "reversible", "action", "agent", "seats", "seen_by", "words")
_NEW = insert(board).values({column.name: bindparam(column.name) for column in _B})
_WRITE = Statement(
    _NEW.on_conflict_do_update(
        index_elements=["proposal", "workspace"],
        set_={name: _NEW.excluded[name] for name in (*_STANDS, *_IS)},
    )
)
_MOVE = Statement(update(board).where(*_OWN).values({name: bindparam(name) for name in _STANDS}))
_CLEAR = Statement(
    delete(stakes).where(
        _S.workspace == bindparam("workspace"), _S.proposal == bindparam("proposal")
    )
)
_ENTRY = Statement(
    select(*(_B[name] for name in (*_STANDS, *_IS))).where(
        _B.workspace == bindparam("workspace"), _B.proposal == bindparam("proposal")
    )
)
_STAKES = Statement(
    select(_S.part, _S.who).where(
        _S.workspace == bindparam("workspace"), _S.proposal == bindparam("proposal")
    )
)
_SAME = and_(_B.workspace == _C.workspace, _B.proposal == _C.id)
_ASTRAY = Statement(
    select(_C.id)
    .select_from(checkpoints.outerjoin(board, _SAME))
    .where(
        _C.workspace == bindparam("workspace"),
        or_(_B.status.is_(None), _B.status != _C.status),
        or_(*(_C.status == status.value for status in OPEN), _C.updated_at >= bindparam("since")),
    )
    .limit(bindparam("limit"))
)


class SqlBoard:
    """The index that people's lists are read from."""

    def __init__(self, wire: Wire, workspace: str) -> None:
        self._wire = wire
        self._workspace = workspace
        self._marked = Marked(wire, workspace)

    def shown(self, queue: str) -> int:
        """Count the proposals of a queue that are before people."""
        return self._marked.count(queue, Part.SHOWN)

    def oldest_held(self, queue: str) -> ProposalId | None:
        """Find the proposal of a queue that is held the longest."""
        return next(iter(self._marked.first_due(queue, Part.HELD, 1)), None)

    def gathered(self) -> tuple[Gathering, ...]:
        """Count what there is for each channel's digest to tell."""
        return self._marked.gathered()

    def foremost_in(self, channel: ChannelId, part: Part, limit: int) -> tuple[ProposalId, ...]:
        """List what a channel's digest tells of one kind: the gravest first, then what is due."""
        return self._marked.foremost(channel_mark(channel), part, limit)

    def page(self, look: Look, limit: int, after: Place | None = None) -> tuple[ProposalId, ...]:
        """List what a view shows: what is due first, first; what was decided last, first."""
        shape, values = _asked(look, after)
        rows = self._wire.rows(paging(shape), workspace=self._workspace, limit=limit, **values)
        return tuple(ProposalId(proposal) for (proposal,) in rows)

    def count(self, look: Look) -> int:
        """Count what a view shows."""
        shape, values = _asked(look)
        row = self._wire.row(counting(shape), workspace=self._workspace, **values)
        return 0 if row is None else int(row[0])

    def choices(self, look: Look) -> Choices:
        """Name the actions and the agents that a view shows."""
        shape, values = _asked(look)
        rows = self._wire.rows(choosing(shape), workspace=self._workspace, **values)
        return Choices(
            actions=tuple(sorted({ActionName(action) for action, _ in rows})),
            agents=tuple(sorted({AgentName(agent) for _, agent in rows})),
        )

    def courses(self, look: Look, limit: int) -> tuple[Course, ...]:
        """Tell how everything went that they may see: open, or decided since a moment."""
        shape, values = _asked(look)
        rows = self._wire.rows(following(shape), workspace=self._workspace, limit=limit, **values)
        return tuple(
            Course(
                status=Status(status),
                severity=_SEVERITIES[severity],
                seats=tuple(map(RoleName, json.loads(seats))),
                opened_at=moment(opened_at),
                decided_at=maybe_moment(decided_at),
            )
            for status, severity, seats, opened_at, decided_at in rows
        )

    def put_to(self, system: AgentName, limit: int) -> tuple[ProposalId, ...]:
        """List the proposals that wait for a system's answer, what is due first, first."""
        return self._marked.first_due(system_mark(system), Part.YOURS, limit)

    def put(
        self, before: Position | None, after: Position, description: Description | None
    ) -> None:
        """Write where a proposal stands now, and what it is unless that is the same as before."""
        if before == after and description is None:
            return
        if description is not None:
            self._write(Entry(after, description))
        elif before is None or not _stands_alike(before, after):
            self._wire.later(
                _MOVE,
                own_workspace=self._workspace,
                own_proposal=after.proposal,
                **_standing(after),
            )
        self._give(before, after)

    def renew(self, entry: Entry) -> None:
        """Write all that is to be kept of one proposal, whatever was kept before."""
        self._write(entry)
        self._wire.later(_CLEAR, workspace=self._workspace, proposal=entry.position.proposal)
        self._give(None, entry.position)

    def entry(self, proposal: ProposalId) -> Entry | None:
        """Read what is kept of one proposal."""
        row = self._wire.row(_ENTRY, workspace=self._workspace, proposal=proposal)
        if row is None:
            return None
        status, due_at, decided_at, *described = row
        rows = self._wire.rows(_STAKES, workspace=self._workspace, proposal=proposal)
        position = Position(
            proposal=proposal,
            status=Status(status),
            due_at=maybe_moment(due_at),
            decided_at=maybe_moment(decided_at),
            stakes=frozenset(Stake(Part(part), who) for part, who in rows),
        )
        return Entry(position, _description(described))

    def astray(self, since: datetime, limit: int) -> tuple[ProposalId, ...]:
        """Find proposals, open or closed since a moment, that stand elsewhere or nowhere."""
        rows = self._wire.rows(_ASTRAY, workspace=self._workspace, since=micros(since), limit=limit)
        return tuple(ProposalId(proposal) for (proposal,) in rows)

    def _write(self, entry: Entry) -> None:
        self._wire.later(
            _WRITE,
            workspace=self._workspace,
            proposal=entry.position.proposal,
            **_described(entry.description),
            **_standing(entry.position),
        )

    def _give(self, before: Position | None, after: Position) -> None:
        """Write the stakes anew where they, or the moment they are sorted by, have changed."""
        if before is not None:
            if before.stakes == after.stakes and _moments(before) == _moments(after):
                return
            self._wire.later(_CLEAR, workspace=self._workspace, proposal=after.proposal)
        if after.stakes:
            told = {
                f"{name}_{number}": value
                for number, stake in enumerate(sorted(after.stakes))
                for name, value in (
                    ("part", stake.part.value),
                    ("who", stake.who),
                    ("at", _sorted_by(after, stake.part)),
                )
            }
            self._wire.later(
                _giving(len(after.stakes)),
                workspace=self._workspace,
                proposal=after.proposal,
                **told,
            )


@cache
def _giving(many: int) -> Statement:
    """Compile one statement for each number of stakes: a row each costs more than the rows."""
    rows: list[dict[str, Any]] = [
        {
            "workspace": bindparam("workspace"),
            "proposal": bindparam("proposal"),
            "at": bindparam(f"at_{number}"),
            "part": bindparam(f"part_{number}"),
            "who": bindparam(f"who_{number}"),
        }
        for number in range(many)
    ]
    return Statement(insert(stakes).values(rows))


def _sorted_by(position: Position, part: Part) -> int:
    """Sort what is to be done by when it is due, also once the decision itself is made."""
    at = position.decided_at if part is Part.DECIDED else position.due_at
    return NEVER if at is None else micros(at)


def _moments(position: Position) -> tuple[datetime | None, datetime | None]:
    return position.due_at, position.decided_at


def _stands_alike(one: Position, other: Position) -> bool:
    return _moments(one) == _moments(other) and one.status is other.status


def _standing(position: Position) -> dict[str, Any]:
    return {
        "status": position.status.value,
        "due_at": maybe_micros(position.due_at),
        "decided_at": maybe_micros(position.decided_at),
    }


def _described(description: Description) -> dict[str, Any]:
    return {
        "opened_at": micros(description.opened_at),
        "severity": description.severity.rank,
        "reversible": int(description.reversible),
        "action": description.action,
        "agent": description.agent,
        "seats": json.dumps(description.seats),
        "seen_by": json.dumps(sorted(description.seen_by)),
        "words": description.words,
    }


def _description(row: Iterable[Any]) -> Description:
    opened_at, severity, reversible, action, agent, seats, seen_by, words = row
    return Description(
        opened_at=moment(opened_at),
        severity=_SEVERITIES[severity],
        reversible=bool(reversible),
        action=ActionName(action),
        agent=AgentName(agent),
        seats=tuple(map(RoleName, json.loads(seats))),
        seen_by=frozenset(json.loads(seen_by)),
        words=words,
    )


def _asked(look: Look, after: Place | None = None) -> tuple[Shape, dict[str, Any]]:
    """Take a look apart into the shape of its query and the values to fill in."""
    given = {
        "severity": None if look.only.severity is None else look.only.severity.rank,
        "action": look.only.action,
        "agent": look.only.agent,
        "reversible": None if look.only.reversible is None else int(look.only.reversible),
    }
    filters = {name: value for name, value in given.items() if value is not None}
    words = [_sought(each) for each in folded(look.only.text).split()]
    quoted = look.view is View.EVERYTHING
    who = [json.dumps(each) if quoted else each for each in marks(look.person, look.roles)]
    values: dict[str, Any] = {
        **filters,
        **{f"mark_{at}": each for at, each in enumerate(who)},
        **{f"word_{at}": each for at, each in enumerate(words)},
    }
    if look.since is not None:
        values["since"] = micros(look.since)
    if after is not None:
        values["after"] = after.proposal
        values["after_at"] = NEVER if after.at is None else micros(after.at)
    shape = Shape(
        view=look.view,
        marks=len(who),
        filters=frozenset(filters),
        words=len(words),
        since=look.since is not None,
        after=after is not None,
    )
    return shape, values


def _sought(word: str) -> str:
    """Look for the beginning of a word; a script without spaces shows no beginnings."""
    return f" {word}" if word.isascii() else word
