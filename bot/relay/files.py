"""Files: the whole text of a revision in the thread of a card that is too small for it.

Nobody waits for a file, and nothing is lost without one: the view that a card opens shows the same.

A file is uploaded, which nobody sees, and then shared, which can be done once with each and has no
key to repeat it safely. So a thread is looked through for a file of ours by this name first, and an
attempt is counted before it shares: after a crash or a lost answer the next one waits a moment and
looks again. What remains uncertain: Slack shares files a little after it says so, and where that
takes longer than we wait, or more than five hundred replies came meanwhile, a second file may
appear. Where the thread must not be looked through, an attempt that may have succeeded is not
repeated.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog

from blocks.cards.snippet import file_name, file_text, file_title
from bot.messenger import (
    Hindered,
    Messenger,
    Permanent,
    Retryable,
    Search,
    Uncertain,
    Undelivered,
)
from bot.relay.verdicts import DONE, Later, Verdict, after_failure
from store.asking import question_in
from store.checkpoint import Checkpoint
from store.door import tell
from store.effects import KEYTURN, Event, Happening
from store.ports import Card, Outgoing, Reading, Store, Transaction

LANES = "file:"
SETTLING = timedelta(seconds=5)
"""How long a file that may have been shared is given to appear in its thread."""
WITHIN = 5.5
"""Seconds for one attempt; an errand has a little more."""
TRIES = 3
"""Attempts after which a file is let go that Slack does not take."""
SKEW = timedelta(minutes=1)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Spot:
    """A card, and the proposal that it is too small for."""

    checkpoint: Checkpoint
    card: Card

    def search(self, thread: str) -> Search:
        """Say where to look for the file."""
        revised = self.checkpoint.revision.at
        since = max(self.card.posted_at or revised, revised) - SKEW
        channel = self.card.shown_in or self.card.channel
        return Search(channel=channel, marker="", since=since, thread=thread)


class Files:
    """Puts one file for each revision into the thread of a card, or says there why not."""

    def __init__(self, store: Store, messenger: Messenger) -> None:
        self._store = store
        self._messenger = messenger

    async def put(self, outgoing: Outgoing) -> Verdict:
        """Make one thread hold the whole text of the revision in force."""
        spot = await self._store.read(lambda look: _spot(look, outgoing))
        if spot is None or spot.card.undeliverable is not None:
            return DONE
        if spot.card.ts is None:
            return Later(1.0)
        try:
            async with asyncio.timeout(WITHIN):
                return await self._put(spot, spot.card.ts, outgoing)
        except Permanent as error:
            return await self._let_go(spot, error)
        except Hindered as error:
            if outgoing.attempts >= TRIES:
                return await self._let_go(spot, error)
            return after_failure(error, outgoing.attempts)
        except Undelivered as error:
            return _settled(after_failure(error, outgoing.attempts))
        except TimeoutError:
            return _settled(after_failure(Uncertain("no_answer"), outgoing.attempts))

    async def _put(self, spot: Spot, thread: str, outgoing: Outgoing) -> Verdict:
        name = file_name(spot.checkpoint)
        search = spot.search(thread)
        if await self._is_there(name, search, outgoing):
            return DONE
        content = file_text(spot.checkpoint).encode()
        file = await self._messenger.upload(name, content)
        # Counted before it is shared: after a crash the next attempt looks for it first.
        await self._store.write(lambda tx: tx.outbox.postpone(outgoing, tx.now() + SETTLING))
        await self._messenger.share(file, file_title(spot.checkpoint), search.channel, thread)
        return DONE

    async def _is_there(self, name: str, search: Search, outgoing: Outgoing) -> bool:
        """Look for the file; what was never tried is surely not there."""
        try:
            return await self._messenger.has_file(name, search)
        except Retryable as error:
            # Looking has rates of its own; the lane need not wait for them.
            raise Uncertain(error.code) from error
        except (Permanent, Hindered) as error:
            if outgoing.attempts > 0:
                raise Permanent(f"{error.code}; it may have arrived all the same") from error
            return False

    async def _let_go(self, spot: Spot, error: Undelivered) -> Verdict:
        """Say once for each revision that Slack did not take it, and where all of it is."""
        revision = spot.checkpoint.revision.number

        def told(tx: Transaction) -> None:
            if not _was_told(tx, spot.checkpoint, revision):
                event = Event(
                    happening=Happening.FILE_UNDELIVERABLE,
                    actor=KEYTURN,
                    at=tx.now(),
                    detail={"revision": revision, "why": f"Slack: {error.code}"},
                )
                tell(tx, spot.checkpoint, event)

        log.warning(
            "file_undeliverable",
            proposal=spot.checkpoint.id,
            code=error.code,
            so="the view that the card opens shows everything",
        )
        await self._store.write(told)
        return DONE


def lane_of(card: Card) -> str:
    """Name the lane of a card's files: a slow upload keeps no card of the channel waiting."""
    return f"{LANES}{card.channel}"


def _settled(verdict: Verdict) -> Verdict:
    """Give a file that may have been shared the time to appear."""
    if isinstance(verdict, Later):
        return Later(max(verdict.seconds, SETTLING.total_seconds()))
    return verdict


def _was_told(tx: Transaction, checkpoint: Checkpoint, revision: int) -> bool:
    happened = (line.event for line in tx.audit.of(checkpoint.id))
    return any(
        each.happening is Happening.FILE_UNDELIVERABLE and each.detail.get("revision") == revision
        for each in happened
    )


def _spot(look: Reading, outgoing: Outgoing) -> Spot | None:
    checkpoint = None if outgoing.proposal is None else look.checkpoints.get(outgoing.proposal)
    if checkpoint is None:
        return None
    for card in look.cards.of(checkpoint.id):
        # Whoever is only asked does not read everything.
        if lane_of(card) == outgoing.lane and question_in(checkpoint, card.channel) is None:
            return Spot(checkpoint, card)
    return None
