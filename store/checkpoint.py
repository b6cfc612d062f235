"""Everything stored about one proposal. States are types that carry only their own data."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from manifests.plan import ReviewPlan
from manifests.vocabulary import Digest, Parameters, PersonId, RoleName, UserId
from store.people import Parties
from store.proposal import Proposal, ProposalId


class Status(StrEnum):
    """The name of a state on the wire."""

    PENDING_REVIEW = "pending_review"
    ESCALATED = "escalated"
    NEEDS_INFORMATION = "needs_information"
    TAKEN_OVER = "taken_over"
    APPROVED = "approved"
    APPROVED_WITH_EDITS = "approved_with_edits"
    ANSWERED = "answered"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    BLOCKED = "blocked"
    AUTO_APPROVED = "auto_approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who did something, and when."""

    user: UserId
    person: PersonId
    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """One person's approval of one revision, and the seat it fills."""

    by: Signature
    seat: RoleName
    revision: int
    digest: Digest
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingReview:
    """On the first rung, waiting for its seats."""

    deadline: datetime
    sign_offs: tuple[SignOff, ...] = ()
    remark: str = ""
    status: Literal[Status.PENDING_REVIEW] = Status.PENDING_REVIEW

    @property
    def rung(self) -> int:
        """Stand on the first rung of the ladder."""
        return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated:
    """On a later rung; without a deadline it stays blocked while alerts repeat."""

    rung: int
    deadline: datetime | None
    why: str
    alert_at: datetime | None = None
    sign_offs: tuple[SignOff, ...] = ()
    remark: str = ""
    status: Literal[Status.ESCALATED] = Status.ESCALATED


UnderReview = PendingReview | Escalated


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsInformation:
    """A reviewer asked; the review's clock stands still until the answer or its own deadline."""

    question_id: str
    question: str
    asker: Signature
    paused: PendingReview | Escalated
    time_left: timedelta | None
    deadline: datetime
    status: Literal[Status.NEEDS_INFORMATION] = Status.NEEDS_INFORMATION


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """One reviewer has control of the agent's environment; the review's clock stands still."""

    holder: Signature
    paused: PendingReview | Escalated
    time_left: timedelta | None
    deadline: datetime
    status: Literal[Status.TAKEN_OVER] = Status.TAKEN_OVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """Every seat was filled for exactly the parameters the agent sent."""

    sign_offs: tuple[SignOff, ...]
    at: datetime
    status: Literal[Status.APPROVED] = Status.APPROVED


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedWithEdits:
    """Every seat was filled for parameters that a reviewer changed."""

    sign_offs: tuple[SignOff, ...]
    at: datetime
    status: Literal[Status.APPROVED_WITH_EDITS] = Status.APPROVED_WITH_EDITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The question was answered by a person."""

    by: Signature
    guidance: str
    choice: str | None = None
    status: Literal[Status.ANSWERED] = Status.ANSWERED


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A person said no."""

    by: Signature
    reason: str
    category: str
    status: Literal[Status.REJECTED] = Status.REJECTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """Nobody decided in time; this is nobody's no."""

    after_rung: int
    at: datetime
    status: Literal[Status.EXPIRED] = Status.EXPIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """The agent no longer wants it."""

    why: str
    at: datetime
    status: Literal[Status.WITHDRAWN] = Status.WITHDRAWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """A rule forbids it; an unknown action also opens a classification task."""

    rule: str
    because: str
    at: datetime
    classify: bool = False
    status: Literal[Status.BLOCKED] = Status.BLOCKED


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoApproved:
    """A rule allowed it without a person."""

    rule: str
    because: str
    at: datetime
    status: Literal[Status.AUTO_APPROVED] = Status.AUTO_APPROVED


Open = PendingReview | Escalated | NeedsInformation | TakenOver
Granted = Approved | ApprovedWithEdits | AutoApproved
Closed = (
    Approved
    | ApprovedWithEdits
    | Answered
    | Rejected
    | Expired
    | Withdrawn
    | Blocked
    | AutoApproved
)
State = (
    PendingReview
    | Escalated
    | NeedsInformation
    | TakenOver
    | Approved
    | ApprovedWithEdits
    | Answered
    | Rejected
    | Expired
    | Withdrawn
    | Blocked
    | AutoApproved
)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One question a reviewer asked and what came back, if anything did."""

    question_id: str
    question: str
    asker: Signature
    answer: str | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """One proposal with its plan, its revisions and its state."""

    id: ProposalId
    workspace: str
    version: int
    proposal: Proposal
    parties: Parties
    plan: ReviewPlan
    revisions: tuple[Revision, ...]
    exchanges: tuple[Exchange, ...]
    state: State
    request_digest: Digest
    created_at: datetime
    updated_at: datetime
    by_queue: bool = False
    """Whether the proposal came through the queue, so that replies go back the same way."""

    @property
    def revision(self) -> Revision:
        """Give the revision in force."""
        return self.revisions[-1]

    @property
    def missing(self) -> tuple[str, ...]:
        """Name the parameters that nobody has given yet."""
        return tuple(name for name in self.proposal.missing if name not in self.revision.parameters)

    def moved(self, state: State, now: datetime) -> "Checkpoint":
        """Give the next version of this checkpoint, in another state."""
        return replace(self, version=self.version + 1, state=state, updated_at=now)


def is_open(state: State) -> bool:
    """Say whether something can still be decided."""
    return isinstance(state, PendingReview | Escalated | NeedsInformation | TakenOver)


def is_granted(state: State) -> bool:
    """Say whether the agent may run what was proposed."""
    return isinstance(state, Approved | ApprovedWithEdits | AutoApproved)


def review_of(state: Open) -> UnderReview:
    """Give the review that runs, or the one that waits behind a pause."""
    match state:
        case NeedsInformation(paused=paused) | TakenOver(paused=paused):
            return paused
        case PendingReview() | Escalated():
            return state
