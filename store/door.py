"""The one door to the state: every change goes through here, with its audit, timers and errands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from pydantic import JsonValue

from manifests.plan import ReviewPlan
from manifests.vocabulary import ActionName, AgentName
from store.aftermath import (
    NOTHING_YET,
    Aftermath,
    Followed,
    execute_before,
    follow,
    lapses_at,
    veto_closes_at,
    veto_until,
)
from store.asking import who_is_asked
from store.board import queue_mark
from store.checkpoint import Checkpoint
from store.commands import AfterCommand, Command, NoticeDeadline, NoticeRoom, Tighten
from store.decision import version_of
from store.effects import (
    Actor,
    ActorKind,
    Alert,
    DeliverDecision,
    Event,
    Happening,
    ShowCard,
    TellThread,
)
from store.holding import first_that_fits, in_line, next_before, next_in_line
from store.intents import count_after, remember
from store.lifecycle import Intake, Transition, deadline_of, decide, opened
from store.lifecycle.tightening import asks_for_more_care
from store.people import KEYTURN_ITSELF
from store.placing import follow as follow_on_board
from store.placing import index
from store.pointing import pointers_after
from store.ports import Errand, Timer, TimerKind, Transaction
from store.posting import EXECUTION_KEY as EXECUTION_KEY
from store.posting import cards_by_channel, enqueue, post, tell_threads
from store.posting import redraw as redraw
from store.posting import whisper as whisper
from store.proposal import ProposalId
from store.refusals import Reason, Refusal
from store.reminding import reminders, wait_of
from store.turns import objection_to_turn, passed_on, record_turns, with_turns

LET_IN_AT_ONCE = 10
"""How many of those held are shown in one transaction at most; the next shows more."""

Judge = Callable[[Transaction, Checkpoint], ReviewPlan | None]
"""Gives what the rules in force say of an open proposal; None when it is nothing new."""


@dataclass(frozen=True, slots=True)
class Witness:
    """What an actor was shown: in full beside what they did, in brief beside what followed."""

    full: Mapping[str, JsonValue]
    brief: Mapping[str, JsonValue]


NOTHING_SHOWN = Witness({}, {})


def take_in(tx: Transaction, intake: Intake) -> Checkpoint:
    """Open a checkpoint for a proposal that nobody has seen before."""
    transition = with_turns(tx, opened(intake, tx.now()))
    tx.checkpoints.insert(transition.after)
    _record(tx, transition)
    return transition.after


def let_in(tx: Transaction, plan: ReviewPlan, agent: AgentName, action: ActionName) -> None:
    """Show what is held already, as far as the rules in force have room, before what comes now."""
    queue = queue_mark(agent, action)
    for _ in range(LET_IN_AT_ONCE):
        following = first_that_fits(tx, plan, queue)
        if following is None or not _shown(tx, following):
            return


def act(
    tx: Transaction,
    proposal: ProposalId,
    command: Command,
    actor: Actor,
    witness: Witness = NOTHING_SHOWN,
    *,
    judge: Judge | None = None,
) -> Checkpoint | Refusal:
    """Carry out a command; what is overdue is settled first, in the same transaction.

    `witness` goes into the audit lines of what the actor did: what was shown to them, and when.
    `judge` lets the rules in force make the plan stricter before anything is decided on it.
    """
    before = settled(tx, proposal)
    if before is None:
        return _refused(tx, proposal, None, unknown(proposal), actor)
    checkpoint = tightened(tx, before, judge) if judge is not None else before
    careless = asks_for_more_care(before.plan, checkpoint.plan, command)
    refusal = careless or objection_to_turn(tx, command)
    verdict = refusal or decide(checkpoint, command, tx.now())
    if isinstance(verdict, Refusal):
        return _refused(tx, proposal, checkpoint.version, verdict, actor)
    return _changed(tx, checkpoint, _in_turn(tx, verdict), witness)


def tightened(tx: Transaction, checkpoint: Checkpoint, judge: Judge) -> Checkpoint:
    """Lay what the rules in force demand over an open proposal's plan; easier ones change none."""
    fresh = judge(tx, checkpoint)
    if fresh is None:
        return checkpoint
    verdict = decide(checkpoint, Tighten(plan=fresh), tx.now())
    if isinstance(verdict, Refusal):
        return checkpoint
    return _changed(tx, checkpoint, with_turns(tx, verdict))


