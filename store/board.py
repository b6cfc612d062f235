"""The board: an index over checkpoints for people. Whom each waits for, until when, in what words.

It decides nothing and is never shown: what is found here is read again by its id.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from manifests.vocabulary import ActionName, AgentName, ChannelId, PersonId, RoleName, Severity
from store.checkpoint import Status
from store.proposal import ProposalId


class View(StrEnum):
    """What a person may look at; all but EVERYTHING leave out what waits for that very person."""

    YOURS = "yours"
    """Their turn, or nobody's while they may sign; or they are asked, or have control."""
    AGENTS = "agents"
    """Waiting for an answer: the agent's, or of whoever else was asked."""
    TEAMS = "teams"
    """Open to a role of theirs, or asked for by them."""
    HELD = "held"
    DECIDED = "decided"
    EVERYTHING = "everything"
    """Whatever they may see, open or closed, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Narrows a look; what is not given narrows nothing."""

    severity: Severity | None = None
    action: ActionName | None = None
    agent: AgentName | None = None
    reversible: bool | None = None
    text: str = ""
    """Words, or the beginnings of words, all of which must be there."""


EVERY = Filters()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Who looks at which view, through which filters."""

    view: View
    person: PersonId
    roles: frozenset[RoleName]
    only: Filters = EVERY
    since: datetime | None = None
    """Only what was decided at this moment or later."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the moment it is sorted by, none where there is none, and the id."""

    at: datetime | None
    proposal: ProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What there is to filter by."""

    actions: tuple[ActionName, ...] = ()
    agents: tuple[AgentName, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How one proposal went, for counting: nothing of what it was about."""

    status: Status
    severity: Severity
    seats: tuple[RoleName, ...]
    opened_at: datetime
    decided_at: datetime | None


class Part(StrEnum):
    """What somebody has to do with a proposal."""

    YOURS = "yours"
    AGENTS = "agents"
    TEAMS = "teams"
    HELD = "held"
    DECIDED = "decided"
    SHOWN = "shown"
    """Takes one of the places that an agent has before people for an action."""
    DIGEST_WAITING = "digest_waiting"
    """Told of in a channel's digest, because it is small and still waits."""
    DIGEST_HELD = "digest_held"
    """Told of in a channel's digest, because it has no card there."""
    BARRED = "barred"
    """May not sign, though a role of theirs may."""


class Stake(NamedTuple):
    """Somebody's part in a proposal: one person's, that of all who hold a role, a queue's."""

    part: Part
    who: str


class Gathering(NamedTuple):
    """How much of one kind there is for a channel's digest."""

    channel: ChannelId
    part: Part
    many: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a proposal is, as far as people look for it; only its plan or a revision changes it."""

    action: ActionName
    agent: AgentName
    severity: Severity
    reversible: bool
    seats: tuple[RoleName, ...]
    seen_by: frozenset[str]
    words: str
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a proposal stands."""

    proposal: ProposalId
    status: Status
    due_at: datetime | None
    decided_at: datetime | None
    stakes: frozenset[Stake] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class Entry:
    """All that the board keeps of one proposal."""

    position: Position
    description: Description


class Board(Protocol):
    """The index that people's lists are read from."""

    def page(self, look: Look, limit: int, after: Place | None = None) -> tuple[ProposalId, ...]:
        """List what a view shows: what is due first, first; what was decided last, first."""

    def count(self, look: Look) -> int:
        """Count what a view shows."""

    def choices(self, look: Look) -> Choices:
        """Name the actions and the agents that a view shows, before any filter."""

    def courses(self, look: Look, limit: int) -> tuple[Course, ...]:
        """Tell how everything went that they may see: open, or decided since a moment."""

    def put_to(self, system: AgentName, limit: int) -> tuple[ProposalId, ...]:
        """List the proposals that wait for a system's answer, what is due first, first."""

    def shown(self, queue: str) -> int:
        """Count the proposals of a queue that are before people."""

    def oldest_held(self, queue: str) -> ProposalId | None:
        """Find the proposal of a queue that is held the longest."""

    def gathered(self) -> tuple[Gathering, ...]:
        """Count what there is for each channel's digest to tell."""

    def foremost_in(self, channel: ChannelId, part: Part, limit: int) -> tuple[ProposalId, ...]:
        """List what a channel's digest tells of one kind.

        The gravest come first, of these what is due first, of these the oldest.
        """

    def put(
        self, before: Position | None, after: Position, description: Description | None
    ) -> None:
        """Write where a proposal stands now, and what it is unless that is the same as before."""

    def renew(self, entry: Entry) -> None:
        """Write all that is to be kept of one proposal, whatever was kept before."""

    def entry(self, proposal: ProposalId) -> Entry | None:
        """Read what is kept of one proposal."""

    def astray(self, since: datetime, limit: int) -> tuple[ProposalId, ...]:
        """Find proposals, open or closed since a moment, that stand elsewhere or nowhere."""


def person_mark(person: PersonId) -> str:
    """Name a person in a stake."""
    return f"person:{person}"


def role_mark(role: RoleName) -> str:
    """Name in a stake whoever holds a role."""
    return f"role:{role}"


def system_mark(system: AgentName) -> str:
    """Name a program that was asked in a stake."""
    return f"system:{system}"


def queue_mark(agent: AgentName, action: ActionName) -> str:
    """Name in a stake what one agent proposes of one action."""
    return f"queue:{action}:{agent}"


CHANNELS = "channel:"
"""How each mark of a channel begins."""


def channel_mark(channel: ChannelId) -> str:
    """Name in a stake a channel whose digest tells of it."""
    return f"{CHANNELS}{channel}"


def marks(person: PersonId, roles: Iterable[RoleName]) -> tuple[str, ...]:
    """Name a person and their roles, the person first."""
    return (person_mark(person), *map(role_mark, sorted(roles)))
