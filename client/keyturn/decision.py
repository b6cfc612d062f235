"""What people answered: typed, frozen, and approved only where it says so in so many words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, TypeVar, cast

from keyturn.errors import KeyturnError, UnexpectedReply

T = TypeVar("T")


class Status(StrEnum):
    """Where a proposal stands. A status that is not listed here is neither approved nor closed."""

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
class Question:
    """What a reviewer wants to know before deciding; the clock waits for the answer."""

    id: str
    text: str
    asked_by: str | None
    asked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumed:
    """Which attempt is executing, or has executed, what was approved."""

    attempt: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How executing went."""

    outcome: str
    detail: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """Who took the approval back before it was used."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What followed the decision."""

    consumed: Consumed | None = None
    outcome: Outcome | None = None
    recalled: Recalled | None = None
    rollback: Rollback | None = None
    lapsed_at: datetime | None = None


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
    question: Question | None = None
    execution_token: str | None = field(default=None, repr=False)
    execute_before: datetime | None = None
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
    """Nobody has decided within the time given; the proposal goes on waiting."""

    def __init__(self, decision: Decision | None, proposal: str) -> None:
        status = f"it is {decision.status.replace('_', ' ')}" if decision else "nothing was heard"
        super().__init__(f"nobody has decided proposal {proposal} yet ({status}); wait again later")
        self.decision = decision
        self.proposal = proposal


class NotApproved(KeyturnError):
    """There is no leave to execute this."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(f"proposal {decision.id} is {_standing(decision)}; do not execute it")
        self.decision = decision


def _standing(decision: Decision) -> str:
    if decision.after.recalled:
        return "recalled, not approved"
    if decision.lapsed:
        return (
            "approved no longer, because it was not executed in time (to ask people anew, "
            "propose it under another idempotency_key)"
        )
    return f"{decision.status.replace('_', ' ')}, not approved"


def read_decision(body: object) -> Decision:
    """Read a decision from the gateway's JSON; raise `UnexpectedReply` for anything else."""
    try:
        return _decision(cast("Mapping[str, Any]", body))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnexpectedReply(f"this is no decision ({error!r}): {str(body)[:200]}") from error


def _decision(body: Mapping[str, Any]) -> Decision:
    return Decision(
        id=_text(body["id"]),
        version=_number(body["version"]),
        status=_text(body["status"]),
        revision=_number(body.get("revision", 0)),
        digest=_text(body.get("digest", "")),
        action=_text(body.get("action", "")),
        current_parameters=dict(body.get("parameters") or {}),
        edited=body.get("edited") is True,
        guidance=body.get("guidance"),
        decided_by=tuple(map(_reviewer, _list(body.get("decided_by")))),
        decided_at=_moment(body.get("decided_at")),
        reason=body.get("reason"),
        category=body.get("category"),
        note=body.get("note"),
        question=_read(_question, body.get("question")),
        execution_token=body.get("execution_token"),
        execute_before=_moment(body.get("execute_before")),
        deadline=_moment(body.get("deadline")),
        workflow=body.get("workflow"),
        idempotency_key=body.get("idempotency_key"),
        after=_after(body.get("after") or {}),
    )


def _after(body: Mapping[str, Any]) -> After:
    return After(
        consumed=_read(_consumed, body.get("consumed")),
        outcome=_read(_outcome, body.get("outcome")),
        recalled=_read(_recalled, body.get("recalled")),
        rollback=_read(_rollback, body.get("rollback")),
        lapsed_at=_moment(body.get("lapsed_at")),
    )


def _consumed(body: Mapping[str, Any]) -> Consumed:
    return Consumed(attempt=_text(body["attempt"]), at=_at(body))


def _outcome(body: Mapping[str, Any]) -> Outcome:
    return Outcome(outcome=_text(body["outcome"]), detail=body.get("detail"), at=_at(body))


def _recalled(body: Mapping[str, Any]) -> Recalled:
    return Recalled(by=_by(body), at=_at(body), reason=body.get("reason"))


def _rollback(body: Mapping[str, Any]) -> Rollback:
    state, detail = body["state"], body.get("detail")
    return Rollback(state=state, by=_by(body), at=_at(body), detail=detail)


def _question(body: Mapping[str, Any]) -> Question:
    return Question(
        id=_text(body["id"]),
        text=_text(body["text"]),
        asked_by=_name(body.get("asked_by")),
        asked_at=_moment(body.get("asked_at")),
    )


def _reviewer(body: Mapping[str, Any]) -> Reviewer:
    return Reviewer(user=_text(body["user"]), name=body.get("name"), role=body.get("role"))


def _read(read: Callable[[Mapping[str, Any]], T], body: Mapping[str, Any] | None) -> T | None:
    return None if body is None else read(body)


def _by(body: Mapping[str, Any]) -> str | None:
    return _name(body.get("by"))


def _at(body: Mapping[str, Any]) -> datetime | None:
    return _moment(body.get("at"))


def _name(by: str | Mapping[str, Any] | None) -> str | None:
    if isinstance(by, Mapping):
        return by.get("name") or by.get("user")
    return by


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"the time {text} does not say its zone")
    return moment


def _list(value: Sequence[Mapping[str, Any]] | None) -> Sequence[Mapping[str, Any]]:
    return value or ()


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no whole number")
    return value
