"""Proposals through the SQL queue: a full inbox until all are taken in."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from tests.bench import raw
from tests.bench.agents import bodies
from tests.bench.figures import Row, milliseconds, rates
from tests.bench.ground import Ground, one
from tests.bench.measures.api import BUSY
from tests.bench.scale import GROUP

TARGET = "≥ 2,500/s"
LOOK_EVERY = 0.01
PATIENCE = 120.0


def measure(ground: Ground) -> list[Row]:
    """Let a held inbox go at once, and wait until nothing is left in it."""
    file = ground.file("queue")
    count = ground.scale.messages
    taken, busy, alone, grouped = [], [], [], []
    with ground.bot(file) as program:
        _round(file, "warm", GROUP)
        for number in range(ground.scale.rounds):
            before = program.processor_seconds()
            taken.append(_round(file, f"round-{number}", count))
            busy.append((program.processor_seconds() - before) / count)
            program.settle()
            model, body = raw.rows_of_newest(file), next(bodies("raw", 1))
            alone.append(raw.rate(ground.folder, model, count // 4, together=1, inbox=body))
            grouped.append(raw.rate(ground.folder, model, count, together=GROUP, inbox=body))
    found, expected = one(file, "SELECT count(*) FROM checkpoints"), len(taken) * count + GROUP
    if found != expected:
        raise RuntimeError(f"{expected} messages were enqueued, {found} proposals are stored.")
    return [*_rows(taken, alone, grouped), Row(what=BUSY, figure=milliseconds(busy))]


def _round(file: Path, prefix: str, count: int) -> float:
    """Say how many a second were taken in, from the moment they could be seen."""
    messages = [(f"p_{uuid4().hex[:26]}", body) for body in bodies(prefix, count)]
    with closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as database:
        raw.fill_inbox(database, messages, held=True)
        database.execute("UPDATE inbox SET available_at = 0")
        began = time.perf_counter()
        while database.execute("SELECT 1 FROM inbox LIMIT 1").fetchone():
            if time.perf_counter() - began > PATIENCE:
                raise RuntimeError("The inbox was not emptied in time.")
            time.sleep(LOOK_EVERY)
        return count / (time.perf_counter() - began)


def _rows(taken: list[float], alone: list[float], grouped: list[float]) -> list[Row]:
    figure = rates(taken)
    peer = "sqlite3, same rows and inbox"
    return [
        Row(
            what="proposals through the SQL queue",
            figure=figure,
            peer=f"{peer}, {GROUP} a commit",
            beside=rates(grouped),
            target=TARGET,
        ),
        Row(what="  the same", figure=figure, peer=f"{peer}, 1 a commit", beside=rates(alone)),
    ]
