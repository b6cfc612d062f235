"""Direct messages: what one person must know of a proposal, and the way to its card.

They carry no button that decides, and nothing that the card itself would not show.
"""

from dataclasses import dataclass

from blocks import limits
from blocks.cards.closed import decision
from blocks.parts.headline import asked, closed_text, outcome
from blocks.parts.question import was_asked
from blocks.parts.released import what_followed
from blocks.parts.standing import asked_as, seats_in_words, severity_in_words, turn_in_words
from blocks.types import Block, Message
from blocks.wording.rich import line, link, moment, place, rich, words
from blocks.wording.room import ROOMS
from blocks.wording.text import escaped, one_line
from blocks.wording.veil import veil_of
from manifests.vocabulary import ChannelId, UserId
from store.aftermath import Aftermath
from store.checkpoint import Assignee, Checkpoint, Closed, Open, review_of

_NAME = 60
_ROOM = ROOMS[1]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where the card of a proposal stands, as far as it is known."""

    channel: ChannelId | None = None
    address: str | None = None


def your_turn(checkpoint: Checkpoint, state: Open, turn: Assignee, where: Whereabouts) -> Message:
    """Tell somebody that it is their turn, what is asked, how grave it is and until when."""
    question, severity = asked(checkpoint, veil_of(checkpoint)), severity_in_words(checkpoint.plan)
    lead = f"It is your turn: {question}"
    agent = one_line(checkpoint.parties.agent, _NAME)
    role, instead_of = asked_as(checkpoint.plan, turn)
    beside = f", in place of {instead_of}" if instead_of else ""
    parts = [
        line(words(lead, bold=True)),
        line(words(f"{severity}. Agent: {agent}.")),
        line(words(f"You are asked as {role}{beside}. "), *_due(state)),
        _way(where),
    ]
    text = escaped(limits.clip(f"{lead} {severity}.", limits.NOTIFICATION))
    return Message([rich(*parts)], text)


def turn_over(
    checkpoint: Checkpoint, aftermath: Aftermath, whom: UserId, where: Whereabouts
) -> Message:
    """Say in the place of “it is your turn” that it no longer is, and how it stands."""
    veil, state = veil_of(checkpoint), checkpoint.state
    question = asked(checkpoint, veil)
    lead = f"No longer your turn: {question}"
    if isinstance(state, Open):
        told = [line(words(_whose_turn(checkpoint, state, whom)))]
    else:
        lead = f"Nothing to do any more. {outcome(checkpoint, state, aftermath, veil)}"
        told = [*decision(checkpoint, state, aftermath, veil, _ROOM)]
    text = escaped(limits.clip(lead, limits.NOTIFICATION))
    return Message([rich(line(words(lead, bold=True)), *told, _way(where))], text)


def _whose_turn(checkpoint: Checkpoint, state: Open, whom: UserId) -> str:
    """Say what it waits for instead."""
    review = review_of(state)
    if any(each.by.user == whom for each in review.sign_offs):
        return f"You approved it. {seats_in_words(checkpoint.plan, review.sign_offs)}."
    turn = turn_in_words(checkpoint.plan, review)
    return f"{turn}." if turn else f"{seats_in_words(checkpoint.plan, review.sign_offs)}."


def what_became(
    checkpoint: Checkpoint, state: Closed, aftermath: Aftermath, where: Whereabouts
) -> Message:
    """Tell whoever a proposal was made for how it ended, and what came of it."""
    veil = veil_of(checkpoint)
    lead = outcome(checkpoint, state, aftermath, veil)
    agent = one_line(checkpoint.parties.agent, _NAME)
    parts = [
        line(words(lead, bold=True)),
        line(words(f"The agent {agent} proposed it on your behalf.")),
        *was_asked(checkpoint, veil, _ROOM),
        *decision(checkpoint, state, aftermath, veil, _ROOM),
        *what_followed(checkpoint, aftermath, veil, _ROOM),
        _way(where),
    ]
    return Message([rich(*parts)], closed_text(checkpoint, state, aftermath, veil))


def _due(state: Open) -> list[Block]:
    """Say until when, or that the clock stands still."""
    if state is not review_of(state):
        return [words("Its clock stands still for now.")]
    due = review_of(state).deadline
    if due is None:
        return [words("There is no deadline: it stays blocked until somebody decides.")]
    return [words("Due "), moment(due), words(" as of this message.")]


def _way(where: Whereabouts) -> Block:
    """Lead to the card, which alone has the buttons that decide."""
    if where.address is not None:
        return line(link(where.address, "Open the card"))
    if where.channel is None:
        return line(words("No channel shows a card of it."))
    return line(words("Its card is in "), place(where.channel), words("."))
