"""One lane a channel: leased, in order, at the pace the workspace allows."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bot.program.pacing import SLACKS_PACE, Bucket, Rate
from bot.relay.files import LANES
from bot.relay.verdicts import Carrier, Halt, Later, Verdict
from store.ports import Errand, Outgoing, Reading, Store, Transaction
from store.sql import StoreUnavailable

LEASE = timedelta(seconds=9)
"""Three times the longest a single call to Slack may take."""
TURN = 2.0
"""Seconds after which no further errand is begun in a turn."""
CARRY_WITHIN = 6.0
"""Seconds for one errand; with TURN it stays within the lease, so no lane is ever held twice."""
IDLE = 0.5
LANES_AT_ONCE = 16
CALLBACKS = "callback:"
ASIDE = (CALLBACKS, LANES)
"""Lanes in which no card waits: callbacks and files."""
ASIDE_AT_ONCE = 8
"""Fewer than all, so that hosts that do not answer never keep cards from being shown."""
CALLBACK_PACE = Rate(per_second=20.0, burst=40)

log = structlog.get_logger()


class Relay:
    """Carries errands out of the outbox. Any number of instances may run: lanes are leased."""

    def __init__(
        self,
        store: Store,
        carriers: Mapping[Errand, Carrier],
        *,
        holder: str,
        pace: Rate = SLACKS_PACE.posts,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._carriers = carriers
        self._holder = holder
        self._pace = pace
        self._monotonic = monotonic
        self._buckets: dict[str, Bucket] = {}
        self._turns: dict[asyncio.Task[None], str] = {}
        self.beat_at = monotonic()
        """When the relay last looked for work; a readiness check reads it."""

    async def run(self) -> None:
        """Carry until cancelled; turns under way are finished first."""
        try:
            with self._store.watch("outbox") as added:
                while True:
                    if not await self._start_turn():
                        await added.wait(IDLE)
        finally:
            await asyncio.gather(*self._turns, return_exceptions=True)

    async def _start_turn(self) -> bool:
        self.beat_at = self._monotonic()
        if len(self._turns) >= LANES_AT_ONCE:
            await asyncio.wait(self._turns, return_when=asyncio.FIRST_COMPLETED)
        # An idle program commits nothing, so that others on the same database are left alone.
        has_work = await self._store.read(lambda look: look.outbox.has_work(look.now()))
        lane = await self._store.write(self._claim) if has_work else None
        if lane is None:
            return False
        if lane.startswith(ASIDE) and self._aside_under_way() >= ASIDE_AT_ONCE:
            await self._store.write(lambda tx: self._give_back(tx, lane, IDLE))
            return True
        turn = asyncio.create_task(self._turn(lane))
        self._turns[turn] = lane
        turn.add_done_callback(self._turns.pop)
        return True

    def _aside_under_way(self) -> int:
        return sum(lane.startswith(ASIDE) for lane in self._turns.values())

    def _claim(self, tx: Transaction) -> str | None:
        now = tx.now()
        return tx.outbox.claim_lane(self._holder, now, now + LEASE)

    async def _turn(self, lane: str) -> None:
        """Send what is due in one lane, then give it back and say when its next turn is."""
        started = self._monotonic()
        pause = 0.0
        try:
            while pause == 0.0 and self._monotonic() - started < TURN:
                outgoing = await self._store.read(
                    lambda look: look.outbox.next_in(lane, look.now())
                )
                if outgoing is None:
                    break
                pause = await self._send(outgoing)
        except Exception:
            log.exception("lane_failed", lane=lane)
            pause = IDLE
        with suppress(StoreUnavailable):  # the lease runs out by itself
            await self._store.write(lambda tx: self._give_back(tx, lane, pause))

    def _give_back(self, tx: Transaction, lane: str, pause: float) -> None:
        tx.outbox.release_lane(lane, self._holder, tx.now() + timedelta(seconds=pause))
        tx.announce("outbox")

    async def _send(self, outgoing: Outgoing) -> float:
        """Send one errand; give the seconds the lane must pause."""
        wait = self._bucket(outgoing.lane).take()
        if wait > 0:
            return wait
        verdict = await self._carried(outgoing)
        await self._store.write(lambda tx: _settle(tx, outgoing, verdict))
        return verdict.seconds if isinstance(verdict, Halt) else 0.0

    async def _carried(self, outgoing: Outgoing) -> Verdict:
        try:
            async with asyncio.timeout(CARRY_WITHIN):
                return await self._carriers[outgoing.errand](outgoing)
        except Exception:
            # One errand that cannot be carried must not hold up the others in its lane.
            log.exception("errand_failed", errand=outgoing.errand, proposal=outgoing.proposal)
            return Later(min(60.0, 2.0 ** min(outgoing.attempts, 6)))

    def _bucket(self, lane: str) -> Bucket:
        if lane not in self._buckets:
            pace = CALLBACK_PACE if lane.startswith(CALLBACKS) else self._pace
            self._buckets[lane] = Bucket(pace, self._monotonic)
        return self._buckets[lane]


def _next_in(lane: str, look: Reading) -> Outgoing | None:
    return look.outbox.next_in(lane, look.now())


def _settle(tx: Transaction, outgoing: Outgoing, verdict: Verdict) -> None:
    if isinstance(verdict, Later | Halt):
        tx.outbox.postpone(outgoing, _from_now(tx.now(), verdict.seconds))
    else:
        tx.outbox.done(outgoing)


def _from_now(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=seconds)
