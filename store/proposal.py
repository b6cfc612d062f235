"""What an agent sends: one thing it asks leave to do, with its evidence."""

from typing import Annotated, Literal, NewType

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from manifests.vocabulary import ActionName, Parameters, Urgency

ProposalId = NewType("ProposalId", str)

PRINTABLE = r"^[^\x00-\x1f\x7f]+$"
"""No control characters: PostgreSQL keeps no NUL, and a header no line break."""

ACTION = r"^[A-Za-z][\w.-]*$"

Line = Annotated[str, Field(max_length=500)]
Text = Annotated[str, Field(max_length=20_000)]
Lines = Annotated[tuple[Line, ...], Field(max_length=50)]
Flag = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,79}$")]
Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Sent(BaseModel):
    """The base of everything agents send: immutable, strict, and no field we do not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Step(Sent):
    """One thing the agent has done already, with the tool it called and what came back."""

    title: Line
    tool: Line | None = None
    arguments: JsonValue = None
    result: JsonValue = None
    status: Line | None = None


class Evidence(Sent):
    """One source the agent relies on."""

    title: Line
    url: Annotated[str, Field(max_length=2_000)] | None = None
    excerpt: Text | None = None
    kind: Line | None = None
    contradicts: bool = False
    """Whether it speaks against what is proposed."""


class Check(Sent):
    """One validator's verdict, as the agent reports it."""

    name: Line
    passed: bool
    source: Line | None = None
    score: float | None = None
    threshold: float | None = None
    detail: Line | None = None


class Denial(Sent):
    """What an external policy engine refused: the call an override is asked for."""

    engine: Annotated[
        str,
        Field(
            pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$",
            description="A short name, such as opa or aws-iam; people see it in the headline.",
        ),
    ]
    policy: Line | None = None
    call: JsonValue = None
    message: Text = ""


class Workflow(Sent):
    """Where the proposal stands in the agent's plan; returned with the decision as it was sent."""

    id: Line
    step: Line | int | None = None
    of: int | None = None
    completed: tuple[JsonValue, ...] = ()
    state: JsonValue = None


class Context(Sent):
    """Everything a reviewer needs so as not to derive the decision again."""

    request: Text | None = None
    steps: Annotated[tuple[Step, ...], Field(max_length=100)] = ()
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=50)] = ()
    alternatives: Lines = ()
    expected_outcome: Text | None = None
    if_rejected: Text | None = None
    rollback: Text | None = None
    checks: Annotated[tuple[Check, ...], Field(max_length=50)] = ()
    workflow: Workflow | None = None


class Proposal(Sent):
    """One proposal, field for field as agents send it."""

    action: Annotated[ActionName, Field(min_length=1, max_length=100, pattern=ACTION)]
    parameters: Parameters = Field(default_factory=dict)
    missing: Annotated[tuple[Line, ...], Field(max_length=20)] = ()
    question: Annotated[str, Field(min_length=1, max_length=3_000)] | None = None
    choices: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=75)], ...], Field(max_length=10)
    ] = ()
    reason: Text = ""
    confidence: Share | None = None
    confidence_basis: Text = ""
    uncertainty_factors: Lines = ()
    recommended_review: bool = False
    urgency: Urgency = Urgency.NORMAL
    flags: Annotated[tuple[Flag, ...], Field(max_length=50)] = ()
    signals: Annotated[dict[Flag, Share], Field(max_length=50)] = Field(default_factory=dict)
    affected: Annotated[tuple[Line, ...], Field(max_length=200)] = ()
    tool_calls: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    retries: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    denied_by: Denial | None = None
    on_behalf_of: (
        Annotated[
            str,
            Field(
                min_length=1,
                max_length=200,
                description=(
                    "The person of this workspace who asked for it, and who may not approve it: a "
                    "Slack user id, a mention of one, or the id or the name of somebody under "
                    "people in the manifest. A customer who asked belongs in context.request."
                ),
            ),
        ]
        | None
    ) = None
    idempotency_key: Annotated[str, Field(max_length=255, pattern=PRINTABLE)] | None = None
    alternative_to: Annotated[ProposalId, Field(max_length=64)] | None = None
    context: Context = Context()
    callback: Annotated[str, Field(max_length=2_000)] | None = None
    live_view_url: Annotated[str, Field(max_length=2_000)] | None = None

    @property
    def kind(self) -> Literal["question", "incomplete", "action"]:
        """Say what a reviewer must do: answer, fill in, or decide."""
        if self.question is not None:
            return "question"
        return "incomplete" if self.missing else "action"
