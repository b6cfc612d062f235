"""What policy reads of a proposal, and what it is told besides. Nobody here trusts either."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple, NewType, Protocol

from pydantic import JsonValue

from manifests.manifest import Spent
from manifests.vocabulary import ActionName, AgentName, Urgency

SumName = NewType("SumName", str)
"""Whom something is added up for, such as `action=process_refund agent=refunds`."""

ASKED_FOR_A_HUMAN = "customer_asked_for_human"
"""The one flag that no manifest can switch off."""


class StepTaken(Protocol):
    """One thing the agent has done already."""

    @property
    def tool(self) -> str | None:
        """Name the tool it called, if it did."""

    @property
    def status(self) -> str | None:
        """Say how it ended: `error` or `failed` is a tool error."""


class EvidenceShown(Protocol):
    """One source the agent relies on."""

    @property
    def kind(self) -> str | None:
        """Name its kind, such as `invoice`."""

    @property
    def contradicts(self) -> bool:
        """Say whether it speaks against what is proposed."""


class CheckRun(Protocol):
    """One validator's verdict."""

    @property
    def name(self) -> str:
        """Name it."""

    @property
    def passed(self) -> bool:
        """Give its own verdict."""

    @property
    def source(self) -> str | None:
        """Say who ran it."""

    @property
    def score(self) -> float | None:
        """Give its score."""


class ContextSent(Protocol):
    """The evidence that came with a proposal."""

    @property
    def request(self) -> str | None:
        """Give the original request."""

    @property
    def steps(self) -> Sequence[StepTaken]:
        """List what was done."""

    @property
    def evidence(self) -> Sequence[EvidenceShown]:
        """List the sources."""

    @property
    def checks(self) -> Sequence[CheckRun]:
        """List the validators' verdicts."""


class DenialMet(Protocol):
    """What an external policy engine refused the agent."""

    @property
    def engine(self) -> str:
        """Name the engine."""


class Proposed(Protocol):
    """What policy reads of a proposal."""

    @property
    def action(self) -> ActionName:
        """Name the action."""

    @property
    def parameters(self) -> Mapping[str, JsonValue]:
        """Give the exact arguments."""

    @property
    def missing(self) -> Sequence[str]:
        """Name the parameters the agent could not fill in."""

    @property
    def question(self) -> str | None:
        """Give the question, if it is one."""

    @property
    def reason(self) -> str:
        """Give the agent's reason."""

    @property
    def confidence(self) -> float | None:
        """Give the agent's own confidence."""

    @property
    def uncertainty_factors(self) -> Sequence[str]:
        """List what the agent is unsure about."""

    @property
    def recommended_review(self) -> bool:
        """Say whether the agent itself asks for a person."""

    @property
    def urgency(self) -> Urgency:
        """Say how soon the agent needs an answer."""

    @property
    def flags(self) -> Sequence[str]:
        """List what the agent noticed, such as `vip` or `regulated_data`."""

    @property
    def signals(self) -> Mapping[str, float]:
        """Give other signals between 0 and 1, such as `retrieval_quality`."""

    @property
    def affected(self) -> Sequence[str]:
        """List what else the action touches, such as services."""

    @property
    def tool_calls(self) -> int | None:
        """Count the tools called so far."""

    @property
    def retries(self) -> int | None:
        """Count the attempts so far."""

    @property
    def denied_by(self) -> DenialMet | None:
        """Give the policy engine's denial this asks an override of."""

    @property
    def context(self) -> ContextSent:
        """Give the evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A rejected proposal that asked for the same: same agent, action and target."""

    proposal: str
    number: int
    """How many have come since, this one included."""
    named: bool
    """Whether it offers something else and says itself, by `alternative_to`, for what."""
    same: bool = False
    """Whether it is once more exactly what was rejected; it is not `named` then."""


class Window(NamedTuple):
    """One sum to be added up before this can pass, and what it would add."""

    name: SumName
    currency: str
    """Empty where things are counted, whatever their amount."""
    amount: Decimal
    length: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What policy must be told that the proposal does not say."""

    agent: AgentName
    spent: Mapping[Window, Spent] | None = None
    """What passed lately, read in the deciding transaction; None when it is not known, and then
    nothing passes that a limit holds."""
    paused: str | None = None
    """Why everything goes to people at the moment; None when nothing is paused."""
    repeat: Repeat | None = None
    signals: Mapping[str, float] = field(default_factory=dict)
    """Signals of Keyturn's own, laid over the agent's."""
