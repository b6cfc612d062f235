"""Readers: a few threads, each with its own connection and a consistent look a query."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Lock, local
from typing import TypeVar

from sqlalchemy import Connection, Engine

from store.ports import Reading
from store.sql.statements import Wire
from store.sql.troubles import (
    DRIVER_ERRORS,
    ReadOnly,
    Trouble,
    in_words,
    trouble_of,
    wanted_to_change,
)
from store.sql.unit_of_work import Ground, SqlReading

T = TypeVar("T")

THREADS = 4
PAUSE_SECONDS = 0.05


class Readers:
    """The reading threads of one store."""

    def __init__(self, engine: Engine, ground: Ground, patience_seconds: float) -> None:
        self._engine = engine
        self._ground = ground
        self._patience = patience_seconds
        self._own = local()
        self._lock = Lock()
        self._open: set[Connection] = set()
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="keyturn-reader")

    def run(self, query: Callable[[Reading], T]) -> T:
        """Run one query, again on a new connection when the old one was lost."""
        until = time.monotonic() + self._patience
        while True:
            try:
                return self._look(query)
            except DRIVER_ERRORS as error:
                self._drop()
                if wanted_to_change(error):
                    raise ReadOnly("A query tried to change something; write instead.") from error
                trouble = trouble_of(error)
                if trouble is Trouble.OWN:
                    raise
                if trouble is not Trouble.PASSING or time.monotonic() + PAUSE_SECONDS > until:
                    raise in_words(trouble, error) from error
                time.sleep(PAUSE_SECONDS)

    def close(self) -> None:
        """Finish the queries that run, and close every connection."""
        self.pool.shutdown(wait=True)
        for connection in self._open:
            connection.invalidate()
            connection.close()

    def _look(self, query: Callable[[Reading], T]) -> T:
        wire = self._wire()
        wire.begin()
        try:
            found = query(SqlReading(wire, self._ground))
            wire.flush()
        finally:
            wire.roll_back()
        return found

    def _wire(self) -> Wire:
        wire: Wire | None = getattr(self._own, "wire", None)
        if wire is None:
            wire = Wire(self._engine.connect())
            self._own.wire = wire
            with self._lock:
                self._open.add(wire.connection)
        return wire

    def _drop(self) -> None:
        wire: Wire | None = getattr(self._own, "wire", None)
        self._own.wire = None
        if wire is not None:
            with self._lock:
                self._open.discard(wire.connection)
            with suppress(*DRIVER_ERRORS):
                wire.connection.invalidate()
                wire.connection.close()
