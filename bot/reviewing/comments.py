"""What people write under a card is kept beside the decision, as a comment, and decides nothing."""

from dataclasses import dataclass
from functools import partial

from pydantic import JsonValue

from blocks.telling.notices import COMMENT_ONLY
from blocks.telling.replies import reads_like_decision
from bot.people.directory import Directory
from manifests.vocabulary import ChannelId, UserId
from store import door
from store.checkpoint import Checkpoint, is_open
from store.effects import Actor, ActorKind, Event, Happening, Whisper
from store.ports import Card, Reading, Store, Transaction

LONGEST = 4_000
"""Characters of a comment that are kept; Slack's own messages hold hardly more."""


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


class Comments:
    """Keeps what is said under cards; every other thread is none of ours."""

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._directory = directory

    async def keep(self, comment: Comment) -> None:
        """Write a comment into the audit log, once, if it stands under a card."""
        if await self._store.read(partial(_card, comment)) is None:
            return
        account = await self._directory.account(comment.user)
        name = account.name if account is not None else ""
        await self._store.write(partial(_kept, comment, name))


def _card(comment: Comment, look: Reading) -> Card | None:
    return look.cards.at(comment.channel, comment.thread)


def _kept(comment: Comment, name: str, tx: Transaction) -> None:
    card = _card(comment, tx)
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
