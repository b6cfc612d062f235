"""What a reviewer asks for, carried out: look at the facts, decide in one transaction, answer.

A click is committed before it is acknowledged. Nothing here speaks to Slack; a refusal becomes a
whisper in the outbox of the same transaction.
"""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from pydantic import JsonValue

from bot.asked import (
    DONE,
    OTHER_CARD,
    UNCONFIRMED,
    Answered,
    BuildAfterCommand,
    BuildCommand,
    Quorum,
    Request,
    Seen,
    Sight,
    Verdict,
)
from bot.directory import Directory, Inquiry
from bot.observability import Metrics
from manifests.vocabulary import Digest, RoleName, Severity
from store import door
from store.checkpoint import (
    Checkpoint,
    Escalated,
    NeedsInformation,
    PendingReview,
    TakenOver,
    is_open,
    review_of,
)
from store.commands import AfterCommand
from store.decision import version_of
from store.digest import digest_of
from store.effects import Actor, ActorKind, Event, Happening, Whisper
from store.lifecycle import already_closed
from store.lifecycle.eligibility import CACHED_FOR, person_objection, stale
from store.people import Person
from store.ports import Card, Reading, Store, Transaction
from store.refusals import Reason, Refusal

TRIES = 3


class Review:
    """Carries out what reviewers ask for."""

    def __init__(self, store: Store, directory: Directory, metrics: Metrics) -> None:
        self._store = store
        self._directory = directory
        self._metrics = metrics

    async def act(self, request: Request, build: BuildCommand) -> Verdict:
        """Carry out a reviewer's command on an open proposal."""
        refusal = UNCONFIRMED
        for _ in range(TRIES):
            quorum = await self._quorum(request)
            if isinstance(quorum, Refusal):
                return await self.turn_down(request, quorum)
            verdict = await self._store.write(partial(_acted, request, quorum, build))
            if not _outdated(verdict):
                return self._counted(verdict)
            refusal = verdict.refusal or refusal
        return await self.turn_down(request, refusal)

    def _counted(self, verdict: Verdict) -> Verdict:
        """Count what a person decided, and what they were refused."""
        if verdict.closed is not None:
            self._metrics.decided(verdict.closed)
        if verdict.refusal is not None:
            self._metrics.refused("person", verdict.refusal.reason)
        return verdict

    async def act_after(self, request: Request, build: BuildAfterCommand) -> Verdict:
        """Carry out a reviewer's request about a decision that was made."""
        checkpoint, now = await self._store.read(partial(_current, request))
        if checkpoint is None:
            return await self.turn_down(request, door.unknown(request.proposal))
        inquiry = replace(_inquiry(checkpoint, now), within=timedelta(0))
        people = await self._directory.people([request.user], inquiry)
        if not people:
            return await self.turn_down(request, UNCONFIRMED)
        command = build(people[0])
        return await self._store.write(lambda tx: _followed(tx, request, people[0], command))

    async def look(self, request: Request, *, history: bool = False) -> Sight | Refusal:
        """Read what a view shows; nothing is committed, because nothing is decided."""
        return await self._store.read(lambda look: _sight(look, request, history=history))

    async def answer_to(self, request: Request) -> Verdict | None:
        """Give the answer this very request got before, if it is delivered again."""
        known = await self._store.read(lambda look: look.clicks.answer_to(request.key))
        return None if known is None else Verdict.decode(known)

    async def may_act(self, request: Request, sight: Sight) -> Refusal | None:
        """Say beforehand why this person could not submit what they are about to open."""
        checkpoint = sight.checkpoint
        review = _review(checkpoint)
        if review is None:
            return already_closed(checkpoint)
        if request.revision != checkpoint.revision.number:
            return stale(checkpoint, request.revision)
        people = await self._directory.people([request.user], _inquiry(checkpoint, sight.now))
        if not people:
            return UNCONFIRMED
        return person_objection(checkpoint, review, people[0], sight.now)

    async def note_view(self, request: Request, view: str) -> None:
        """Audit that a person opened a view, and when."""
        await self._store.write(lambda tx: _noted(tx, request, view))

    async def note_drawn(self, request: Request, version: int, drawn: str | None) -> None:
        """Note what a clicked card shows now, or may show; what moved since is drawn again."""
        if drawn is not None or await self._store.read(lambda look: _moved(look, request, version)):
            await self._store.write(lambda tx: _drawn(tx, request, version, drawn))

    async def _quorum(self, request: Request) -> Quorum | Refusal:
        """Look up everybody whose say counts, before the transaction."""
        checkpoint, now = await self._store.read(partial(_current, request))
        if checkpoint is None:
            return door.unknown(request.proposal)
        review = _review(checkpoint)
        signed = [each.by.user for each in review.sign_offs] if review else []
        people = await self._directory.people([request.user, *signed], _inquiry(checkpoint, now))
        found = {person.user: person for person in people}
        if request.user not in found:
            return UNCONFIRMED
        return Quorum(
            Seen(
                reviewer=found[request.user],
                revision=request.revision,
                digest=request.digest or _digest_of_seen(checkpoint, request),
                signers=tuple(found[user] for user in signed if user in found),
                opened_at=request.opened_at,
            )
        )

    async def turn_down(self, request: Request, refusal: Refusal) -> Verdict:
        """Audit a refusal and tell it to the person."""

        def told(tx: Transaction) -> Verdict:
            known = tx.clicks.answer_to(request.key)
            if known is not None:
                return Verdict.decode(known)
            door.refuse(tx, request.proposal, refusal, _actor(request))
            return _remembered(tx, request, Verdict(Answered.REFUSED, refusal))

        return await self._store.write(told)


