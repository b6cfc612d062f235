"""How much room a drawing may take; a card that does not fit is drawn again with less."""

from dataclasses import dataclass

from blocks.limits import MESSAGE_TEXT
from store.checkpoint import Checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Limits in characters, lines and items for the parts of one card."""

    value: int
    """One parameter's value."""
    values: int
    """All parameters together."""
    text: int
    """One free text."""
    detail: int
    """One argument, result or excerpt."""
    lines: int
    items: int
    """How many steps, sources, checks and the like."""
    wide: int
    """How many parameters still get a line of their own with a label."""


ROOMS = (
    Room(value=600, values=3_000, text=800, detail=160, lines=12, items=5, wide=20),
    Room(value=300, values=1_800, text=400, detail=90, lines=8, items=3, wide=14),
    Room(value=120, values=1_200, text=160, detail=50, lines=4, items=2, wide=8),
    Room(value=60, values=800, text=60, detail=24, lines=2, items=1, wide=0),
)

# What is on every card whatever the agent sends: headline, standing, our checks, the fine print.
_ALWAYS = 1_200


def rooms_for(checkpoint: Checkpoint) -> tuple[Room, ...]:
    """Give the rooms worth trying; drawing what cannot fit would only cost time."""
    return ROOMS[1:] if _ALWAYS + _wanted(checkpoint, ROOMS[0]) > MESSAGE_TEXT else ROOMS


def _wanted(checkpoint: Checkpoint, room: Room) -> int:
    """Estimate how much text would be drawn in a room."""
    proposal, context = checkpoint.proposal, checkpoint.proposal.context
    values = sum(
        len(name) + (min(len(value), room.value) if isinstance(value, str) else 20)
        for name, value in checkpoint.revision.parameters.items()
    )
    texts = (
        proposal.question,
        proposal.reason,
        proposal.confidence_basis,
        context.request,
        context.expected_outcome,
        context.if_rejected,
        context.rollback,
        *(source.excerpt for source in context.evidence[: room.items]),
    )
    return min(values, room.values) + sum(min(len(text), room.text) for text in texts if text)
