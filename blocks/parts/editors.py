"""Who changed the parameters, what they changed, and what that means for approving."""

from collections.abc import Iterator
from itertools import pairwise

from blocks.types import Block
from blocks.wording.differences import differences
from blocks.wording.rich import line, words
from blocks.wording.room import Room
from blocks.wording.text import joined, one_line
from blocks.wording.veil import Veil
from manifests.vocabulary import PersonId
from store.checkpoint import Checkpoint, Revision

_NAME = 80
_MOST_CHANGES = 6
_FEWEST_TURNS = 2


def edited(checkpoint: Checkpoint, veil: Veil, room: Room) -> Iterator[Block]:
    """Tell who changed what people decide on, and that whoever of them edited may not approve."""
    barred = "" if checkpoint.plan.editor_may_sign else ", who may not approve it"
    yield from _told(checkpoint, veil, room, barred, bold=True)


def edits(checkpoint: Checkpoint, veil: Veil, room: Room) -> Iterator[Block]:
    """Tell of a closed proposal what people changed, and what the agent did between."""
    if any(each.by for each in checkpoint.revisions):
        yield from _told(checkpoint, veil, room)


def _told(
    checkpoint: Checkpoint, veil: Veil, room: Room, barred: str = "", *, bold: bool = False
) -> Iterator[Block]:
    """Give each turn of changing a line of its own, so that nobody is said to have made another's.

    Where there are more of them than fit, the earliest are only named.
    """
    turns = _turns(checkpoint)
    shown = turns[-max(_FEWEST_TURNS, room.items) :]
    earlier = turns[: len(turns) - len(shown)]
    if earlier:
        yield line(words(_in_short([last for _, last in earlier], barred)))
    for before, last in shown:
        rows = joined_rows(changes(checkpoint, before, last, veil, room))
        heading = (
            f"The agent changed in revision {last.number}: "
            if last.by is None
            else f"Edited by {one_line(last.by.name, _NAME)}{barred}: "
        )
        yield line(words(heading, bold=bold), words(rows, code=True))


def _turns(checkpoint: Checkpoint) -> list[tuple[Revision, Revision]]:
    """Pair what somebody found with what they left, for each time that others changed it before."""
    turns: list[tuple[Revision, Revision]] = []
    for before, after in pairwise(checkpoint.revisions):
        goes_on = bool(turns) and _hand(before) == _hand(after)
        found = turns.pop()[0] if goes_on else before
        turns.append((found, after))
    return turns


def _hand(revision: Revision) -> PersonId | None:
    return None if revision.by is None else revision.by.person


def _in_short(earlier: list[Revision], barred: str) -> str:
    names = dict.fromkeys(one_line(each.by.name, _NAME) for each in earlier if each.by)
    people = f"Edited before by {joined(list(names))}{barred}. " if names else ""
    agent = "The agent changed it before" if any(each.by is None for each in earlier) else ""
    too = f"{agent}{', too' if people else ''}. " if agent else ""
    return f"{people}{too}View everything has it all."


def changes(
    checkpoint: Checkpoint, before: Revision, after: Revision, veil: Veil, room: Room
) -> list[str]:
    """List what differs between two revisions, old → new."""
    sides = (before.parameters, after.parameters)
    found = differences(checkpoint.plan.schema, *sides, veil, limit=room.detail)
    return [each.row for each in found]


def joined_rows(rows: list[str]) -> str:
    """Join changes in one line, the first few of them."""
    left = len(rows) - _MOST_CHANGES
    more = f"; {left} more" if left > 0 else ""
    return "; ".join(rows[:_MOST_CHANGES]) + more if rows else "back to what it was"
