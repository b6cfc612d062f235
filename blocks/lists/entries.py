"""One proposal as an entry of a list: what it is, how severe, whom it waits for, until when."""

from dataclasses import dataclass

from blocks import limits
from blocks.home_ids import HomeButton
from blocks.ids import Button
from blocks.parts.actions import button, value_on
from blocks.parts.headline import asked, outcome
from blocks.parts.standing import reaching, seats_in_words, severity_in_words, turn_in_words
from blocks.types import Block
from blocks.wording.rich import line, link, place, rich, words
from blocks.wording.text import dated, joined, one_line, plain
from blocks.wording.veil import Veil, veil_of
from manifests.vocabulary import ChannelId
from store.aftermath import Aftermath, lapses_at, to_carry_out
from store.asking import who_is_asked
from store.checkpoint import (
    Answered,
    Approved,
    ApprovedWithEdits,
    Checkpoint,
    Closed,
    Escalated,
    Held,
    NeedsInformation,
    Open,
    PendingReview,
    Rejected,
    Releasing,
    State,
    TakenOver,
    review_of,
)
from store.ports import Card

_HEADLINE = 300
_PART = 200
_NAME = 60


def pressed(
    action: HomeButton, label: str, meaning: str, value: str, style: str | None = None
) -> Block:
    """Give one button of a list; a screen reader says its label, and then what it means."""
    spoken = meaning if meaning.startswith(label) else f"{label}: {meaning}"
    button: Block = {
        "type": "button",
        "action_id": action,
        "text": plain(label, limits.BUTTON_TEXT),
        "value": value,
        "accessibility_label": one_line(spoken, limits.ACCESSIBILITY_LABEL),
    }
    return {**button, "style": style} if style else button


@dataclass(frozen=True, slots=True)
class Entry:
    """What one entry is drawn from."""

    checkpoint: Checkpoint
    aftermath: Aftermath


def drawn(entry: Entry) -> list[Block]:
    """Draw one entry with the button that opens it."""
    checkpoint, veil = entry.checkpoint, veil_of(entry.checkpoint)
    text = one_line(_subject(entry, veil), _HEADLINE)
    opening = pressed(HomeButton.OPEN, "Open", f"Open: {text}", checkpoint.id)
    section: Block = {"type": "section", "text": plain(text, _HEADLINE), "accessory": opening}
    shown = [
        plain(severity_in_words(checkpoint.plan), _PART),
        *_standing(entry, veil),
        plain(f"Agent: {one_line(checkpoint.parties.agent, _NAME)}", 2 * _NAME),
    ]
    return [section, {"type": "context", "elements": [*shown]}]


def _subject(entry: Entry, veil: Veil) -> str:
    state = entry.checkpoint.state
    if isinstance(state, Open):
        return asked(entry.checkpoint, veil)
    return outcome(entry.checkpoint, state, entry.aftermath, veil)


def _standing(entry: Entry, veil: Veil) -> list[Block]:
    """Say who is waited for, and until when."""
    checkpoint = entry.checkpoint
    match checkpoint.state:
        case PendingReview() | Escalated() as state:
            return [*_seats(checkpoint, state), _due(state)]
        case NeedsInformation(deadline=due, question=question, asked=whom, asker=asker):
            said = one_line(veil.over(question), _PART)
            who = f"{one_line(asker.name, _NAME)} asked {one_line(whom.title, _NAME)}: {said}"
            return [plain(who, 2 * _PART), dated("Answer due", due)]
        case TakenOver(holder=holder, deadline=due):
            name = one_line(holder.name, _NAME)
            return [plain(f"{name} has control", _PART), dated("Control returns by", due)]
        case Held(because=because):
            return [plain(f"Held: {one_line(veil.over(because), _PART)}", 2 * _PART)]
        case Releasing() as state:
            return [*_seats(checkpoint, state), reaching(state)]
        case closed:
            told = [dated("Decided", checkpoint.updated_at), *_decided_by(closed)]
            return [*told, *_to_be_done(entry)]


def _seats(checkpoint: Checkpoint, state: Open) -> list[Block]:
    review = review_of(state)
    turn = turn_in_words(checkpoint.plan, review)
    seats = plain(seats_in_words(checkpoint.plan, review.sign_offs), 3 * _PART)
    return [seats, *([plain(turn, 3 * _PART)] if turn else [])]


def _due(state: PendingReview | Escalated) -> Block:
    if state.deadline is not None:
        return dated("Due", state.deadline)
    return plain("No deadline: it stays blocked until somebody decides", _PART)


def _decided_by(state: Closed) -> list[Block]:
    """Name the people behind a decision, where there are any."""
    match state:
        case Approved(sign_offs=sign_offs) | ApprovedWithEdits(sign_offs=sign_offs):
            names = [each.by.name for each in sign_offs]
        case Answered(by=by) | Rejected(by=by):
            names = [by.name]
        case _:
            return []
    return [plain(f"By {joined([one_line(name, _NAME) for name in names])}", 3 * _PART)]


def _to_be_done(entry: Entry) -> list[Block]:
    """Say of a suggestion that somebody must still carry it out, and until when that counts."""
    until = lapses_at(entry.checkpoint, entry.aftermath)
    if until is None or not to_carry_out(entry.checkpoint):
        return []
    return [dated("Not carried out yet: do it, and record Done or Failed on its card, by", until)]


def way_to_card(state: State, channel: ChannelId, permalink: str | None) -> Block:
    """Say where a proposal's own card stands, which alone has the buttons that decide."""
    lead = "It is decided on its card in " if isinstance(state, Open) else "Its card is in "
    parts = [words(lead), place(channel)]
    return rich(line(*parts, *_led(permalink, "go to the card")))


def way_to_answer(
    checkpoint: Checkpoint, card: Card, channel: ChannelId, permalink: str | None
) -> list[Block]:
    """Let somebody who is asked answer, and say where else the question stands."""
    told = words("You are asked the question below. Answering it decides nothing. ", bold=True)
    asked = who_is_asked(checkpoint)
    # A conversation with one person has no name that a mention could show.
    alone = asked is not None and asked.user is not None
    where = [words("your direct messages")] if alone else [place(channel)]
    way = [words("It stands in "), *where, words(", too"), *_led(permalink, "go to the question")]
    answer = button(
        Button.ANSWER_QUESTION,
        "Answer",
        "Answer the question that you are asked",
        value_on(checkpoint, card),
        "primary",
    )
    return [rich(line(told, *way)), {"type": "actions", "elements": [answer]}]


def _led(permalink: str | None, label: str) -> list[Block]:
    return [words(".")] if permalink is None else [words(": "), link(permalink, label)]
