"""Thread lines, alerts and whispers: what is said once, beside the cards."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from blocks.notices import alert, thread_line
from bot.messenger import Draft, Hindered, Messenger, Permanent, Search, Undelivered
from bot.relay.verdicts import DONE, Later, Verdict, after_failure, arrived
from manifests.vocabulary import ChannelId, UserId
from store.checkpoint import Checkpoint
from store.digest import digest_of
from store.effects import Event
from store.events import as_json, from_json
from store.ports import Card, Outgoing, Reading, Store

SKEW = timedelta(minutes=1)
THREAD_ATTEMPTS = 12
"""Attempts after which a thread line is let go; the card and the audit log say it too."""
ALERT_AGAIN = 300.0
"""Seconds until an alert that no channel took is tried again; it is never let go."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a line goes: the proposal it is about, and the card above it."""

    checkpoint: Checkpoint
    event: Event
    card: Card | None


class Lines:
    """Says each line once; an attempt that may have arrived is looked for first."""

    def __init__(self, store: Store, messenger: Messenger) -> None:
        self._store = store
        self._messenger = messenger

    async def tell_thread(self, outgoing: Outgoing) -> Verdict:
        """Add a line to the thread under a card."""
        spot = await self._store.read(lambda look: _spot(look, outgoing))
        if spot is None or spot.card is None:
            return DONE
        if spot.card.ts is None:
            return Later(1.0) if spot.card.undeliverable is None else DONE
        message = thread_line(spot.checkpoint, spot.event)
        if message is None:
            return DONE
        draft = Draft(
            blocks=message.blocks, text=message.text, marker=_marker(spot), thread=spot.card.ts
        )
        channel = spot.card.shown_in or spot.card.channel
        try:
            return await self._say(channel, draft, spot, outgoing)
        except (Permanent, Hindered) as error:
            if isinstance(error, Hindered) and outgoing.attempts < THREAD_ATTEMPTS:
                return after_failure(error, outgoing.attempts)
            log.warning("line_undeliverable", proposal=spot.checkpoint.id, code=error.code)
            return DONE

    async def alert(self, outgoing: Outgoing) -> Verdict:
        """Tell the operators' channel, or else the administrators', and never nobody."""
        spot = await self._store.read(lambda look: _spot(look, outgoing))
        if spot is None:
            return DONE
        message = alert(spot.checkpoint, spot.event)
        draft = Draft(blocks=message.blocks, text=message.text, marker=_marker(spot))
        for channel in (ChannelId(outgoing.lane), spot.checkpoint.plan.administrators.channel):
            try:
                return await self._say(channel, draft, spot, outgoing)
            except (Permanent, Hindered) as error:
                told = {"proposal": spot.checkpoint.id, "code": error.code}
                log.warning("alert_undeliverable", channel=channel, **told)
        return Later(ALERT_AGAIN)

    async def whisper(self, outgoing: Outgoing) -> Verdict:
        """Tell one person, at best effort."""
        body = outgoing.body
        try:
            await self._messenger.whisper(
                ChannelId(outgoing.lane), UserId(str(body["user"])), str(body["words"])
            )
        except Undelivered as error:
            log.info("whisper_lost", code=error.code)
        return DONE

    async def _say(
        self, channel: ChannelId, draft: Draft, spot: Spot, outgoing: Outgoing
    ) -> Verdict:
        """Say it once; what has no use trying again here is the caller's to know."""
        try:
            if outgoing.attempts > 0 and await self._was_said(channel, draft, spot):
                return DONE
            # Counted before it is sent: after a crash the next attempt looks for it first.
            await self._store.write(lambda tx: tx.outbox.postpone(outgoing, tx.now()))
            await self._messenger.post(channel, draft)
        except (Permanent, Hindered):
            raise
        except Undelivered as error:
            return after_failure(error, outgoing.attempts)
        return DONE

    async def _was_said(self, channel: ChannelId, draft: Draft, spot: Spot) -> bool:
        search = Search(
            channel=channel,
            marker=draft.marker,
            since=spot.event.at - SKEW,
            thread=draft.thread,
        )
        return bool(await arrived(self._messenger, search))


def _spot(look: Reading, outgoing: Outgoing) -> Spot | None:
    if outgoing.proposal is None:
        return None
    checkpoint = look.checkpoints.get(outgoing.proposal)
    if checkpoint is None:
        return None
    cards = [card for card in look.cards.of(checkpoint.id) if card.channel == outgoing.lane]
    return Spot(checkpoint, from_json(outgoing.body), cards[0] if cards else None)


def _marker(spot: Spot) -> str:
    return f"{spot.checkpoint.id}/{digest_of(as_json(spot.event))[7:23]}"
