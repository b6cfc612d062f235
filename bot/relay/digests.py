"""Digests: drawn when they are sent, of what of low severity still waits then, and what is held."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

import structlog

from blocks.telling.digest import Leftover, digest
from bot.messenger import Draft, Hindered, Messenger, Permanent
from bot.relay.saying import Saying
from bot.relay.verdicts import DONE, Verdict, after_failure
from manifests.vocabulary import ChannelId
from store.checkpoint import Checkpoint, Escalated, Held, PendingReview
from store.morning import DIGEST_KEY, nonce_of
from store.ports import Card, Outgoing, Reading, Store
from store.proposal import ProposalId

ATTEMPTS = 5
"""After which a digest that Slack refuses for no known reason is let go until tomorrow."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Scene:
    """What a channel's digest is drawn from, read in one go."""

    waiting: tuple[tuple[Checkpoint, Card | None], ...]
    held: tuple[Leftover, ...]


class MorningPost:
    """Says each channel's digest once; with nothing left to tell, none."""

    def __init__(self, store: Store, messenger: Messenger) -> None:
        self._store = store
        self._saying = Saying(store, messenger)

    async def tell(self, outgoing: Outgoing) -> Verdict:
        """Tell one channel what waits in it."""
        channel, body = ChannelId(outgoing.lane), outgoing.body
        scene = await self._store.read(lambda look: _scene(look, outgoing))
        if not scene.waiting and not scene.held:
            return DONE
        cards = (card for _, card in scene.waiting)
        addresses = await asyncio.gather(*map(self._saying.address_of, cards))
        waiting = [
            Leftover(checkpoint, checkpoint.state, address)
            for (checkpoint, _), address in zip(scene.waiting, addresses, strict=True)
            if isinstance(checkpoint.state, PendingReview | Escalated)
        ]
        more = body.get("more")
        message = digest(waiting, scene.held, more if isinstance(more, int) else 0)
        marker = f"digest/{body['day']}/{channel}"
        draft = Draft(blocks=message.blocks, text=message.text, marker=marker)
        try:
            at = datetime.fromisoformat(str(body["at"]))
            return await self._saying.say(channel, draft, at, outgoing)
        except (Permanent, Hindered) as error:
            if isinstance(error, Hindered) and outgoing.attempts < ATTEMPTS:
                return after_failure(error, outgoing.attempts)
            log.warning("digest_undeliverable", channel=channel, code=error.code)
            return DONE


def _scene(look: Reading, outgoing: Outgoing) -> Scene:
    channel = ChannelId(outgoing.lane)
    found = [_read(look, outgoing, kind) for kind in ("waiting", "held")]
    waiting = (each for each in found[0] if isinstance(each.state, PendingReview | Escalated))
    secret = look.secret(DIGEST_KEY)
    return Scene(
        tuple((each, _card(look, each, channel)) for each in waiting),
        tuple(
            Leftover(each, each.state, nonce=nonce_of(secret, each.id, channel))
            for each in found[1]
            if isinstance(each.state, Held)
        ),
    )


def _read(look: Reading, outgoing: Outgoing, kind: str) -> list[Checkpoint]:
    named = outgoing.body.get(kind)
    ids = [ProposalId(str(each)) for each in named] if isinstance(named, list) else []
    found = (look.checkpoints.get(each) for each in ids)
    return [each for each in found if each is not None]


def _card(look: Reading, checkpoint: Checkpoint, channel: ChannelId) -> Card | None:
    cards = (each for each in look.cards.of(checkpoint.id) if each.channel == channel)
    return next(cards, None)
