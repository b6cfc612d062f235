"""The words every package shares."""

from enum import IntEnum, StrEnum
from typing import NewType

from pydantic import JsonValue

ActionName = NewType("ActionName", str)
AgentName = NewType("AgentName", str)
CalendarName = NewType("CalendarName", str)
ChannelId = NewType("ChannelId", str)
Digest = NewType("Digest", str)
PersonId = NewType("PersonId", str)
RoleName = NewType("RoleName", str)
UserId = NewType("UserId", str)

Parameters = dict[str, JsonValue]


class Severity(StrEnum):
    """How bad the worst outcome of an action is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Order severities from low (0) to critical (3)."""
        return _RANKS[self]

    def at_least(self, other: "Severity") -> bool:
        """Say whether this is as severe as the other, or more."""
        return self.rank >= other.rank


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Urgency(StrEnum):
    """How soon the agent needs an answer; it orders work and never lowers scrutiny."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


class Scrutiny(IntEnum):
    """Policy's answer, from the least to the most cautious."""

    AUTO_APPROVE = 0
    REVIEW = 1
    ESCALATE = 2
    BLOCK = 3


class Oversight(StrEnum):
    """Where people stand while an action that policy lets pass is carried out."""

    IN_THE_LOOP = "in_the_loop"
    """A person approves first."""
    ON_THE_LOOP = "on_the_loop"
    """It runs at once; for a while a person may veto it, and it is rolled back."""
    LOG_AND_ALERT = "log_and_alert"
    """It runs at once, and people are told."""
    AUTONOMOUS = "autonomous"


class Mode(StrEnum):
    """Who carries out what was approved."""

    EXECUTE = "execute"
    """A program: the agent, or the executor that the manifest names."""
    SUGGEST = "suggest"
    """A person, who records Done or Failed on the card; no token is given out."""


class Friction(StrEnum):
    """How much a reviewer must do to approve."""

    ONE_CLICK = "one_click"
    CONFIRM = "confirm"
    REVIEW_MODAL = "review_modal"
    TYPED = "typed"
    """Approving opens the full view, in which the amount or the target must be typed once more."""

    @property
    def opens_review(self) -> bool:
        """Say whether approving opens the full view, whatever the card shows."""
        return self in {Friction.REVIEW_MODAL, Friction.TYPED}


class WhenSilent(StrEnum):
    """What the end of the ladder does; nothing here can approve."""

    EXPIRE = "expire"
    STAY_BLOCKED = "stay_blocked"


class Standing(StrEnum):
    """What the workspace says of a person; only members may review."""

    MEMBER = "member"
    BOT = "bot"
    GUEST = "guest"
    EXTERNAL = "external"
    DEACTIVATED = "deactivated"