def settled(tx: Transaction, proposal: ProposalId) -> Checkpoint | None:
    """Read a checkpoint after applying every deadline that has passed."""
    checkpoint = tx.checkpoints.get(proposal)
    while checkpoint is not None:
        verdict = decide(checkpoint, NoticeDeadline(), tx.now())
        if isinstance(verdict, Refusal):
            return checkpoint
        checkpoint = _changed(tx, checkpoint, _in_turn(tx, verdict))
    return None


def pass_on(tx: Transaction, proposal: ProposalId) -> Checkpoint | None:
    """Take the turn from whoever is no longer there; None when nothing had to be changed."""
    checkpoint = settled(tx, proposal)
    step = None if checkpoint is None else passed_on(tx, checkpoint)
    if checkpoint is None or step is None:
        return None
    return _changed(tx, checkpoint, step)


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
        follow_on_board(tx.board, checkpoint, before, verdict.after)
        _record_aftermath(tx, checkpoint, verdict)
    return verdict.after


def note(tx: Transaction, checkpoint: Checkpoint, event: Event) -> None:
    """Audit something that changes nothing, such as a view that was opened."""
    tx.audit.append(checkpoint.id, checkpoint.version, event)


def tell(tx: Transaction, checkpoint: Checkpoint, event: Event) -> None:
    """Audit something that changes nothing, and tell the threads under the proposal's cards."""
    note(tx, checkpoint, event)
    tell_threads(tx, checkpoint, event)


def refuse(tx: Transaction, proposal: ProposalId, refusal: Refusal, actor: Actor) -> Refusal:
    """Audit a request that was turned down before it reached the lifecycle."""
    return _refused(tx, proposal, None, refusal, actor)


def alarm(tx: Transaction, checkpoint: Checkpoint, event: Event) -> None:
    """Audit a fault and tell the operators' channel of it."""
    note(tx, checkpoint, event)
    post(tx, checkpoint, Errand.ALERT, checkpoint.plan.operations.channel, event)


def questions_to(system: AgentName) -> str:
    """Name the topic that is announced when a system is asked something."""
    return f"questions:{system}"


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


def _changed(
    tx: Transaction, before: Checkpoint, step: Transition, witness: Witness = NOTHING_SHOWN
) -> Checkpoint:
    tx.checkpoints.replace(before, step.after)
    _record(tx, step, witness)
    _fill_the_room(tx, step)
    return step.after


def _in_turn(tx: Transaction, step: Transition) -> Transition:
    """Let what comes before people wait for its place, then for whoever's turn it is."""
    for _ in range(LET_IN_AT_ONCE):
        following = next_before(tx, step)
        if following is None or not _shown(tx, following):
            break
    return with_turns(tx, in_line(tx, step))


def _fill_the_room(tx: Transaction, step: Transition) -> None:
    """Show what is held the longest where this step has made room for it, or an earlier one had."""
    for _ in range(LET_IN_AT_ONCE):
        following = next_in_line(tx, step)
        if following is None or not _shown(tx, following):
            return


def _shown(tx: Transaction, following: ProposalId) -> bool:
    """Put what is held before people; say whether that was still to be done."""
    held = tx.checkpoints.get(following)
    verdict = None if held is None else decide(held, NoticeRoom(), tx.now())
    if held is None or not isinstance(verdict, Transition):
        return False
    _changed(tx, held, with_turns(tx, verdict))
    return True


