"""What people write under a card is kept beside the decision, as a comment, and decides nothing."""

import asyncio
from dataclasses import dataclass
from functools import partial

from pydantic import JsonValue

from blocks.telling.notices import COMMENT_ONLY
from blocks.telling.replies import reads_like_decision
from bot.messenger import SKEW, Messenger, Undelivered, posted_at
from bot.people.directory import Directory
from bot.reviewing.witnessing import adopted
from manifests.vocabulary import ChannelId, UserId
from store import door
from store.checkpoint import Checkpoint, is_open
from store.effects import Actor, ActorKind, Event, Happening, Whisper
from store.ports import Card, Reading, Store, Transaction

LONGEST = 4_000
"""Characters of a comment that are kept; Slack's own messages hold hardly more."""
LOOK_WITHIN = 1.3
"""Seconds; with the look-up of the person after it, the three that Slack waits are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A message that a person wrote in a thread, changed there, or took away."""

    key: str
    """The same for every delivery of the same words."""
    user: UserId
    channel: ChannelId
    thread: str
    ts: str
    text: str
    change: str = ""
    """`changed` or `deleted`; empty for what was written just now."""
    under: UserId | None = None
    """Who wrote the first message of the thread, where Slack says so."""


class Comments:
    """Keeps what is said under cards; every other thread is none of ours."""

    def __init__(self, store: Store, directory: Directory, messenger: Messenger) -> None:
        self._store = store
        self._directory = directory
        self._messenger = messenger

    async def keep(self, comment: Comment, *, under_us: bool = True) -> None:
        """Write a comment into the audit log, once, if it stands under a card.

        What cannot be told now is raised, so that Slack sends the comment again.
        """
        nonce = await self._card_above(comment, under_us=under_us)
        if nonce is None:
            return
        account = await self._directory.account(comment.user)
        name = account.name if account is not None else ""
        await self._store.write(partial(_kept, comment, name, nonce))

    async def _card_above(self, comment: Comment, *, under_us: bool) -> str | None:
        """Find the card; in the moment before we noted where one stands, Slack knows."""
        card, on_the_way = await self._store.read(partial(_sought, comment))
        if card is not None or not under_us or not on_the_way:
            return None if card is None else card.nonce
        try:
            async with asyncio.timeout(LOOK_WITHIN):
                marker = await self._messenger.marker_at(comment.channel, comment.thread)
        except (Undelivered, TimeoutError):
            # Most often the card's place was noted while we asked.
            card, _ = await self._store.read(partial(_sought, comment))
            if card is None:
                raise
            return card.nonce
        return marker if marker in on_the_way else None


def _sought(comment: Comment, look: Reading) -> tuple[Card | None, frozenset[str]]:
    """Read the card of a thread, and the nonces of those that it may be before that is noted."""
    begun = posted_at(comment.thread) + SKEW
    # First what is on the way: what is noted between the two is found by the second.
    on_the_way = frozenset(
        each.nonce
        for each in look.cards.on_the_way(comment.channel)
        if each.attempt_started_at is not None and each.attempt_started_at <= begun
    )
    return look.cards.at(comment.channel, comment.thread), on_the_way


def _kept(comment: Comment, name: str, nonce: str, tx: Transaction) -> None:
    card = tx.cards.by_nonce(nonce)
    # Its channel may have been left for another one since Slack was asked.
    if card is not None and card.ts is None and comment.channel == (card.shown_in or card.channel):
        adopted(tx, card, comment.thread)
    checkpoint = None if card is None else tx.checkpoints.get(card.proposal)
    if checkpoint is None or tx.clicks.answer_to(comment.key) is not None:
        return
    tx.clicks.remember(comment.key, "kept")
    misleads = _misleads(tx, checkpoint, comment)
    detail: dict[str, JsonValue] = {
        "text": comment.text[:LONGEST],
        "channel": comment.channel,
        "ts": comment.ts,
        "change": comment.change,
        "told_it_decides_nothing": misleads,
    }
    who = Actor(ActorKind.PERSON, comment.user, name)
    event = Event(happening=Happening.COMMENTED, actor=who, at=tx.now(), detail=detail)
    door.note(tx, checkpoint, event)
    if misleads:
        door.whisper(
            tx,
            Whisper(
                user=comment.user,
                channel=comment.channel,
                words=COMMENT_ONLY,
                thread=comment.thread,
            ),
        )


def _misleads(tx: Reading, checkpoint: Checkpoint, comment: Comment) -> bool:
    """Say whether somebody must be told that this decided nothing, whom nobody told before."""
    if not is_open(checkpoint.state) or comment.change == "deleted":
        return False
    if not reads_like_decision(comment.text):
        return False
    events = (line.event for line in tx.audit.of(checkpoint.id))
    return not any(
        each.happening is Happening.COMMENTED
        and each.actor.id == comment.user
        and each.detail["told_it_decides_nothing"]
        for each in events
    )
