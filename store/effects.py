"""What the world must be told after a transition: what should be true, never what to do."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pydantic import JsonValue

from manifests.vocabulary import ChannelId, PersonId, UserId
from store.proposal import ProposalId


class Happening(StrEnum):
    """What an audit line and its line in the thread are about."""

    PROPOSED = "proposed"
    AUTO_APPROVED = "auto_approved"
    BLOCKED = "blocked"
    SIGNED_OFF = "signed_off"
    SIGN_OFF_WITHDRAWN = "sign_off_withdrawn"
    SIGN_OFF_VOIDED = "sign_off_voided"
    APPROVED = "approved"
    RELEASING = "releasing"
    HELD = "held"
    UNHELD = "unheld"
    REMINDED = "reminded"
    COMMENTED = "commented"
    REVISED = "revised"
    ANSWERED = "answered"
    REJECTED = "rejected"
    INFORMATION_REQUESTED = "information_requested"
    INFORMATION_PROVIDED = "information_provided"
    INFORMATION_LATE = "information_late"
    STOPPED_WAITING = "stopped_waiting"
    ESCALATED = "escalated"
    STAYED_BLOCKED = "stayed_blocked"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    TAKEN_OVER = "taken_over"
    CONTROL_RETURNED = "control_returned"
    TAKEOVER_ABANDONED = "takeover_abandoned"
    CONSUMED = "consumed"
    EXECUTED = "executed"
    FAILED = "failed"
    RECALLED = "recalled"
    LAPSED = "lapsed"
    VETOED = "vetoed"
    VETO_WINDOW_CLOSED = "veto_window_closed"
    ROLLBACK_REQUESTED = "rollback_requested"
    ROLLBACK_DONE = "rollback_done"
    ROLLBACK_FAILED = "rollback_failed"
    ASSIGNED = "assigned"
    CLAIMED = "claimed"
    REASSIGNED = "reassigned"
    NOBODY_AVAILABLE = "nobody_available"
    WENT_AWAY = "went_away"
    CAME_BACK = "came_back"
    TIGHTENED = "tightened"
    MANIFEST_CHANGED = "manifest_changed"
    MANIFEST_BROKEN = "manifest_broken"
    CANDIDATE_DROPPED = "candidate_dropped"
    PAUSED = "paused"
    RESUMED = "resumed"
    REFUSED = "refused"
    VIEW_OPENED = "view_opened"
    CLASSIFIED = "classified"
    CARD_UNDELIVERABLE = "card_undeliverable"
    FILE_UNDELIVERABLE = "file_undeliverable"
    CALLBACK_UNDELIVERABLE = "callback_undeliverable"


class ActorKind(StrEnum):
    """Who can make something happen."""

    AGENT = "agent"
    PERSON = "person"
    CLOCK = "clock"
    KEYTURN = "keyturn"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who made it happen: a kind, and an agent's name or a Slack user id."""

    kind: ActorKind
    id: str = ""
    name: str = ""


CLOCK = Actor(ActorKind.CLOCK)
KEYTURN = Actor(ActorKind.KEYTURN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened: an audit line, and usually a line in the thread."""

    happening: Happening
    actor: Actor
    at: datetime
    detail: dict[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShowCard:
    """This channel shows this proposal as it stands."""

    proposal: ProposalId
    channel: ChannelId


@dataclass(frozen=True, slots=True)
class TellThread:
    """The thread under each of the proposal's cards holds this event."""

    proposal: ProposalId
    event: Event


@dataclass(frozen=True, slots=True)
class Alert:
    """The operators' channel knows of this."""

    proposal: ProposalId
    channel: ChannelId
    event: Event


@dataclass(frozen=True, slots=True)
class CountUnseen:
    """The operators' channel knows, with others like it, that this was held until it expired."""

    proposal: ProposalId
    channel: ChannelId


class Matter(StrEnum):
    """What a direct message to one person is about."""

    TURN = "turn"
    """It is their turn to decide."""
    TURN_OVER = "turn_over"
    """It no longer is, and the message that said so is to say that; its event told it then."""
    OUTCOME = "outcome"
    """What they asked for was decided, or carried out."""
    QUESTION = "question"
    """They are asked something about it."""


@dataclass(frozen=True, slots=True)
class TellPerson:
    """One person has a direct message that points to the proposal."""

    proposal: ProposalId
    whom: UserId | PersonId
    """An account, or a person, whose account is looked up when they are told."""
    matter: Matter
    event: Event


@dataclass(frozen=True, slots=True)
class DeliverDecision:
    """The agent knows how the proposal stands at this version."""

    proposal: ProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Whisper:
    """One person reads this in one channel, soon or not at all."""

    user: str
    channel: ChannelId
    words: str
    thread: str = ""
    """The ts of the message under which they wrote, if they did."""


Effect = ShowCard | TellThread | TellPerson | Alert | CountUnseen | DeliverDecision | Whisper