def _current(request: Request, look: Reading) -> tuple[Checkpoint | None, datetime]:
    """Read a checkpoint, and what time it is by the clock that will decide."""
    return look.checkpoints.get(request.proposal), look.now()


def _inquiry(checkpoint: Checkpoint, now: datetime) -> Inquiry:
    """Ask for facts that are still fresh enough once the transaction runs."""
    plan = checkpoint.plan
    high = plan.severity.at_least(Severity.HIGH)
    # Of several seats, which one somebody may fill can depend on every role they hold.
    enough = plan.fillers(plan.seats[0], 0) if len(plan.seats) == 1 else frozenset[RoleName]()
    within = timedelta(0) if high else CACHED_FOR / 2
    return Inquiry(at=now, within=within, roles=plan.roles, enough=enough)


def _digest_of_seen(checkpoint: Checkpoint, request: Request) -> Digest:
    """Name what the clicked revision would run; a revision that never was has no digest."""
    revisions = {each.number: each.digest for each in checkpoint.revisions}
    return revisions.get(request.revision, Digest(""))


def _review(checkpoint: Checkpoint) -> PendingReview | Escalated | None:
    match checkpoint.state:
        case PendingReview() | Escalated() | NeedsInformation() | TakenOver() as state:
            return review_of(state)
        case _:
            return None


def _outdated(verdict: Verdict) -> bool:
    """Say whether somebody signed since the look-up, so that it is to be decided again."""
    return verdict.refusal is not None and verdict.refusal.reason is Reason.STALE_FACTS


def _acted(request: Request, quorum: Quorum, build: BuildCommand, tx: Transaction) -> Verdict:
    known = tx.clicks.answer_to(request.key)
    if known is not None:
        return Verdict.decode(known)
    card = matching_card(tx, request)
    if isinstance(card, Refusal):
        door.refuse(tx, request.proposal, card, _actor(request))
        return _remembered(tx, request, Verdict(Answered.REFUSED, card))
    command = build(quorum)
    witness = _witness(card, request, tx.now())
    outcome = door.act(tx, request.proposal, command, _actor(request, quorum.reviewer), witness)
    if isinstance(outcome, Refusal):
        verdict = Verdict(Answered.REFUSED, outcome)
        # Looked up again and decided again, so this answer is not the last word.
        return verdict if _outdated(verdict) else _remembered(tx, request, verdict)
    closed = None if is_open(outcome.state) else outcome.state.status
    return replace(_remembered(tx, request, DONE), closed=closed)


