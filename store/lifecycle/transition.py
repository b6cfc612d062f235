"""An accepted change, and what follows from it for the world."""

from collections.abc import Iterator
from dataclasses import dataclass

from manifests.vocabulary import ChannelId
from store.checkpoint import (
    AutoApproved,
    Blocked,
    Checkpoint,
    Escalated,
    NeedsInformation,
    PendingReview,
    TakenOver,
    review_of,
)
from store.effects import Alert, DeliverDecision, Effect, Event, Happening, ShowCard, TellThread

_ALARMING = frozenset({Happening.EXPIRED, Happening.STAYED_BLOCKED})


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
    if step.before is not None:
        yield from (TellThread(after.id, event) for event in step.events)
    for event in step.events:
        if event.happening in _ALARMING:
            yield Alert(after.id, after.plan.operations.channel, event)
    yield DeliverDecision(after.id)


def card_channels(checkpoint: Checkpoint) -> tuple[ChannelId, ...]:
    """Say where the proposal is to be seen; cards that stand elsewhere are redrawn too."""
    plan = checkpoint.plan
    match checkpoint.state:
        case Blocked():
            return (plan.administrators.channel,)
        case AutoApproved():
            return plan.channels(0)[:1] if plan.announce else ()
        case PendingReview() | Escalated() | NeedsInformation() | TakenOver() as state:
            return plan.channels(review_of(state).rung)
        case _:
            return plan.channels(0)
