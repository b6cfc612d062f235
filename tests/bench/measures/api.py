"""Proposals through the agents' HTTP API, each committed before its 201."""

import asyncio
from pathlib import Path

from tests.bench import raw
from tests.bench.agents import posts
from tests.bench.figures import Row, milliseconds, percentile, rates
from tests.bench.ground import Ground, one
from tests.bench.scale import API_CONNECTIONS, GROUP
from tests.bench.wire import Load, flooded

TARGET = "≥ 1,000/s"
BUSY = "  the bot's processor time each"


def measure(ground: Ground) -> list[Row]:
    """Post proposals as fast as they are taken, round by round beside the raw peer."""
    count = ground.scale.proposals
    file = ground.file("api")
    loads, busy, alone, grouped = [], [], [], []
    with ground.bot(file) as program:
        asyncio.run(flooded(program.port, posts("warm", 200), API_CONNECTIONS))
        for number in range(ground.scale.rounds):
            before = program.processor_seconds()
            loads.append(_round(program.port, f"round-{number}", count))
            busy.append((program.processor_seconds() - before) / count)
            model = raw.rows_of_newest(file)
            alone.append(raw.rate(ground.folder, model, count // 4, together=1))
            grouped.append(raw.rate(ground.folder, model, count, together=GROUP))
    _check(file, len(loads) * count + 200)
    return [*_rows(loads, alone, grouped), Row(what=BUSY, figure=milliseconds(busy))]


def _round(port: int, prefix: str, count: int) -> Load:
    return asyncio.run(flooded(port, posts(prefix, count), API_CONNECTIONS)).all_were(201)


def _check(file: Path, expected: int) -> None:
    found = one(file, "SELECT count(*) FROM checkpoints")
    if found != expected:
        raise RuntimeError(f"{expected} proposals were answered 201, {found} are stored.")


def _rows(loads: list[Load], alone: list[float], grouped: list[float]) -> list[Row]:
    figure = rates(load.per_second for load in loads)
    what = f"proposals through the API, {API_CONNECTIONS} at once"
    return [
        Row(
            what=what,
            figure=figure,
            peer="sqlite3, same rows, 1 a commit",
            beside=rates(alone),
            target=TARGET,
        ),
        Row(
            what="  the same",
            figure=figure,
            peer=f"sqlite3, same rows, {GROUP} a commit",
            beside=rates(grouped),
        ),
        Row(
            what="  answered within, p99",
            figure=milliseconds(percentile(load.latencies, 0.99) for load in loads),
        ),
    ]
