"""The sweep: ten deadlines that are due, beside few and very many that are not."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from bot.clock.deadlines import Deadlines
from bot.program.observability import Metrics
from store.sql import SqlStore
from tests.bench.agents import refund
from tests.bench.figures import Figure, Row, milliseconds
from tests.bench.ground import Ground
from tests.bench.programs import WORKSPACE
from tests.bench.seeding import opened_store, sqlite_url, take_in
from tests.fixtures.services import own_database

DUE = 10
RUNG = timedelta(minutes=15, seconds=1)
LADDER = timedelta(hours=1)
FAR = timedelta(days=1_000)
Fill = Callable[[range, int], None]
_COLUMNS = "workspace, subject, kind, due"


@dataclass
class Clock:
    """A clock that is moved, so that nobody waits for deadlines."""

    at: datetime

    def __call__(self) -> datetime:
        """Read it."""
        return self.at


def measure(ground: Ground) -> list[Row]:
    """Sweep on SQLite, and on PostgreSQL where there is one."""
    file = ground.file("sweep")

    def fill(numbers: range, due: int) -> None:
        with closing(sqlite3.connect(file)) as database, database:
            statement = f"INSERT INTO timers ({_COLUMNS}) VALUES (?, ?, ?, ?)"
            database.executemany(statement, _timers(numbers, due))

    rows = asyncio.run(_measured("SQLite", sqlite_url(file), fill, ground))
    try:
        with own_database() as url:
            rows += asyncio.run(_measured("PostgreSQL", url, _copying_to(url), ground))
    except pytest.skip.Exception as missing:
        print(f"The sweep was not measured on PostgreSQL: {missing}")
    return rows


def _copying_to(url: str) -> Fill:
    def fill(numbers: range, due: int) -> None:
        statement = f"COPY timers ({_COLUMNS}) FROM STDIN"
        with psycopg.connect(url) as database, database.cursor().copy(statement) as copying:
            for row in _timers(numbers, due):
                copying.write_row(row)

    return fill


def _timers(numbers: range, due: int) -> Iterator[tuple[str, str, str, int]]:
    return ((WORKSPACE, f"p_{number:026d}", "review", due + number) for number in numbers)


async def _measured(engine: str, url: str, fill: Fill, ground: Ground) -> list[Row]:
    clock = Clock(datetime.now(UTC))
    store = await opened_store(url, clock)
    due = int((clock.at + FAR).timestamp() * 1_000_000)
    rows: list[Row] = []
    filled = 0
    try:
        await _swept(store, clock, "warm")
        for pending in ground.scale.pending:
            await asyncio.to_thread(fill, range(filled, pending), due)
            filled = pending
            rounds = [
                await _swept(store, clock, f"{pending}-{number}")
                for number in range(ground.scale.rounds)
            ]
            what = f"sweep of {DUE} due beside {pending:,} pending, {engine}"
            first = rows[0].figure if rows else None
            rows.append(_row(what, milliseconds(rounds), first))
    finally:
        await store.close()
    return rows


def _row(what: str, figure: Figure, first: Figure | None) -> Row:
    if first is None:
        return Row(what=what, figure=figure)
    return Row(what=what, figure=figure, peer="the first row", beside=first, target="flat")


async def _swept(store: SqlStore, clock: Clock, prefix: str) -> float:
    """Time one sweep of ten proposals whose first rung is over; the rest of their ladder is not."""
    await take_in(store, [refund(f"{prefix}-{number}") for number in range(DUE)])
    deadlines = Deadlines(store, Metrics())
    clock.at += RUNG
    began = time.perf_counter()
    settled = await deadlines.sweep()
    seconds = time.perf_counter() - began
    if not settled:
        raise RuntimeError("Nothing was due.")
    clock.at += LADDER
    while await deadlines.sweep():
        clock.at += timedelta(microseconds=1)
    return seconds
