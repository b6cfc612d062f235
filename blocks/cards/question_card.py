"""The card of a question: what somebody is asked who has nothing to decide by it."""

from collections.abc import Iterator
from dataclasses import replace

from blocks import limits
from blocks.ids import Button
from blocks.parts.actions import button, value_on
from blocks.parts.checks import footer
from blocks.parts.headline import asked, header, matter
from blocks.parts.parameters import will_run
from blocks.parts.waiting import asking, the_question, whose_answer
from blocks.types import Block, Message
from blocks.wording.rich import line, moment, quote, rich, words
from blocks.wording.room import ROOMS
from blocks.wording.text import escaped, one_line, utc
from blocks.wording.values import clipped
from blocks.wording.veil import Veil, veil_of
from manifests.parameters import Parameter, Sensitivity
from store.asking import is_waited_for
from store.checkpoint import Checkpoint, Exchange, NeedsInformation, is_open
from store.ports import Card

_NAME = 60
_LEAST = 3
"""The room of a card that only asks: what it is about, not all of it."""


def question_card(
    checkpoint: Checkpoint, card: Card, exchange: Exchange, *, bare: bool = False
) -> Message:
    """Draw one question, open or over, for whoever was asked; `bare` leaves out what may fail."""
    state, veil = checkpoint.state, veil_of(checkpoint)
    about = matter(asked(checkpoint, veil))
    if isinstance(state, NeedsInformation) and is_waited_for(checkpoint, exchange):
        heading = f"Question from {one_line(state.asker.name, _NAME)}: {about}"
        told = () if bare else _told(checkpoint, state, veil)
        text = f"{heading}. Please answer by {utc(state.deadline)}."
        blocks = [header(heading), *told, *_to_answer(checkpoint, state, card)]
    else:
        heading = text = f"{_ending(exchange)}: {about}"
        ended = () if bare else (rich(*_ended(checkpoint, exchange, veil)),)
        blocks = [header(heading), *ended]
    shown = escaped(limits.clip(text, limits.NOTIFICATION))
    return Message([*blocks, footer(checkpoint)], shown)


def _told(checkpoint: Checkpoint, state: NeedsInformation, veil: Veil) -> Iterator[Block]:
    since = line(words(f"{asking(state)} "), moment(state.asker.at))
    yield rich(since, *the_question(state, veil, ROOMS[0]))
    yield _matter_of(checkpoint, veil)


def _to_answer(checkpoint: Checkpoint, state: NeedsInformation, card: Card) -> Iterator[Block]:
    due = words("Please answer by "), moment(state.deadline)
    yield rich(line(*due, words(". The decision waits for it; answering decides nothing.")))
    meaning = f"Answer {one_line(state.asker.name, _NAME)}'s question"
    value = value_on(checkpoint, card)
    answer = button(Button.ANSWER_QUESTION, "Answer", meaning, value, "primary")
    yield {"type": "actions", "elements": [answer]}


def _matter_of(checkpoint: Checkpoint, veil: Veil) -> Block:
    """Show what it is about; what is sensitive is left out whole, for no one has to check it."""
    schema = checkpoint.plan.schema
    hidden = replace(schema, parameters=tuple(map(_hidden, schema.parameters)))
    shown = replace(checkpoint, plan=replace(checkpoint.plan, schema=hidden))
    block, _ = will_run(shown, veil, ROOMS[_LEAST])
    return block


def _hidden(parameter: Parameter) -> Parameter:
    plain = parameter.sensitive is Sensitivity.PLAIN
    return parameter if plain else replace(parameter, sensitive=Sensitivity.HIDE)


def _ending(exchange: Exchange) -> str:
    return "No longer needed" if exchange.answered_at is None else "Answered"


def _ended(checkpoint: Checkpoint, exchange: Exchange, veil: Veil) -> Iterator[Block]:
    yield line(words(f"{asking(exchange)} "), moment(exchange.asker.at))
    yield from the_question(exchange, veil, ROOMS[0])
    if exchange.answered_at is not None:
        by = whose_answer(exchange) or exchange.asked.title
        yield line(words(f"Answered by {one_line(by, _NAME)} "), moment(exchange.answered_at))
        said = clipped(veil.over(exchange.answer or ""), ROOMS[0].text, ROOMS[0].lines)
        yield quote(words(said))
    elif exchange.stopped_by is not None:
        name = one_line(exchange.stopped_by.name, _NAME)
        yield line(words(f"{name} no longer waits for an answer."))
    elif is_open(checkpoint.state):
        yield line(words("Nobody answered in time, so the review goes on without an answer."))
    else:
        yield line(words("It was closed meanwhile, without an answer."))
