"""Conditions, resolved: what a rule looks at, and what must be there before something passes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import JsonValue

from manifests.money import Money
from manifests.parameters import Parameter
from manifests.plan import Role
from manifests.vocabulary import AgentName, Urgency

Where = Literal["request", "reason", "question", "parameters"]
Dimension = Literal["agent", "action", "target"]


class HouseRule(StrEnum):
    """Names of the rules that always hold; no rule of a manifest may be called like one."""

    UNKNOWN_ACTION = "unknown_action"
    POLICY_ENGINE = "policy_engine"
    BLOCK = "block"
    ASKED_FOR_A_HUMAN = "customer_asked_for_human"
    PAUSED = "paused"
    REPEAT = "repeat"
    OVERRIDE = "override"
    REQUIRED_EVIDENCE = "required_evidence"
    REQUIRED_CHECK = "required_check"
    ESCALATE_BELOW = "escalate_below"
    UNCERTAINTY_FACTORS = "uncertainty_factors"
    QUESTION = "question"
    MISSING = "missing"
    RECOMMENDED_REVIEW = "recommended_review"
    TIER = "tier"
    ALWAYS_APPROVE_ABOVE = "always_approve_above"
    UNCLEAR_AMOUNT = "unclear_amount"
    WINDOW_CAP = "window_cap"
    WINDOW_LIMIT = "window_limit"
    AUTO_APPROVE_BELOW = "auto_approve_below"
    AUTO_APPROVE_ABOVE = "auto_approve_above"
    APPROVAL_NOT_REQUIRED = "approval_not_required"
    LOG_AND_ALERT = "log_and_alert"
    ON_THE_LOOP = "on_the_loop"
    APPROVAL_REQUIRED = "approval_required"


class Deed(StrEnum):
    """What follows when a rule holds; nothing here can let anything pass."""

    REVIEW = "review"
    ASK_AGENT = "ask_agent"
    ESCALATE = "escalate"
    BLOCK = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfParameter:
    """One parameter's value; what is missing or of another type cannot be told."""

    name: str
    declared: Parameter | None = None
    one_of: frozenset[str] | None = None
    none_of: frozenset[str] | None = None
    matches: str | None = None
    above: Decimal | None = None
    below: Decimal | None = None
    above_amount: Money | None = None
    is_: bool | None = None


@dataclass(frozen=True, slots=True)
class Mentions:
    """Words or phrases, looked for whole and whatever their case."""

    words: tuple[str, ...]
    within: tuple[Where, ...]


@dataclass(frozen=True, slots=True)
class Flagged:
    """Any of these flags was raised."""

    flags: frozenset[str]


@dataclass(frozen=True, slots=True)
class ByAgents:
    """One of these agents proposes."""

    agents: frozenset[AgentName]


@dataclass(frozen=True, slots=True)
class OfUrgency:
    """The agent calls it this urgent."""

    urgencies: frozenset[Urgency]


@dataclass(frozen=True, slots=True)
class Affects:
    """Something affected is named like one of these patterns."""

    patterns: tuple[str, ...]


class Count(StrEnum):
    """Something of the proposal that can be counted."""

    TOOL_CALLS = "tool_calls"
    RETRIES = "retries"
    AFFECTED = "affected"
    UNCERTAINTY_FACTORS = "uncertainty_factors"


@dataclass(frozen=True, slots=True)
class MoreThan:
    """There are more of something than this."""

    what: Count
    limit: int


@dataclass(frozen=True, slots=True)
class FewerEvidence:
    """There are fewer pieces of evidence than this."""

    limit: int


class Trouble(StrEnum):
    """Something wrong that the proposal itself shows."""

    CONFLICTING_EVIDENCE = "conflicting_evidence"
    FAILED_CHECK = "failed_check"
    TOOL_ERROR = "tool_error"


@dataclass(frozen=True, slots=True)
class Shows:
    """The proposal shows this trouble."""

    trouble: Trouble


@dataclass(frozen=True, slots=True)
class SignalBelow:
    """A signal is below a share; one that was not sent cannot be told. `confidence` is one."""

    name: str
    limit: float


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition in CEL: its text, and what was compiled of it when the manifest was loaded."""

    text: str
    evaluate: Callable[[Mapping[str, JsonValue]], bool]
    """Raises `ValueError` when it cannot be told."""


Condition = (
    OfParameter
    | Mentions
    | Flagged
    | ByAgents
    | OfUrgency
    | Affects
    | MoreThan
    | FewerEvidence
    | Shows
    | SignalBelow
    | Expression
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Conditions that must hold together, and what follows."""

    name: str
    conditions: tuple[Condition, ...]
    then: Deed
    because: str
    """In words for a person, as written, or made from the conditions."""
    ask: str = ""
    seats: tuple[Role, ...] = ()
    path: tuple[str | int, ...] = field(default=(), compare=False)
    """Where it is written, such as ("rules", "lawyer") or ("actions", "pay", "rules", "lawyer")."""


@dataclass(frozen=True, slots=True)
class Evidenced:
    """A kind of evidence that must be there so many times."""

    kind: str
    at_least: int


class OnFail(StrEnum):
    """What follows a check that did not pass."""

    REVISE = "revise"
    """The agent is asked to send better parameters, and then a person looks."""
    REVIEW = "review"
    ESCALATE = "escalate"
    BLOCK = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A guardrail or an eval that must have passed."""

    name: str
    source: str | None
    at_least: float | None
    on_fail: OnFail


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowLimit:
    """How many, or how much, may pass without a person within any stretch of this length."""

    length: timedelta
    per: tuple[Dimension, ...]
    count: int | None = None
    sum: Money | None = None
