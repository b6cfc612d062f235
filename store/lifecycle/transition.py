"""An accepted change, and what follows from it for the world."""

from collections.abc import Iterator
from dataclasses import dataclass

from manifests.plan import ReviewPlan
from manifests.vocabulary import ChannelId, Mode, Oversight
from store.asking import card_of, place_of
from store.checkpoint import (
    AutoApproved,
    Blocked,
    Checkpoint,
    Escalated,
    Held,
    NeedsInformation,
    PendingReview,
    Releasing,
    TakenOver,
    review_of,
)
from store.effects import (
    Alert,
    CountUnseen,
    DeliverDecision,
    Effect,
    Event,
    Happening,
    ShowCard,
    TellThread,
)
from store.pointing import pointers

_ALARMING = frozenset({Happening.EXPIRED, Happening.STAYED_BLOCKED, Happening.NOBODY_AVAILABLE})
_NOT_ON_CARDS = frozenset({Happening.INFORMATION_REQUESTED, Happening.NOBODY_AVAILABLE})
_SEEN = frozenset({Oversight.ON_THE_LOOP, Oversight.LOG_AND_ALERT})
"""Where people stand by while it runs, so that a card tells them."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One step of a checkpoint: what it is now, what happened, who must be told."""

    before: Checkpoint | None
    after: Checkpoint
    events: tuple[Event, ...]

    @property
    def effects(self) -> tuple[Effect, ...]:
        """Derive what should be true of the world from here on."""
        return tuple(_consequences(self))


def _consequences(step: Transition) -> Iterator[Effect]:
    after = step.after
    yield from (ShowCard(after.id, channel) for channel in card_channels(after))
    yield from (TellThread(after.id, event) for event in step.events if _is_told(step, event))
    for event in step.events:
        if _was_held_to_its_end(step, event):
            yield CountUnseen(after.id, after.plan.operations.channel)
        elif event.happening in _ALARMING or _is_loud(after, event):
            yield Alert(after.id, after.plan.operations.channel, event)
    yield from pointers(step.before, after, step.events)
    yield DeliverDecision(after.id)


def _is_told(step: Transition, event: Event) -> bool:
    """Leave to the card what a proposal was opened with, but for what it does not tell."""
    return step.before is not None or event.happening in _NOT_ON_CARDS


def _was_held_to_its_end(step: Transition, event: Event) -> bool:
    """Say whether it expired without room; a flood of these is told as one."""
    held = step.before is not None and isinstance(step.before.state, Held)
    return held and event.happening is Happening.EXPIRED


def _is_loud(checkpoint: Checkpoint, event: Event) -> bool:
    """Say whether operations want to hear of everything that passes like this."""
    loud = checkpoint.plan.oversight is Oversight.LOG_AND_ALERT
    return loud and event.happening is Happening.AUTO_APPROVED


def _is_announced(plan: ReviewPlan) -> bool:
    """Say whether what no person approved is shown: always where people must act or may veto."""
    return plan.announce or plan.oversight in _SEEN or plan.mode is Mode.SUGGEST


def card_channels(checkpoint: Checkpoint) -> tuple[ChannelId, ...]:
    """Say where the proposal is to be seen; cards that stand elsewhere are redrawn too."""
    plan = checkpoint.plan
    match checkpoint.state:
        case Blocked():
            role = plan.operations if checkpoint.is_denial else plan.administrators
            return (role.channel,)
        case AutoApproved():
            return plan.channels(0)[:1] if _is_announced(plan) else ()
        case Held():
            return ()
        case NeedsInformation() as state:
            channels = plan.channels(state.paused.rung)
            own = card_of(checkpoint, checkpoint.exchanges[-1])
            return (
                channels if own is None or place_of(state.asked) in channels else (*channels, own)
            )
        case PendingReview() | Escalated() | TakenOver() | Releasing() as state:
            return plan.channels(review_of(state).rung)
        case _:
            return plan.channels(0)
