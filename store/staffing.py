"""Who may review what, when they are there, and how much waits for each of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from manifests.hours import Hours, Rota
from manifests.vocabulary import PersonId, RoleName, UserId
from store.proposal import ProposalId

NOBODY = UserId("")
"""Stands where a seat has no reviewer, so that it is found again when somebody comes."""
MOST_HOPS = 5
"""How far a delegation is followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """One account that holds a role, and when its person works."""

    role: RoleName
    user: UserId
    person: PersonId
    name: str
    hours: Hours | None = None
    rota: Rota | None = None
    """Who of the role's holders is on call; the same for all of them."""
    leaving: bool = False
    """Whether they hold it no longer, and what waits for them is still being passed on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A time when somebody is not there, and whose turn it is meanwhile."""

    person: PersonId
    starts_at: datetime
    ends_at: datetime | None
    """None until they say that they are back."""
    delegate: PersonId | None
    said_by: UserId
    said_at: datetime

    def covers(self, at: datetime) -> bool:
        """Say whether they are away at a moment; at the end they are back."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How much waits for a person: the weights of their open seats, added up, and how many."""

    weight: int = 0
    proposals: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer:
    """One person with the roles they hold through any account, their load and their absence."""

    person: PersonId
    holds: tuple[Holder, ...]
    load: int = 0
    absence: Absence | None = None

    @property
    def user(self) -> UserId:
        """Give the account they are addressed by."""
        return self.holds[0].user

    @property
    def name(self) -> str:
        """Give the name they are known by."""
        return self.holds[0].name


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Everybody who holds some of the roles asked about, the least loaded first."""

    known: frozenset[RoleName]
    """The roles whose holders are known, were it that there are none; of others nothing is."""
    reviewers: tuple[Reviewer, ...] = ()
    elsewhere: Mapping[PersonId, Absence] = field(default_factory=dict)
    """Absences of people outside these roles through whom a delegation leads."""
    whole: bool = True
    """Whether these are all; otherwise whoever is not here has more to do than whoever is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One open seat and whose turn it is to fill it, or nobody's."""

    proposal: ProposalId
    seat: int
    """Its place among the plan's seats."""
    user: UserId
    person: PersonId
    weight: int


class Staff(Protocol):
    """The people, as they were told last; whoever signs is looked up anew."""

    def roster(self, roles: frozenset[RoleName], most: int | None = None) -> Roster:
        """Read who holds these roles, or the least loaded of them, as far as so many rows go.

        It is one query where nobody delegates to outside of the roles.
        """

    def known(self) -> frozenset[RoleName]:
        """Name the roles whose holders are known."""

    def holders(self) -> tuple[Holder, ...]:
        """List every holder of every role, those who are leaving too."""

    def know(self, role: RoleName) -> None:
        """Note that a role's holders are known, were it that there are none."""

    def put(self, holder: Holder) -> None:
        """Write what is known of one holder of one role."""

    def remove(self, role: RoleName, user: UserId) -> None:
        """Forget one holder of one role."""

    def absence(self, person: PersonId) -> Absence | None:
        """Read when somebody is away, be it now, later or no longer."""

    def absences(self) -> tuple[Absence, ...]:
        """List everybody's absence."""

    def be_away(self, absence: Absence) -> None:
        """Note an absence in place of the one before."""

    def be_back(self, person: PersonId) -> None:
        """Drop somebody's absence."""

    def assign(self, before: tuple[Assignment, ...], after: tuple[Assignment, ...]) -> None:
        """Write one proposal's assignments in place of those before, and change the loads."""

    def assignments(self, proposal: ProposalId) -> tuple[Assignment, ...]:
        """Read a proposal's assignments, by seat."""

    def waiting_for(self, person: PersonId) -> tuple[ProposalId, ...]:
        """List the open proposals in which it is somebody's turn, oldest first; or nobody's."""

    def loads(self) -> Mapping[PersonId, Load]:
        """Read how much waits for each person."""

    def drift(self) -> int:
        """Count what does not add up, without changing anything."""

    def recount(self) -> int:
        """Put right what does not add up, and count how many rows were wrong."""
