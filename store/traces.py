"""What people and agents leave on a checkpoint: signatures, sign-offs, revisions, exchanges."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from manifests.vocabulary import (
    ActionName,
    AgentName,
    ChannelId,
    Digest,
    Parameters,
    PersonId,
    RoleName,
    UserId,
)
from store.proposal import ProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who did something, and when."""

    user: UserId
    person: PersonId
    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ByRule:
    """Nobody did it: a rule of the manifest wants it, whoever proposes."""

    at: datetime
    kind: Literal["rule"] = "rule"

    @property
    def name(self) -> str:
        """Name who speaks for the rule."""
        return "Keyturn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Who is asked a question. `name` is a person id, a role's or a system's name, by kind."""

    kind: Literal["agent", "person", "role", "system"] = "agent"
    name: str = ""
    title: str = "the agent"
    """How it is called in a sentence."""
    user: UserId | None = None
    """The account a person is told by."""
    channel: ChannelId | None = None
    """Where a role is told."""


THE_AGENT = Addressee()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """One person's approval of one revision, and the seat it fills."""

    by: Signature
    seat: RoleName
    revision: int
    digest: Digest
    note: str = ""
    role: RoleName | None = None
    """The role by which they fill it, such as one that a later rung calls; None if unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignee:
    """Whose turn it is to fill a seat: a hint, any eligible person may sign."""

    user: UserId
    person: PersonId
    name: str
    seat: RoleName
    at: datetime
    claimed: bool = False
    """Whether they said themselves that they are on it, or were chosen by a person."""
    told_at: datetime | None = None
    """When the event was that told them directly, if one did; their message is known by it."""
    role: RoleName | None = None
    """The role by which they may fill it, such as one that a later rung calls; None if unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One version of the exact parameters; `by` is nobody for what the agent sent itself."""

    number: int
    parameters: Parameters
    digest: Digest
    at: datetime
    by: Signature | None = None
    category: str = ""
    note: str = ""
    target: str = ""
    """What these parameters are done to, as policy named it; empty where it named nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One question and what came back, if anything did."""

    question_id: str
    question: str
    asker: Signature | ByRule
    answer: str | None = None
    answered_at: datetime | None = None
    asked: Addressee = THE_AGENT
    category: str = ""
    about: str = ""
    """JSON pointer of the part of the parameters it is about, such as /steps/11; empty for all."""
    answered_by: Signature | AgentName | None = None
    """Nobody for the agent that proposed; else the person, or the system by its name."""
    stopped_by: Signature | None = None
    """The reviewer who no longer waited for an answer, if one did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedBack:
    """How one reviewer gave control of the agent's environment back."""

    by: Signature
    note: str
    continue_from: str = ""
    """The state to continue from, as the reviewer left it: words, or JSON that the agent reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """How long a review has stood still, by what it waited for, before its present state."""

    held: timedelta = timedelta(0)
    """Until there was room for its card."""
    needs_information: timedelta = timedelta(0)
    """For answers."""
    taken_over: timedelta = timedelta(0)
    """While a person had control of the agent's environment."""

    @property
    def altogether(self) -> timedelta:
        """Give the time in which nobody could have decided it."""
        return self.held + self.needs_information + self.taken_over

    def longer(self, status: str, by: timedelta) -> "Stood":
        """Add the time in a state, which has the name of one of these."""
        return replace(self, **{status: getattr(self, status) + by})


NEVER_STOOD = Stood()


@dataclass(frozen=True, slots=True, kw_only=True)
class Follows:
    """The rejected proposal that this one comes after, with the same agent, action and target."""

    proposal: ProposalId
    """The first no of the row; all that come after it are counted from there."""
    number: int
    """How many have come after that one, this one included."""
    named: bool
    """Whether the agent itself said so, by `alternative_to`."""
    same: bool = False
    """Whether it is once more exactly what was rejected."""
    action: ActionName
    parameters: Parameters
    """What was rejected last, for the difference that reviewers see."""
    by: Signature
    """Who rejected it last, and when."""
    why: str
    """The reason they gave."""
