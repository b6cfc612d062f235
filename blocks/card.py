"""A card: the whole proposal as it stands, drawn from the checkpoint and nothing else."""

from datetime import datetime

from blocks import limits
from blocks.actions import closed_actions, only_review, open_actions
from blocks.checks import consequences, footer, our_checks
from blocks.closed import closed_card
from blocks.evidence import zone
from blocks.headline import (
    asked,
    closed_text,
    header,
    is_cut,
    open_text,
    outcome,
)
from blocks.parameters import will_run
from blocks.question import question
from blocks.room import Room, rooms_for
from blocks.standing import standing, turn_of_events
from blocks.subject import Subject
from blocks.types import Block, Message
from blocks.veil import veil_of
from store.aftermath import Aftermath
from store.checkpoint import (
    Checkpoint,
    Escalated,
    NeedsInformation,
    Open,
    PendingReview,
    TakenOver,
)
from store.ports import Card

CardMessage = Message


def card(checkpoint: Checkpoint, aftermath: Aftermath, card: Card, now: datetime) -> Message:
    """Draw one proposal for one channel, with as much as fits."""
    subject = _subject(checkpoint, aftermath, card, now)
    for room in rooms_for(checkpoint):
        drawn = _drawn(subject, room)
        if limits.fits(drawn.blocks):
            return drawn
    return minimal_card(checkpoint, aftermath, card, now)


def _subject(checkpoint: Checkpoint, aftermath: Aftermath, card: Card, now: datetime) -> Subject:
    veil = veil_of(checkpoint)
    return Subject(checkpoint=checkpoint, aftermath=aftermath, card=card, veil=veil, now=now)


def _drawn(subject: Subject, room: Room) -> Message:
    state = subject.checkpoint.state
    match state:
        case PendingReview() | Escalated() | NeedsInformation() | TakenOver():
            text = open_text(subject.checkpoint, state, subject.veil)
            return Message(_open_card(subject, state, room), text)
        case _:
            return closed_card(subject, state, room)


def _open_card(subject: Subject, state: Open, room: Room) -> list[Block]:
    checkpoint, card, veil = subject.checkpoint, subject.card, subject.veil
    headline = asked(checkpoint, veil)
    parameters, cut = will_run(checkpoint, veil, room)
    event = turn_of_events(checkpoint, state, card, veil, room)
    return [
        header(headline),
        standing(checkpoint, state, veil),
        *([event] if event is not None else []),
        *question(checkpoint, veil, room),
        parameters,
        consequences(checkpoint, veil, room),
        our_checks(checkpoint, veil, room),
        {"type": "divider"},
        *zone(checkpoint, veil, room),
        *open_actions(checkpoint, state, card, veil, cut=cut or is_cut(headline)),
        footer(checkpoint),
    ]


def minimal_card(
    checkpoint: Checkpoint, aftermath: Aftermath, card: Card, now: datetime
) -> Message:
    """Draw what cannot fail: the headline, and a button that opens everything else."""
    state, veil = checkpoint.state, veil_of(checkpoint)
    match state:
        case PendingReview() | Escalated() | NeedsInformation() | TakenOver():
            text = open_text(checkpoint, state, veil)
            blocks = [
                header(asked(checkpoint, veil)),
                standing(checkpoint, state, veil),
                *only_review(checkpoint, state, card, veil),
            ]
        case _:
            text = closed_text(checkpoint, state, aftermath, veil)
            blocks = [
                header(outcome(checkpoint, state, aftermath, veil)),
                *closed_actions(checkpoint, aftermath, card, now),
            ]
    return Message([*blocks, footer(checkpoint)], text)