def _followed(tx: Transaction, request: Request, person: Person, command: AfterCommand) -> Verdict:
    known = tx.clicks.answer_to(request.key)
    if known is not None:
        return Verdict.decode(known)
    card = matching_card(tx, request)
    if isinstance(card, Refusal):
        door.refuse(tx, request.proposal, card, _actor(request))
        return _remembered(tx, request, Verdict(Answered.REFUSED, card))
    outcome = door.act_after(tx, request.proposal, command, _actor(request, person))
    refusal = outcome if isinstance(outcome, Refusal) else None
    return _remembered(tx, request, Verdict(Answered.REFUSED, refusal) if refusal else DONE)


def matching_card(tx: Transaction, request: Request) -> Card | Refusal:
    """Find the registered card behind a click; one whose ts is not known yet adopts the message."""
    card = tx.cards.by_nonce(request.nonce)
    if card is None or card.proposal != request.proposal:
        return OTHER_CARD
    if request.channel != (card.shown_in or card.channel):
        return OTHER_CARD
    if card.ts is None and request.message is not None:
        adopted = replace(card, ts=request.message, attempt_started_at=None)
        tx.cards.put(adopted)
        return adopted
    return card if request.message in (None, card.ts) else OTHER_CARD


def _witness(card: Card, request: Request, now: datetime) -> door.Witness:
    """Write down what the person was shown: the very blocks, their digest, and when."""
    blocks: JsonValue = json.loads(card.drawn_blocks) if card.drawn_blocks else None
    shown: dict[str, JsonValue] = {
        "channel": card.channel,
        "ts": card.ts,
        "posted_at": card.posted_at.isoformat() if card.posted_at else None,
        "version": card.drawn_version,
        "digest": digest_of(blocks) if blocks is not None else None,
        "view_opened_at": request.opened_at.isoformat() if request.opened_at else None,
        "decided_at": now.isoformat(),
    }
    return door.Witness(full={"shown": {**shown, "blocks": blocks}}, brief={"shown": shown})


def _remembered(tx: Transaction, request: Request, verdict: Verdict) -> Verdict:
    """Store the answer, and whisper a refusal to the person."""
    tx.clicks.remember(request.key, verdict.encode())
    if verdict.refusal is not None and request.aloud:
        door.whisper(
            tx, Whisper(user=request.user, channel=request.channel, words=verdict.refusal.words)
        )
    return verdict


def _sight(look: Reading, request: Request, *, history: bool) -> Sight | Refusal:
    checkpoint = look.checkpoints.get(request.proposal)
    card = look.cards.by_nonce(request.nonce)
    if checkpoint is None:
        return door.unknown(request.proposal)
    if card is None or card.proposal != checkpoint.id:
        return OTHER_CARD
    # Each line of a decision holds a whole card; only the history shows them.
    lines = look.audit.of(checkpoint.id) if history else ()
    return Sight(checkpoint, look.aftermaths.of(checkpoint.id), card, lines, look.now())


def _noted(tx: Transaction, request: Request, view: str) -> None:
    checkpoint = tx.checkpoints.get(request.proposal)
    if checkpoint is None:
        return
    detail: dict[str, JsonValue] = {"view": view, "revision": request.revision}
    event = Event(
        happening=Happening.VIEW_OPENED, actor=_actor(request), at=tx.now(), detail=detail
    )
    door.note(tx, checkpoint, event)


def _moved(look: Reading, request: Request, version: int) -> bool:
    checkpoint = look.checkpoints.get(request.proposal)
    if checkpoint is None:
        return False
    return version_of(checkpoint, look.aftermaths.of(checkpoint.id)) != version


def _drawn(tx: Transaction, request: Request, version: int, drawn: str | None) -> None:
    checkpoint = tx.checkpoints.get(request.proposal)
    card = tx.cards.by_nonce(request.nonce)
    if checkpoint is None or card is None:
        return
    if _moved(tx, request, version):
        # The relay may have drawn something newer, which this has covered. The blocks stay: who
        # clicks before the next drawing was shown them.
        seen = drawn or card.drawn_blocks
        tx.cards.put(replace(card, drawn_version=None, drawn_blocks=seen))
        door.redraw(tx, checkpoint, card.channel)
    elif drawn is not None:
        # The relay need not draw it again, and Slack takes few changes a minute.
        tx.cards.put(replace(card, drawn_version=version, drawn_blocks=drawn))


def _actor(request: Request, person: Person | None = None) -> Actor:
    return Actor(ActorKind.PERSON, request.user, person.name if person else "")
