"""What waits in the outbox: one thing the world must be told, and in which lane."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pydantic import JsonValue

from store.proposal import ProposalId


class Errand(StrEnum):
    """What an outbox row asks for."""

    CARD = "card"
    THREAD = "thread"
    ALERT = "alert"
    WHISPER = "whisper"
    DIRECT = "direct"
    """A pointer for one person; its lane is their user id."""
    CALLBACK = "callback"
    NOTICE = "notice"
    """Words for a channel that no proposal is the matter of."""
    DIGEST = "digest"
    """What waits in a channel or is held back from it, once a day."""
    FILE = "file"
    """The whole text of the revision in force, in the thread of a card; its lane is its own."""
    UNSEEN = "unseen"
    """How many were held until they expired, counted for operations until it is told."""
    UNUSED = "unused"
    """The cards of approvals that wait to be used under a scope, all to be drawn anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One thing the world must be told, waiting in a lane.

    A lane is a channel id, an account, `callback:HOST`, `file:CHANNEL` or `unused`.

    A CARD, CALLBACK, FILE or UNSEEN is one row a (proposal, lane), whose `wanted` counts up.
    """

    id: int = 0
    lane: str
    errand: Errand
    proposal: ProposalId | None
    priority: int
    """Lower goes first: 0 critical, 1 high, 2 medium, 3 low."""
    body: dict[str, JsonValue] = field(default_factory=dict)
    wanted: int = 1
    attempts: int = 0
    not_before: datetime | None = None
    expires_at: datetime | None = None
