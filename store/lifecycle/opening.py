"""How a proposal enters: policy's answer becomes the first state."""

from dataclasses import dataclass
from datetime import datetime

from manifests.plan import ReviewPlan
from manifests.vocabulary import Digest, Scrutiny
from store.checkpoint import (
    AutoApproved,
    Blocked,
    Checkpoint,
    Escalated,
    PendingReview,
    Revision,
    State,
)
from store.effects import KEYTURN, Actor, ActorKind, Event, Happening
from store.lifecycle.transition import Transition
from store.people import Parties
from store.proposal import Proposal, ProposalId

UNKNOWN_ACTION = "unknown_action"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Everything known when a proposal comes in."""

    id: ProposalId
    workspace: str
    proposal: Proposal
    parties: Parties
    plan: ReviewPlan
    digest: Digest
    request_digest: Digest
    by_queue: bool


def opened(intake: Intake, now: datetime) -> Transition:
    """Open a checkpoint in the state that policy asks for."""
    state, happening = _first_state(intake.plan, now)
    first = Revision(number=1, parameters=intake.proposal.parameters, digest=intake.digest, at=now)
    checkpoint = Checkpoint(
        id=intake.id,
        workspace=intake.workspace,
        version=1,
        proposal=intake.proposal,
        parties=intake.parties,
        plan=intake.plan,
        revisions=(first,),
        exchanges=(),
        state=state,
        request_digest=intake.request_digest,
        created_at=now,
        updated_at=now,
        by_queue=intake.by_queue,
    )
    agent = Actor(ActorKind.AGENT, intake.parties.agent)
    proposed = Event(
        happening=Happening.PROPOSED,
        actor=agent,
        at=now,
        detail={
            "action": intake.proposal.action,
            "digest": intake.digest,
            "rule": intake.plan.rule,
            "manifest": intake.plan.manifest_digest,
        },
    )
    return Transition(None, checkpoint, (proposed, *_routed(intake.plan, happening, now)))


def _first_state(plan: ReviewPlan, now: datetime) -> tuple[State, Happening | None]:
    match plan.scrutiny:
        case Scrutiny.AUTO_APPROVE:
            allowed = AutoApproved(rule=plan.rule, because=plan.because, at=now)
            return allowed, Happening.AUTO_APPROVED
        case Scrutiny.REVIEW:
            return PendingReview(deadline=now + plan.ladder[0].sla), None
        case Scrutiny.ESCALATE:
            return straight_up(plan, now), Happening.ESCALATED
        case Scrutiny.BLOCK:
            return blocked(plan, now), Happening.BLOCKED


def straight_up(plan: ReviewPlan, now: datetime) -> Escalated:
    """Start on the rung above the first, where there is one."""
    rung = min(1, len(plan.ladder) - 1)
    return Escalated(rung=rung, deadline=now + plan.ladder[rung].sla, why=plan.because)


def blocked(plan: ReviewPlan, now: datetime) -> Blocked:
    """Close as forbidden; what nobody classified is put before a person to classify."""
    unknown = plan.rule == UNKNOWN_ACTION
    return Blocked(rule=plan.rule, because=plan.because, at=now, classify=unknown)


def _routed(plan: ReviewPlan, happening: Happening | None, now: datetime) -> tuple[Event, ...]:
    if happening is None:
        return ()
    detail = {"rule": plan.rule, "why": plan.because}
    return (Event(happening=happening, actor=KEYTURN, at=now, detail=dict(detail)),)
