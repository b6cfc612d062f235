"""The one door to the state: every change goes through here, with its audit, timers and errands."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

from pydantic import JsonValue

from manifests.vocabulary import ChannelId, Severity
from store.aftermath import Aftermath, Followed, execute_before, follow
from store.checkpoint import Checkpoint
from store.commands import AfterCommand, Command, NoticeDeadline
from store.decision import decision_of, version_of
from store.effects import (
    Actor,
    ActorKind,
    Alert,
    DeliverDecision,
    Effect,
    Event,
    Happening,
    ShowCard,
    TellThread,
    Whisper,
)
from store.events import as_json
from store.lifecycle import Intake, Transition, deadline_of, decide, opened
from store.ports import Errand, Outgoing, Timer, TimerKind, Transaction
from store.proposal import ProposalId
from store.refusals import Reason, Refusal

EXECUTION_KEY = "execution"
WHISPER_LIFE = timedelta(seconds=60)
_PRIORITIES = {Severity.CRITICAL: 0, Severity.HIGH: 1, Severity.MEDIUM: 2, Severity.LOW: 3}


@dataclass(frozen=True, slots=True)
class Witness:
    """What an actor was shown: in full beside what they did, in brief beside what followed."""

    full: Mapping[str, JsonValue]
    brief: Mapping[str, JsonValue]


NOTHING_SHOWN = Witness({}, {})


def take_in(tx: Transaction, intake: Intake) -> Checkpoint:
    """Open a checkpoint for a proposal that nobody has seen before."""
    transition = opened(intake, tx.now())
    tx.checkpoints.insert(transition.after)
    _record(tx, transition)
    return transition.after


def act(
    tx: Transaction,
    proposal: ProposalId,
    command: Command,
    actor: Actor,
    witness: Witness = NOTHING_SHOWN,
) -> Checkpoint | Refusal:
    """Carry out a command; what is overdue is settled first, in the same transaction.

    `witness` goes into the audit lines of what the actor did: what was shown to them, and when.
    """
    checkpoint = settled(tx, proposal)
    if checkpoint is None:
        return _refused(tx, proposal, None, unknown(proposal), actor)
    verdict = decide(checkpoint, command, tx.now())
    if isinstance(verdict, Refusal):
        return _refused(tx, proposal, checkpoint.version, verdict, actor)
    tx.checkpoints.replace(checkpoint, verdict.after)
    _record(tx, verdict, witness)
    return verdict.after


def settled(tx: Transaction, proposal: ProposalId) -> Checkpoint | None:
    """Read a checkpoint after applying every deadline that has passed."""
    checkpoint = tx.checkpoints.get(proposal)
    while checkpoint is not None:
        verdict = decide(checkpoint, NoticeDeadline(), tx.now())
        if isinstance(verdict, Refusal):
            return checkpoint
        tx.checkpoints.replace(checkpoint, verdict.after)
        _record(tx, verdict)
        checkpoint = verdict.after
    return None


def act_after(
    tx: Transaction, proposal: ProposalId, command: AfterCommand, actor: Actor
) -> Aftermath | Refusal:
    """Record what follows a decision, beside it."""
    checkpoint = settled(tx, proposal)
    if checkpoint is None:
        return _refused(tx, proposal, None, unknown(proposal), actor)
    before = tx.aftermaths.of(proposal)
    verdict = follow(checkpoint, before, command, tx.now())
    if isinstance(verdict, Refusal):
        return _refused(tx, proposal, version_of(checkpoint, before), verdict, actor)
    if verdict.events:
        tx.aftermaths.put(proposal, before, verdict.after)
        _record_aftermath(tx, checkpoint, verdict)
    return verdict.after


def note(tx: Transaction, checkpoint: Checkpoint, event: Event) -> None:
    """Audit something that changes nothing, such as a view that was opened."""
    tx.audit.append(checkpoint.id, checkpoint.version, event)


def tell(tx: Transaction, checkpoint: Checkpoint, event: Event) -> None:
    """Audit something that changes nothing, and tell the threads under the proposal's cards."""
    note(tx, checkpoint, event)
    _tell_threads(tx, checkpoint, event)


def redraw(tx: Transaction, checkpoint: Checkpoint, channel: ChannelId) -> None:
    """Ask for another drawing of one card, also of one that was given up."""
    card = tx.cards.ensure(checkpoint.id, channel)
    if card.undeliverable is not None:
        tx.cards.put(replace(card, undeliverable=None))
    _post(tx, checkpoint, Errand.CARD, channel)


def refuse(tx: Transaction, proposal: ProposalId, refusal: Refusal, actor: Actor) -> None:
    """Audit a request that was turned down before it reached the lifecycle."""
    _refused(tx, proposal, None, refusal, actor)


