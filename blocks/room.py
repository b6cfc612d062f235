"""How much room a drawing may take; a card that does not fit is drawn again with less."""

from dataclasses import dataclass


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
