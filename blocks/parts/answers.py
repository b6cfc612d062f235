"""What came back to reviewers' questions: unverified as well, but of whoever is named."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from blocks.limits import size
from blocks.parts.evidence import Saying, in_full, quoted
from blocks.parts.waiting import whose_answer
from blocks.types import Block
from blocks.wording.rich import line, rich, words
from blocks.wording.room import Room
from blocks.wording.text import plain
from blocks.wording.values import clipped
from blocks.wording.veil import Veil
from store.checkpoint import Checkpoint, Exchange

ANSWERS = "Answers to questions (unverified). Each is the word of whoever is named."
_MOST = 3


def answers(checkpoint: Checkpoint, veil: Veil, room: Room) -> list[Block]:
    """Draw the last answer with short ones before it, and say how many more there are."""
    given = _given(checkpoint)
    if not given:
        return []
    shown = given[-_short_ones(given, veil, room) :]
    more = len(given) - len(shown)
    stand = "1 more stands" if more == 1 else f"{more} more stand"
    told = f"{ANSWERS} {stand} in View everything." if more else ANSWERS
    return [rich(line(words(told, italic=True)), quoted([*map(_saying, shown)], veil, room))]


def _short_ones(given: Sequence[Exchange], veil: Veil, room: Room) -> int:
    """Count from the last answer back: all of one line that the room takes, or the last alone."""
    texts = [veil.over(each.answer or "") for each in given[-min(_MOST, room.items) :]]
    short = takewhile(lambda text: size(text) <= room.detail and "\n" not in text, texts[::-1])
    return max(1, sum(1 for _ in short))


def answers_label() -> Block:
    """Draw the line above all answers."""
    return {"type": "context", "elements": [plain(ANSWERS, 200)]}


def answers_in_full(checkpoint: Checkpoint, veil: Veil) -> list[tuple[str, str]]:
    """Give every answer uncut, as a label and a text."""
    return list(in_full(_sayings(checkpoint), veil))


def _sayings(checkpoint: Checkpoint) -> Iterator[Saying]:
    return (_saying(each) for each in _given(checkpoint))


def _given(checkpoint: Checkpoint) -> list[Exchange]:
    return [each for each in checkpoint.exchanges if each.answered_at is not None]


def _saying(exchange: Exchange) -> Saying:
    by = whose_answer(exchange) or "the agent"
    question = clipped(exchange.question, 80, 1)
    return Saying(f"Answer of {by} to “{question}”", exchange.answer or "(empty)")
