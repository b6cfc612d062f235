"""What is kept for a while only. Closed checkpoints and audit lines are no part of it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from pydantic import JsonValue

Key = dict[str, JsonValue]
"""What tells one row of a kind from the others."""


class Kept(StrEnum):
    """A kind of row that is dropped one day."""

    REPLIES = "replies"
    """Decisions left for queued proposals, all but the newest of each."""
    DEAD_LETTERS = "dead_letters"
    DRAWINGS = "drawings"
    """The blocks of closed proposals' cards; the audit line of a decision keeps its own."""
    SPENDING = "spending"
    INTENTS = "intents"
    """What was rejected, for knowing the same intent again; the rejections themselves stay."""
    BOARD = "board"
    """By what closed proposals are found in lists and searches; by their id they always are."""
    STAKES = "stakes"
    """Who had a part in what is no longer on the board."""


class Retention(Protocol):
    """What is kept for a while only."""

    def outlived(self, kind: Kept, before: datetime, limit: int) -> tuple[Key, ...]:
        """Find some of what became older than a moment; nobody who writes waits for the search."""

    def drop(self, kind: Kept, keys: Sequence[Key]) -> None:
        """Drop what was found."""
