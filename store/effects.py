"""What the world must be told after a transition: what should be true, never what to do."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pydantic import JsonValue

from manifests.vocabulary import ChannelId
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
    REVISED = "revised"
    ANSWERED = "answered"
    REJECTED = "rejected"
    INFORMATION_REQUESTED = "information_requested"
    INFORMATION_PROVIDED = "information_provided"
    INFORMATION_LATE = "information_late"
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
    ROLLBACK_REQUESTED = "rollback_requested"
    ROLLBACK_DONE = "rollback_done"
    ROLLBACK_FAILED = "rollback_failed"
    REFUSED = "refused"
    VIEW_OPENED = "view_opened"
    CLASSIFIED = "classified"
    CARD_UNDELIVERABLE = "card_undeliverable"
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
class DeliverDecision:
    """The agent knows how the proposal stands at this version."""

    proposal: ProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Whisper:
    """One person reads this in one channel, soon or not at all."""

    user: str
    channel: ChannelId
    words: str


Effect = ShowCard | TellThread | Alert | DeliverDecision | Whisper
