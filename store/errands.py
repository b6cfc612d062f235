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
    CALLBACK = "callback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One thing the world must be told, waiting in a lane: a channel id or `callback:HOST`.

    A CARD or CALLBACK is one row a (proposal, lane), whose `wanted` counts up.
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
