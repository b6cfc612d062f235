"""What surrounds a request about a card: the card, who asks, what they were shown, the answer."""

import hmac
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from pydantic import JsonValue

from bot.judging.circumstances import pause_in_words
from bot.messenger import posted_at
from bot.reviewing.asked import OTHER_CARD, Request, Sight, Verdict
from manifests.vocabulary import ChannelId
from store import door
from store.decision import version_of
from store.digest import digest_of_text
from store.effects import Actor, ActorKind, Event, Happening, Whisper
from store.morning import DIGEST_KEY, nonce_of
from store.people import Person
from store.ports import AuditLine, Card, Reading, Transaction
from store.refusals import Refusal


def matching_card(tx: Transaction, request: Request) -> Card | Refusal:
    """Find the registered card behind a click; one whose ts is not known yet adopts the message."""
    card = tx.cards.by_nonce(request.nonce)
    if card is None or card.proposal != request.proposal:
        return OTHER_CARD
    if request.channel != (card.shown_in or card.channel):
        return OTHER_CARD
    if card.ts is None and request.message is not None:
        return adopted(tx, card, request.message)
    return card if request.message in (None, card.ts) else OTHER_CARD


def adopted(tx: Transaction, card: Card, ts: str) -> Card:
    """Note where a card stands, which somebody else saw before we did."""
    known = replace(card, ts=ts, posted_at=posted_at(ts), attempt_started_at=None)
    tx.cards.put(known)
    return known


def witness_of(card: Card, request: Request, now: datetime) -> door.Witness:
    """Write down what the person was shown: the very blocks, their digest, and when."""
    # As text, which was canonical when it was sent: a click need not write a whole card anew.
    blocks = card.drawn_blocks or None
    shown: dict[str, JsonValue] = {
        "channel": card.channel,
        "ts": card.ts,
        "posted_at": card.posted_at.isoformat() if card.posted_at else None,
        "version": card.drawn_version,
        "digest": digest_of_text(blocks) if blocks is not None else None,
        "view_opened_at": request.opened_at.isoformat() if request.opened_at else None,
        "decided_at": now.isoformat(),
    }
    return door.Witness(full={"shown": {**shown, "blocks": blocks}}, brief={"shown": shown})


def shown_on_its_card(tx: Transaction, request: Request, _: Person) -> door.Witness | Refusal:
    """Say what the proposal's own card showed to whoever clicked it."""
    card = matching_card(tx, request)
    return card if isinstance(card, Refusal) else witness_of(card, request, tx.now())


def shown_in_digest(tx: Transaction, request: Request, person: Person) -> door.Witness | Refusal:
    """Say the same of a click on a channel's digest, for what is held and has no card yet."""
    if tx.cards.by_nonce(request.nonce) is not None:
        return shown_on_its_card(tx, request, person)
    known = nonce_of(tx.secret(DIGEST_KEY), request.proposal, request.channel)
    if not hmac.compare_digest(known.encode(), request.nonce.encode()):
        return OTHER_CARD
    shown: dict[str, JsonValue] = {
        "digest_in": request.channel,
        "ts": request.message,
        "decided_at": tx.now().isoformat(),
    }
    return door.Witness(full={"shown": shown}, brief={"shown": shown})


def remembered(tx: Transaction, request: Request, verdict: Verdict) -> Verdict:
    """Store the answer, and whisper a refusal to the person."""
    tx.clicks.remember(request.key, verdict.encode())
    if verdict.refusal is not None and request.aloud:
        door.whisper(
            tx, Whisper(user=request.user, channel=request.channel, words=verdict.refusal.words)
        )
    return verdict


def sight_of(look: Reading, request: Request, *, history: bool) -> Sight | Refusal:
    """Read all that a view is drawn from, in one look."""
    checkpoint = look.checkpoints.get(request.proposal)
    if checkpoint is None:
        return door.unknown(request.proposal)
    card = look.cards.by_nonce(request.nonce)
    if card is None and not request.nonce and not look.cards.of(checkpoint.id):
        # What is held has no card yet; whoever found it in a list reads it without one.
        card = Card(proposal=checkpoint.id, channel=request.channel, nonce="")
    if card is None or card.proposal != checkpoint.id:
        return OTHER_CARD
    # Each line of a decision holds a whole card; only the history shows them.
    there = frozenset({card.channel, card.shown_in or card.channel})
    lines = heard_in(look.audit.of(checkpoint.id), there) if history else ()
    aftermath, paused = look.aftermaths.of(checkpoint.id), pause_in_words(look, checkpoint)
    return Sight(checkpoint, aftermath, card, lines, look.now(), paused)


def heard_in(lines: Iterable[AuditLine], channels: Collection[ChannelId]) -> tuple[AuditLine, ...]:
    """Leave out what people said to each other in other channels, which may be closed ones."""
    return tuple(
        each
        for each in lines
        if each.event.happening is not Happening.COMMENTED
        or each.event.detail.get("channel") in channels
    )


def note_opened(tx: Transaction, request: Request, view: str) -> None:
    """Audit that somebody opened a view."""
    checkpoint = tx.checkpoints.get(request.proposal)
    if checkpoint is None:
        return
    detail: dict[str, JsonValue] = {"view": view, "revision": request.revision}
    event = Event(
        happening=Happening.VIEW_OPENED, actor=actor_of(request), at=tx.now(), detail=detail
    )
    door.note(tx, checkpoint, event)


def has_moved(look: Reading, request: Request, version: int) -> bool:
    """Say whether a proposal changed since a drawing."""
    checkpoint = look.checkpoints.get(request.proposal)
    if checkpoint is None:
        return False
    return version_of(checkpoint, look.aftermaths.of(checkpoint.id)) != version


def note_redrawn(tx: Transaction, request: Request, version: int, drawn: str | None) -> None:
    """Note what a clicked card shows now; what moved since is drawn again."""
    checkpoint = tx.checkpoints.get(request.proposal)
    card = tx.cards.by_nonce(request.nonce)
    if checkpoint is None or card is None:
        return
    moved = version_of(checkpoint, tx.aftermaths.of(checkpoint.id)) != version
    otherwise = drawn is not None and card.drawn_version == version and card.drawn_blocks != drawn
    if moved or otherwise:
        # The relay may have drawn something newer, which this has covered. The blocks stay: who
        # clicks before the next drawing was shown them.
        seen = drawn or card.drawn_blocks
        tx.cards.put(replace(card, drawn_version=None, drawn_blocks=seen))
        door.redraw(tx, checkpoint, card.channel)
    elif drawn is not None:
        # The relay need not draw it again, and Slack takes few changes a minute.
        tx.cards.put(replace(card, drawn_version=version, drawn_blocks=drawn))


def actor_of(request: Request, person: Person | None = None) -> Actor:
    """Name who asks, as the one who makes something happen."""
    return Actor(ActorKind.PERSON, request.user, person.name if person else "")