def alarm(tx: Transaction, checkpoint: Checkpoint, event: Event) -> None:
    """Audit a fault and tell the operators' channel of it."""
    note(tx, checkpoint, event)
    _post(tx, checkpoint, Errand.ALERT, checkpoint.plan.operations.channel, event)


def whisper(tx: Transaction, message: Whisper) -> None:
    """Tell one person something soon, or not at all."""
    tx.outbox.add(
        Outgoing(
            lane=message.channel,
            errand=Errand.WHISPER,
            proposal=None,
            priority=0,
            body={"user": message.user, "words": message.words},
            expires_at=tx.now() + WHISPER_LIFE,
        )
    )
    tx.announce("outbox")


def unknown(proposal: ProposalId) -> Refusal:
    """Say that there is no such proposal."""
    return Refusal(Reason.UNKNOWN_PROPOSAL, f"There is no proposal {proposal}.")


def _refused(
    tx: Transaction, proposal: ProposalId, version: int | None, refusal: Refusal, actor: Actor
) -> Refusal:
    """Audit a refusal; a deadline that has not come is no event."""
    if refusal.reason is not Reason.NOT_DUE:
        detail = {"reason": refusal.reason.value, "words": refusal.words}
        event = Event(happening=Happening.REFUSED, actor=actor, at=tx.now(), detail=dict(detail))
        tx.audit.append(proposal, version, event)
    return refusal


def _record(tx: Transaction, step: Transition, witness: Witness = NOTHING_SHOWN) -> None:
    after = step.after
    shown = witness.full
    for event in step.events:
        line = _witnessed(event, shown)
        tx.audit.append(after.id, after.version, line)
        if line is not event:
            shown = witness.brief  # the last sign-off closes: a whole card twice says nothing more
    _set_timers(tx, step)
    aftermath = tx.aftermaths.of(after.id) if after.version > 1 else Aftermath()
    cards = {card.channel for card in tx.cards.of(after.id)} if step.before else set()
    for effect in step.effects:
        _enqueue(tx, after, aftermath, effect)
        if isinstance(effect, ShowCard):
            cards.discard(effect.channel)
    for channel in sorted(cards):
        _enqueue(tx, after, aftermath, ShowCard(after.id, channel))
    tx.announce(f"proposal:{after.id}")


def _witnessed(event: Event, shown: Mapping[str, JsonValue]) -> Event:
    """Add to a person's act what they were shown; nobody else was shown anything."""
    if not shown or event.actor.kind is not ActorKind.PERSON:
        return event
    return replace(event, detail={**event.detail, **shown})


def _set_timers(tx: Transaction, step: Transition) -> None:
    after = step.after
    due = deadline_of(after.state)
    if due is not None:
        tx.timers.put(Timer(after.id, TimerKind.REVIEW, due))
        tx.announce("timers")
    elif step.before is not None:
        tx.timers.clear(after.id, TimerKind.REVIEW)
    lapse = execute_before(after)
    if lapse is not None:
        tx.timers.put(Timer(after.id, TimerKind.LAPSE, lapse))


def _record_aftermath(tx: Transaction, checkpoint: Checkpoint, followed: Followed) -> None:
    version = version_of(checkpoint, followed.after)
    for event in followed.events:
        tx.audit.append(checkpoint.id, version, event)
        _enqueue(tx, checkpoint, followed.after, TellThread(checkpoint.id, event))
        if event.happening is Happening.ROLLBACK_FAILED:
            operations = checkpoint.plan.operations.channel
            _enqueue(tx, checkpoint, followed.after, Alert(checkpoint.id, operations, event))
    tx.timers.clear(checkpoint.id, TimerKind.LAPSE)
    for card in tx.cards.of(checkpoint.id):
        _enqueue(tx, checkpoint, followed.after, ShowCard(checkpoint.id, card.channel))
    _enqueue(tx, checkpoint, followed.after, DeliverDecision(checkpoint.id))
    tx.announce(f"proposal:{checkpoint.id}")


def _enqueue(tx: Transaction, checkpoint: Checkpoint, aftermath: Aftermath, effect: Effect) -> None:
    match effect:
        case ShowCard(channel=channel):
            redraw(tx, checkpoint, channel)
        case TellThread(event=event):
            _tell_threads(tx, checkpoint, event)
        case Alert(channel=channel, event=event):
            _post(tx, checkpoint, Errand.ALERT, channel, event)
        case DeliverDecision():
            _deliver(tx, checkpoint, aftermath)
        case Whisper():
            whisper(tx, effect)


def _tell_threads(tx: Transaction, checkpoint: Checkpoint, event: Event) -> None:
    for card in tx.cards.of(checkpoint.id):
        _post(tx, checkpoint, Errand.THREAD, card.channel, event)


def _post(
    tx: Transaction,
    checkpoint: Checkpoint,
    errand: Errand,
    lane: str,
    event: Event | None = None,
) -> None:
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
        _post(tx, checkpoint, Errand.CALLBACK, f"callback:{host}")
