"""What can follow a decision, each written down beside it and never into it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from store.checkpoint import Signature
from store.effects import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumption:
    """The decision was taken up to be executed, once."""

    attempt: str
    at: datetime
    by: Signature | None = None
    """The person who executes it by hand; nobody where a program does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How executing went, as whoever executed it tells."""

    executed: bool
    detail: str
    at: datetime
    by: Signature | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """A reviewer took the approval back before it was used."""

    by: Signature
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vetoed:
    """A reviewer stopped, in time, what had been released without a person."""

    by: Signature
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback:
    """A reviewer asked to undo what was executed, and what came of it."""

    state: Literal["requested", "done", "failed"]
    by: Signature
    reason: str
    detail: str = ""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """Everything that happened after closing; `version` counts its changes."""

    version: int = 0
    consumed: Consumption | None = None
    outcome: Outcome | None = None
    recalled: Recalled | None = None
    vetoed: Vetoed | None = None
    rollback: Rollback | None = None
    lapsed_at: datetime | None = None
    veto_closed_at: datetime | None = None
    """When the clock saw that the time to veto had passed."""
    classified: Signature | None = None
    """Who said last what an action nobody knew may do; nothing is in force by that."""


NOTHING_YET = Aftermath()


@dataclass(frozen=True, slots=True)
class Followed:
    """An accepted change of the aftermath; without events it repeats one accepted before."""

    after: Aftermath
    events: tuple[Event, ...] = field(default=())
