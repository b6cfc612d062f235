"""What people answered: typed, frozen, and approved only where it says so in so many words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from keyturn.errors import KeyturnError


class Status(StrEnum):
    """Where a proposal stands. A status that is not listed here is neither approved nor closed."""

    PENDING_REVIEW = "pending_review"
    ESCALATED = "escalated"
    NEEDS_INFORMATION = "needs_information"
    TAKEN_OVER = "taken_over"
    HELD = "held"
    """People see enough like it already; they see it once there is room."""
    RELEASING = "releasing"
    """People approved it, and can undo that for a moment still: nothing may be executed yet."""
    APPROVED = "approved"
    APPROVED_WITH_EDITS = "approved_with_edits"
    ANSWERED = "answered"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    BLOCKED = "blocked"
    AUTO_APPROVED = "auto_approved"


GRANTED = frozenset({Status.APPROVED, Status.APPROVED_WITH_EDITS, Status.AUTO_APPROVED})
CLOSED = GRANTED | {
    Status.ANSWERED,
    Status.REJECTED,
    Status.EXPIRED,
    Status.WITHDRAWN,
    Status.BLOCKED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer:
    """Who signed, and for which role."""

    user: str
    name: str | None
    role: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOf:
    """Whom a question was put to: the agent, a person, a role or a system."""

    kind: str = "agent"
    name: str | None = None
    title: str = "the agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be known before people decide; the clock waits for the answer."""

    id: str
    text: str
    asked_by: str | None
    asked_at: datetime | None
    asked: AskedOf = AskedOf()
    """Only they may answer; `wait` passes on what the agent itself is asked."""
    category: str | None = None
    about: str | None = None
    """JSON pointer into the parameters, such as `/steps/11`; none for all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedBack:
    """How a reviewer who had taken over gave control back."""

    by: str | None
    note: str
    continue_from: str | None
    """The state to go on from, as it was typed: words, or JSON."""
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumed:
    """Which attempt is executing, or has executed, what was approved."""

    attempt: str
    at: datetime | None
    by: str | None = None
    """The person who carries it out by hand, if one does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How executing went."""

    outcome: str
    detail: str | None
    at: datetime | None
    by: str | None = None
    """The person who carried it out by hand, if one did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """Who took the approval back before it was used."""

    by: str | None
    at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vetoed:
    """Who stopped what a rule had released."""

    by: str | None
    at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback:
    """Who asked for what was executed to be undone, and what came of it."""

    state: Literal["requested", "done", "failed"]
    by: str | None
    at: datetime | None
    detail: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What followed the decision."""

    consumed: Consumed | None = None
    outcome: Outcome | None = None
    recalled: Recalled | None = None
    vetoed: Vetoed | None = None
    rollback: Rollback | None = None
    lapsed_at: datetime | None = None
    veto_closed_at: datetime | None = None
    """When nobody could veto it any more."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Where a proposal stands, and once it is closed, what people decided."""

    id: str
    version: int
    status: str
    revision: int = 0
    digest: str = ""
    action: str = ""
    current_parameters: Mapping[str, Any] = field(default_factory=dict)
    """Parameters of the newest revision, approved or not; to execute, use `parameters`."""
    edited: bool = False
    guidance: str | None = None
    decided_by: tuple[Reviewer, ...] = ()
    decided_at: datetime | None = None
    reason: str | None = None
    category: str | None = None
    note: str | None = None
    wants_alternative: bool = False
    """Whether the reviewer who rejected it asked for another draft: propose one that names this
    proposal as `alternative_to`."""
    question: Question | None = None
    handed_back: HandedBack | None = None
    """What the last takeover left for the agent, if there was one."""
    execution_token: str | None = field(default=None, repr=False)
    """Only for the program that may execute it; see `mode` and `executed_by`."""
    execute_before: datetime | None = None
    oversight: str = "in_the_loop"
    veto_until: datetime | None = None
    """Until then people may veto what a rule released; see `until_final`."""
    mode: str = "execute"
    """With `suggest`, a person carries it out and records how that went in `after.outcome`."""
    executed_by: str | None = None
    """The agent that executes it, where that is not the one that proposed it."""
    overrides: str | None = None
    """The policy engine whose denial this overrides, once."""
    deadline: datetime | None = None
    workflow: Mapping[str, Any] | None = None
    idempotency_key: str | None = None
    after: After = field(default_factory=After)

    @property
    def approved(self) -> bool:
        """Tell whether the action may be executed: granted, not recalled and not lapsed."""
        return self.status in GRANTED and self.after.recalled is None and not self.lapsed

    @property
    def lapsed(self) -> bool:
        """Tell whether an approval was not used in time.

        Proposing the same again finds this proposal again; people are asked anew only under
        another `idempotency_key`.
        """
        return self.after.lapsed_at is not None

    @property
    def vetoable(self) -> bool:
        """Tell whether people may still veto it: released on the loop, and not stopped since."""
        after = self.after
        stopped = after.vetoed or after.recalled or after.rollback or self.lapsed
        return self.veto_until is not None and not stopped and after.veto_closed_at is None

    @property
    def rollback_requested(self) -> bool:
        """Tell whether people wait for what was executed to be undone."""
        return self.after.rollback is not None and self.after.rollback.state == "requested"

    @property
    def closed(self) -> bool:
        """Tell whether there is nothing more to wait for."""
        return self.status in CLOSED

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Give exactly the parameters that were approved; raise `NotApproved` where none were."""
        if not self.approved:
            raise NotApproved(self)
        return self.current_parameters


class StillWaiting(KeyturnError):
    """What was waited for did not come within the time given; the proposal goes on waiting."""

    def __init__(self, decision: Decision | None, proposal: str) -> None:
        status = f"it is {decision.status.replace('_', ' ')}" if decision else "nothing was heard"
        waited = f"nobody has decided proposal {proposal} yet"
        if decision is not None and decision.closed:
            waited = f"nothing has followed the decision on proposal {proposal} yet"
        super().__init__(f"{waited} ({status}); wait again later")
        self.decision = decision
        self.proposal = proposal


class NotApproved(KeyturnError):
    """There is no leave to execute this."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(f"proposal {decision.id} is {_standing(decision)}; do not execute it")
        self.decision = decision


class NothingToUndo(KeyturnError):
    """Nobody waits for this to be rolled back."""

    def __init__(self, decision: Decision) -> None:
        asked = decision.after.rollback
        why = "nobody asked for it" if asked is None else f"its rollback was reported {asked.state}"
        super().__init__(f"do not roll proposal {decision.id} back: {why}")
        self.decision = decision


def _standing(decision: Decision) -> str:
    if decision.after.vetoed and decision.after.recalled:
        return "vetoed, not approved"
    if decision.after.recalled:
        return "recalled, not approved"
    if decision.lapsed:
        return (
            "approved no longer, because it was not executed in time (to ask people anew, "
            "propose it under another idempotency_key)"
        )
    return f"{decision.status.replace('_', ' ')}, not approved"
