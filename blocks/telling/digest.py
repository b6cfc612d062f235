"""A channel's daily digest: what may wait and still does, and what is held back from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from blocks import limits
from blocks.ids import Button, ButtonValue
from blocks.parts.actions import button
from blocks.parts.headline import asked, matter
from blocks.parts.standing import severity_in_words
from blocks.types import Block, Message
from blocks.wording.rich import line, link, moment, rich, words
from blocks.wording.text import escaped, one_line
from blocks.wording.veil import veil_of
from store.checkpoint import Checkpoint, Held, Open, review_of

BLOCKS = 50
_SUBJECT = 160
_WHY = 160


@dataclass(frozen=True, slots=True)
class Leftover:
    """One proposal in a digest; the address leads to its card, the nonce is of its button."""

    checkpoint: Checkpoint
    state: Open
    address: str | None = None
    nonce: str = ""


def digest(waiting: Sequence[Leftover], held: Sequence[Leftover], more: int) -> Message:
    """Draw one message; what it has no room for is counted, and found in the App Home."""
    shown_waiting, shown_held = list(waiting), list(held)
    while True:
        left = more + len(waiting) - len(shown_waiting) + len(held) - len(shown_held)
        lead = _lead(len(waiting), len(held), more)
        blocks = [rich(line(words(lead, bold=True))), *_waiting(shown_waiting)]
        blocks += [block for at, each in enumerate(shown_held) for block in _held(each, at)]
        blocks += [_more(left)] if left else []
        if _fits(blocks):
            return Message(blocks, escaped(lead))
        (shown_waiting if len(shown_waiting) > len(shown_held) else shown_held).pop()


def _lead(waiting: int, held: int, more: int) -> str:
    parts = [
        *([f"{waiting} of low severity still waiting"] if waiting else []),
        *([f"{held} held back"] if held else []),
        *([f"{more} more"] if more else []),
    ]
    return f"Today's digest of this channel: {', '.join(parts)}."


def _waiting(leftovers: Sequence[Leftover]) -> list[Block]:
    parts = []
    for each in leftovers:
        due = review_of(each.state).deadline
        when = [words(" Due "), moment(due), words(".")] if due else [words(" It has no deadline.")]
        way = [words(" "), link(each.address, "Open the card")] if each.address else []
        subject = words(_subject(each.checkpoint), bold=True)
        severity = words(f" {severity_in_words(each.checkpoint.plan)}.")
        parts.append(line(subject, severity, *when, *way))
    return [rich(*parts)] if parts else []


def _held(leftover: Leftover, number: int) -> list[Block]:
    checkpoint, state = leftover.checkpoint, leftover.state
    assert isinstance(state, Held), "nothing else is held"
    subject = _subject(checkpoint)
    why = one_line(veil_of(checkpoint).over(state.because), _WHY)
    value = ButtonValue(
        proposal=checkpoint.id, revision=checkpoint.revision.number, nonce=leftover.nonce
    )
    shows = button(Button.RELEASE, "Show the card now", f"put before people: {subject}", value)
    return [
        rich(
            line(
                words(subject, bold=True),
                words(f" {severity_in_words(checkpoint.plan)}. Held since "),
                moment(state.since),
                words(f". {why}"),
            )
        ),
        {"type": "actions", "elements": [{**shows, "action_id": f"{Button.RELEASE}.{number}"}]},
    ]


def _subject(checkpoint: Checkpoint) -> str:
    return one_line(matter(asked(checkpoint, veil_of(checkpoint))), _SUBJECT) + "."


def _more(left: int) -> Block:
    return rich(line(words(f"… and {left} more: see Keyturn's Home tab.")))


def _fits(blocks: list[Block]) -> bool:
    text = sum(limits.text_size(block) for block in blocks)
    small = limits.json_size(blocks) <= limits.MESSAGE_JSON and text <= limits.MESSAGE_TEXT
    return small and len(blocks) <= BLOCKS
