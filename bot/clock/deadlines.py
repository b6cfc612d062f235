"""The sweep: what is due is settled, in order, at the cost of what is due."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from functools import partial

import structlog

from bot.clock.reminding import remind
from bot.program.observability import Metrics
from store.checkpoint import Status
from store.commands import AfterCommand, NoticeLapse, NoticeVetoWindow
from store.door import act_after, settled
from store.effects import CLOCK
from store.lifecycle import deadline_of
from store.ports import Reading, Store, Timer, TimerKind, Transaction
from store.refusals import Refusal
from store.sql import StoreUnavailable

BATCH = 64
LONGEST_SLEEP = timedelta(seconds=1)
TRY_AGAIN_AFTER = timedelta(minutes=1)

_AFTERWARDS: Mapping[TimerKind, AfterCommand] = {
    TimerKind.LAPSE: NoticeLapse(),
    TimerKind.VETO: NoticeVetoWindow(),
}

log = structlog.get_logger()


def settle(timer: Timer, tx: Transaction) -> Status | None:
    """Do what one due timer asks for, in one transaction; say how that closed the proposal."""
    if timer.kind is TimerKind.REMIND:
        remind(tx, timer.proposal)
        return None
    noticed = _AFTERWARDS.get(timer.kind)
    if noticed is not None:
        verdict = act_after(tx, timer.proposal, noticed, CLOCK)
        if isinstance(verdict, Refusal):
            tx.timers.clear(timer.proposal, timer.kind)
        return None
    checkpoint = settled(tx, timer.proposal)
    due = None if checkpoint is None else deadline_of(checkpoint)
    if due is not None:
        tx.timers.put(Timer(timer.proposal, TimerKind.REVIEW, due))
        return None
    tx.timers.clear(timer.proposal, TimerKind.REVIEW)
    return None if checkpoint is None else checkpoint.state.status


class Deadlines:
    """Runs the sweep on monotonic sleeps, so that a wall clock that steps back delays nothing."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics

    async def run(self) -> None:
        """Sweep until cancelled, waking for the next deadline or for a new one."""
        with self._store.watch("timers") as changed:
            while True:
                settled_any = await self.sweep()
                pause = timedelta(0) if settled_any else await self._store.read(_until_due)
                await changed.wait(pause.total_seconds())

    async def sweep(self) -> bool:
        """Settle one batch, or put off what cannot be settled; say whether anything was due."""
        due = await self._store.read(_due)
        operations = (self._store.write(partial(settle, timer)) for timer in due)
        results = await asyncio.gather(*operations, return_exceptions=True)
        for timer, result in zip(due, results, strict=True):
            if isinstance(result, StoreUnavailable):
                raise result
            if isinstance(result, Exception):
                await self._put_off(timer, result)
            elif isinstance(result, Status):
                self._metrics.decided(result)
        return bool(due)

    async def _put_off(self, timer: Timer, error: Exception) -> None:
        """Let other deadlines go first: a batch of broken ones must not hold up all the rest."""
        log.error("deadline_not_settled", proposal=timer.proposal, exc_info=error)
        self._metrics.deadline_not_settled()
        await self._store.write(lambda tx: tx.timers.postpone(timer, tx.now() + TRY_AGAIN_AFTER))


def _due(reading: Reading) -> tuple[Timer, ...]:
    return reading.timers.due(reading.now(), BATCH)


def _until_due(reading: Reading) -> timedelta:
    """Say how long nothing is due, bounded so that a jump of the clock is noticed."""
    due = reading.timers.next_due()
    if due is None or due <= reading.now():
        return LONGEST_SLEEP
    return min(LONGEST_SLEEP, due - reading.now())
