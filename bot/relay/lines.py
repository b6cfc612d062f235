"""Thread lines, alerts, notices and whispers: what is said once, beside the cards."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from blocks.telling.notices import alert, notice, thread_line
from blocks.types import Message
from bot.messenger import Draft, Hindered, Messenger, Permanent, Undelivered
from bot.relay.saying import Saying
from bot.relay.verdicts import DONE, Later, Verdict, after_failure
from manifests.vocabulary import ChannelId, UserId
from store.checkpoint import Checkpoint
from store.digest import digest_of
from store.effects import Event, Happening
from store.events import as_json, from_json
from store.ports import Card, Outgoing, Reading, Store
from store.reminding import is_still_waited_for

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
        self._saying = Saying(store, messenger)
        self._lost: set[str] = set()

    async def tell_thread(self, outgoing: Outgoing) -> Verdict:
        """Add a line to the thread under a card."""
        spot = await self._store.read(lambda look: _spot(look, outgoing))
        if spot is None or spot.card is None:
            return DONE
        if spot.card.ts is None:
            return Later(1.0) if spot.card.undeliverable is None else DONE
        message = _line(spot, spot.card)
        if message is None:
            return DONE
        draft = Draft(
            blocks=message.blocks, text=message.text, marker=_marker(spot), thread=spot.card.ts
        )
        channel = spot.card.shown_in or spot.card.channel
        try:
            return await self._saying.say(channel, draft, spot.event.at, outgoing)
        except (Permanent, Hindered) as error:
            if isinstance(error, Hindered) and outgoing.attempts < THREAD_ATTEMPTS:
                return after_failure(error, outgoing.attempts)
            log.warning("line_undeliverable", proposal=spot.checkpoint.id, code=error.code)
            return DONE

    async def alert(self, outgoing: Outgoing) -> Verdict:
        """Tell the operators' channel, or else the administrators', and never nobody."""
        spot = await self._store.read(lambda look: _spot(look, outgoing, anywhere=True))
        if spot is None:
            return DONE
        where = await self._saying.address_of(spot.card)
        message = alert(spot.checkpoint, spot.event, where)
        draft = Draft(blocks=message.blocks, text=message.text, marker=_marker(spot))
        channels = (ChannelId(outgoing.lane), spot.checkpoint.plan.administrators.channel)
        return await self._say_in_one_of(channels, draft, spot.event.at, outgoing)

    async def notice(self, outgoing: Outgoing) -> Verdict:
        """Tell a channel what no proposal is the matter of, and never nobody."""
        body, lines = outgoing.body, outgoing.body["lines"]
        message = notice(str(body["title"]), [*map(str, lines)] if isinstance(lines, list) else [])
        marker = f"notice/{digest_of(body)[7:23]}"
        draft = Draft(blocks=message.blocks, text=message.text, marker=marker)
        channels = (ChannelId(outgoing.lane), ChannelId(str(body["otherwise"])))
        at = datetime.fromisoformat(str(body["at"]))
        return await self._say_in_one_of(channels, draft, at, outgoing)

    async def whisper(self, outgoing: Outgoing) -> Verdict:
        """Tell one person, at best effort."""
        body = outgoing.body
        try:
            await self._messenger.whisper(
                ChannelId(outgoing.lane),
                UserId(str(body["user"])),
                str(body["words"]),
                thread=str(body.get("thread") or "") or None,
            )
        except Undelivered as error:
            self._lose(error.code)
        return DONE

    def _lose(self, code: str) -> None:
        """Log why whispers are lost, once for each reason: a workspace may take none at all."""
        if code not in self._lost:
            self._lost.add(code)
            log.info("whisper_lost", code=code)

    async def _say_in_one_of(
        self, channels: tuple[ChannelId, ...], draft: Draft, at: datetime, outgoing: Outgoing
    ) -> Verdict:
        """Say it in the first channel that takes it; with none, try again later."""
        for channel in dict.fromkeys(channels):
            try:
                return await self._saying.say(channel, draft, at, outgoing)
            except (Permanent, Hindered) as error:
                told = {"proposal": outgoing.proposal, "code": error.code}
                log.warning("alert_undeliverable", channel=channel, **told)
        return Later(ALERT_AGAIN)


def _spot(look: Reading, outgoing: Outgoing, *, anywhere: bool = False) -> Spot | None:
    if outgoing.proposal is None:
        return None
    checkpoint = look.checkpoints.get(outgoing.proposal)
    if checkpoint is None:
        return None
    cards = [each for each in look.cards.of(checkpoint.id) if each.channel == outgoing.lane]
    if anywhere:
        cards = [each for each in look.cards.of(checkpoint.id) if each.ts is not None]
    return Spot(checkpoint, from_json(outgoing.body), cards[0] if cards else None)


def _line(spot: Spot, card: Card) -> Message | None:
    """Draw a line of a thread; a reminder that was held up calls nobody to what is done."""
    reminder = spot.event.happening is Happening.REMINDED
    if reminder and not is_still_waited_for(spot.checkpoint, spot.event):
        return None
    return thread_line(spot.checkpoint, spot.event, card.channel)


def _marker(spot: Spot) -> str:
    return f"{spot.checkpoint.id}/{digest_of(as_json(spot.event))[7:23]}"
