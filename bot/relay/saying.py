"""Saying something once, and finding the address of a card to say with it."""

from datetime import datetime, timedelta

import structlog

from bot.messenger import Draft, Hindered, Messenger, Permanent, Search, Undelivered
from bot.relay.verdicts import DONE, Verdict, after_failure, arrived
from manifests.vocabulary import ChannelId
from store.ports import Card, Outgoing, Store

SKEW = timedelta(minutes=1)

log = structlog.get_logger()


class Saying:
    """Says each thing once; an attempt that may have arrived is looked for first."""

    def __init__(self, store: Store, messenger: Messenger) -> None:
        self._store = store
        self._messenger = messenger

    async def say(
        self, channel: ChannelId, draft: Draft, at: datetime, outgoing: Outgoing
    ) -> Verdict:
        """Say it once; what has no use trying again here is the caller's to know."""
        try:
            if outgoing.attempts > 0 and await self._was_said(channel, draft, at):
                return DONE
            # Counted before it is sent: after a crash the next attempt looks for it first.
            await self._store.write(lambda tx: tx.outbox.postpone(outgoing, tx.now()))
            await self._messenger.post(channel, draft)
        except (Permanent, Hindered):
            raise
        except Undelivered as error:
            return after_failure(error, outgoing.attempts)
        return DONE

    async def address_of(self, card: Card | None) -> str | None:
        """Give a card's address; None where it has none, or where the workspace gives none."""
        if card is None or card.ts is None:
            return None
        try:
            return await self._messenger.permalink(card.shown_in or card.channel, card.ts)
        except Undelivered as error:
            # What is to be said matters more than the way to its card.
            log.info("no_address", channel=card.channel, code=error.code)
            return None

    async def _was_said(self, channel: ChannelId, draft: Draft, at: datetime) -> bool:
        search = Search(channel=channel, marker=draft.marker, since=at - SKEW, thread=draft.thread)
        return bool(await arrived(self._messenger, search))
