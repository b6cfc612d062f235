"""What the calendar asks for: hourly a look for what was forgotten, daily a clearing out.

APScheduler follows the wall clock, which may step; so nothing that decides anything runs here.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock.digests import Digests
from bot.clock.mending import mend_board
from bot.program.observability import Metrics
from manifests.vocabulary import ChannelId
from store import door
from store.checkpoint import OPEN, Checkpoint, is_open
from store.lifecycle import deadline_of
from store.lifecycle.transition import card_channels
from store.ports import Listing, Reading, Store, Timer, TimerKind, Transaction
from store.proposal import ProposalId
from store.retention import Kept, Key

CLICKS_KEPT_FOR = timedelta(days=7)
"""Slack sends nothing again after half an hour; the rest is for whoever looks into an incident."""
OVERDUE_AFTER = timedelta(minutes=10)
OUTBOX_STALE_AFTER = timedelta(hours=1)
CARD_WITHIN = timedelta(minutes=10)
KEPT_FOR = {
    Kept.REPLIES: timedelta(days=30),
    Kept.DEAD_LETTERS: timedelta(days=90),
    Kept.DRAWINGS: timedelta(days=90),
    # Longer than the window of any limit that somebody would write down.
    Kept.SPENDING: timedelta(days=800),
    # Longer than any plan holds a rejection against the same intent.
    Kept.INTENTS: timedelta(days=800),
    Kept.BOARD: timedelta(days=90),
    Kept.STAKES: timedelta(days=90),
}
PAGE = 200
_NAMED_AT_MOST = 20

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What nothing else would have looked at again."""

    overdue: tuple[Timer, ...] = ()
    """Open proposals past their deadline: their timers were lost, and are to be set again."""
    without_card: tuple[ProposalId, ...] = ()
    """Open proposals that a channel of theirs does not show: their cards are queued again."""
    stale_errands: int = 0


async def look_for_the_forgotten(store: Store, metrics: Metrics) -> Forgotten:
    """Find open proposals that nobody can see or that no clock watches, and errands that stay."""
    found = await _all_open(store)
    stale = await store.read(_stale_errands)
    forgotten = replace(found, stale_errands=stale)
    for timer in forgotten.overdue:
        await store.write(partial(_set_again, timer))
    for proposal in forgotten.without_card:
        await store.write(partial(_queue_again, proposal))
    _tell(forgotten, metrics)
    return forgotten


async def recount_loads(store: Store, metrics: Metrics) -> int:
    """Compare reviewers' loads with what really waits for them, and put right what is wrong."""
    wrong = await store.read(lambda look: look.staff.drift())
    metrics.forgotten("loads", wrong)
    if wrong:
        wrong = await store.write(lambda tx: tx.staff.recount())
        log.error("loads_were_wrong", rows=wrong)
    return wrong


async def look_over_the_board(store: Store, metrics: Metrics) -> int:
    """Compare the board with the checkpoints, and put right what is wrong or was never there."""
    wrong = await mend_board(store, KEPT_FOR[Kept.BOARD])
    metrics.forgotten("board", wrong)
    if wrong:
        log.warning("board_mended", rows=wrong)
    return wrong


async def forget_old_clicks(store: Store) -> int:
    """Drop answers to clicks that Slack cannot send again."""
    gone = await store.write(lambda tx: tx.clicks.forget_before(tx.now() - CLICKS_KEPT_FOR))
    log.info("clicks_forgotten", count=gone)
    return gone


async def clear_out(store: Store) -> dict[Kept, int]:
    """Drop what is kept for a while only, a page at a time, so that clicks go between."""
    await forget_old_clicks(store)
    gone = dict.fromkeys(KEPT_FOR, 0)
    for kind, age in KEPT_FOR.items():
        while keys := await store.read(partial(_outlived, kind, age)):
            await store.write(partial(_drop, kind, keys))
            gone[kind] += len(keys)
    log.info("cleared_out", **{kind.value: count for kind, count in gone.items()})
    return gone


def _outlived(kind: Kept, age: timedelta, tx: Reading) -> tuple[Key, ...]:
    return tx.retention.outlived(kind, tx.now() - age, PAGE)


def _drop(kind: Kept, keys: tuple[Key, ...], tx: Transaction) -> None:
    tx.retention.drop(kind, keys)


