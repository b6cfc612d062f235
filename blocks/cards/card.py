"""A card: the whole proposal as it stands, drawn from the checkpoint and nothing else."""

from dataclasses import replace
from datetime import datetime

from blocks import limits
from blocks.cards.closed import closed_card
from blocks.cards.question_card import question_card
from blocks.cards.snippet import IN_THREAD, wants_file
from blocks.parts.actions import only_review, open_actions
from blocks.parts.afterwards import closed_actions
from blocks.parts.answers import answers
from blocks.parts.checks import consequences, footer, our_checks
from blocks.parts.evidence import zone
from blocks.parts.headline import (
    card_headline,
    closed_text,
    header,
    is_cut,
    open_text,
    outcome,
)
from blocks.parts.parameters import will_run
from blocks.parts.question import question
from blocks.parts.standing import standing, turn_of_events
from blocks.parts.subject import Subject
from blocks.types import Block, Message
from blocks.wording.room import Room, rooms_for
from blocks.wording.veil import veil_of
from store.aftermath import Aftermath, as_of
from store.asking import question_in
from store.checkpoint import (
    Checkpoint,
    Escalated,
    Held,
    NeedsInformation,
    Open,
    PendingReview,
    Releasing,
    TakenOver,
)
from store.ports import Card

CardMessage = Message


def card(
    checkpoint: Checkpoint, aftermath: Aftermath, card: Card, now: datetime, paused: str = ""
) -> Message:
    """Draw one proposal for one channel, with as much as fits.

    `paused` is the sentence that says why nobody can use an approval of it for now.
    """
    put = question_in(checkpoint, card.channel)
    if put is not None:
        return question_card(checkpoint, card, put)
    subject = replace(_subject(checkpoint, aftermath, card, now), paused=paused)
    for room in rooms_for(checkpoint):
        drawn = _drawn(subject, room)
        if limits.fits(drawn.blocks):
            return drawn
    return minimal_card(checkpoint, aftermath, card, now)


def _subject(checkpoint: Checkpoint, aftermath: Aftermath, card: Card, now: datetime) -> Subject:
    veil = veil_of(checkpoint)
    known = as_of(checkpoint, aftermath, now)
    elsewhere = IN_THREAD if wants_file(checkpoint) else ""
    return Subject(
        checkpoint=checkpoint, aftermath=known, card=card, veil=veil, elsewhere=elsewhere
    )


def _drawn(subject: Subject, room: Room) -> Message:
    state = subject.checkpoint.state
    match state:
        case (
            PendingReview() | Escalated() | NeedsInformation() | TakenOver() | Held() | Releasing()
        ):
            text = open_text(subject.checkpoint, state, subject.veil)
            return Message(_open_card(subject, state, room), text)
        case _:
            return closed_card(subject, state, room)


def _open_card(subject: Subject, state: Open, room: Room) -> list[Block]:
    checkpoint, card, veil = subject.checkpoint, subject.card, subject.veil
    headline = card_headline(checkpoint, state, veil)
    parameters, cut = will_run(checkpoint, veil, room)
    event = turn_of_events(checkpoint, state, card, veil, room)
    return [
        header(headline),
        standing(checkpoint, state, veil),
        *([event] if event is not None else []),
        *question(checkpoint, veil, room),
        parameters,
        consequences(checkpoint, veil, room, cut=cut),
        our_checks(checkpoint, veil, room),
        *(answers(checkpoint, veil, room) or [{"type": "divider"}]),
        *zone(checkpoint, veil, room),
        *open_actions(checkpoint, state, card, veil, cut=cut or is_cut(headline)),
        footer(checkpoint, subject.elsewhere),
    ]


def minimal_card(
    checkpoint: Checkpoint, aftermath: Aftermath, card: Card, now: datetime
) -> Message:
    """Draw what cannot fail: the headline, and a button that opens everything else."""
    put = question_in(checkpoint, card.channel)
    if put is not None:
        return question_card(checkpoint, card, put, bare=True)
    state, veil = checkpoint.state, veil_of(checkpoint)
    match state:
        case (
            PendingReview() | Escalated() | NeedsInformation() | TakenOver() | Held() | Releasing()
        ):
            text = open_text(checkpoint, state, veil)
            blocks = [
                header(card_headline(checkpoint, state, veil)),
                standing(checkpoint, state, veil),
                *only_review(checkpoint, state, card, veil),
            ]
        case _:
            known = as_of(checkpoint, aftermath, now)
            text = closed_text(checkpoint, state, known, veil)
            blocks = [
                header(outcome(checkpoint, state, known, veil)),
                *closed_actions(checkpoint, known, card),
            ]
    return Message([*blocks, footer(checkpoint)], text)
