"""What the store does when the database, the disk or the program fails under it."""

import asyncio
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, event

from store.ports import Timer, TimerKind, Transaction
from store.proposal import ProposalId
from store.sql import SqlStore, StoreFull, StoreUnavailable, migrate, open_store
from tests.contracts.conftest import House
from tests.contracts.stream import write
from tests.store.making import NOON

ROOT = Path(__file__).parents[2]
ENOUGH = 400


async def written(store: SqlStore) -> set[str]:
    timers = await store.read(lambda look: look.timers.due(NOON, 1_000_000))
    return {timer.proposal for timer in timers}


@pytest.mark.chaos
async def test_whatever_was_acknowledged_survives_a_kill(own_database: str) -> None:
    migrate(own_database)
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.contracts.stream",
        own_database,
        "T1",
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    promised = [int(await child.stdout.readline()) for _ in range(ENOUGH)]
    child.send_signal(signal.SIGKILL)
    promised += [int(line) for line in (await child.stdout.read()).split(b"\n")[:-1]]
    await child.wait()
    started = time.monotonic()
    store = await open_store(own_database, workspace="T1")
    try:
        await store.write(partial(write, 1_000_000))
        assert time.monotonic() - started < 10
        found = await written(store)
        assert {f"p{number}" for number in promised} <= found
        verdict = await store.verify()
        assert (verdict.sound, verdict.lines) == (True, len(found))
    finally:
        await store.close()


class Lost(sqlite3.OperationalError):
    """SQLite could not tell whether the disk has it."""

    sqlite_errorcode = sqlite3.SQLITE_IOERR


@contextmanager
def at_the_next_commit(store: SqlStore, fault: Callable[[Connection], None]) -> Iterator[list[int]]:
    """Let something go wrong once, just as COMMIT is sent."""
    happened: list[int] = []

    def once(connection: Connection) -> None:
        if not happened:
            happened.append(1)
            fault(connection)

    engine = store._engines[0]
    event.listen(engine, "commit", once)
    yield happened
    event.remove(engine, "commit", once)


def the_answer_is_lost(connection: Connection) -> None:
    """Commit, and never hear of it."""
    driver: Any = connection.connection.dbapi_connection
    driver.commit()
    if connection.dialect.name == "postgresql":
        _terminate(driver)
        raise psycopg.OperationalError("consuming input failed: server closed the connection")
    raise Lost("disk I/O error")


def the_request_is_lost(connection: Connection) -> None:
    """Lose the connection before COMMIT arrives."""
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "postgresql":
        _terminate(driver)
        return
    driver.rollback()
    raise Lost("disk I/O error")


def _terminate(driver: psycopg.Connection[Any]) -> None:
    own = driver.info
    with psycopg.connect(
        host=own.host, port=own.port, user=own.user, dbname=own.dbname, autocommit=True
    ) as administrator:
        administrator.execute("SELECT pg_terminate_backend(%s)", (own.backend_pid,))


@pytest.mark.parametrize("fault", [the_answer_is_lost, the_request_is_lost])
async def test_an_unknown_outcome_is_found_out(
    fault: Callable[[Connection], None], store: SqlStore
) -> None:
    """Each operation counts exactly once, whatever became of the COMMIT."""
    await store.write(partial(write, 0))
    runs: list[int] = []

    def counted(number: int, tx: Transaction) -> int:
        runs.append(number)
        write(number, tx)
        return number

    with at_the_next_commit(store, fault) as happened:
        results = await asyncio.gather(*(store.write(partial(counted, n)) for n in range(1, 6)))
    assert happened
    assert results == [1, 2, 3, 4, 5]
    verdict = await store.verify()
    assert (verdict.sound, verdict.lines) == (True, 6)
    assert await written(store) == {f"p{number}" for number in range(6)}
    if fault is the_answer_is_lost:
        assert sorted(runs) == [1, 2, 3, 4, 5]


