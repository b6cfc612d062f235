"""The answers to reviewers' questions: who may give them, and waiting that ends without one."""

from dataclasses import replace
from datetime import datetime

from pydantic import JsonValue

from manifests.vocabulary import RoleName, Standing
from store.checkpoint import Addressee, ByRule, Checkpoint, Exchange, NeedsInformation
from store.commands import GiveInformation, ProvideInformation, StopWaiting
from store.effects import Actor, Event, Happening
from store.lifecycle.eligibility import facts_within
from store.lifecycle.signing import by, signature
from store.lifecycle.silence import resumed_review
from store.lifecycle.transition import Transition
from store.people import Person
from store.refusals import Reason, Refusal


def give_information(
    checkpoint: Checkpoint, command: GiveInformation, now: datetime
) -> Transition | Refusal:
    """Take the answer of the person who was asked; it informs, and decides nothing."""
    state, person = checkpoint.state, command.person
    if not isinstance(state, NeedsInformation) or state.question_id != command.question_id:
        return no_longer_open()
    if not person.fresh(now, facts_within(checkpoint)):
        words = "Slack could not confirm who you are just now. Please answer again."
        return Refusal(Reason.STALE_FACTS, words)
    refusal = not_addressed(state.asked, person)
    if refusal is not None:
        return refusal
    answered = replace(
        checkpoint.exchanges[-1],
        answer=command.answer,
        answered_at=now,
        answered_by=signature(person, now),
    )
    return _went_on(checkpoint, state, answered, information_provided(answered, by(person), now))


def stop_waiting(
    checkpoint: Checkpoint, state: NeedsInformation, command: StopWaiting, now: datetime
) -> Transition | Refusal:
    """Let the clock run again without an answer; what a rule asks first, no person waives."""
    if isinstance(state.asker, ByRule):
        words = "The rules want this answered before people look; it goes on by itself in time."
        return Refusal(Reason.PAUSED, words)
    stopped = replace(checkpoint.exchanges[-1], stopped_by=signature(command.reviewer, now))
    detail: dict[str, JsonValue] = {
        "asked_name": state.asked.title,
        "question_id": state.question_id,
    }
    event = Event(
        happening=Happening.STOPPED_WAITING, actor=by(command.reviewer), at=now, detail=detail
    )
    return _went_on(checkpoint, state, stopped, event)


def waits_for_answer(state: NeedsInformation) -> Refusal:
    """Say whose answer the clock waits for, and what a reviewer can do instead."""
    words = f"{state.asker.name} asked {state.asked.title} a question; the clock waits for it."
    first = "Reject it" if isinstance(state.asker, ByRule) else "Stop waiting first, or reject it"
    return Refusal(Reason.PAUSED, f"{words} {first}.")


def no_longer_open() -> Refusal:
    """Say that nobody waits for this answer any more."""
    return Refusal(Reason.NOT_ASKED, "This question is no longer open; look at the card.")


def not_addressed(asked: Addressee, person: Person) -> Refusal | None:
    """Say why this person is not the one who was asked."""
    if person.standing is not Standing.MEMBER:
        return Refusal(Reason.NOT_A_MEMBER, "Only members of this workspace may answer.")
    asked_them = (asked.kind == "person" and asked.name == person.id) or (
        asked.kind == "role" and RoleName(asked.name) in person.roles
    )
    if asked_them:
        return None
    words = f"This question was put to {asked.title}, so somebody else cannot answer it."
    return Refusal(Reason.NOT_ADDRESSED, words)


def not_put_to_program(asked: Addressee, command: ProvideInformation) -> Refusal | None:
    """Say why this program may not answer, or not like this; only the agent changes parameters."""
    if command.system is None:
        theirs = asked.kind == "agent"
    else:
        theirs = asked.kind == "system" and asked.name == command.system
    if not theirs:
        words = f"This question was put to {asked.title}; only they may answer it."
        return Refusal(Reason.NOT_ADDRESSED, words)
    if command.system is not None and command.parameters is not None:
        words = "Answer in words: only the agent that proposed this may change its parameters."
        return Refusal(Reason.NOT_THE_PROPOSER, words)
    return None


def information_provided(answered: Exchange, who: Actor, now: datetime) -> Event:
    """Tell an answer, and whose it is."""
    detail: dict[str, JsonValue] = {
        "answer": answered.answer,
        "question_id": answered.question_id,
        "asked": answered.asked.kind,
    }
    return Event(happening=Happening.INFORMATION_PROVIDED, actor=who, at=now, detail=detail)


def _went_on(
    checkpoint: Checkpoint, state: NeedsInformation, ended: Exchange, event: Event
) -> Transition:
    known = replace(checkpoint, exchanges=(*checkpoint.exchanges[:-1], ended))
    review = resumed_review(checkpoint.plan, state, "", event.at)
    return Transition(checkpoint, known.moved(review, event.at), (event,))
