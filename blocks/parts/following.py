"""What a proposal comes after: the no before it, and what is different now."""

from collections.abc import Iterator

from blocks.types import Block
from blocks.wording.differences import differences
from blocks.wording.rich import line, moment, preformatted, quote, user, words
from blocks.wording.room import Room
from blocks.wording.text import one_line
from blocks.wording.values import clipped
from blocks.wording.veil import Veil
from manifests.conditions import HouseRule
from store.checkpoint import Checkpoint, Follows

_ENGINE = 64
_FEWEST_ROWS = 2


def lead(checkpoint: Checkpoint) -> str:
    """Say before the headline what makes it no ordinary proposal; mostly nothing."""
    parts = []
    follows = checkpoint.follows
    if follows is not None:
        parts.append(f"{_kind(checkpoint, follows)}: ")
    if checkpoint.plan.overrides:
        parts.append(f"Override {one_line(checkpoint.plan.overrides, _ENGINE)}'s denial once: ")
    return "".join(parts)


def tells_reason(checkpoint: Checkpoint) -> bool:
    """Say whether a no before it is why it is here, which is then told at length by itself."""
    return checkpoint.follows is not None and checkpoint.plan.rule == HouseRule.REPEAT


def after_rejection(checkpoint: Checkpoint, veil: Veil, room: Room) -> Iterator[Block]:
    """Tell who said no to what came before, why, and what is different now."""
    follows = checkpoint.follows
    if follows is None:
        return
    yield line(
        words("Comes after a rejection: ", bold=True),
        user(follows.by.user),
        words(" said no "),
        moment(follows.by.at),
    )
    yield quote(words(clipped(veil.over(follows.why), room.text, room.lines)))
    yield line(words(f"{_attempt(checkpoint, follows)} {_candour(follows)}"))
    rows = _rows(checkpoint, follows, veil, room)
    if rows:
        yield line(words("Rejected → proposed now", bold=True))
        yield preformatted("\n".join(rows))


def _kind(checkpoint: Checkpoint, follows: Follows) -> str:
    if follows.same:
        return "The same again after a no"
    if not follows.named:
        return "Asked again after a no"
    most = checkpoint.plan.alternatives
    over = "" if follows.number > most else f" of {most}"
    return f"Alternative {follows.number}{over} after a no"


def _attempt(checkpoint: Checkpoint, follows: Follows) -> str:
    most = checkpoint.plan.alternatives
    if follows.number > most:
        return f"Attempt {follows.number}; at most {most} are allowed."
    return f"Attempt {follows.number} of {most}."


def _candour(follows: Follows) -> str:
    if follows.same:
        return "It is exactly what was rejected."
    if follows.named:
        return "The agent offers it as an alternative."
    return "The agent does not say that it asks again."


def _rows(checkpoint: Checkpoint, follows: Follows, veil: Veil, room: Room) -> list[str]:
    """List what differs, a line each, and count what finds no place."""
    now, before = checkpoint.revision.parameters, follows.parameters
    rows = []
    if follows.action != checkpoint.proposal.action:
        rows.append(f"Action: {follows.action} → {checkpoint.proposal.action}")
    schema = checkpoint.plan.schema
    found = differences(schema, before, now, veil, limit=room.detail)
    rows += [each.row for each in found]
    most = max(_FEWEST_ROWS, room.wide)
    left = len(rows) - most
    return [*rows[:most], f"and {left:,} more"] if left > 0 else rows
