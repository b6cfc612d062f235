"""What is held waits without a card until there is room, or until a person wants to see it."""

from datetime import datetime

from manifests.plan import ReviewPlan
from manifests.vocabulary import Scrutiny, Severity, WhenSilent
from store.checkpoint import Checkpoint, Held
from store.effects import KEYTURN, Actor, Event, Happening
from store.lifecycle.silence import resumed_review
from store.lifecycle.transition import Transition


def unheld(checkpoint: Checkpoint, state: Held, now: datetime, by: Actor = KEYTURN) -> Transition:
    """Put it before people; its clock begins to run now."""
    review = resumed_review(checkpoint.plan, state, "", now)
    return Transition(checkpoint, checkpoint.moved(review, now), (shown(state, now, by),))


def shown(state: Held, now: datetime, by: Actor = KEYTURN) -> Event:
    """Tell that it no longer waits without a card."""
    detail = {"held_since": state.since.isoformat()}
    return Event(happening=Happening.UNHELD, actor=by, at=now, detail=dict(detail))


def may_be_held(plan: ReviewPlan) -> bool:
    """Say whether it may wait without a card: nothing grave, urgent, or that would never expire."""
    grave = plan.severity.at_least(Severity.HIGH)
    expires = plan.when_silent is not WhenSilent.STAY_BLOCKED
    return expires and not grave and plan.scrutiny <= Scrutiny.REVIEW
