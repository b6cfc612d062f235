"""A proposal that is a question: what the agent asks, and the answers it offers."""

from collections.abc import Iterator

from blocks.types import Block
from blocks.wording.rich import line, quote, rich, words
from blocks.wording.room import Room
from blocks.wording.text import one_line
from blocks.wording.values import clipped
from blocks.wording.veil import Veil
from store.checkpoint import Checkpoint

_CHOICE = 75


def was_asked(checkpoint: Checkpoint, veil: Veil, room: Room) -> Iterator[Block]:
    """Quote the agent's question, so that what became of it can be understood by itself."""
    if checkpoint.proposal.question is not None:
        yield line(words("The agent asked (unverified)", bold=True))
        yield quote(words(clipped(veil.over(checkpoint.proposal.question), room.text, room.lines)))


def question(checkpoint: Checkpoint, veil: Veil, room: Room) -> list[Block]:
    """Draw the agent's question with its choices; nothing for other proposals."""
    proposal = checkpoint.proposal
    if proposal.question is None:
        return []
    asked = clipped(veil.over(proposal.question), 2 * room.text, 2 * room.lines)
    parts = [line(words("The agent asks (unverified)", bold=True)), quote(words(asked))]
    if proposal.choices:
        offered = "\n".join(
            f"{number}. {one_line(veil.over(choice), _CHOICE)}"
            for number, choice in enumerate(proposal.choices, 1)
        )
        parts += [line(words("It offers these answers", bold=True)), quote(words(offered))]
    return [rich(*parts)]
