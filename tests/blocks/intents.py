"""Proposals that enter in special ways: after a no, asked first, as an override, as a denial."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from manifests.parameters import Parameter, ParameterSchema, ParameterType, Sensitivity
from manifests.plan import ReviewPlan, Wording
from manifests.vocabulary import (
    ActionName,
    AgentName,
    Friction,
    Parameters,
    PersonId,
    Scrutiny,
    Severity,
    UserId,
)
from store.checkpoint import DENIAL, POLICY_ENGINE, Checkpoint, Follows, Signature
from store.lifecycle import opened
from store.proposal import Denial, Proposal, ProposalId
from tests.store.making import HOUR, NOON, a_plan, a_proposal, an_intake

SECRET = "DE89370400440532013000"
OTHER_SECRET = "DE02120300000000202051"
SCHEMA = ParameterSchema(
    parameters=(
        Parameter(name="amount", type=ParameterType.MONEY, title="Amount", currency="USD"),
        Parameter(name="customer", type=ParameterType.STRING, title="Customer"),
        Parameter(
            name="iban", type=ParameterType.STRING, title="Account", sensitive=Sensitivity.MASK
        ),
    )
)
REJECTED: Parameters = {"amount": "480.00", "customer": "Acme GmbH", "iban": OTHER_SECRET}
OFFERED: Parameters = {"amount": "240.00", "customer": "Acme GmbH", "iban": SECRET}
CALL: dict[str, Any] = {
    "principal": "agent/billing",
    "action": "payments:Refund",
    "resource": "arn:payments:refunds/4711",
    "arguments": {"amount": "240.00", "iban": SECRET},
}


def _plan(**changed: Any) -> ReviewPlan:
    known: dict[str, Any] = {
        "schema": SCHEMA,
        "wording": Wording(headline="Refund $240.00 to Acme GmbH?", approve_label="Refund"),
    }
    return a_plan(**known | changed)


def _follows(**changed: Any) -> Follows:
    ana = Signature(
        user=UserId("U_ANA"), person=PersonId("person-U_ANA"), name="Ana", at=NOON - HOUR
    )
    known: dict[str, Any] = {
        "proposal": ProposalId("p0"),
        "number": 2,
        "named": True,
        "action": ActionName("process_refund"),
        "parameters": REJECTED,
        "by": ana,
        "why": "Only one of the two payments was ours.",
    }
    return Follows(**known | changed)


def _opened(proposal: Proposal, plan: ReviewPlan, follows: Follows | None = None) -> Checkpoint:
    return opened(replace(an_intake(proposal, plan), follows=follows), NOON).after


def alternative() -> Checkpoint:
    """Offer half of what was rejected, and say so."""
    proposal = a_proposal(parameters=OFFERED, alternative_to="p0", reason="Half of it is ours.")
    because = "It offers something else after a rejection, so a person looks."
    return _opened(proposal, _plan(because=because), _follows())


def hidden_repeat() -> Checkpoint:
    """Ask for the same target again and say nothing of the no."""
    plan = _plan(
        scrutiny=Scrutiny.ESCALATE,
        because="The same was rejected before, and the agent does not say so.",
    )
    return _opened(a_proposal(parameters=OFFERED), plan, _follows(named=False, number=1))


def the_same_again() -> Checkpoint:
    """Ask for exactly what was rejected, more often than is allowed."""
    plan = _plan(
        scrutiny=Scrutiny.ESCALATE,
        because="Exactly this was rejected before.",
        wording=Wording(headline="Refund $480.00 to Acme GmbH?"),
    )
    follows = _follows(named=True, same=True, number=4)
    proposal = a_proposal(parameters=REJECTED, alternative_to="p0")
    return _opened(proposal, plan, follows)


def asked_first() -> Checkpoint:
    """Wait for the evidence that a rule demands before people look."""
    plan = _plan(
        ask_first="Which invoice is this for? Attach it as evidence of the kind invoice.",
        because="An invoice is missing, so the agent is asked first.",
    )
    return _opened(a_proposal(parameters=OFFERED), plan)


def override() -> Checkpoint:
    """Ask that one denied call may pass once."""
    denied = Denial(
        engine="opa",
        policy="refunds.daily_limit",
        message="The daily limit for refunds is used up.\nAsk a person.",
        call=CALL,
    )
    plan = _plan(
        overrides="opa",
        severity=Severity.HIGH,
        friction=Friction.CONFIRM,
        execute_within=timedelta(minutes=30),
        because="opa denied this; only people may override that, once.",
    )
    proposal = a_proposal(
        parameters=OFFERED,
        denied_by=denied,
        flags=("vip", "policy_exception"),
        signals={"retrieval_quality": 0.91, "sentiment": 0.12},
        affected=tuple(f"payments-{number}" for number in range(1, 8)),
        tool_calls=12,
        retries=2,
        context={"evidence": ({"title": "Ledger", "contradicts": True},)},
    )
    return _opened(Proposal.model_validate(proposal.model_dump()), plan)


def denial() -> Checkpoint:
    """Tell what a policy engine denied, with nothing to decide."""
    proposal = Proposal(
        action=DENIAL,
        parameters={
            "agent": "billing",
            "action": "process_refund",
            "resource": "arn:payments:refunds/4711",
        },
        denied_by=Denial(
            engine="opa",
            policy="refunds.daily_limit",
            message="The daily limit for refunds is used up.",
            call=CALL,
        ),
        idempotency_key="denial-1",
    )
    plan = _plan(
        scrutiny=Scrutiny.BLOCK,
        rule=POLICY_ENGINE,
        because="The policy engine opa denied a call of billing.",
        wording=Wording(headline="Call of the agent billing (process_refund)"),
    )
    return opened(an_intake(proposal, plan, agent=AgentName("opa")), NOON).after
