"""The shape of a decision on the wire, written down for agents; a test holds it to the real one."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from manifests.vocabulary import Mode, Oversight
from store.checkpoint import Status


class Shape(BaseModel):
    """The base of what we answer: every field is always there."""

    model_config = ConfigDict(extra="forbid", strict=False)


class DecidedBy(Shape):
    """One person who decided."""

    user: str
    name: str | None
    role: str | None


class AskedOf(Shape):
    """Whom a question was put to; only they may answer it."""

    kind: Literal["agent", "person", "role", "system"]
    name: Annotated[
        str | None, Field(description="A role's or system's name, or a person's Slack user id.")
    ]
    title: str


class OpenQuestion(Shape):
    """What a reviewer, or Keyturn itself (`keyturn`), asks now."""

    id: str
    text: str
    asked_by: str
    asked_at: AwareDatetime
    asked: AskedOf
    category: str | None
    about: Annotated[
        str | None,
        Field(description="JSON pointer into the parameters, such as /steps/11; null for all."),
    ]


class QuestionPut(OpenQuestion):
    """A question to a system, with what it is about and nothing else of the proposal."""

    deadline: AwareDatetime
    proposal: str
    action: str
    parameters: Annotated[
        dict[str, Any], Field(description="Those in force, without what is sensitive.")
    ]
    withheld: Annotated[list[str], Field(description="Names of sensitive parameters.")]


class QuestionsPut(Shape):
    """Every open question to this system, what is due first, first."""

    questions: list[QuestionPut]


class Receipt(Shape):
    """That a system's answer was taken."""

    id: str
    proposal: str
    answered_at: AwareDatetime


class ControlReturned(Shape):
    """How the last takeover of the agent's environment ended, by a reviewer's own word."""

    by: str
    note: str
    continue_from: Annotated[
        str | None,
        Field(description="The state to go on from, as it was typed: words, or JSON as text."),
    ]
    at: AwareDatetime


class ConsumedBy(Shape):
    """Which attempt executes; `by` is the person who does it by hand, if one does."""

    attempt: str
    by: str | None
    at: AwareDatetime


class OutcomeTold(Shape):
    """How executing went."""

    outcome: Literal["executed", "failed"]
    detail: str
    by: str | None
    at: AwareDatetime


class RecalledBy(Shape):
    """Who took the approval back before it was used."""

    by: str
    reason: str
    at: AwareDatetime


class VetoedBy(Shape):
    """Who stopped what a rule had released."""

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
    vetoed: VetoedBy | None
    veto_closed_at: Annotated[
        AwareDatetime | None, Field(description="Set once nobody can veto it any more.")
    ]
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
    handed_back: ControlReturned | None
    wants_alternative: Annotated[
        bool, Field(description="Whether the reviewer who rejected it asked for another draft.")
    ]
    execution_token: Annotated[
        str | None,
        Field(
            description="Only while granted and not recalled, and only for who may execute; "
            "consuming needs it."
        ),
    ]
    execute_before: AwareDatetime | None
    oversight: Annotated[
        Oversight,
        Field(description="on_the_loop: it runs at once, may be vetoed, and is then rolled back."),
    ]
    veto_until: Annotated[
        AwareDatetime | None, Field(description="Until then people may veto what a rule released.")
    ]
    mode: Annotated[
        Mode, Field(description="suggest: a person carries it out and records how it went.")
    ]
    executed_by: Annotated[
        str | None,
        Field(description="The only agent that may consume it; null for the one that proposed."),
    ]
    overrides: Annotated[
        str | None, Field(description="The policy engine whose denial this overrides, once.")
    ]
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
