"""The rows that the ports speak of besides checkpoints: timers, audit lines, cards, messages."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from manifests.vocabulary import ActionName, AgentName, ChannelId
from store.checkpoint import Status
from store.effects import Event
from store.proposal import ProposalId


class TimerKind(StrEnum):
    """What a timer is for; each proposal has at most one of each."""

    REVIEW = "review"
    LAPSE = "lapse"
    VETO = "veto"
    REMIND = "remind"


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
    filed_revision: int | None = None
    """The last revision whose whole text was asked into this message's thread, as a file."""


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
    executor: AgentName | None = None
    """Only what the manifest gave this agent to execute, whoever proposed it."""
    statuses: tuple[Status, ...] = ()
    action: ActionName | None = None
    idempotency_key: str | None = None
    before: ProposalId | None = None
    limit: int = 50