async def test_a_commit_the_database_refuses_is_tried_one_by_one(store: SqlStore) -> None:
    def refused(_connection: Connection) -> None:
        raise sqlite3.IntegrityError("the whole commit is refused")

    await store.write(partial(write, 0))
    before = store.commits()
    with at_the_next_commit(store, refused) as happened:
        await asyncio.gather(*(store.write(partial(write, n)) for n in range(1, 6)))
    assert happened
    # One attempt at the first few that came, then each of them alone.
    assert store.commits() - before >= 2
    assert (await store.verify()).lines == 6


async def test_a_connection_lost_inside_an_operation_is_no_loss(store: SqlStore) -> None:
    runs: list[int] = []

    def torn(tx: Any) -> None:
        runs.append(1)
        tx.timers.put(Timer(ProposalId("p1"), TimerKind.REVIEW, NOON))
        if len(runs) > 1:
            return
        if not tx._wire.is_postgresql:
            raise _busy()
        _terminate(tx._wire._driver)
        tx.timers.next_due()

    await store.write(torn)
    assert len(runs) == 2
    assert await written(store) == {"p1"}


def _busy() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error


@pytest.mark.parametrize(
    "passing",
    [psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected],
)
async def test_what_may_pass_is_tried_again_whole(
    passing: type[psycopg.Error], store: SqlStore
) -> None:
    runs: list[int] = []

    def unlucky(tx: Transaction) -> str:
        runs.append(1)
        write(1, tx)
        if len(runs) < 4:
            raise passing("try again")
        return "done"

    assert await store.write(unlucky) == "done"
    assert len(runs) == 4
    assert (await store.verify()).lines == 1


async def test_what_does_not_pass_is_said_in_time(house: House) -> None:
    store = await house.opens(patience=0.2)

    def hopeless(_tx: Transaction) -> None:
        raise psycopg.errors.DeadlockDetected("again and again")

    with pytest.raises(StoreUnavailable, match=r"did not answer in time .*again and again"):
        await store.write(hopeless)
    await store.write(partial(write, 1))
    assert await written(store) == {"p1"}


async def test_whoever_holds_the_database_is_waited_for(own_database: str) -> None:
    migrate(own_database)
    store = await open_store(own_database, workspace="T1", patience_seconds=2)
    try:
        with _held(own_database):
            with pytest.raises(StoreUnavailable, match=r"did not answer in time"):
                await store.write(partial(write, 1))
            waiting = asyncio.create_task(store.write(partial(write, 2)))
            await asyncio.sleep(0.3)
            assert not waiting.done()
        await waiting
        assert await written(store) == {"p2"}
    finally:
        await store.close()


@contextmanager
def _held(url: str) -> Iterator[None]:
    """Hold what every writer needs, as a stuck program would."""
    if url.startswith("sqlite"):
        file = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        file.execute("BEGIN IMMEDIATE")
        yield
        file.execute("ROLLBACK")
        file.close()
        return
    with psycopg.connect(url) as stuck:
        stuck.execute("SELECT * FROM audit_head FOR UPDATE")
        yield
        stuck.rollback()


async def test_a_full_disk_is_said_and_nothing_is_half_done(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/full.db"
    migrate(url)
    store = await open_store(url, workspace="T1")

    def limit(pages: int, tx: Any) -> None:
        tx._wire.command(f"PRAGMA max_page_count = {pages}")

    def large(tx: Transaction) -> None:
        write(1, tx)
        tx.clicks.remember("key", "x" * 1_000_000)

    try:
        await store.write(partial(limit, 1))
        with pytest.raises(StoreFull, match=r"disk under the database is full.*make room"):
            await store.write(large)
        assert await written(store) == set()
        assert (await store.verify()).lines == 0
        await store.write(partial(limit, 1_000_000_000))
        await store.write(large)
        assert await written(store) == {"p1"}
    finally:
        await store.close()
