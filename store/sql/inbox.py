"""Where proposals wait that came without HTTP, and where those end that nobody could take in."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, literal_column, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from manifests.vocabulary import AgentName
from store.ports import DeadLetter, Message
from store.sql.codec import micros, moment
from store.sql.statements import Statement, Wire
from store.sql.tables import ANY_WORKSPACE, dead_letters, inbox

_T, _D = inbox.c, dead_letters.c
_OURS = or_(_T.workspace == bindparam("own_workspace"), _T.workspace == ANY_WORKSPACE)
_PUT = Statement(
    insert(inbox)
    .values({name: bindparam(name) for name in ("id", "workspace", "agent", "body")})
    .on_conflict_do_nothing()
)
_ANY_FREE = Statement(
    select(literal_column("1")).where(_OURS, _T.available_at <= bindparam("now")).limit(1)
)
_FREE = (
    select(_T.id)
    .where(_OURS, _T.available_at <= bindparam("now"))
    .order_by(_T.enqueued_at, _T.id)
    .limit(bindparam("limit"))
    # Agents insert meanwhile; nobody waits for anybody.
    .with_for_update(skip_locked=True)
)
_CLAIM = Statement(
    update(inbox)
    .where(_T.id.in_(_FREE))
    .values(
        holder=bindparam("by"),
        available_at=bindparam("until"),
        attempts=_T.attempts + 1,
    )
    .returning(_T.id, _T.agent, _T.body, _T.attempts, _T.enqueued_at)
)
_DELETE = Statement(delete(inbox).where(_OURS, _T.id == bindparam("id")))
_RELEASE = Statement(
    update(inbox)
    .where(_OURS, _T.id == bindparam("own_id"))
    .values(holder=null(), available_at=bindparam("not_before"))
)
_DEPTH = Statement(select(func.count()).select_from(inbox).where(_OURS))

_LETTER = (_D.id, _D.agent, _D.body, _D.reason, _D.attempts, _D.died_at)
_BURY = insert(dead_letters).values(
    {column.name: bindparam(column.name) for column in dead_letters.c}
)
_PUT_LETTER = Statement(
    _BURY.on_conflict_do_update(
        index_elements=["id", "workspace"],
        set_={
            name: _BURY.excluded[name]
            for name in ("agent", "body", "reason", "attempts", "died_at")
        },
    )
)
_GET_LETTER = Statement(
    select(*_LETTER).where(_D.workspace == bindparam("workspace"), _D.id == bindparam("id"))
)
_LETTERS = Statement(
    select(*_LETTER)
    .where(_D.workspace == bindparam("workspace"))
    .order_by(_D.died_at.desc(), _D.id.desc())
    .limit(bindparam("limit"))
)


class SqlInbox:
    """Where proposals wait that came without HTTP."""

    def __init__(self, wire: Wire, workspace: str) -> None:
        self._wire = wire
        self._workspace = workspace

    def put(self, message: Message) -> None:
        """Enqueue; the same id again is the same message."""
        self._wire.later(
            _PUT,
            id=message.id,
            workspace=self._workspace,
            agent=message.agent,
            body=message.body,
        )

    def has_work(self, now: datetime) -> bool:
        """Say whether claiming messages is worth a commit."""
        row = self._wire.row(_ANY_FREE, own_workspace=self._workspace, now=micros(now))
        return row is not None

    def claim(self, holder: str, now: datetime, until: datetime, limit: int) -> tuple[Message, ...]:
        """Lease messages that nobody holds, oldest first, counting the attempt."""
        rows = self._wire.rows(
            _CLAIM,
            own_workspace=self._workspace,
            now=micros(now),
            until=micros(until),
            by=holder,
            limit=limit,
        )
        return tuple(map(_message, sorted(rows, key=lambda row: (row[4], row[0]))))

    def delete(self, message: Message) -> None:
        """Remove a message that was taken in."""
        self._wire.later(_DELETE, own_workspace=self._workspace, id=message.id)

    def release(self, message: Message, not_before: datetime) -> None:
        """Give a message back for a later attempt."""
        self._wire.later(
            _RELEASE,
            own_workspace=self._workspace,
            own_id=message.id,
            not_before=micros(not_before),
        )

    def depth(self) -> int:
        """Count what waits."""
        row = self._wire.row(_DEPTH, own_workspace=self._workspace)
        return 0 if row is None else row[0]


class SqlDeadLetters:
    """Messages nobody could take in."""

    def __init__(self, wire: Wire, workspace: str) -> None:
        self._wire = wire
        self._workspace = workspace

    def put(self, letter: DeadLetter) -> None:
        """Keep a message with its reason."""
        self._wire.later(
            _PUT_LETTER,
            workspace=self._workspace,
            id=letter.id,
            agent=letter.agent,
            body=letter.body,
            reason=letter.reason,
            attempts=letter.attempts,
            died_at=micros(letter.at),
        )

    def get(self, message: str) -> DeadLetter | None:
        """Read one dead letter."""
        row = self._wire.row(_GET_LETTER, workspace=self._workspace, id=message)
        return None if row is None else _letter(row)

    def page(self, limit: int) -> tuple[DeadLetter, ...]:
        """List dead letters, newest first."""
        rows = self._wire.rows(_LETTERS, workspace=self._workspace, limit=limit)
        return tuple(map(_letter, rows))


def _message(row: tuple[Any, ...]) -> Message:
    message, agent, body, attempts, enqueued_at = row
    return Message(
        id=message,
        agent=AgentName(agent),
        body=body,
        attempts=attempts,
        enqueued_at=_moment_told(enqueued_at),
    )


def _moment_told(told: int) -> datetime | None:
    """Read a moment that whoever can write the file may have written, and none where it is odd."""
    try:
        return moment(told)
    except (OverflowError, ValueError):
        return None


def _letter(row: tuple[Any, ...]) -> DeadLetter:
    message, agent, body, reason, attempts, died_at = row
    return DeadLetter(
        id=message,
        agent=AgentName(agent),
        body=body,
        reason=reason,
        attempts=attempts,
        at=moment(died_at),
    )
