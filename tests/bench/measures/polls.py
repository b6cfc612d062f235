"""Long-polls: how soon a waiting agent hears, while a thousand wait."""

import asyncio
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

from tests.bench.agents import HEADERS, bodies, shipment
from tests.bench.figures import MEBIBYTES, Figure, Row, milliseconds, percentile
from tests.bench.ground import Ground
from tests.bench.programs import Program
from tests.bench.raw import fill_inbox
from tests.bench.seeding import seed, standing
from tests.bench.wire import Connection, connected, request, undisturbed

TARGET = "< 150 ms"
BURST = 50
ENQUEUED_EVERY = 0.02
_WITHDRAWAL = json.dumps({"reason": "Done by hand meanwhile."}).encode()


@dataclass(frozen=True, slots=True)
class Held:
    """Agents that wait, each on a connection and a proposal of its own."""

    port: int
    polls: list[tuple[Connection, str]]
    fresh: Iterator[str]

    async def woken(self, count: int, together: int) -> list[float]:
        """Withdraw proposals, so many at once, and time from asking until its agent hears."""
        lines = await connected(self.port, together)
        found: list[float] = []
        for _ in range(0, count, together):
            found += await asyncio.gather(*(self._wake(line) for line in lines))
        for line in lines:
            line.close()
        return found

    async def _wake(self, line: Connection) -> float:
        poll, proposal = self._next()
        hears = poll.waiting
        began = time.perf_counter()
        changed = await line.send(
            request("POST", f"/v1/proposals/{proposal}/withdraw", HEADERS, _WITHDRAWAL)
        )
        heard = await hears
        if (changed.status, heard.status) != (200, 200):
            raise RuntimeError(f"A withdrawal was answered {changed.status}: {changed.body!r}")
        self.park(poll, next(self.fresh))
        return heard.at - began

    def _next(self) -> tuple[Connection, str]:
        """Give an agent that still waits; who waited in vain for a minute waits anew."""
        while True:
            poll, proposal = self.polls.pop(0)
            if not poll.waiting.done():
                return poll, proposal
            self.park(poll, proposal)

    def park(self, poll: Connection, proposal: str) -> None:
        """Let an agent wait for a proposal."""
        _ = poll.send(request("GET", f"/v1/proposals/{proposal}?wait=60&after_version=1", HEADERS))
        self.polls.append((poll, proposal))


def measure(ground: Ground) -> list[Row]:
    """Wake one agent at a time, then many at once, then while others fill the inbox."""
    scale = ground.scale
    file = ground.file("polls")
    rounds = scale.rounds
    spare = rounds * 3 * (scale.changes + BURST)
    asyncio.run(seed(file, shipment, scale.waiting + spare, "open"))
    with ground.bot(file) as program:
        proposals = iter([each.proposal for each in standing(file, scale.waiting + spare)])
        return asyncio.run(_measured(ground, program, file, proposals))


async def _measured(
    ground: Ground, program: Program, file: Path, proposals: Iterator[str]
) -> list[Row]:
    scale = ground.scale
    held = Held(program.port, [], proposals)
    for line in await connected(program.port, scale.waiting):
        held.park(line, next(proposals))
    await asyncio.to_thread(program.settle)
    rounds = scale.rounds
    with undisturbed():
        single = [await held.woken(scale.changes, 1) for _ in range(rounds)]
        burst = [await held.woken(scale.changes, min(BURST, scale.waiting)) for _ in range(rounds)]
        with _enqueuing(file):
            busy = [await held.woken(scale.changes, 1) for _ in range(rounds)]
    memory = Figure((program.memory(),), MEBIBYTES)
    for line, _ in held.polls:
        line.close()
    what = f"long-poll wake, {scale.waiting:,} waiting"
    return [
        *_rows(f"{what}, 1 change at a time", single, TARGET),
        *_rows(f"{what}, while the inbox fills", busy, TARGET),
        *_rows(f"{what}, {BURST} changes at once", burst),
        Row(what="  memory then", figure=memory),
    ]


def _rows(what: str, rounds: list[list[float]], target: str = "") -> list[Row]:
    def at(share: float) -> Figure:
        return milliseconds(percentile(each, share) for each in rounds)

    return [
        Row(what=f"{what}, p50", figure=at(0.5)),
        Row(what="  p99", figure=at(0.99), target=target),
    ]


@contextmanager
def _enqueuing(file: Path) -> Iterator[None]:
    """Let another program enqueue all the time, a message every few milliseconds."""
    over = Event()
    thread = Thread(target=_enqueue, args=(file, over))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _enqueue(file: Path, over: Event) -> None:
    with closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as database:
        for body in bodies(f"busy-{uuid4().hex}", 100_000):
            fill_inbox(database, [(f"p_{uuid4().hex[:26]}", body)])
            if over.wait(ENQUEUED_EVERY):
                return
