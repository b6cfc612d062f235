"""The SQL store: one writer, a few readers, and news for whoever watches."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import URL, Engine

from store.ports import Reading, Transaction, Watch
from store.sql.audit import Verdict
from store.sql.bulletin import Bulletin
from store.sql.engine import database_url, reading_engine, writing_engine
from store.sql.installation import prepare
from store.sql.listening import Listener
from store.sql.migrating import check_schema
from store.sql.readers import Readers
from store.sql.session import Session
from store.sql.statements import Wire
from store.sql.troubles import StoreClosed
from store.sql.unit_of_work import Ground, SqlReading
from store.sql.writer import Job, Writer

T = TypeVar("T")

PATIENCE_SECONDS = 10.0
WRITERS_KEPT_FOR = timedelta(days=7)


async def open_store(
    url: str,
    *,
    workspace: str,
    clock: Callable[[], datetime] | None = None,
    patience_seconds: float = PATIENCE_SECONDS,
) -> "SqlStore":
    """Open a migrated database for one workspace, on the running event loop.

    Without a clock, time is the database's on PostgreSQL and the system's on SQLite. An operation
    that the database keeps from finishing fails with `StoreUnavailable` after `patience_seconds`.
    """
    address = database_url(url)
    ground = await asyncio.to_thread(_prepared, address, workspace, clock)
    store = SqlStore(address, ground, asyncio.get_running_loop(), patience_seconds)
    await asyncio.to_thread(store.wait_for_news, patience_seconds)
    return store


def _prepared(address: URL, workspace: str, clock: Callable[[], datetime] | None) -> Ground:
    engine = writing_engine(address)
    now = datetime.now(UTC)
    check_schema(engine)
    with engine.begin() as connection:
        root = prepare(Wire(connection), workspace, now, now - WRITERS_KEPT_FOR)
    engine.dispose()
    return Ground(workspace, root, clock)


def _walk_the_chain(look: Reading) -> Verdict:
    assert isinstance(look, SqlReading)
    return look.verify_chain()


class SqlStore:
    """The one door to the state, on SQLite or PostgreSQL. Open it with `open_store`."""

    workspace: str

    def __init__(
        self, address: URL, ground: Ground, loop: asyncio.AbstractEventLoop, patience: float
    ) -> None:
        self.workspace = ground.workspace
        self._loop = loop
        self._bulletin = Bulletin()
        self._engines: tuple[Engine, Engine] = (writing_engine(address), reading_engine(address))
        writer = uuid4().hex
        session = Session(self._engines[0], ground, writer)
        self._writer = Writer(session, loop, self._bulletin, patience)
        self._readers = Readers(self._engines[1], ground, patience)
        self.listener = self._listening(address, writer)
        self._closed = False

    async def write(self, operation: Callable[[Transaction], T]) -> T:
        """Run one operation and return after its commit; concurrent operations share commits.

        Cancelling works while the operation is queued. Once it has been taken, the caller is
        cancelled only when its outcome is settled, so that nothing goes on behind its back.
        """
        job = Job(operation, self._loop.create_future())
        self._writer.submit(job)
        try:
            result: T = await job.future
        except asyncio.CancelledError:
            if not self._writer.cancel(job):
                await self._settled(job)
            raise
        return result

    async def read(self, query: Callable[[Reading], T]) -> T:
        """Run one query on a connection of its own."""
        if self._closed:
            raise StoreClosed("The store is closed; nothing more is read.")
        return await self._loop.run_in_executor(self._readers.pool, self._readers.run, query)

    async def verify(self) -> Verdict:
        """Walk the whole audit chain and find the first line that is not as it was written."""
        return await self._loop.run_in_executor(
            self._readers.pool, self._readers.run, _walk_the_chain
        )

    def wait_for_news(self, seconds: float) -> None:
        """Wait until what others commit is noticed from here on."""
        self._writer.looking.wait(seconds)
        if self.listener is not None:
            self.listener.listening.wait(seconds)

    def commits(self) -> int:
        """Count the commits of this store's writer, each shared by up to 64 operations."""
        return self._writer.commits

    def watch(self, topic: str) -> AbstractContextManager[Watch]:
        """Subscribe to a topic: `proposal:ID`, `outbox`, `inbox` or `timers`."""
        return self._bulletin.subscribed(topic)

    async def close(self) -> None:
        """Finish what was accepted and close every connection."""
        if self._closed:
            return
        self._closed = True
        await asyncio.to_thread(self._writer.close)
        await asyncio.to_thread(self._readers.close)
        if self.listener is not None:
            await asyncio.to_thread(self.listener.close)
        for engine in self._engines:
            engine.dispose()

    async def _settled(self, job: Job) -> None:
        """Wait for an operation that cannot be taken back, however often we are cancelled."""
        while not job.settled:
            if job.future.done():
                job.future = self._loop.create_future()
            try:
                await asyncio.wait({job.future})
            except asyncio.CancelledError:
                continue
        if not job.future.cancelled():
            # What it ended with goes unread on purpose: the caller is being cancelled.
            job.future.exception()

    def _listening(self, address: URL, writer: str) -> Listener | None:
        if address.get_backend_name() != "postgresql":
            return None
        plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
        return Listener(
            plain,
            self.workspace,
            writer,
            lambda topics: self._on_loop(lambda: self._bulletin.announce(topics)),
            lambda: self._on_loop(self._bulletin.announce_everything),
        )

    def _on_loop(self, call: Callable[[], None]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call)
