"""What governs all proposals: which manifest is in force, and what is paused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from manifests.vocabulary import ActionName, AgentName, Digest
from store.proposal import ProposalId

EVERYTHING = "everything"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One manifest, kept whole, so that it loads again whatever becomes of the disk."""

    digest: Digest
    files: Mapping[str, str]
    """Every file's text by its name."""
    stored_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A version that waits for administrators, and the proposal that asks them for it."""

    digest: Digest
    proposal: ProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """Which version is in force, since when, and what may follow it."""

    digest: Digest
    since: datetime
    candidate: Candidate | None = None
    judged: str = ""
    """Fingerprint of the files that were looked at last, so that nothing is said of them twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Something that nothing passes without a person, and that nobody may consume."""

    scope: str
    """`everything`, `agent:NAME` or `action:NAME`."""
    since: datetime
    said_by: str
    why: str = ""
    proposal: ProposalId | None = None
    """The proposal that asks administrators to resume it, while there is one."""

    @property
    def words(self) -> str:
        """Say what is paused, by whom and why, as one sentence."""
        because = f": {self.why.rstrip('.')}" if self.why else ""
        return f"{self.said_by} paused {in_words(self.scope)}{because}."


def in_words(scope: str) -> str:
    """Name a scope for a person."""
    kind, _, name = scope.partition(":")
    return f"the {kind} {name}" if name else scope


def scopes_of(agent: AgentName, action: ActionName) -> tuple[str, str, str]:
    """Name every scope that holds a proposal of an agent's."""
    return EVERYTHING, f"agent:{agent}", f"action:{action}"


class Manifests(Protocol):
    """Every version that was ever in force or asked for, and the one that is."""

    def live(self) -> Live | None:
        """Say what is in force; None before the first start."""

    def version(self, digest: Digest) -> Version | None:
        """Read a version."""

    def keep(self, version: Version) -> None:
        """Store a version; one that is there already stays as it is."""

    def put(self, live: Live) -> None:
        """Say what is in force from now on."""


class Pauses(Protocol):
    """What is paused."""

    def every(self) -> tuple[Pause, ...]:
        """List what is paused, by scope."""

    def of(self, scope: str) -> Pause | None:
        """Read the pause of exactly this scope."""

    def reason_for(self, agent: AgentName, action: ActionName) -> str | None:
        """Say in a sentence why an agent's action is paused, or None when it is not."""

    def put(self, pause: Pause) -> None:
        """Pause a scope, or change what is known of its pause."""

    def remove(self, scope: str) -> None:
        """Resume a scope."""
