"""What is put into the outbox for the world to be told: redrawn cards, lines, alerts, decisions."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from pydantic import JsonValue

from manifests.vocabulary import ChannelId, Severity
from store.aftermath import Aftermath
from store.asking import question_in
from store.checkpoint import Checkpoint
from store.decision import decision_of, version_of
from store.effects import (
    Alert,
    CountUnseen,
    DeliverDecision,
    Effect,
    Event,
    Matter,
    ShowCard,
    TellPerson,
    TellThread,
    Whisper,
)
from store.events import as_json
from store.ports import Card, Errand, Outgoing, Reading, Transaction
from store.unseen import count_unseen

EXECUTION_KEY = "execution"
WHISPER_LIFE = timedelta(seconds=60)
CHANGE_LIFE = timedelta(hours=1)
"""After which a direct message is left as it is."""
_LAST = 4
_PRIORITIES = {Severity.CRITICAL: 0, Severity.HIGH: 1, Severity.MEDIUM: 2, Severity.LOW: 3}


def cards_by_channel(look: Reading, checkpoint: Checkpoint) -> dict[ChannelId, Card]:
    """Read a proposal's cards, first made first."""
    return {card.channel: card for card in look.cards.of(checkpoint.id)}


def enqueue(
    tx: Transaction,
    checkpoint: Checkpoint,
    aftermath: Aftermath,
    effect: Effect,
    cards: dict[ChannelId, Card],
) -> None:
    """Put one effect into the outbox. `cards` are the proposal's; one that is made joins them."""
    match effect:
        case ShowCard(channel=channel):
            card = cards.get(channel) or tx.cards.ensure(checkpoint.id, channel)
            cards[channel] = _drawn_again(tx, checkpoint, card)
        case TellThread(event=event):
            _tell_under(tx, checkpoint, event, cards.values())
        case TellPerson():
            tell_person(tx, checkpoint, effect)
        case Alert(channel=channel, event=event):
            post(tx, checkpoint, Errand.ALERT, channel, event)
        case CountUnseen(channel=channel):
            count_unseen(tx, checkpoint, channel)
        case DeliverDecision():
            _deliver(tx, checkpoint, aftermath)
        case Whisper():
            whisper(tx, effect)


def tell_threads(tx: Transaction, checkpoint: Checkpoint, event: Event) -> None:
    """Tell an event under each of the proposal's cards; who was only asked hears of that."""
    _tell_under(tx, checkpoint, event, tx.cards.of(checkpoint.id))


def _tell_under(
    tx: Transaction, checkpoint: Checkpoint, event: Event, cards: Iterable[Card]
) -> None:
    for card in cards_to_tell(cards, checkpoint, event.detail.get("question_id")):
        post(tx, checkpoint, Errand.THREAD, card.channel, event)


def cards_to_tell(
    cards: Iterable[Card], checkpoint: Checkpoint, question: JsonValue
) -> Iterator[Card]:
    """Give those of a proposal's cards that hear of an event about a question, or about none."""
    for card in cards:
        put = question_in(checkpoint, card.channel)
        if put is None or question == put.question_id:
            yield card


def tell_person(tx: Transaction, checkpoint: Checkpoint, pointer: TellPerson) -> None:
    """Queue a direct message that points one person to the proposal, or one's change.

    A change waits for everything else, and where it cannot be made in time, it is not.
    """
    over = pointer.matter is Matter.TURN_OVER
    tx.outbox.add(
        Outgoing(
            lane=pointer.whom,
            errand=Errand.DIRECT,
            proposal=checkpoint.id,
            priority=_LAST if over else _PRIORITIES[checkpoint.plan.severity],
            body={"matter": pointer.matter.value, "event": as_json(pointer.event)},
            expires_at=tx.now() + CHANGE_LIFE if over else None,
        )
    )
    tx.announce("outbox")


def post(
    tx: Transaction,
    checkpoint: Checkpoint,
    errand: Errand,
    lane: str,
    event: Event | None = None,
) -> None:
    """Queue one errand about a proposal, in a lane."""
    tx.outbox.add(
        Outgoing(
            lane=lane,
            errand=errand,
            proposal=checkpoint.id,
            priority=_PRIORITIES[checkpoint.plan.severity],
            body={} if event is None else as_json(event),
        )
    )
    tx.announce("outbox")


def _deliver(tx: Transaction, checkpoint: Checkpoint, aftermath: Aftermath) -> None:
    """Leave the decision where the agent listens: its replies, its webhook; long-polls read."""
    if checkpoint.by_queue:
        decision = decision_of(checkpoint, aftermath, tx.secret(EXECUTION_KEY))
        version = version_of(checkpoint, aftermath)
        tx.replies.put(checkpoint.id, checkpoint.parties.agent, version, json.dumps(decision))
    if checkpoint.proposal.callback is not None:
        host = urlsplit(checkpoint.proposal.callback).hostname or ""
        post(tx, checkpoint, Errand.CALLBACK, f"callback:{host}")


def redraw(tx: Transaction, checkpoint: Checkpoint, channel: ChannelId) -> None:
    """Ask for another drawing of one card, also of one that was given up."""
    _drawn_again(tx, checkpoint, tx.cards.ensure(checkpoint.id, channel))


def _drawn_again(tx: Transaction, checkpoint: Checkpoint, card: Card) -> Card:
    if card.undeliverable is not None:
        card = replace(card, undeliverable=None)
        tx.cards.put(card)
    post(tx, checkpoint, Errand.CARD, card.channel)
    return card


def whisper(tx: Transaction, message: Whisper) -> None:
    """Tell one person something soon, or not at all."""
    tx.outbox.add(
        Outgoing(
            lane=message.channel,
            errand=Errand.WHISPER,
            proposal=None,
            priority=0,
            body={"user": message.user, "words": message.words, "thread": message.thread},
            expires_at=tx.now() + WHISPER_LIFE,
        )
    )
    tx.announce("outbox")
