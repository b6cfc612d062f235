"""What follows a decision: consumed, executed, recalled, rolled back. Never by reopening."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, assert_never

from pydantic import JsonValue

from manifests.vocabulary import Standing
from store.checkpoint import (
    Approved,
    ApprovedWithEdits,
    AutoApproved,
    Checkpoint,
    Signature,
    is_granted,
)
from store.commands import (
    AfterCommand,
    Consume,
    NoticeLapse,
    Recall,
    ReportOutcome,
    ReportRollback,
    RequestRollback,
)
from store.effects import CLOCK, Actor, ActorKind, Event, Happening
from store.people import Person
from store.refusals import Reason, Refusal
from store.seats import may_fill_some_seat, titles_of_fillers


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumption:
    """The agent took the decision to execute it, once."""

    attempt: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How executing went, as the agent reports it."""

    executed: bool
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """A reviewer took the approval back before it was used."""

    by: Signature
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback:
    """A reviewer asked to undo what was executed, and what came of it."""

    state: Literal["requested", "done", "failed"]
    by: Signature
    reason: str
    detail: str = ""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """Everything that happened after closing; `version` counts its changes."""

    version: int = 0
    consumed: Consumption | None = None
    outcome: Outcome | None = None
    recalled: Recalled | None = None
    rollback: Rollback | None = None
    lapsed_at: datetime | None = None


NOTHING_YET = Aftermath()


@dataclass(frozen=True, slots=True)
class Followed:
    """An accepted change of the aftermath; without events it repeats one accepted before."""

    after: Aftermath
    events: tuple[Event, ...] = field(default=())


def execute_before(checkpoint: Checkpoint) -> datetime | None:
    """Say until when a granted decision may be consumed."""
    match checkpoint.state:
        case Approved(at=at) | ApprovedWithEdits(at=at) | AutoApproved(at=at):
            return at + checkpoint.plan.execute_within
        case _:
            return None


def follow(
    checkpoint: Checkpoint, aftermath: Aftermath, command: AfterCommand, now: datetime
) -> Followed | Refusal:
    """Answer a request about what follows a decision."""
    if not is_granted(checkpoint.state):
        words = f"This proposal is {checkpoint.state.status.replace('_', ' ')}, not approved."
        return Refusal(Reason.NOT_GRANTED, words)
    match command:
        case Consume():
            return _consume(checkpoint, aftermath, command, now)
        case ReportOutcome():
            return _report_outcome(aftermath, command, now)
        case ReportRollback():
            return _report_rollback(aftermath, command, now)
        case Recall():
            refusal = _not_theirs(checkpoint, command.reviewer)
            return refusal or _recall(aftermath, command, now)
        case RequestRollback():
            refusal = _not_theirs(checkpoint, command.reviewer)
            return refusal or _request_rollback(aftermath, command, now)
        case NoticeLapse():
            return _lapse(checkpoint, aftermath, now)
        case _:
            assert_never(command)


def _consume(
    checkpoint: Checkpoint, aftermath: Aftermath, command: Consume, now: datetime
) -> Followed | Refusal:
    if command.digest != checkpoint.revision.digest:
        words = f"What was approved has the digest {checkpoint.revision.digest}, not this one."
        return Refusal(Reason.WRONG_DIGEST, words)
    if not command.token_is_right:
        return Refusal(Reason.WRONG_TOKEN, "The execution token does not belong to this decision.")
    if aftermath.consumed is not None:
        if aftermath.consumed.attempt == command.attempt:
            return Followed(aftermath)
        words = f"Attempt {aftermath.consumed.attempt} is executing this already."
        return Refusal(Reason.ALREADY_CONSUMED, words)
    if aftermath.recalled is not None:
        words = f"{aftermath.recalled.by.name} recalled this approval before it was used."
        return Refusal(Reason.RECALLED, words)
    limit = execute_before(checkpoint)
    if aftermath.lapsed_at is not None or (limit is not None and now >= limit):
        words = "The approval was not used in time; propose it under another idempotency key."
        return Refusal(Reason.LAPSED, words)
    after = replace(aftermath, consumed=Consumption(attempt=command.attempt, at=now))
    detail: dict[str, JsonValue] = {"attempt": command.attempt, "digest": command.digest}
    return _followed(after, Happening.CONSUMED, _agent(command.agent), now, detail)


