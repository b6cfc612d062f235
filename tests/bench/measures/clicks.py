"""Signed clicks, committed and acknowledged, while ten thousand proposals are open."""

import asyncio
import time
from collections.abc import Callable

from store.staffing import NOBODY
from tests.bench.agents import refund, shipment
from tests.bench.clicking import clicks, submissions
from tests.bench.figures import MEBIBYTES, Figure, Row, milliseconds, percentile, rates
from tests.bench.ground import Ground, one
from tests.bench.programs import Program, bare_bolt
from tests.bench.scale import CLICK_CONNECTIONS
from tests.bench.seeding import Standing, Write, counted, seed, standing
from tests.bench.wire import Load, flooded

TARGET = "≥ 600/s"
BUSY = "  processor time each, card redrawn included"
P99_TARGET = "< 150 ms"
MEMORY_TARGET = "< 250 MiB"
WARM = 50
GIVEN_OUT_WITHIN = 300.0
"""Seconds in which all that was seeded has found whose turn it is."""
_LOOK_EVERY = 0.25
_ANYBODYS = f"SELECT count(*) FROM assignments WHERE user = '{NOBODY}'"

Press = Callable[[list[Standing]], list[bytes]]


def measure(ground: Ground) -> list[Row]:
    """Click on cards of medium severity, then submit reviews of high severity."""

    def click(cards: list[Standing]) -> list[bytes]:
        return clicks(cards, ground.slack)

    medium = _Clicking(ground, shipment, click)
    high = _Clicking(ground, refund, submissions)
    return [
        *medium.rows("clicks, medium severity", TARGET, P99_TARGET),
        _memory(medium),
        *high.rows("submissions, high severity (facts asked live)"),
    ]


class _Clicking:
    """One run of clicks of a kind, beside the bare peer."""

    def __init__(self, ground: Ground, write: Write, press: Press) -> None:
        self._ground = ground
        self._press = press
        self._file = ground.file("clicks")
        scale = ground.scale
        count = scale.open + scale.rounds * scale.clicks + WARM
        asyncio.run(seed(self._file, write, count, "open"))
        self.ours: list[Load] = []
        self.bare: list[Load] = []
        self.busy: tuple[list[float], list[float]] = ([], [])
        with ground.bot(self._file) as program, bare_bolt(ground.folder, ground.slack) as bolt:
            self._rounds(program, bolt)
            self.memory = program.memory("VmHWM")
        self._check()

    def _rounds(self, program: Program, bolt: Program) -> None:
        scale = self._ground.scale
        self._wait_until_given_out()
        program.settle()
        self._round(program, WARM)
        for _ in range(scale.rounds):
            cards = list(standing(self._file, scale.clicks))
            before = bolt.processor_seconds()
            self.bare.append(_pressed(bolt, self._press(cards)))
            self.busy[1].append((bolt.processor_seconds() - before) / scale.clicks)
            before = program.processor_seconds()
            self.ours.append(_pressed(program, self._press(cards)))
            program.settle()
            self.busy[0].append((program.processor_seconds() - before) / scale.clicks)

    def _wait_until_given_out(self) -> None:
        """At its start the bot gives every open proposal to somebody; that is no part of a click.

        On a busy machine a program that has not got to it yet looks as idle as one that is done.
        """
        until = time.monotonic() + GIVEN_OUT_WITHIN
        while left := one(self._file, _ANYBODYS):
            if time.monotonic() > until:
                raise RuntimeError(f"{left} proposals still wait for anybody.")
            time.sleep(_LOOK_EVERY)

    def _round(self, program: Program, count: int) -> None:
        _pressed(program, self._press(list(standing(self._file, count))))

    def _check(self) -> None:
        clicked = len(self.ours) * self._ground.scale.clicks + WARM
        approved = counted(self._file, ["approved"])
        if approved != clicked:
            raise RuntimeError(f"{clicked} clicks were acknowledged, {approved} are approved.")

    def rows(self, what: str, target: str = "", p99: str = "") -> list[Row]:
        """Write the rate and the percentiles."""
        peer = f"bare Bolt, {CLICK_CONNECTIONS} at once"
        both = (self.ours, self.bare)
        rate = [rates(load.per_second for load in loads) for loads in both]
        busy = [milliseconds(each) for each in self.busy]
        half = [_at(loads, 0.5) for loads in both]
        most = [_at(loads, 0.99) for loads in both]
        named = f"{what}, {CLICK_CONNECTIONS} at once"
        return [
            Row(what=named, figure=rate[0], peer=peer, beside=rate[1], target=target),
            Row(what="  answered within, p50", figure=half[0], peer=peer, beside=half[1]),
            Row(what=BUSY, figure=busy[0], peer=peer, beside=busy[1]),
            Row(
                what="  answered within, p99", figure=most[0], peer=peer, beside=most[1], target=p99
            ),
        ]


def _pressed(program: Program, requests: list[bytes]) -> Load:
    return asyncio.run(flooded(program.port, requests, CLICK_CONNECTIONS)).all_were(200)


def _at(loads: list[Load], share: float) -> Figure:
    return milliseconds(percentile(load.latencies, share) for load in loads)


def _memory(clicking: "_Clicking") -> Row:
    what = "  most memory the bot ever had meanwhile"
    return Row(what=what, figure=Figure((clicking.memory,), MEBIBYTES), target=MEMORY_TARGET)
