"""Everything stored about one proposal. States are types that carry only their own data."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from manifests.plan import ReviewPlan
from manifests.vocabulary import ActionName, Digest
from store.people import Parties
from store.proposal import Proposal, ProposalId
from store.traces import NEVER_STOOD as NEVER_STOOD
from store.traces import THE_AGENT as THE_AGENT
from store.traces import Addressee as Addressee
from store.traces import Assignee as Assignee
from store.traces import ByRule as ByRule
from store.traces import Exchange as Exchange
from store.traces import Follows as Follows
from store.traces import HandedBack as HandedBack
from store.traces import Revision as Revision
from store.traces import Signature as Signature
from store.traces import SignOff as SignOff
from store.traces import Stood as Stood

DENIAL = ActionName("keyturn.denial")
POLICY_ENGINE = "policy_engine"
"""The rule under which what a policy engine denied elsewhere is told to the operators."""


class Status(StrEnum):
    """The name of a state on the wire."""

    PENDING_REVIEW = "pending_review"
    ESCALATED = "escalated"
    NEEDS_INFORMATION = "needs_information"
    TAKEN_OVER = "taken_over"
    HELD = "held"
    RELEASING = "releasing"
    APPROVED = "approved"
    APPROVED_WITH_EDITS = "approved_with_edits"
    ANSWERED = "answered"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    BLOCKED = "blocked"
    AUTO_APPROVED = "auto_approved"


OPEN = (
    Status.PENDING_REVIEW,
    Status.ESCALATED,
    Status.NEEDS_INFORMATION,
    Status.TAKEN_OVER,
    Status.HELD,
    Status.RELEASING,
)
"""In which something can still be decided, or undone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingReview:
    """On the first rung, waiting for its seats."""

    deadline: datetime
    sign_offs: tuple[SignOff, ...] = ()
    assignees: tuple[Assignee, ...] = ()
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
    assignees: tuple[Assignee, ...] = ()
    remark: str = ""
    status: Literal[Status.ESCALATED] = Status.ESCALATED


UnderReview = PendingReview | Escalated


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsInformation:
    """Somebody asked; the review's clock stands still until the answer or its own deadline."""

    question_id: str
    question: str
    asker: Signature | ByRule
    paused: PendingReview | Escalated
    time_left: timedelta | None
    deadline: datetime
    asked: Addressee = THE_AGENT
    category: str = ""
    about: str = ""
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
class Held:
    """Too many like it wait already: it has no live card, and its clock does not run."""

    since: datetime
    because: str
    paused: PendingReview | Escalated
    time_left: timedelta | None
    status: Literal[Status.HELD] = Status.HELD


@dataclass(frozen=True, slots=True, kw_only=True)
class Releasing:
    """Every seat is filled; until it is released, whoever signed can undo that."""

    paused: PendingReview | Escalated
    """The review with all its sign-offs; undone, it has the time again that it had at `at`."""
    at: datetime
    release_at: datetime
    status: Literal[Status.RELEASING] = Status.RELEASING


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
    wants_alternative: bool = False
    """Whether they asked the agent for another draft."""
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


Waiting = NeedsInformation | TakenOver | Held | Releasing
"""Open, with the review behind them."""
Open = PendingReview | Escalated | NeedsInformation | TakenOver | Held | Releasing
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
    | Held
    | Releasing
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
    follows: Follows | None = None
    """The rejection it comes after; never shown as new then."""
    handed_back: HandedBack | None = None
    """How the last takeover ended, if a person gave control back."""
    climbed_to: int = 0
    """The highest rung that it had reached before its present state."""
    stood: Stood = NEVER_STOOD

    @property
    def revision(self) -> Revision:
        """Give the revision in force."""
        return self.revisions[-1]

    @property
    def missing(self) -> tuple[str, ...]:
        """Name the parameters that nobody has given yet."""
        return tuple(name for name in self.proposal.missing if name not in self.revision.parameters)

    @property
    def is_denial(self) -> bool:
        """Say whether it tells what a policy engine denied, which is nobody's to decide here."""
        blocked = isinstance(self.state, Blocked) and self.state.rule == POLICY_ENGINE
        return blocked and self.proposal.action == DENIAL

    @property
    def rounds(self) -> int:
        """Count the questions that reviewers asked; what a rule asks is none of theirs."""
        return sum(isinstance(each.asker, Signature) for each in self.exchanges)

    @property
    def reached(self) -> int:
        """Say how far up the ladder it has come, so far or in all."""
        rung = review_of(self.state).rung if isinstance(self.state, Open) else 0
        return max(self.climbed_to, rung)

    def moved(self, state: State, now: datetime) -> "Checkpoint":
        """Give the next version of this checkpoint, in another state."""
        moved = replace(self, version=self.version + 1, state=state, updated_at=now)
        return replace(moved, climbed_to=self.reached, stood=self.stood_before(state, now))

    def stood_before(self, state: State, now: datetime) -> Stood:
        """Say how long it has stood still before a state that it comes to now."""
        since = _standing_since(self.state)
        if since is None or since == _standing_since(state):
            return self.stood
        return self.stood.longer(self.state.status.value, now - since)


def _standing_since(state: State) -> datetime | None:
    """Say since when nobody can decide it, for want of room, an answer, or control."""
    match state:
        case Held(since=since):
            return since
        case NeedsInformation(asker=who) | TakenOver(holder=who):
            return who.at
        case _:
            return None


def is_open(state: State) -> bool:
    """Say whether something can still be decided."""
    return isinstance(state, Open)


def is_granted(state: State) -> bool:
    """Say whether the agent may run what was proposed."""
    return isinstance(state, Approved | ApprovedWithEdits | AutoApproved)


def review_of(state: Open) -> UnderReview:
    """Give the review that runs, or the one that waits behind a pause."""
    match state:
        case NeedsInformation(paused=paused) | TakenOver(paused=paused):
            return paused
        case Held(paused=paused) | Releasing(paused=paused):
            return paused
        case PendingReview() | Escalated():
            return state
