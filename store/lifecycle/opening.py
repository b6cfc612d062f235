"""How a proposal enters: policy's answer becomes the first state."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from manifests.plan import ReviewPlan
from manifests.vocabulary import Digest, Scrutiny
from store.checkpoint import (
    AutoApproved,
    Blocked,
    ByRule,
    Checkpoint,
    Escalated,
    Exchange,
    Follows,
    NeedsInformation,
    PendingReview,
    Revision,
    State,
)
from store.effects import KEYTURN, Actor, ActorKind, Event, Happening
from store.lifecycle.clocks import rung_ends_at
from store.lifecycle.holding import held_from
from store.lifecycle.silence import paused_clock
from store.lifecycle.transition import Transition
from store.people import Parties
from store.proposal import Proposal, ProposalId

UNKNOWN_ACTION = "unknown_action"
ASKED_FIRST = "asked_first"
"""Names the one question that a rule may ask before people look."""


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
    follows: Follows | None = None
    hold: str = ""
    """Why it waits without a card; empty where it does not."""


def opened(intake: Intake, now: datetime) -> Transition:
    """Open a checkpoint in the state that policy asks for."""
    state, events = _first_state(intake.plan, now)
    if intake.hold and isinstance(state, PendingReview):
        state, held = held_from(intake.plan, state, intake.hold, now)
        events = (held,)
    first = Revision(
        number=1,
        parameters=intake.proposal.parameters,
        digest=intake.digest,
        at=now,
        target=intake.plan.target,
    )
    checkpoint = Checkpoint(
        id=intake.id,
        workspace=intake.workspace,
        version=1,
        proposal=intake.proposal,
        parties=intake.parties,
        plan=intake.plan,
        revisions=(first,),
        exchanges=_asked(state),
        state=state,
        request_digest=intake.request_digest,
        created_at=now,
        updated_at=now,
        by_queue=intake.by_queue,
        follows=intake.follows,
    )
    return Transition(None, checkpoint, (_proposed(intake, now), *events))


def _proposed(intake: Intake, now: datetime) -> Event:
    agent = Actor(ActorKind.AGENT, intake.parties.agent)
    detail: dict[str, JsonValue] = {
        "action": intake.proposal.action,
        "digest": intake.digest,
        "rule": intake.plan.rule,
        "manifest": intake.plan.manifest_digest,
    }
    if intake.follows is not None:
        detail |= {"follows": intake.follows.proposal, "number": intake.follows.number}
    return Event(happening=Happening.PROPOSED, actor=agent, at=now, detail=detail)


def _first_state(plan: ReviewPlan, now: datetime) -> tuple[State, tuple[Event, ...]]:
    match plan.scrutiny:
        case Scrutiny.AUTO_APPROVE if not plan.ask_first:
            allowed = AutoApproved(rule=plan.rule, because=plan.because, at=now)
            return allowed, (_routed(plan, Happening.AUTO_APPROVED, now),)
        case Scrutiny.AUTO_APPROVE | Scrutiny.REVIEW:
            first = PendingReview(deadline=rung_ends_at(plan, 0, now))
            return _asking_first(plan, first, now)
        case Scrutiny.ESCALATE:
            state, asked = _asking_first(plan, straight_up(plan, now), now)
            return state, (_routed(plan, Happening.ESCALATED, now), *asked)
        case Scrutiny.BLOCK:
            return blocked(plan, now), (_routed(plan, Happening.BLOCKED, now),)


def _asking_first(
    plan: ReviewPlan, review: PendingReview | Escalated, now: datetime
) -> tuple[State, tuple[Event, ...]]:
    """Let the agent say what a rule wants to know before the clock of people begins to run."""
    if not plan.ask_first:
        return review, ()
    limits = plan.information
    state = NeedsInformation(
        question_id=ASKED_FIRST,
        question=plan.ask_first,
        asker=ByRule(at=now),
        paused=review,
        time_left=paused_clock(plan, review, now),
        deadline=now + min(limits.answer_within, limits.total_pause),
    )
    event = Event(
        happening=Happening.INFORMATION_REQUESTED,
        actor=KEYTURN,
        at=now,
        detail={"question": plan.ask_first, "question_id": ASKED_FIRST},
    )
    return state, (event,)


def _asked(state: State) -> tuple[Exchange, ...]:
    if not isinstance(state, NeedsInformation):
        return ()
    return (Exchange(question_id=state.question_id, question=state.question, asker=state.asker),)


def straight_up(plan: ReviewPlan, now: datetime) -> Escalated:
    """Start on the rung above the first, where there is one."""
    rung = min(1, len(plan.ladder) - 1)
    return Escalated(rung=rung, deadline=rung_ends_at(plan, rung, now), why=plan.because)


def blocked(plan: ReviewPlan, now: datetime) -> Blocked:
    """Close as forbidden; what nobody classified is put before a person to classify."""
    unknown = plan.rule == UNKNOWN_ACTION
    return Blocked(rule=plan.rule, because=plan.because, at=now, classify=unknown)


def _routed(plan: ReviewPlan, happening: Happening, now: datetime) -> Event:
    detail: dict[str, JsonValue] = {"rule": plan.rule, "why": plan.because}
    return Event(happening=happening, actor=KEYTURN, at=now, detail=detail)