async def _all_open(store: Store) -> Forgotten:
    """Go through everything open, a page at a time, so that no look lasts long."""
    overdue: list[Timer] = []
    without_card: list[ProposalId] = []
    listing: Listing | None = Listing(statuses=OPEN, limit=PAGE)
    while listing is not None:
        listing, found = await store.read(partial(_page, listing))
        overdue += found.overdue
        without_card += found.without_card
    return Forgotten(overdue=tuple(overdue), without_card=tuple(without_card))


def _page(listing: Listing, tx: Reading) -> tuple[Listing | None, Forgotten]:
    page, now = tx.checkpoints.page(listing), tx.now()
    unseen = tuple(
        each.id for each in page if now - each.created_at > CARD_WITHIN and _unshown_in(tx, each)
    )
    found = Forgotten(overdue=tuple(_overdue(page, now)), without_card=unseen)
    full = len(page) == listing.limit
    return (replace(listing, before=page[-1].id) if full else None), found


def _overdue(page: tuple[Checkpoint, ...], now: datetime) -> Iterator[Timer]:
    for checkpoint in page:
        due = deadline_of(checkpoint)
        if due is not None and now - due > OVERDUE_AFTER:
            yield Timer(checkpoint.id, TimerKind.REVIEW, due)


def _unshown_in(tx: Reading, checkpoint: Checkpoint) -> list[ChannelId]:
    """Name the channels whose card was never posted; its row is there from the first moment."""
    shown = {card.channel for card in tx.cards.of(checkpoint.id) if card.ts is not None}
    return [channel for channel in card_channels(checkpoint) if channel not in shown]


def _stale_errands(tx: Reading) -> int:
    now = tx.now()
    waiting, since = tx.outbox.waiting(now)
    return waiting if since is not None and now - since > OUTBOX_STALE_AFTER else 0


def _set_again(timer: Timer, tx: Transaction) -> None:
    tx.timers.put(timer)
    tx.announce("timers")


def _queue_again(proposal: ProposalId, tx: Transaction) -> None:
    checkpoint = tx.checkpoints.get(proposal)
    if checkpoint is not None and is_open(checkpoint.state):
        for channel in _unshown_in(tx, checkpoint):
            door.redraw(tx, checkpoint, channel)


def _tell(forgotten: Forgotten, metrics: Metrics) -> None:
    overdue = [each.proposal for each in forgotten.overdue]
    for kind, proposals in (("overdue", overdue), ("without_card", [*forgotten.without_card])):
        metrics.forgotten(kind, len(proposals))
        if proposals:
            named = proposals[:_NAMED_AT_MOST]
            log.error("proposals_forgotten", kind=kind, count=len(proposals), proposals=named)
    metrics.forgotten("stale_errands", forgotten.stale_errands)
    if forgotten.stale_errands:
        log.error("outbox_stale", waiting=forgotten.stale_errands)


class CalendarJobs:
    """Runs the jobs by the calendar, in UTC."""

    def __init__(self, store: Store, metrics: Metrics, digests: Digests) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3_600},
        )
        self._add("audit", lambda: look_for_the_forgotten(store, metrics), minute=17)
        self._add("loads", lambda: recount_loads(store, metrics), minute=37)
        # A database of an earlier version has no board yet.
        self._add("board", lambda: look_over_the_board(store, metrics), at_once=True, minute=57)
        # Their time of day is the manifest's, and may change; a look too early costs little.
        self._add("digests", digests.look, minute="*")
        self._add("retention", lambda: clear_out(store), hour=3, minute=41)

    @property
    def names(self) -> tuple[str, ...]:
        """Name the jobs."""
        return tuple(job.id for job in self._scheduler.get_jobs())

    async def run(self) -> None:
        """Follow the calendar until cancelled."""
        self._scheduler.start()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self._scheduler.shutdown(wait=False)

    def _add(
        self,
        name: str,
        job: Callable[[], Awaitable[object]],
        *,
        at_once: bool = False,
        **at: int | str,
    ) -> None:
        async def guarded() -> None:
            try:
                await job()
            except Exception:
                # A job that fails is told and comes again; it must not take the program with it.
                log.exception("calendar_job_failed", job=name)

        first = {"next_run_time": datetime.now(UTC)} if at_once else {}
        self._scheduler.add_job(guarded, "cron", id=name, **first, **at)