def _report_outcome(
    aftermath: Aftermath, command: ReportOutcome, now: datetime
) -> Followed | Refusal:
    if aftermath.consumed is None:
        return Refusal(Reason.NOT_CONSUMED, "Consume the decision before reporting its outcome.")
    if command.attempt not in (None, aftermath.consumed.attempt):
        words = f"Attempt {aftermath.consumed.attempt} is executing this, not {command.attempt}."
        return Refusal(Reason.ALREADY_CONSUMED, words)
    told = aftermath.outcome
    if told is not None:
        if (told.executed, told.detail) == (command.executed, command.detail):
            return Followed(aftermath)
        return Refusal(Reason.ALREADY_REPORTED, "Another outcome was reported for this already.")
    outcome = Outcome(executed=command.executed, detail=command.detail, at=now)
    happening = Happening.EXECUTED if command.executed else Happening.FAILED
    after = replace(aftermath, outcome=outcome)
    return _followed(after, happening, _agent(command.agent), now, {"detail": command.detail})


def _report_rollback(
    aftermath: Aftermath, command: ReportRollback, now: datetime
) -> Followed | Refusal:
    asked = aftermath.rollback
    if asked is None:
        return Refusal(Reason.NO_ROLLBACK_REQUESTED, "Nobody asked to roll this back.")
    state: Literal["done", "failed"] = "done" if command.done else "failed"
    if asked.state != "requested":
        if (asked.state, asked.detail) == (state, command.detail):
            return Followed(aftermath)
        return Refusal(Reason.ALREADY_REPORTED, f"The rollback was reported {asked.state} already.")
    rollback = replace(asked, state=state, detail=command.detail, at=now)
    happening = Happening.ROLLBACK_DONE if command.done else Happening.ROLLBACK_FAILED
    after = replace(aftermath, rollback=rollback)
    return _followed(after, happening, _agent(command.agent), now, {"detail": command.detail})


def _recall(aftermath: Aftermath, command: Recall, now: datetime) -> Followed | Refusal:
    if aftermath.recalled is not None:
        words = f"{aftermath.recalled.by.name} recalled it already."
        return Refusal(Reason.RECALLED, words)
    if aftermath.consumed is not None:
        words = "The agent has started already, so it is too late to recall. Request a rollback."
        return Refusal(Reason.ALREADY_CONSUMED, words)
    recalled = Recalled(by=_signature(command.reviewer, now), reason=command.reason)
    after = replace(aftermath, recalled=recalled)
    detail: dict[str, JsonValue] = {"reason": command.reason}
    return _followed(after, Happening.RECALLED, _person(command.reviewer), now, detail)


def _request_rollback(
    aftermath: Aftermath, command: RequestRollback, now: datetime
) -> Followed | Refusal:
    if aftermath.consumed is None:
        words = "The agent has not started, so there is nothing to undo. Recall it instead."
        return Refusal(Reason.NOT_CONSUMED, words)
    if aftermath.rollback is not None:
        words = f"{aftermath.rollback.by.name} asked for a rollback already."
        return Refusal(Reason.ROLLBACK_REQUESTED, words)
    asked = Rollback(
        state="requested",
        by=_signature(command.reviewer, now),
        reason=command.reason,
        at=now,
    )
    after = replace(aftermath, rollback=asked)
    detail: dict[str, JsonValue] = {"reason": command.reason}
    return _followed(after, Happening.ROLLBACK_REQUESTED, _person(command.reviewer), now, detail)


def _lapse(checkpoint: Checkpoint, aftermath: Aftermath, now: datetime) -> Followed | Refusal:
    limit = execute_before(checkpoint)
    used = aftermath.consumed or aftermath.recalled or aftermath.lapsed_at
    if used or limit is None or now < limit:
        return Refusal(Reason.NOT_DUE, "This approval has not lapsed.")
    return _followed(replace(aftermath, lapsed_at=now), Happening.LAPSED, CLOCK, now, {})


def _not_theirs(checkpoint: Checkpoint, person: Person) -> Refusal | None:
    """Let everybody who may be called on any rung take back; stopping needs no distance."""
    last = len(checkpoint.plan.ladder) - 1
    if person.standing is not Standing.MEMBER:
        return Refusal(Reason.NOT_A_MEMBER, "Only members of this workspace may do that.")
    if not may_fill_some_seat(checkpoint.plan, last, person):
        who = titles_of_fillers(checkpoint.plan, last)
        return Refusal(Reason.WRONG_ROLE, f"Only {who} may do that.")
    return None


def _followed(
    after: Aftermath,
    happening: Happening,
    actor: Actor,
    now: datetime,
    detail: dict[str, JsonValue],
) -> Followed:
    event = Event(happening=happening, actor=actor, at=now, detail=detail)
    return Followed(replace(after, version=after.version + 1), (event,))


def _agent(name: str) -> Actor:
    return Actor(ActorKind.AGENT, name)


def _person(person: Person) -> Actor:
    return Actor(ActorKind.PERSON, person.user, person.name)


def _signature(person: Person, now: datetime) -> Signature:
    return Signature(user=person.user, person=person.id, name=person.name, at=now)
