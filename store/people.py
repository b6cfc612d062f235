"""What is known of a person at one moment, and whether they may review."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from manifests.vocabulary import AgentName, PersonId, RoleName, Standing, UserId

KEYTURN_ITSELF = AgentName("keyturn")
"""The agent that Keyturn's own proposals to administrators come from; nobody holds a key of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A timestamped snapshot of one Slack user: who they are and what they may sign for."""

    user: UserId
    id: PersonId
    name: str
    roles: frozenset[RoleName]
    standing: Standing
    as_of: datetime

    def fresh(self, now: datetime, within: timedelta) -> bool:
        """Say whether the snapshot is recent enough to decide on; one of the future is not."""
        return abs(now - self.as_of) <= within


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """The people who may not approve: who asked, and who owns the agent."""

    agent: AgentName
    owner: PersonId | None = None
    requester: PersonId | None = None
    requester_name: str = ""
    """As the rules named them when it came in; empty where they did not, and before it was kept."""
