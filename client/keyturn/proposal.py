"""What an agent sends: one thing it asks leave to do, with its evidence."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NotRequired, TypedDict

Urgency = Literal["low", "normal", "high", "critical"]


class Step(TypedDict):
    """One thing the agent has done already, with the tool it called and what came back."""

    title: str
    tool: NotRequired[str]
    arguments: NotRequired[Any]
    result: NotRequired[Any]
    status: NotRequired[str]


class Evidence(TypedDict):
    """One source the agent relies on."""

    title: str
    url: NotRequired[str]
    excerpt: NotRequired[str]
    kind: NotRequired[str]
    contradicts: NotRequired[bool]


class Check(TypedDict):
    """One validator's verdict."""

    name: str
    passed: bool
    source: NotRequired[str]
    score: NotRequired[float]
    threshold: NotRequired[float]
    detail: NotRequired[str]


class Denial(TypedDict):
    """What an external policy engine refused: the call that a one-time override is asked for."""

    engine: str
    """A short name without spaces, such as opa."""
    policy: NotRequired[str]
    call: NotRequired[Any]
    message: NotRequired[str]


class Workflow(TypedDict):
    """Where the proposal stands in the agent's plan; the decision brings it back."""

    id: str
    step: NotRequired[str | int]
    of: NotRequired[int]
    completed: NotRequired[Sequence[Any]]
    state: NotRequired[Any]


class Context(TypedDict, total=False):
    """Everything a reviewer needs so as not to work it out again."""

    request: str
    steps: Sequence[Step]
    evidence: Sequence[Evidence]
    alternatives: Sequence[str]
    expected_outcome: str
    if_rejected: str
    rollback: str
    checks: Sequence[Check]
    workflow: Workflow


class Details(TypedDict, total=False):
    """All that may be said beside the action and its parameters."""

    missing: Sequence[str]
    question: str
    choices: Sequence[str]
    reason: str
    confidence: float
    confidence_basis: str
    uncertainty_factors: Sequence[str]
    recommended_review: bool
    urgency: Urgency
    flags: Sequence[str]
    """What the agent noticed, such as `vip` or `customer_asked_for_human`; small letters and _."""
    signals: Mapping[str, float]
    """Other signals between 0 and 1, such as `retrieval_quality`."""
    affected: Sequence[str]
    """What else it touches, such as services."""
    tool_calls: int
    """How many tools the agent has called so far."""
    retries: int
    denied_by: Denial
    on_behalf_of: str
    """Who of the workspace asked, and may not approve it: a Slack user id, or a known name.

    A customer who asked belongs in the context's request.
    """
    idempotency_key: str
    alternative_to: str
    """The rejected proposal that this one offers something else for."""
    context: Context
    callback: str
    live_view_url: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal, the same whether it goes by HTTP or through the queue."""

    body: Mapping[str, Any]
    """Plain JSON, field for field as the gateway reads it, always with its idempotency key."""

    @property
    def idempotency_key(self) -> str:
        """Name the proposal: sent again under this key, it is the same one."""
        return str(self.body["idempotency_key"])

    def to_json(self) -> str:
        """Write the proposal as one line of JSON."""
        return json.dumps(self.body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def proposal(action: str, parameters: Mapping[str, Any] | None, details: Details) -> Proposal:
    """Build a proposal, under a key made from all its content where none is given.

    Such a key makes an agent that starts again find its proposal instead of making another one.
    An act that is meant twice needs two keys: an order's number, a run's id. So does one that is
    proposed anew after it was rejected, expired, withdrawn or recalled, or its approval lapsed.
    """
    body: dict[str, Any] = {"action": action, "parameters": dict(parameters or {}), **details}
    if "idempotency_key" not in body:
        body["idempotency_key"] = _key_of(body)
    return Proposal(body)


def _key_of(body: Mapping[str, Any]) -> str:
    canonical = json.dumps(body, sort_keys=True, allow_nan=False, separators=(",", ":"))
    return f"sha256-{hashlib.sha256(canonical.encode()).hexdigest()}"
