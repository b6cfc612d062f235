"""What a policy engine denied: told to operators with the call itself, and nothing to decide."""

from collections.abc import Iterator

from pydantic import JsonValue

from blocks.controls import pages
from blocks.types import Block
from blocks.wording.rich import line, moment, preformatted, quote, rich, words
from blocks.wording.room import Room
from blocks.wording.text import one_line
from blocks.wording.values import as_text, clipped, shortened
from blocks.wording.veil import Veil
from store.checkpoint import Blocked, Checkpoint
from store.proposal import Denial

_NAME = 100
_LINE = 300
_ASKED = (("agent", "Agent"), ("action", "Action"), ("resource", "Resource"))


def denial(checkpoint: Checkpoint, state: Blocked, veil: Veil, room: Room) -> Iterator[Block]:
    """Tell who denied what to whom, in the engine's own words and with the call."""
    denied = checkpoint.proposal.denied_by
    if denied is None:
        return
    yield from _facts(checkpoint, denied, state, veil)
    if denied.message.strip():
        yield line(words("The engine says", bold=True))
        yield quote(words(clipped(veil.over(denied.message), room.text, room.lines)))
    if denied.call is not None:
        yield line(words("The denied call", bold=True))
        yield preformatted(shortened(call_in_words(denied.call, veil), 2 * room.text, 1).text)


def whole_denial(checkpoint: Checkpoint, state: Blocked, veil: Veil) -> Iterator[Block]:
    """Tell the same with nothing left out."""
    denied = checkpoint.proposal.denied_by
    if denied is None:
        return
    yield rich(*_facts(checkpoint, denied, state, veil))
    if denied.message.strip():
        yield from pages.quoted("The engine says", veil.over(denied.message))
    if denied.call is not None:
        yield from pages.framed("The denied call", call_in_words(denied.call, veil))


def call_in_words(call: JsonValue, veil: Veil) -> str:
    """Write a denied call as typed JSON on one line, so that it cannot pass for several."""
    return as_text(veil.over_value(call))


def _facts(checkpoint: Checkpoint, denied: Denial, state: Blocked, veil: Veil) -> Iterator[Block]:
    engine = one_line(denied.engine, _NAME)
    yield line(words(f"{engine} denied it "), moment(state.at), words(". Nothing runs by it."))
    yield line(words(one_line(veil.over(state.because), _LINE)))
    for name, label in _ASKED:
        value = checkpoint.revision.parameters.get(name)
        if isinstance(value, str):
            shown = one_line(veil.over(value), _LINE)
            yield line(words(f"{label}: ", bold=True), words(shown, code=True))
    if denied.policy:
        yield line(words("Policy: ", bold=True), words(one_line(veil.over(denied.policy), _LINE)))
