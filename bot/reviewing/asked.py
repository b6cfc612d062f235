"""What people ask of us about a card, and how that ends."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from manifests.vocabulary import ChannelId, Digest, UserId
from store.aftermath import Aftermath
from store.checkpoint import Checkpoint, Status
from store.commands import (
    AfterCommand,
    Recall,
    RecordExecution,
    RequestRollback,
    ReviewerCommand,
    Veto,
)
from store.people import Person
from store.ports import AuditLine, Card
from store.proposal import ProposalId
from store.refusals import Reason, Refusal
from store.staffing import Reviewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request from the workspace about one card, parsed and not yet believed."""

    key: str
    """Tells this request from every other one, also when it is delivered twice."""
    user: UserId
    channel: ChannelId
    message: str | None
    """The ts of the message that was clicked, where there is one."""
    proposal: ProposalId
    revision: int
    nonce: str
    digest: Digest | None = None
    """Digest of the revision a modal was drawn from; a button's follows from its revision."""
    opened_at: datetime | None = None
    about: UserId | None = None
    """Somebody else who must be looked up for it."""
    aloud: bool = True
    """Whether a refusal is whispered; a modal says it by itself."""


class Seen(TypedDict):
    """What every reviewer's command is made with: `Approve(**quorum.seen, note=…)`."""

    reviewer: Person
    revision: int
    digest: Digest
    signers: tuple[Person, ...]
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Quorum:
    """The person who acts on what they saw, and fresh snapshots of everybody who signed before."""

    seen: Seen
    named: Person | None = None
    """Somebody else whom the request is about, as fresh as the reviewer."""

    @property
    def reviewer(self) -> Person:
        """Give the person who acts."""
        return self.seen["reviewer"]


BuildCommand = Callable[[Quorum], ReviewerCommand]
BuildAfterCommand = Callable[[Person], AfterCommand]


class Answered(StrEnum):
    """How a request ended; stored with its key, so that a repetition gets the same answer."""

    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the person is told: the card shows what was done, a sentence what was not."""

    answered: Answered
    refusal: Refusal | None = None
    closed: Status | None = None
    """How the proposal was closed by this very request; a repetition closes nothing again."""

    def encode(self) -> str:
        """Write the verdict for the click's row."""
        told = self.refusal
        return json.dumps([self.answered, *([told.reason, told.words] if told else [])])

    @classmethod
    def decode(cls, text: str) -> "Verdict":
        """Read a stored verdict back."""
        answered, *told = json.loads(text)
        refusal = Refusal(Reason(told[0]), told[1]) if told else None
        return cls(Answered(answered), refusal)


DONE = Verdict(Answered.DONE)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a view is drawn from, read in one go."""

    checkpoint: Checkpoint
    aftermath: Aftermath
    card: Card
    lines: tuple[AuditLine, ...]
    now: datetime
    paused: str = ""
    """Why nobody can use an approval of it for now, as a sentence."""
    takers: tuple[Reviewer, ...] | None = None
    """Who could be given the turn, where that was asked for and is known."""


UNCONFIRMED = Refusal(
    Reason.STALE_FACTS, "Slack could not confirm who you are just now. Please click again."
)
NOT_LOOKED_UP = Refusal(
    Reason.STALE_FACTS, "Slack could not say who that is just now. Choose again in a moment."
)
OTHER_CARD = Refusal(
    Reason.FORGED_CARD, "This is not the proposal's own card. Use the one in its channel."
)


def recall(reason: str) -> BuildAfterCommand:
    """Build the command that takes an approval back."""
    return lambda person: Recall(reviewer=person, reason=reason)


def request_rollback(reason: str) -> BuildAfterCommand:
    """Build the command that asks the agent to undo."""
    return lambda person: RequestRollback(reviewer=person, reason=reason)


def veto(reason: str) -> BuildAfterCommand:
    """Build the command that stops what a rule released."""
    return lambda person: Veto(reviewer=person, reason=reason)


def record_done(note: str) -> BuildAfterCommand:
    """Build the command by which a person says that they carried it out."""
    return lambda person: RecordExecution(reviewer=person, executed=True, note=note)


def record_failed(note: str) -> BuildAfterCommand:
    """Build the command by which a person says that carrying it out failed."""
    return lambda person: RecordExecution(reviewer=person, executed=False, note=note)
