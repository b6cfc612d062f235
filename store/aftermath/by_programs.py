"""What agents and executors tell after a decision: begun, done, failed, undone."""

from dataclasses import replace
from datetime import datetime
from typing import Literal, assert_never

from pydantic import JsonValue

from manifests.vocabulary import AgentName
from store.aftermath.limits import execute_before, executor_of
from store.aftermath.recording import followed, program
from store.aftermath.records import Aftermath, Consumption, Followed, Outcome
from store.checkpoint import Checkpoint
from store.commands import Consume, ReportOutcome, ReportRollback
from store.effects import Happening
from store.refusals import Reason, Refusal

ByProgram = Consume | ReportOutcome | ReportRollback


def by_program(
    checkpoint: Checkpoint, aftermath: Aftermath, command: ByProgram, now: datetime
) -> Followed | Refusal:
    """Answer the one program that may execute, and turn every other one down."""
    refusal = _not_its_to_execute(checkpoint, command.agent)
    if refusal is not None:
        return refusal
    match command:
        case Consume():
            return _consume(checkpoint, aftermath, command, now)
        case ReportOutcome():
            return _report_outcome(aftermath, command, now)
        case ReportRollback():
            return _report_rollback(aftermath, command, now)
        case _:
            assert_never(command)


def _not_its_to_execute(checkpoint: Checkpoint, agent: AgentName) -> Refusal | None:
    executor = executor_of(checkpoint)
    if executor is None:
        words = (
            "A person carries this out and records Done or Failed on the card; no program "
            "executes it. Read the outcome in the decision."
        )
        return Refusal(Reason.PEOPLE_EXECUTE, words)
    if agent != executor:
        words = f"Only {executor} may execute this. Read the outcome in the decision."
        return Refusal(Reason.NOT_THE_EXECUTOR, words)
    return None


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
    refusal = _no_longer(checkpoint, aftermath, now)
    if refusal is not None:
        return refusal
    after = replace(aftermath, consumed=Consumption(attempt=command.attempt, at=now))
    detail: dict[str, JsonValue] = {"attempt": command.attempt, "digest": command.digest}
    return followed(after, Happening.CONSUMED, program(command.agent), now, detail)


def _no_longer(checkpoint: Checkpoint, aftermath: Aftermath, now: datetime) -> Refusal | None:
    """Say why an approval that nobody has used cannot be used any more."""
    if aftermath.recalled is not None:
        stopped = "vetoed this" if aftermath.vetoed else "recalled this approval"
        words = f"{aftermath.recalled.by.name} {stopped} before it was used."
        return Refusal(Reason.RECALLED, words)
    limit = execute_before(checkpoint)
    if aftermath.lapsed_at is not None or (limit is not None and now >= limit):
        words = "The approval was not used in time; propose it under another idempotency key."
        return Refusal(Reason.LAPSED, words)
    return None


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
    return followed(after, happening, program(command.agent), now, {"detail": command.detail})


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
    return followed(after, happening, program(command.agent), now, {"detail": command.detail})
