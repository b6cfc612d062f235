"""What the core needs of a database, and nothing of how it is written down.

An operation is a synchronous function of a `Transaction`. It may run more than once, so it must not
touch anything but its transaction; nothing is awaited inside it.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from decimal import Decimal
from typing import Protocol, TypeVar

from manifests.vocabulary import AgentName, ChannelId
from store.aftermath import Aftermath
from store.board import Board
from store.checkpoint import Checkpoint
from store.effects import Event
from store.errands import Errand as Errand
from store.errands import Outgoing as Outgoing
from store.governing import Manifests, Pauses
from store.intents import Intents
from store.proposal import ProposalId
from store.retention import Retention
from store.rows import AuditLine as AuditLine
from store.rows import Card as Card
from store.rows import DeadLetter as DeadLetter
from store.rows import Listing as Listing
from store.rows import Message as Message
from store.rows import Timer as Timer
from store.rows import TimerKind as TimerKind
from store.staffing import Staff

T = TypeVar("T")


class Overtaken(Exception):
    """Somebody else changed the checkpoint first; the whole operation is to be run again."""


class Checkpoints(Protocol):
    """Everything stored about proposals."""

    def get(self, proposal: ProposalId) -> Checkpoint | None:
        """Read one checkpoint."""

    def several(self, proposals: Sequence[ProposalId]) -> tuple[Checkpoint, ...]:
        """Read some checkpoints at once, in this order; one that is not there is left out."""

    def by_key(self, agent: AgentName, key: str) -> Checkpoint | None:
        """Read the checkpoint an agent made with an idempotency key."""

    def page(self, listing: Listing) -> tuple[Checkpoint, ...]:
        """Read a page of checkpoints, newest first."""

    def insert(self, checkpoint: Checkpoint) -> None:
        """Write a new checkpoint; raise `Overtaken` when its key or id is taken."""

    def replace(self, before: Checkpoint, after: Checkpoint) -> None:
        """Write the next version; raise `Overtaken` when `before` is no longer in force."""


class Aftermaths(Protocol):
    """What followed decisions."""

    def of(self, proposal: ProposalId) -> Aftermath:
        """Read what followed; nothing yet is an aftermath too."""

    def put(self, proposal: ProposalId, before: Aftermath, after: Aftermath) -> None:
        """Write what follows now; raise `Overtaken` when `before` is no longer in force."""


class Audit(Protocol):
    """The log of everything that happened, and of every refusal."""

    def append(self, proposal: ProposalId | None, version: int | None, event: Event) -> None:
        """Chain one line to the log."""

    def of(self, proposal: ProposalId) -> tuple[AuditLine, ...]:
        """Read a proposal's lines in order."""


class Timers(Protocol):
    """Moments at which the clock must look."""

    def put(self, timer: Timer) -> None:
        """Set a proposal's timer of a kind, replacing the one before."""

    def clear(self, proposal: ProposalId, kind: TimerKind) -> None:
        """Remove a proposal's timer of a kind, if there is one."""

    def postpone(self, timer: Timer, due: datetime) -> None:
        """Move a timer that could not be settled, unless it was set anew meanwhile."""

    def due(self, now: datetime, limit: int) -> tuple[Timer, ...]:
        """List timers that are due, earliest first; the cost follows what is due."""

    def ahead(self, kind: TimerKind, limit: int, after: Timer | None = None) -> tuple[Timer, ...]:
        """List the timers of a kind that are set, earliest first; a page ends where `after` is."""

    def next_due(self) -> datetime | None:
        """Say when the earliest timer is due."""


class Cards(Protocol):
    """Which Slack message shows which proposal where."""

    def of(self, proposal: ProposalId) -> tuple[Card, ...]:
        """List a proposal's cards, first made first."""

    def by_nonce(self, nonce: str) -> Card | None:
        """Find the card a button belongs to."""

    def at(self, channel: ChannelId, ts: str) -> Card | None:
        """Find the card that a message is, by where it is shown."""

    def on_the_way(self, channel: ChannelId) -> tuple[Card, ...]:
        """List the cards that may stand in a channel already, though nobody noted where."""

    def ensure(self, proposal: ProposalId, channel: ChannelId) -> Card:
        """Give the one card of a proposal in a channel, made now where there is none."""

    def put(self, card: Card) -> None:
        """Write a card's new facts."""