def _record(tx: Transaction, step: Transition, witness: Witness = NOTHING_SHOWN) -> None:
    after = step.after
    shown = witness.full
    for event in step.events:
        line = _witnessed(event, shown)
        tx.audit.append(after.id, after.version, line)
        if line is not event:
            shown = witness.brief  # the last sign-off closes: a whole card twice says nothing more
    _set_timers(tx, step)
    record_turns(tx, step)
    index(tx.board, step.before, after)
    _remember(tx, step)
    aftermath = tx.aftermaths.of(after.id) if after.version > 1 else Aftermath()
    cards = cards_by_channel(tx, after) if step.before else {}
    named = {effect.channel for effect in step.effects if isinstance(effect, ShowCard)}
    others = [ShowCard(after.id, channel) for channel in sorted(cards.keys() - named)]
    for effect in (*step.effects, *others):
        enqueue(tx, after, aftermath, effect, cards)
    tx.announce(f"proposal:{after.id}")
    asked = who_is_asked(after)
    if asked is not None and asked.kind == "system":
        tx.announce(questions_to(AgentName(asked.name)))
    if after.parties.agent == KEYTURN_ITSELF:
        tx.announce("governing")


def _remember(tx: Transaction, step: Transition) -> None:
    """Keep a no for whatever asks for the same again, and count what comes after one."""
    remember(tx.intents, step.after)
    follows, before = step.after.follows, step.before.follows if step.before else None
    if follows is not None and (before is None or before.proposal != follows.proposal):
        count_after(tx.intents, tx.checkpoints.get(follows.proposal))


def _witnessed(event: Event, shown: Mapping[str, JsonValue]) -> Event:
    """Add to a person's act what they were shown; nobody else was shown anything."""
    if not shown or event.actor.kind is not ActorKind.PERSON:
        return event
    return replace(event, detail={**event.detail, **shown})


def _set_timers(tx: Transaction, step: Transition) -> None:
    after = step.after
    due = deadline_of(after)
    if due is not None:
        tx.timers.put(Timer(after.id, TimerKind.REVIEW, due))
        tx.announce("timers")
    elif step.before is not None:
        tx.timers.clear(after.id, TimerKind.REVIEW)
    _set_reminder(tx, step)
    lapse = execute_before(after)
    if lapse is not None:
        tx.timers.put(Timer(after.id, TimerKind.LAPSE, lapse))
    veto = veto_closes_at(after, NOTHING_YET)
    if veto is not None:
        tx.timers.put(Timer(after.id, TimerKind.VETO, veto))


def _set_reminder(tx: Transaction, step: Transition) -> None:
    """Look when to remind next, but only where something else is waited for than before."""
    before = None if step.before is None else wait_of(step.before)
    if wait_of(step.after) == before:
        return
    first = next(iter(reminders(step.after)), None)
    if first is not None:
        tx.timers.put(Timer(step.after.id, TimerKind.REMIND, first.at))
    elif before is not None:
        tx.timers.clear(step.after.id, TimerKind.REMIND)


def _keep_timers(tx: Transaction, checkpoint: Checkpoint, aftermath: Aftermath) -> None:
    """Let the clock look only at what it may still have to notice."""
    if lapses_at(checkpoint, aftermath) is None:
        tx.timers.clear(checkpoint.id, TimerKind.LAPSE)
    was_vetoable = veto_until(checkpoint) is not None
    if was_vetoable and veto_closes_at(checkpoint, aftermath) is None:
        tx.timers.clear(checkpoint.id, TimerKind.VETO)


def _record_aftermath(tx: Transaction, checkpoint: Checkpoint, followed: Followed) -> None:
    version = version_of(checkpoint, followed.after)
    cards = cards_by_channel(tx, checkpoint)
    tell = partial(enqueue, tx, checkpoint, followed.after, cards=cards)
    for event in followed.events:
        tx.audit.append(checkpoint.id, version, event)
        tell(TellThread(checkpoint.id, event))
        if event.happening is Happening.ROLLBACK_FAILED:
            operations = checkpoint.plan.operations.channel
            tell(Alert(checkpoint.id, operations, event))
        for pointer in pointers_after(checkpoint, event):
            tell(pointer)
    _keep_timers(tx, checkpoint, followed.after)
    for channel in tuple(cards):
        tell(ShowCard(checkpoint.id, channel))
    tell(DeliverDecision(checkpoint.id))
    tx.announce(f"proposal:{checkpoint.id}")
