"""The writer's connection: one transaction at a time, whose fate is always found out."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import Enum

from sqlalchemy import Connection, Engine, RootTransaction, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from store.sql.chain import Chain
from store.sql.codec import micros
from store.sql.statements import Row, Statement, Wire
from store.sql.tables import commits
from store.sql.troubles import DRIVER_ERRORS
from store.sql.unit_of_work import Ground, SqlTransaction

CHANNEL = "keyturn"
_PAYLOAD_BYTES = 7_000
_NUMBERED = insert(commits).values({column.name: bindparam(column.name) for column in commits.c})
_NUMBER = Statement(
    _NUMBERED.on_conflict_do_update(
        index_elements=["writer", "workspace"],
        set_={name: _NUMBERED.excluded[name] for name in ("number", "committed_at")},
    )
)
_LAST = Statement(
    select(commits.c.number).where(
        commits.c.workspace == bindparam("workspace"), commits.c.writer == bindparam("writer")
    )
)
_OTHERS = Statement(
    select(func.count(), func.sum(commits.c.number)).where(
        commits.c.workspace == bindparam("workspace"), commits.c.writer != bindparam("writer")
    )
)
_NOTIFY = Statement(select(func.pg_notify(bindparam("channel"), bindparam("payload"))))


class Others(Enum):
    """Who else has written to our SQLite file since the last look."""

    NOBODY = "nobody"
    AGENTS = "agents"
    """Whoever only enqueues: nothing changed but the inbox."""
    STORES = "stores"


class Session:
    """One writer's connection, reopened when it is lost."""

    def __init__(self, engine: Engine, ground: Ground, writer: str) -> None:
        self._engine = engine
        self._ground = ground
        self._writer = writer
        self._number = 0
        self._in_doubt: int | None = None
        self._connection: Connection | None = None
        self._begun: RootTransaction | None = None
        self._seen_data_version = 0
        self._seen_others: Row | None = None
        self._looked_before = False

    def begin(self) -> SqlTransaction | None:
        """Open a transaction with the chain's head locked; None when the last commit did succeed.

        The lock waits for whatever is left of a transaction whose connection was lost during
        COMMIT, so what is read after it is that transaction's final fate.
        """
        if self._connection is None:
            self._connect()
        assert self._connection is not None
        self._begun = self._connection.begin()
        self._chain.lock()
        if self._in_doubt is not None and self._was_committed(self._in_doubt):
            self._in_doubt = None
            self.roll_back()
            return None
        self._in_doubt = None
        return self._tx

    def commit(self, topics: Iterable[str]) -> None:
        """Make everything durable; until this returns, nobody may be told."""
        assert self._begun is not None
        self._chain.close()
        self._number += 1
        self._wire.later(
            _NUMBER,
            workspace=self._ground.workspace,
            writer=self._writer,
            number=self._number,
            committed_at=micros(datetime.now(UTC)),
        )
        if self._wire.is_postgresql:
            for payload in _payloads(self._ground.workspace, self._writer, topics):
                self._wire.later(_NOTIFY, channel=CHANNEL, payload=payload)
        self._wire.flush()
        self._in_doubt = self._number
        self._begun.commit()
        self._in_doubt = None
        self._begun = None

    def roll_back(self) -> None:
        """Undo the transaction; a connection that cannot even do that is given up."""
        begun, self._begun = self._begun, None
        if self._connection is None:
            return
        self._tx.undo_everything()
        try:
            # After a COMMIT that failed, only a new connection is sure to be out of it.
            if begun is not None and not self.in_doubt and not self.transaction_lost:
                begun.rollback()
                return
        except DRIVER_ERRORS:
            self.close()
            return
        self.close()

    @property
    def in_doubt(self) -> bool:
        """Say whether a COMMIT was sent whose answer never came."""
        return self._in_doubt is not None

    def forget_doubt(self) -> None:
        """Give up finding out; whoever waits was told that the outcome is unknown."""
        self._in_doubt = None

    @property
    def transaction_lost(self) -> bool:
        """Say whether the database dropped the transaction by itself."""
        return self._wire.broken or not self._wire.in_transaction

    def others_committed(self) -> Others:
        """Say who else has written to our SQLite file since the last look."""
        if self._engine.dialect.name == "postgresql":
            return Others.NOBODY
        if self._connection is None:
            # Whatever was written while we were not looking is found by looking again.
            looked_before = self._looked_before
            self._connect()
            return Others.STORES if looked_before else Others.NOBODY
        version: int = self._wire.scalar("PRAGMA data_version")
        if version == self._seen_data_version:
            return Others.NOBODY
        self._seen_data_version = version
        # Every store counts its commits. Agents do not, and a thousand long-polls must not look
        # again whenever one of them enqueues.
        before, self._seen_others = self._seen_others, self._commits_of_others()
        return Others.AGENTS if before == self._seen_others else Others.STORES

    def close(self) -> None:
        """Close the connection, whatever state it is in."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _connect(self) -> None:
        self._connection = self._engine.connect()
        self._wire = Wire(self._connection)
        self._chain = Chain(self._wire, self._ground.workspace)
        self._tx = SqlTransaction(self._wire, self._ground, self._chain)
        if not self._wire.is_postgresql:
            self._seen_data_version = self._wire.scalar("PRAGMA data_version")
            self._seen_others = self._commits_of_others()
        self._looked_before = True

    def _commits_of_others(self) -> Row | None:
        return self._wire.row(_OTHERS, workspace=self._ground.workspace, writer=self._writer)

    def _was_committed(self, number: int) -> bool:
        row = self._wire.row(_LAST, workspace=self._ground.workspace, writer=self._writer)
        return row is not None and row[0] >= number


def _payloads(workspace: str, writer: str, topics: Iterable[str]) -> Iterable[str]:
    """Pack topics into notifications; PostgreSQL takes fewer than 8,000 bytes in each."""
    batch: list[str] = []
    size = 0
    for topic in sorted(topics):
        size += len(topic.encode()) + 4
        if size > _PAYLOAD_BYTES:
            yield json.dumps([workspace, writer, batch])
            batch, size = [], len(topic)
        batch.append(topic)
    if batch:
        yield json.dumps([workspace, writer, batch])
