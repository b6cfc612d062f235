"""The shape of a decision on the wire, written down for agents; a test holds it to the real one."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from store.checkpoint import Status


class Shape(BaseModel):
    """The base of what we answer: every field is always there."""

    model_config = ConfigDict(extra="forbid", strict=False)


class DecidedBy(Shape):
    """One person who decided."""

    user: str
    name: str | None
    role: str | None


class OpenQuestion(Shape):
    """What a reviewer asks the agent now."""

    id: str
    text: str
    asked_by: str
    asked_at: AwareDatetime


class ConsumedBy(Shape):
    """Which attempt executes."""

    attempt: str
    at: AwareDatetime


class OutcomeTold(Shape):
    """How executing went."""

    outcome: Literal["executed", "failed"]
    detail: str
    at: AwareDatetime


class RecalledBy(Shape):
    """Who took the approval back before it was used."""

    by: str
    reason: str
    at: AwareDatetime


class RollbackAsked(Shape):
    """Who asked to undo it, and what came of that."""

    state: Literal["requested", "done", "failed"]
    by: str
    reason: str
    detail: str
    at: AwareDatetime


class After(Shape):
    """What followed the decision."""

    consumed: ConsumedBy | None
    outcome: OutcomeTold | None
    recalled: RecalledBy | None
    rollback: RollbackAsked | None
    lapsed_at: AwareDatetime | None


class Decision(Shape):
    """How a proposal stands. Execute only what is granted, with exactly these parameters."""

    id: str
    version: Annotated[int, Field(description="Rises with every change, after closing too.")]
    status: Status
    action: str
    idempotency_key: str | None
    revision: int
    digest: Annotated[str, Field(description="SHA-256 over RFC 8785 of {action, parameters}.")]
    parameters: Annotated[dict[str, Any], Field(description="Exactly what is in force.")]
    edited: bool
    deadline: AwareDatetime | None
    guidance: str | None
    choice: str | None
    decided_by: list[DecidedBy]
    decided_at: AwareDatetime | None
    reason: str | None
    category: str | None
    note: str | None
    question: OpenQuestion | None
    execution_token: Annotated[
        str | None, Field(description="Only while granted and not recalled; consuming needs it.")
    ]
    execute_before: AwareDatetime | None
    workflow: Annotated[dict[str, Any] | None, Field(description="As it was sent.")]
    after: After


class PageOfDecisions(Shape):
    """Some of the agent's own decisions, newest first."""

    proposals: list[Decision]
    next_cursor: Annotated[str | None, Field(description="Send it as cursor for the next page.")]


class FieldProblem(Shape):
    """One thing that is wrong in a request."""

    where: Annotated[str, Field(description="A JSON pointer, or ?name for the query.")]
    problem: str
    hint: str


class Problem(Shape):
    """Why a request was turned down (RFC 9457)."""

    type: Annotated[str, Field(description="urn:keyturn:problem:… , stable.")]
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []
    existing: Annotated[
        str | None, Field(description="The proposal that holds the idempotency key.")
    ] = None
