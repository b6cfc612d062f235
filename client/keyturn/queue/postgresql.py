"""The queue in PostgreSQL, for agents with a login of their own; needs the extra `postgresql`."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from keyturn.queue.tables import LATEST, REASON, Dead, Delivered, Message, QueueUnavailable

CONNECT_WITHIN_SECONDS = 5
CHANNEL = "keyturn"
LOOK_EVERY = 1.0
"""Seconds after which a watch looks again even if it was told nothing."""

Connection = psycopg.Connection[tuple[str]]


class PostgresqlTables:
    """Tables that the agent's login, which is its name, may insert into."""

    def __init__(self, url: str, agent: str) -> None:
        self._url = url
        self._agent = agent
        self._one_at_a_time = threading.Lock()
        self._writer: Connection | None = None

    def enqueue(self, message: Message) -> None:
        """Write one message in a transaction of its own, committed when this returns."""
        with self._one_at_a_time, _told():
            try:
                self._insert(message)
            except psycopg.OperationalError:  # the server restarted, or hung up on idle connections
                self._writer = None
                self._insert(message)

    @contextmanager
    def watch(self) -> Iterator["PostgresqlWatch"]:
        """Open a connection that is told of changes."""
        with _told():
            connection = _connect(self._url)
        with connection:
            with _told():
                connection.execute(f"LISTEN {CHANNEL}")
            yield PostgresqlWatch(connection, self._agent)

    def close(self) -> None:
        """Close the connection that enqueues."""
        with self._one_at_a_time:
            if self._writer is not None:
                self._writer.close()
            self._writer = None

    def _insert(self, message: Message) -> None:
        self._writer = self._writer or _connect(self._url)
        self._writer.execute(
            "INSERT INTO inbox (id, agent, body) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (message.id, message.agent, message.body),
        )


class PostgresqlWatch:
    """Looks again when the gateway announces something, and every second in any case."""

    def __init__(self, connection: Connection, agent: str) -> None:
        self._connection = connection
        self._agent = agent
        self._looked_for = ""

    def look(self, proposal: str) -> Delivered | Dead | None:
        """Read the newest decision, or why there will be none."""
        self._looked_for = proposal
        with _told():
            latest = self._first(LATEST, proposal)
            reason = None if latest else self._first(REASON, proposal)
        if latest:
            return Delivered(latest)
        return Dead(reason) if reason else None

    def rest(self, seconds: float) -> None:
        """Wait for an announcement."""
        with _told():
            for notice in self._connection.notifies(timeout=min(seconds, LOOK_EVERY)):
                if self._looked_for in notice.payload:
                    return

    def _first(self, query: str, proposal: str) -> str | None:
        asked = query.format(value="%s", agent="%s")
        row = self._connection.execute(asked, (proposal, self._agent)).fetchone()
        return None if row is None else row[0]


def _connect(url: str) -> Connection:
    return psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_WITHIN_SECONDS)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except psycopg.errors.UndefinedTable as error:
        raise QueueUnavailable(
            "this database has no queue: start keyturn once, which makes its tables"
        ) from error
    except psycopg.Error as error:
        raise QueueUnavailable(f"the queue's database says: {error}") from error