class Outbox(Protocol):
    """What waits to be told, in lanes."""

    def add(self, outgoing: Outgoing) -> None:
        """Queue an errand; one of a merged kind that waits is wanted once more instead."""

    def like(self, outgoing: Outgoing) -> Outgoing | None:
        """Find the errand that waits already and that this one would be merged with."""

    def has_work(self, now: datetime) -> bool:
        """Say whether claiming a lane is worth a commit."""

    def claim_lane(self, holder: str, now: datetime, until: datetime) -> str | None:
        """Lease a lane that has something due and whose turn it is."""

    def next_in(self, lane: str, now: datetime) -> Outgoing | None:
        """Give the lane's first due errand: by priority, then in order."""

    def done(self, outgoing: Outgoing) -> None:
        """Remove an errand, unless it was wanted again meanwhile."""

    def postpone(self, outgoing: Outgoing, not_before: datetime) -> None:
        """Keep an errand for later and count the attempt."""

    def release_lane(self, lane: str, holder: str, next_send_at: datetime) -> None:
        """Give a lane back and say when it may send again."""

    def waiting(self, now: datetime) -> tuple[int, datetime | None]:
        """Count what waits, and say since when the oldest due errand does."""


class Inbox(Protocol):
    """Where proposals wait that came without HTTP."""

    def put(self, message: Message) -> None:
        """Enqueue; the same id again is the same message."""

    def has_work(self, now: datetime) -> bool:
        """Say whether claiming messages is worth a commit."""

    def claim(self, holder: str, now: datetime, until: datetime, limit: int) -> tuple[Message, ...]:
        """Lease messages that nobody holds, oldest first, counting the attempt."""

    def delete(self, message: Message) -> None:
        """Remove a message that was taken in."""

    def release(self, message: Message, not_before: datetime) -> None:
        """Give a message back for a later attempt."""

    def depth(self) -> int:
        """Count what waits."""


class DeadLetters(Protocol):
    """Messages nobody could take in."""

    def put(self, letter: DeadLetter) -> None:
        """Keep a message with its reason."""

    def get(self, message: str) -> DeadLetter | None:
        """Read one dead letter."""

    def page(self, limit: int) -> tuple[DeadLetter, ...]:
        """List dead letters, newest first."""


class Replies(Protocol):
    """Decisions for agents that came by the queue, one row a version."""

    def put(self, proposal: ProposalId, agent: AgentName, version: int, body: str) -> None:
        """Leave a decision where its agent looks for it."""

    def latest(self, proposal: ProposalId) -> str | None:
        """Read the newest decision left for a proposal."""


class Clicks(Protocol):
    """Which requests from Slack were answered already, and how; and which digests were queued."""

    def answer_to(self, key: str) -> str | None:
        """Give the answer stored for a request."""

    def remember(self, key: str, answer: str) -> None:
        """Store the answer to a request."""

    def forget_before(self, moment: datetime) -> int:
        """Drop answers older than a moment and count them."""


class Spending(Protocol):
    """How much rules allowed without a person, for windowed limits."""

    def spent(self, name: str, currency: str, since: datetime) -> tuple[Decimal, int]:
        """Sum and count what was auto-approved under a name since a moment."""

    def add(self, name: str, currency: str, amount: Decimal, at: datetime) -> None:
        """Count one auto-approved amount."""


class Reading(Protocol):
    """One consistent look at the store."""

    checkpoints: Checkpoints
    aftermaths: Aftermaths
    audit: Audit
    timers: Timers
    cards: Cards
    outbox: Outbox
    inbox: Inbox
    dead_letters: DeadLetters
    replies: Replies
    clicks: Clicks
    spending: Spending
    manifests: Manifests
    pauses: Pauses
    intents: Intents
    staff: Staff
    board: Board
    retention: Retention

    def now(self) -> datetime:
        """Read the clock that deadlines are compared with."""

    def secret(self, name: str) -> bytes:
        """Read one of the installation's own secrets, 32 bytes, made once."""


class Transaction(Reading, Protocol):
    """One change, all of it or none of it."""

    def announce(self, topic: str) -> None:
        """Wake whoever watches a topic, after the commit."""


class Watch(Protocol):
    """A subscription that misses nothing from the moment it was made."""

    async def wait(self, seconds: float) -> bool:
        """Wait until the topic was announced, or for this long; say whether it was."""


class Store(Protocol):
    """The one door to the state."""

    workspace: str

    async def write(self, operation: Callable[[Transaction], T]) -> T:
        """Run one operation and return after its commit; concurrent operations share commits."""

    async def read(self, query: Callable[[Reading], T]) -> T:
        """Run one query on a connection of its own."""

    def watch(self, topic: str) -> AbstractContextManager[Watch]:
        """Subscribe to a topic: `proposal:ID`, `questions:NAME`, `outbox`, `inbox`, and others."""

    async def close(self) -> None:
        """Finish what was accepted and close every connection."""
