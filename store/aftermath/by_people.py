"""What people do after a decision: take it back, veto it, have it undone, carry it out by hand."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from pydantic import JsonValue

from manifests.vocabulary import Mode, Standing
from store.aftermath.limits import execute_before, veto_until
from store.aftermath.recording import followed, human, signature
from store.aftermath.records import (
    Aftermath,
    Consumption,
    Followed,
    Outcome,
    Recalled,
    Rollback,
    Vetoed,
)
from store.checkpoint import Checkpoint
from store.commands import Recall, RecordExecution, RequestRollback, Veto
from store.effects import Event, Happening
from store.people import Person
from store.refusals import Reason, Refusal
from store.seats import may_fill_some_seat, titles_of_fillers

ByPerson = Recall | RequestRollback | Veto | RecordExecution
BY_HAND = "by_hand"
"""Names the attempt of a person, who needs no token."""


def by_person(
    checkpoint: Checkpoint, aftermath: Aftermath, command: ByPerson, now: datetime
) -> Followed | Refusal:
    """Answer somebody who may be called on any rung; stopping needs no distance."""
    refusal = _not_theirs(checkpoint, command.reviewer)
    if refusal is not None:
        return refusal
    match command:
        case Recall():
            return _recall(aftermath, command, now)
        case RequestRollback():
            return _request_rollback(checkpoint, aftermath, command, now)
        case Veto():
            return veto_objection(checkpoint, aftermath, now) or _veto(aftermath, command, now)
        case RecordExecution():
            return _record_execution(checkpoint, aftermath, command, now)
        case _:
            assert_never(command)


def classified_by(aftermath: Aftermath, person: Person, now: datetime) -> Aftermath:
    """Note who classified an action nobody knew, so that its card says so; the last one counts."""
    by = signature(person, now)
    return replace(aftermath, classified=by, version=aftermath.version + 1)


def veto_objection(checkpoint: Checkpoint, aftermath: Aftermath, now: datetime) -> Refusal | None:
    """Say why this can not, or no longer, be vetoed, and what can be done instead."""
    until = veto_until(checkpoint)
    if until is None:
        words = f"This does not run on the loop, so it cannot be vetoed. {_instead(aftermath)}"
        return Refusal(Reason.NOT_ON_THE_LOOP, words)
    if aftermath.recalled is not None:
        return _recalled_already(aftermath.recalled, aftermath)
    if aftermath.rollback is not None:
        return _asked_already(aftermath.rollback)
    if aftermath.lapsed_at is not None:
        return Refusal(Reason.LAPSED, "It was not used in time, so there is nothing to veto.")
    if now >= until:
        words = f"The time to veto this has passed. {_instead(aftermath)}"
        return Refusal(Reason.TOO_LATE, words)
    return None


def _instead(aftermath: Aftermath) -> str:
    if aftermath.consumed is None:
        return "The agent has not started: use Recall on the card."
    return "Use Request rollback on the card."


def _veto(aftermath: Aftermath, command: Veto, now: datetime) -> Followed:
    """Take it back where nothing has run yet, and have it undone where something has."""
    by = signature(command.reviewer, now)
    vetoed = replace(aftermath, vetoed=Vetoed(by=by, reason=command.reason))
    if aftermath.consumed is None:
        what = Happening.RECALLED
        after = replace(vetoed, recalled=Recalled(by=by, reason=command.reason))
    else:
        what = Happening.ROLLBACK_REQUESTED
        asked = Rollback(state="requested", by=by, reason=command.reason, at=now)
        after = replace(vetoed, rollback=asked)
    who, detail = human(command.reviewer), _because(command.reason)
    told = followed(after, Happening.VETOED, who, now, detail)
    # The reason stands with the veto; what came of it is a fact of its own for those who count.
    consequence = Event(happening=what, actor=who, at=now, detail={"veto": True})
    return Followed(told.after, (*told.events, consequence))


def _recall(aftermath: Aftermath, command: Recall, now: datetime) -> Followed | Refusal:
    if aftermath.recalled is not None:
        return _recalled_already(aftermath.recalled, aftermath)
    if aftermath.consumed is not None:
        words = "It was started already, so it is too late to recall. Request a rollback."
        if aftermath.consumed.by is not None:
            words = f"{aftermath.consumed.by.name} has carried it out already; undo it by hand."
        return Refusal(Reason.ALREADY_CONSUMED, words)
    recalled = Recalled(by=signature(command.reviewer, now), reason=command.reason)
    after = replace(aftermath, recalled=recalled)
    who = human(command.reviewer)
    return followed(after, Happening.RECALLED, who, now, _because(command.reason))


def _request_rollback(
    checkpoint: Checkpoint, aftermath: Aftermath, command: RequestRollback, now: datetime
) -> Followed | Refusal:
    if checkpoint.plan.mode is Mode.SUGGEST:
        words = "A person carries this out, so no program can undo it. Undo it by hand."
        return Refusal(Reason.PEOPLE_EXECUTE, words)
    if aftermath.consumed is None:
        words = "The agent has not started, so there is nothing to undo. Recall it instead."
        return Refusal(Reason.NOT_CONSUMED, words)
    if aftermath.rollback is not None:
        return _asked_already(aftermath.rollback)
    by = signature(command.reviewer, now)
    asked = Rollback(state="requested", by=by, reason=command.reason, at=now)
    after = replace(aftermath, rollback=asked)
    who, detail = human(command.reviewer), _because(command.reason)
    return followed(after, Happening.ROLLBACK_REQUESTED, who, now, detail)


def _record_execution(
    checkpoint: Checkpoint, aftermath: Aftermath, command: RecordExecution, now: datetime
) -> Followed | Refusal:
    refusal = _not_by_hand(checkpoint, aftermath, now)
    if refusal is not None:
        return refusal
    by = signature(command.reviewer, now)
    outcome = Outcome(executed=command.executed, detail=command.note, at=now, by=by)
    consumed = Consumption(attempt=BY_HAND, at=now, by=by)
    after = replace(aftermath, consumed=consumed, outcome=outcome)
    happening = Happening.EXECUTED if command.executed else Happening.FAILED
    detail: dict[str, JsonValue] = {"detail": command.note, "attempt": BY_HAND}
    return followed(after, happening, human(command.reviewer), now, detail)


def _not_by_hand(checkpoint: Checkpoint, aftermath: Aftermath, now: datetime) -> Refusal | None:
    if checkpoint.plan.mode is not Mode.SUGGEST:
        words = "A program executes this and reports how it went; nobody records it by hand."
        return Refusal(Reason.PROGRAM_EXECUTES, words)
    told = aftermath.outcome
    if told is not None:
        who = told.by.name if told.by is not None else "Somebody"
        words = f"{who} recorded {'Done' if told.executed else 'Failed'} for this already."
        return Refusal(Reason.ALREADY_REPORTED, words)
    if aftermath.recalled is not None:
        return _recalled_already(aftermath.recalled, aftermath)
    limit = execute_before(checkpoint)
    if aftermath.lapsed_at is not None or (limit is not None and now >= limit):
        words = "The approval was not used in time, so it no longer holds. Let it be proposed anew."
        return Refusal(Reason.LAPSED, words)
    return None


def _recalled_already(recalled: Recalled, aftermath: Aftermath) -> Refusal:
    verb = "vetoed" if aftermath.vetoed is not None else "recalled"
    return Refusal(Reason.RECALLED, f"{recalled.by.name} {verb} it already.")


def _asked_already(asked: Rollback) -> Refusal:
    words = f"{asked.by.name} asked for a rollback already."
    return Refusal(Reason.ROLLBACK_REQUESTED, words)


def _not_theirs(checkpoint: Checkpoint, person: Person) -> Refusal | None:
    last = len(checkpoint.plan.ladder) - 1
    who = titles_of_fillers(checkpoint.plan, last)
    if person.standing is not Standing.MEMBER:
        words = f"Only members of this workspace may do that, as {who}."
        return Refusal(Reason.NOT_A_MEMBER, words)
    if not may_fill_some_seat(checkpoint.plan, last, person):
        return Refusal(Reason.WRONG_ROLE, f"Only {who} may do that.")
    return None


def _because(reason: str) -> dict[str, JsonValue]:
    return {"reason": reason}
