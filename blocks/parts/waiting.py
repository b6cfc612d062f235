"""What a card tells while its clock stands still: who was asked what, or who has control."""

from collections.abc import Iterator

from blocks.categories import in_words
from blocks.limits import TEXT
from blocks.types import Block
from blocks.wording.hosts import address_of
from blocks.wording.rich import line, link, moment, quote, words
from blocks.wording.room import Room
from blocks.wording.text import length_in_words, one_line
from blocks.wording.values import clipped
from blocks.wording.veil import Veil
from store.checkpoint import (
    ByRule,
    Checkpoint,
    Exchange,
    HandedBack,
    NeedsInformation,
    Signature,
    TakenOver,
)

_NAME = 60
_ADDRESS = 200
_POINTER = 120


def waiting_for_answer(state: NeedsInformation, veil: Veil, room: Room) -> Iterator[Block]:
    """Tell who asked whom what, and what is left on the clock."""
    rule = isinstance(state.asker, ByRule)
    since = "Before people look, the rules ask the agent since" if rule else asking(state)
    yield line(words(f"{since} "), moment(state.asker.at))
    yield from the_question(state, veil, room)
    yield line(words(_paused(state)))


def asking(question: NeedsInformation | Exchange) -> str:
    """Say who asked whom, and what kind of thing they want to know."""
    category = one_line(question.category, _NAME)
    kind = f" ({in_words(category).lower()})" if category else ""
    who, whom = one_line(question.asker.name, _NAME), one_line(question.asked.title, _NAME)
    return f"{who} asked {whom}{kind}"


def the_question(question: NeedsInformation | Exchange, veil: Veil, room: Room) -> Iterator[Block]:
    """Quote the question, and name the part of the parameters that it is about."""
    if question.about:
        about = one_line(question.about, _POINTER)
        yield line(words("About "), words(about, code=True))
    yield quote(words(_said(question.question, veil, room)))


def taken_over(checkpoint: Checkpoint, state: TakenOver, veil: Veil) -> Iterator[Block]:
    """Tell who has control since when and until when, and where to watch."""
    yield line(
        words(f"{one_line(state.holder.name, _NAME)} took over ", bold=True),
        moment(state.holder.at),
        words(", and has control until "),
        moment(state.deadline),
        words(". Until it is returned nobody else can decide."),
    )
    yield line(words(_paused(state)))
    yield from _live_view(checkpoint, veil)


def handed_back(back: HandedBack | None, veil: Veil, room: Room) -> Iterator[Block]:
    """Tell how the last takeover ended, and what the agent goes on from."""
    if back is None:
        return
    yield line(words(f"{one_line(back.by.name, _NAME)} returned control "), moment(back.by.at))
    yield quote(words(_said(back.note, veil, room)))
    if back.continue_from.strip():
        yield line(words("The agent is to go on from"))
        yield quote(words(_said(back.continue_from, veil, room)))


def whose_answer(exchange: Exchange) -> str:
    """Name who answered, where it was not the agent."""
    match exchange.answered_by:
        case Signature(name=name):
            return one_line(name, _NAME)
        case None:
            return ""
        case system:
            return f"the system {one_line(system, _NAME)}"


def _live_view(checkpoint: Checkpoint, veil: Veil) -> Iterator[Block]:
    """Show where the agent's environment is; the address is the agent's own word."""
    raw = checkpoint.proposal.live_view_url
    if raw is not None:
        address = address_of(veil.over(raw), _ADDRESS)
        shown = link(address.url, address.text) if address.url else words(address.text)
        yield line(words("Live view, as the agent gives it (unverified): "), shown)


def _paused(state: NeedsInformation | TakenOver) -> str:
    if state.time_left is None:
        return "No deadline was running; it stays blocked until somebody decides."
    return f"The clock is paused with {length_in_words(state.time_left)} left."


def _said(text: str, veil: Veil, room: Room) -> str:
    return clipped(veil.over(text), min(room.text, TEXT), room.lines)
