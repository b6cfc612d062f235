"""Requests to change a checkpoint, and requests about what follows after it closed."""

from dataclasses import dataclass
from datetime import datetime

from manifests.plan import ReviewPlan
from manifests.vocabulary import AgentName, Digest, Parameters
from store.people import Person
from store.traces import THE_AGENT, Addressee, Follows


@dataclass(frozen=True, slots=True, kw_only=True)
class ByReviewer:
    """What every reviewer's command carries: who, the revision they saw, when they looked."""

    reviewer: Person
    revision: int
    digest: Digest
    signers: tuple[Person, ...] = ()
    """Fresh snapshots of everybody who has signed already."""
    opened_at: datetime | None = None
    """When the person opened the view they submitted, if there was one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve(ByReviewer):
    """Sign off the revision shown."""

    note: str = ""
    in_full: bool = False
    """Whether all of it was before them in a view, as the plan's friction may ask for."""
    retyped: str | None = None
    """What was typed once more, where the plan's friction asks for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject(ByReviewer):
    """Say no, with a reason."""

    reason: str
    category: str
    wants_alternative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Revise(ByReviewer):
    """Change parameters; with `approve` the editor signs the result too, where that is allowed."""

    parameters: Parameters
    revised_digest: Digest
    plan: ReviewPlan
    """Policy's answer about the new parameters; it may only be stricter."""
    category: str = ""
    note: str = ""
    approve: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(ByReviewer):
    """Answer a proposal that is a question."""

    guidance: str
    choice: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestInformation(ByReviewer):
    """Stop the clock and ask the agent, or somebody else who knows."""

    question_id: str
    question: str
    category: str = ""
    asked: Addressee = THE_AGENT
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopWaiting(ByReviewer):
    """Go on with the review without the answer that was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate(ByReviewer):
    """Call the next rung now."""

    reason: str
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawSignOff(ByReviewer):
    """Take back one's own sign-off while seats are open, or before the approval is released."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver(ByReviewer):
    """Take control of the agent's environment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnControl(ByReviewer):
    """Give control back, with a note on where things stand."""

    note: str
    continue_from: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(ByReviewer):
    """Put what is held before people now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(ByReviewer):
    """Take the turn: I am on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassign(ByReviewer):
    """Give the turn to somebody else who may sign."""

    to: Person
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvideInformation:
    """The agent's answer; changed parameters come with their digest and policy's fresh answer."""

    answer: str
    question_id: str | None = None
    parameters: Parameters | None = None
    revised_digest: Digest | None = None
    plan: ReviewPlan | None = None
    follows: Follows | None = None
    """The no that the changed parameters come after, if they do."""
    system: AgentName | None = None
    """The system that answers, where one was asked; nobody for the agent that proposed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveInformation:
    """The answer of a person who was asked; it decides nothing."""

    person: Person
    answer: str
    question_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """The agent takes its proposal back."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDeadline:
    """The clock looks at the checkpoint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRoom:
    """Keyturn sees that there is room for what is held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tighten:
    """A newer manifest's answer about the proposal as it stands; what it asks for less is left."""

    plan: ReviewPlan


ReviewerCommand = (
    Approve
    | Reject
    | Revise
    | Answer
    | RequestInformation
    | StopWaiting
    | Escalate
    | WithdrawSignOff
    | TakeOver
    | ReturnControl
    | Claim
    | Reassign
    | Release
)
Command = (
    ReviewerCommand
    | ProvideInformation
    | GiveInformation
    | Withdraw
    | NoticeDeadline
    | NoticeRoom
    | Tighten
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consume:
    """The agent starts to execute; the same attempt may ask again."""

    agent: AgentName
    attempt: str
    digest: Digest
    token_is_right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOutcome:
    """The agent says how executing went."""

    agent: AgentName
    executed: bool
    detail: str
    attempt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRollback:
    """The agent says how rolling back went."""

    agent: AgentName
    done: bool
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """A reviewer takes an approval back before it is consumed."""

    reviewer: Person
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRollback:
    """A reviewer asks the agent to undo what it did."""

    reviewer: Person
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Veto:
    """A reviewer stops what a rule released, while there is time to."""

    reviewer: Person
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordExecution:
    """A person says how it went that they carried out a suggestion."""

    reviewer: Person
    executed: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLapse:
    """The clock sees that an approval was not used in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeVetoWindow:
    """The clock sees that the time to veto has passed."""


AfterCommand = (
    Consume
    | ReportOutcome
    | ReportRollback
    | Recall
    | RequestRollback
    | Veto
    | RecordExecution
    | NoticeLapse
    | NoticeVetoWindow
)
