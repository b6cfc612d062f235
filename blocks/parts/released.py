"""What followed a decision, in words: who may run it until when, how that went, what was undone."""

from collections.abc import Iterator
from typing import assert_never

from blocks.types import Block
from blocks.wording.parties import runner, runner_first
from blocks.wording.rich import line, moment, quote, user, words
from blocks.wording.room import Room
from blocks.wording.text import one_line
from blocks.wording.values import clipped
from blocks.wording.veil import Veil
from manifests.vocabulary import Mode
from store.aftermath import (
    Aftermath,
    Consumption,
    Outcome,
    Rollback,
    execute_before,
    to_carry_out,
    veto_closes_at,
)
from store.checkpoint import Checkpoint, Signature
from store.seats import titles_of_fillers

_NAME = 80
_TITLES = 300


def what_followed(
    checkpoint: Checkpoint, aftermath: Aftermath, veil: Veil, room: Room
) -> Iterator[Block]:
    """Tell what came of a granted decision, in the order in which it happened."""
    if execute_before(checkpoint) is None:
        return
    yield from _override(checkpoint, aftermath)
    yield from _progress(checkpoint, aftermath, veil, room)
    yield from _loop(checkpoint, aftermath, veil, room)
    if aftermath.rollback is not None:
        if aftermath.vetoed is None:
            yield by("Rollback requested by ", aftermath.rollback.by)
            yield from said(aftermath.rollback.reason, veil, room)
        yield from _rollback(checkpoint, aftermath.rollback, veil, room)


def by(verb: str, who: Signature) -> Block:
    """Say who did something, and when."""
    return line(words(verb), user(who.user), words(", "), moment(who.at))


def said(text: str, veil: Veil, room: Room) -> Iterator[Block]:
    """Quote what somebody said, if they said anything."""
    if text.strip():
        yield quote(words(clipped(veil.over(text), room.text, room.lines)))


def _override(checkpoint: Checkpoint, aftermath: Aftermath) -> Iterator[Block]:
    limit = execute_before(checkpoint)
    engine = one_line(checkpoint.plan.overrides, _NAME)
    if not engine or limit is None:
        return
    told = f"One-time override of {engine}'s denial"
    if _is_unused(aftermath):
        yield line(words(f"{told}. ", bold=True), words("It expires "), moment(limit))
    else:
        yield line(words(f"{told}; it cannot be used again."))


def _is_unused(aftermath: Aftermath) -> bool:
    spent = aftermath.consumed or aftermath.recalled or aftermath.lapsed_at
    return not spent


def _progress(
    checkpoint: Checkpoint, aftermath: Aftermath, veil: Veil, room: Room
) -> Iterator[Block]:
    limit = execute_before(checkpoint)
    if aftermath.recalled is not None:
        if aftermath.vetoed is None:
            yield by("Recalled before it was used by ", aftermath.recalled.by)
            yield from said(aftermath.recalled.reason, veil, room)
    elif aftermath.lapsed_at is not None and limit is not None:
        yield line(words("Not used in time; it lapsed "), moment(limit))
    elif aftermath.outcome is not None:
        yield from _outcome(checkpoint, aftermath.outcome, veil, room)
    elif aftermath.consumed is not None:
        yield _running(checkpoint, aftermath.consumed, aftermath.rollback)
    elif limit is not None:
        yield line(*_waiting(checkpoint), moment(limit))


def _outcome(checkpoint: Checkpoint, told: Outcome, veil: Veil, room: Room) -> Iterator[Block]:
    if told.by is not None:
        verb = "Carried out by " if told.executed else "Carrying it out FAILED, says "
        yield by(verb, told.by)
        yield from said(told.detail, veil, room)
        return
    verb = "Executed " if told.executed else "Executing FAILED "
    says = f". {runner_first(checkpoint)} says:"
    yield line(words(verb, bold=True), moment(told.at), words(says))
    yield from said(told.detail or "(nothing)", veil, room)


def _running(checkpoint: Checkpoint, begun: Consumption, undone: Rollback | None) -> Block:
    """Say that it runs; whoever was asked to undo it may have stopped, so only that it began."""
    who = runner_first(checkpoint)
    if undone is None:
        return line(words(f"{who} is executing it since "), moment(begun.at))
    yet = "has not said" if undone.state == "requested" else "never said"
    never = words(f" and {yet} how that went.")
    return line(words(f"{who} began to execute it "), moment(begun.at), never)


def _waiting(checkpoint: Checkpoint) -> Iterator[Block]:
    if checkpoint.plan.mode is Mode.SUGGEST:
        yield words("Waiting for ")
        yield from _by_hand(checkpoint)
        yield words(" to carry it out and record here how that went, until ")
    elif checkpoint.plan.executed_by is not None:
        yield words(f"Waiting for {runner(checkpoint)} to execute it, until ")
    else:
        yield words("Not executed yet; the agent may until ")


def _by_hand(checkpoint: Checkpoint) -> Iterator[Block]:
    """Name those who approved a suggestion: whoever said yes to it is who is waited for."""
    signers = [user(each.user) for each in to_carry_out(checkpoint)]
    yield from signers[:1] or [words("a person")]
    for each in signers[1:]:
        yield from (words(" or "), each)


def _loop(checkpoint: Checkpoint, aftermath: Aftermath, veil: Veil, room: Room) -> Iterator[Block]:
    """Tell of the time to veto: that it runs, that it passed, or that somebody used it."""
    until = veto_closes_at(checkpoint, aftermath)
    if aftermath.vetoed is not None:
        in_time = aftermath.consumed is None
        yield by("Vetoed before it ran by " if in_time else "Vetoed by ", aftermath.vetoed.by)
        yield from said(aftermath.vetoed.reason, veil, room)
    elif until is not None:
        who = one_line(titles_of_fillers(checkpoint.plan, len(checkpoint.plan.ladder) - 1), _TITLES)
        lead = "It does not wait: " if aftermath.consumed is None else "It ran without waiting: "
        yield line(words(lead, bold=True), words(f"{who} may veto it until "), moment(until))
        yield from _undo(checkpoint, veil, room)
    elif aftermath.veto_closed_at is not None:
        yield line(words("Nobody vetoed it while there was time to."))


def _undo(checkpoint: Checkpoint, veil: Veil, room: Room) -> Iterator[Block]:
    undo = checkpoint.plan.wording.undo
    if undo:
        shown = one_line(veil.over(undo), room.text)
        yield line(words("After a veto: ", bold=True), words(shown))


def _rollback(
    checkpoint: Checkpoint, rollback: Rollback, veil: Veil, room: Room
) -> Iterator[Block]:
    who = runner_first(checkpoint)
    match rollback.state:
        case "requested":
            yield line(words(f"Waiting for {runner(checkpoint)} to roll back."))
        case "done":
            told = words(f". {who} says:")
            yield line(words("Rolled back ", bold=True), moment(rollback.at), told)
            yield from said(rollback.detail or "(nothing)", veil, room)
        case "failed":
            failed = words("Rollback FAILED ", bold=True)
            yield line(failed, moment(rollback.at), words(f". {who} says:"))
            yield from said(rollback.detail or "(no reason)", veil, room)
        case _:
            assert_never(rollback.state)
