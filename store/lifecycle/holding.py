"""What is held waits without a card until there is room, or until a person wants to see it."""

from dataclasses import replace
from datetime import datetime

from manifests.plan import ReviewPlan
from manifests.vocabulary import Scrutiny, Severity, WhenSilent
from store.checkpoint import ByRule, Checkpoint, Held, NeedsInformation, Open, PendingReview
from store.effects import KEYTURN, Actor, Event, Happening
from store.lifecycle.silence import paused_clock, resumed_review
from store.lifecycle.transition import Transition


def unheld(checkpoint: Checkpoint, state: Held, now: datetime, by: Actor = KEYTURN) -> Transition:
    """Put it before people; its clock begins to run now."""
    review = resumed_review(checkpoint.plan, state, state.paused.remark, now)
    return Transition(checkpoint, checkpoint.moved(review, now), (shown(state, now, by),))


def shown(state: Held, now: datetime, by: Actor = KEYTURN) -> Event:
    """Tell that it no longer waits without a card."""
    detail = {"held_since": state.since.isoformat()}
    return Event(happening=Happening.UNHELD, actor=by, at=now, detail=dict(detail))


def held_from(
    plan: ReviewPlan, review: PendingReview, why: str, now: datetime
) -> tuple[Held, Event]:
    """Let a review wait for room, its clock standing still."""
    event = Event(happening=Happening.HELD, actor=KEYTURN, at=now, detail={"why": why})
    left = paused_clock(plan, review, now)
    return Held(since=now, because=why, paused=review, time_left=left), event


def held_back(step: Transition, why: str) -> Transition:
    """Let what a step brings before people wait for room first."""
    after = step.after
    assert isinstance(after.state, PendingReview), "nothing else is held"
    state, event = held_from(after.plan, after.state, why, after.updated_at)
    return replace(step, after=replace(after, state=state), events=(*step.events, event))


def takes_its_place(step: Transition) -> bool:
    """Say whether a step ends what a rule asked first, so that it now needs room before people."""
    before, after = step.before, step.after
    waited = before is not None and asked_first(before)
    return waited and isinstance(after.state, PendingReview) and may_be_held(after.plan)


def has_a_place(checkpoint: Checkpoint) -> bool:
    """Say whether it is before people, for as long as it is open: neither held nor asked first."""
    state = checkpoint.state
    return isinstance(state, Open) and not isinstance(state, Held) and not asked_first(checkpoint)


def asked_first(checkpoint: Checkpoint) -> bool:
    """Say whether it waits for what a rule asked before people look; they may only say no yet."""
    state = checkpoint.state
    return isinstance(state, NeedsInformation) and isinstance(state.asker, ByRule)


def may_be_held(plan: ReviewPlan) -> bool:
    """Say whether it may wait without a card: nothing grave, urgent, or that would never expire."""
    grave = plan.severity.at_least(Severity.HIGH)
    expires = plan.when_silent is not WhenSilent.STAY_BLOCKED
    return expires and not grave and plan.scrutiny <= Scrutiny.REVIEW
