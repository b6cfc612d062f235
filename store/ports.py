"""What the core needs of a database, and nothing of how it is written down.

An operation is a synchronous function of a `Transaction`. It may run more than once, so it must not
touch anything but its transaction; nothing is awaited inside it.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, TypeVar

from manifests.vocabulary import ActionName, AgentName, ChannelId
from store.aftermath import Aftermath
from store.checkpoint import Checkpoint, Status
from store.effects import Event
from store.errands import Errand as Errand
from store.errands import Outgoing as Outgoing
from store.proposal import ProposalId
from store.retention import Retention

T = TypeVar("T")


class Overtaken(Exception):
    """Somebody else changed the checkpoint first; the whole operation is to be run again."""


class TimerKind(StrEnum):
    """What a timer is for; each proposal has at most one of each."""

    REVIEW = "review"
    LAPSE = "lapse"


@dataclass(frozen=True, slots=True)
class Timer:
    """A moment at which the clock must look at a proposal."""

    proposal: ProposalId
    kind: TimerKind
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One line of the audit log, chained to the one before it by its hash."""

    seq: int
    proposal: ProposalId | None
    version: int | None
    event: Event
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One Slack message that shows one proposal in one channel, or will.

    `nonce` is made in the deciding transaction and travels in the buttons and in the metadata.
    `attempt_started_at` is set while a first post is under way: an interrupted one is searched.
    """

    proposal: ProposalId
    channel: ChannelId
    nonce: str
    ts: str | None = None
    posted_at: datetime | None = None
    attempt_started_at: datetime | None = None
    drawn_version: int | None = None
    """Decision version the message shows now; None where it must be drawn again, come what may."""
    drawn_blocks: str | None = None
    """The blocks as last sent, as JSON; a decision's audit line copies them."""
    shown_in: ChannelId | None = None
    """Where the message really is, when the channel itself could not take it."""
    undeliverable: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One proposal that waits in the inbox, as plain JSON; its id becomes the proposal's id."""

    id: str
    agent: AgentName
    body: str
    attempts: int = 0
    enqueued_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message nobody could take in, and why; its agent can read it."""

    id: str
    agent: AgentName
    body: str
    reason: str
    attempts: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Which proposals to list, newest first; `before` is the id that ended the last page."""

    agent: AgentName | None = None
    statuses: tuple[Status, ...] = ()
    action: ActionName | None = None
    idempotency_key: str | None = None
    before: ProposalId | None = None
    limit: int = 50


class Checkpoints(Protocol):
    """Everything stored about proposals."""

    def get(self, proposal: ProposalId) -> Checkpoint | None:
        """Read one checkpoint."""

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

    def next_due(self) -> datetime | None:
        """Say when the earliest timer is due."""


class Cards(Protocol):
    """Which Slack message shows which proposal where."""

    def of(self, proposal: ProposalId) -> tuple[Card, ...]:
        """List a proposal's cards, first made first."""

    def by_nonce(self, nonce: str) -> Card | None:
        """Find the card a button belongs to."""

    def ensure(self, proposal: ProposalId, channel: ChannelId) -> Card:
        """Give the one card of a proposal in a channel, made now where there is none."""

    def put(self, card: Card) -> None:
        """Write a card's new facts."""


class Outbox(Protocol):
    """What waits to be told, in lanes."""

    def add(self, outgoing: Outgoing) -> None:
        """Queue an errand; a CARD or CALLBACK that waits already is wanted once more instead."""

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
    """Which requests from Slack were answered already, and how."""

    def answer_to(self, key: str) -> str | None:
        """Give the answer stored for a request."""

    def remember(self, key: str, answer: str) -> None:
        """Store the answer to a request."""

    def forget_before(self, moment: datetime) -> int:
        """Drop answers older than a moment and count them."""


class Spending(Protocol):
    """How much rules allowed without a person, for windowed limits."""

    def spent(
        self, agent: AgentName, action: ActionName, currency: str, since: datetime
    ) -> tuple[Decimal, int]:
        """Sum and count what was auto-approved since a moment."""

    def add(
        self, agent: AgentName, action: ActionName, currency: str, amount: Decimal, at: datetime
    ) -> None:
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
        """Subscribe to a topic: `proposal:ID`, `outbox`, `inbox` or `timers`."""

    async def close(self) -> None:
        """Finish what was accepted and close every connection."""
