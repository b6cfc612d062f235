"""The only way a checkpoint changes: `decide(checkpoint, command, now)`. Pure and total."""

from store.lifecycle.decide import already_closed, decide
from store.lifecycle.opening import Intake, opened
from store.lifecycle.silence import deadline_of
from store.lifecycle.transition import Transition, card_channels

__all__ = [
    "Intake",
    "Transition",
    "already_closed",
    "card_channels",
    "deadline_of",
    "decide",
    "opened",
]
