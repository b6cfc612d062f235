"""Conditions as they are written in YAML: rules, windowed limits, required evidence and checks."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictStr, model_validator
from pydantic_core import PydanticCustomError

from manifests.codes import Code
from manifests.document_values import (
    Bound,
    Count,
    Duration,
    Few,
    Line,
    MoneyPart,
    Part,
    Pattern,
    Roles,
    Sentence,
    Share,
    Word,
    Words,
)
from manifests.vocabulary import Urgency

_DEEDS = frozenset({"then", "ask", "seats", "because"})


class SignalPart(Part):
    """One of the agent's combined signals, such as retrieval_quality, and its least value."""

    name: Word
    below: Share


class RulePart(Part):
    """One condition and what follows; everything written in it must hold together.

    A rule can only raise scrutiny. What cannot be told, such as a number that is missing, puts the
    proposal before a person.
    """

    parameter: Line | None = None
    """The parameter that `one_of`, `none_of`, `matches`, `above`, `below` and `is` look at."""
    one_of: Words | None = None
    none_of: Words | None = None
    matches: Pattern | None = None
    above: Bound | None = None
    below: Bound | None = None
    above_amount: MoneyPart | None = None
    is_: Annotated[StrictBool | None, Field(alias="is")] = None
    keywords: Words | None = None
    """Words or phrases looked for whole, whatever their case."""
    within: Annotated[
        tuple[Literal["request", "reason", "question", "parameters"], ...], Field(min_length=1)
    ] = ("request", "reason", "question", "parameters")
    """Where `keywords` are looked for."""
    flags: Words | None = None
    """Holds when the agent raised any of these flags."""
    agents: Words | None = None
    urgency: Annotated[tuple[Urgency, ...], Field(min_length=1)] | None = None
    tool_calls_above: Count | None = None
    retries_above: Count | None = None
    affected: Words | None = None
    """Patterns with * for anything affected, such as `prod-*`."""
    affected_above: Count | None = None
    conflicting_evidence: Literal[True] | None = None
    evidence_below: Count | None = None
    failed_check: Literal[True] | None = None
    tool_error: Literal[True] | None = None
    confidence_below: Share | None = None
    uncertainty_factors_above: Count | None = None
    signal: SignalPart | None = None
    when: Annotated[StrictStr, Field(min_length=1, max_length=1_000)] | None = None
    """A condition in CEL over `parameters`, `flags`, `signals`, `affected`, `agent`, `urgency`,
    `confidence`."""
    then: Literal["review", "escalate", "block", "ask_agent"] = "review"
    ask: Sentence | None = None
    """What the agent is asked, with `then: ask_agent`."""
    seats: Roles | None = None
    """Roles that must sign as well when the rule holds."""
    because: Sentence | None = None

    @model_validator(mode="after")
    def _looks_at_something(self) -> "RulePart":
        if not (self.model_fields_set - _DEEDS - {"parameter", "within"}):
            raise PydanticCustomError(
                Code.EMPTY_RULE, "this rule looks at nothing, so it would hold always"
            )
        return self


class EvidencePart(Part):
    """A kind of evidence that must be there; the agent is asked for it first."""

    kind: Line
    at_least: Few = 1


class CheckPart(Part):
    """A guardrail or an eval that must have passed, and what follows when it did not."""

    name: Line
    source: Line | None = None
    """Who must have run it, so that an agent's own claim does not count; any when left out."""
    at_least: Bound | None = None
    """The score it must reach; without one its own verdict counts."""
    on_fail: Literal["revise", "review", "escalate", "block"] = "review"


class WindowLimitPart(Part):
    """How many, or how much, may pass without a person in any stretch of time."""

    count: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    sum: MoneyPart | None = None
    within: Duration
    per: Annotated[tuple[Literal["agent", "action", "target"], ...], Field(min_length=1)] = (
        "agent",
        "action",
    )

    @model_validator(mode="after")
    def _limits_something(self) -> "WindowLimitPart":
        if (self.count is None) == (self.sum is None):
            raise PydanticCustomError(Code.BAD_LIMIT, "write either count or sum")
        return self
