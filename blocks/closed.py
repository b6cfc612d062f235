"""A card after the decision: outcome, who, when, what was changed, and what followed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import assert_never

from blocks.actions import closed_actions, lapsed
from blocks.categories import in_words
from blocks.checks import footer
from blocks.headline import closed_text, header, outcome
from blocks.rich import line, moment, quote, rich, user, words
from blocks.room import Room
from blocks.subject import Subject
from blocks.text import joined, length_in_words, one_line
from blocks.types import Block, Message
from blocks.values import clipped, label_of, shortened, value_text
from blocks.veil import Veil
from manifests.parameters import Parameter
from manifests.vocabulary import Parameters
from store.aftermath import Rollback, execute_before
from store.checkpoint import (
    Answered,
    Approved,
    ApprovedWithEdits,
    AutoApproved,
    Blocked,
    Checkpoint,
    Closed,
    Expired,
    Rejected,
    Revision,
    Signature,
    SignOff,
    Withdrawn,
)
from store.lifecycle.revising import difference

_SHORT = 80
_MOST_CHANGES = 6


def closed_card(subject: Subject, state: Closed, room: Room) -> Message:
    """Draw a decided proposal in four blocks at most."""
    checkpoint, aftermath, veil = subject.checkpoint, subject.aftermath, subject.veil
    story = [
        *decision(checkpoint, state, veil, room),
        *_edits(checkpoint, veil, room),
        *_followed(subject, room),
        *_times(checkpoint, state),
    ]
    blocks = [
        header(outcome(checkpoint, state, aftermath, veil)),
        rich(*story),
        *closed_actions(checkpoint, aftermath, subject.card, subject.now),
        footer(checkpoint),
    ]
    return Message(blocks, closed_text(checkpoint, state, aftermath, veil))


def decision(checkpoint: Checkpoint, state: Closed, veil: Veil, room: Room) -> Iterator[Block]:
    """Tell who decided what, when and why."""
    match state:
        case Approved() | ApprovedWithEdits():
            signers = _signers(checkpoint, state.sign_offs)
            yield line(words("Approved by "), *signers, words(" at "), moment(state.at))
            for sign_off in state.sign_offs:
                yield from _quoted(sign_off.note, veil, room)
        case Answered():
            yield _by("Answered by ", state.by)
            yield from _quoted(state.choice or "", veil, room)
            yield from _quoted(state.guidance, veil, room)
        case Rejected():
            yield _by("Rejected by ", state.by)
            yield line(words("Category: "), words(in_words(one_line(state.category, _SHORT))))
            yield from _quoted(state.reason, veil, room)
        case Expired():
            yield line(words("Time ran out at "), moment(state.at), words("."))
            yield line(words(_silence(state)))
        case Withdrawn():
            yield line(words("The agent took it back at "), moment(state.at), words(". It says:"))
            yield from _quoted(state.why or "(no reason given)", veil, room)
        case Blocked():
            yield from _by_rule("Blocked at ", state, veil, room)
            if state.classify:
                yield line(words("Nobody knows this action yet; unclassified, it cannot run."))
        case AutoApproved():
            yield from _by_rule("Allowed at ", state, veil, room)
        case _:
            assert_never(state)


def _by_rule(verb: str, state: Blocked | AutoApproved, veil: Veil, room: Room) -> Iterator[Block]:
    rule = one_line(veil.over(state.rule), _SHORT)
    yield line(words(verb), moment(state.at), words(f" by the rule {rule}."))
    yield line(words(one_line(veil.over(state.because), room.text)))


def _silence(state: Expired) -> str:
    rungs = state.after_rung + 1
    asked = "" if rungs == 1 else f" on any of {rungs} rungs"
    return f"Nobody decided{asked}, so nothing runs. Nobody rejected it either."


def _by(verb: str, who: Signature) -> Block:
    return line(words(verb), user(who.user), words(" at "), moment(who.at))


def _signers(checkpoint: Checkpoint, sign_offs: tuple[SignOff, ...]) -> Iterator[Block]:
    titles = {seat.name: seat.title for seat in checkpoint.plan.seats}
    for number, sign_off in enumerate(sign_offs):
        if number:
            yield words(" and ")
        yield user(sign_off.by.user)
        yield words(f" ({one_line(titles.get(sign_off.seat, sign_off.seat), _SHORT)})")


def _quoted(text: str, veil: Veil, room: Room) -> Iterator[Block]:
    if text.strip():
        yield quote(words(clipped(veil.over(text), room.text, room.lines)))


def _edits(checkpoint: Checkpoint, veil: Veil, room: Room) -> Iterator[Block]:
    """Tell what people changed, from the agent's own revision to the one in force."""
    edited = [each for each in checkpoint.revisions if each.by is not None]
    if not edited:
        return
    names = joined(list(dict.fromkeys(one_line(_editor(each), _SHORT) for each in edited)))
    rows = changes(checkpoint, checkpoint.revisions[0], checkpoint.revision, veil, room)
    yield line(words(f"Edited by {names}: "), words(joined_rows(rows), code=True))


def changes(
    checkpoint: Checkpoint, before: Revision, after: Revision, veil: Veil, room: Room
) -> list[str]:
    """List what differs between two revisions, old → new."""
    schema = checkpoint.plan.schema
    rows = []
    for name in difference(before.parameters, after.parameters):
        parameter = schema.named(name)
        sides = [
            _side(parameter, name, revision.parameters, veil, room.detail)
            for revision in (before, after)
        ]
        rows.append(f"{one_line(label_of(parameter, name), _SHORT)}: {' → '.join(sides)}")
    return rows


def _side(
    parameter: Parameter | None, name: str, parameters: Parameters, veil: Veil, limit: int
) -> str:
    if name not in parameters:
        return "(none)"
    return shortened(value_text(parameter, parameters[name], parameters, veil), limit, 1).text


def joined_rows(rows: list[str]) -> str:
    """Join changes in one line, the first few of them."""
    left = len(rows) - _MOST_CHANGES
    more = f"; {left} more" if left > 0 else ""
    return "; ".join(rows[:_MOST_CHANGES]) + more if rows else "back to what the agent sent"


def _editor(revision: Revision) -> str:
    return revision.by.name if revision.by is not None else ""


def _followed(subject: Subject, room: Room) -> Iterator[Block]:
    checkpoint, aftermath, veil = subject.checkpoint, subject.aftermath, subject.veil
    limit = execute_before(checkpoint)
    if aftermath.recalled is not None:
        yield _by("Recalled before it was used by ", aftermath.recalled.by)
        yield from _quoted(aftermath.recalled.reason, veil, room)
    elif lapsed(checkpoint, aftermath, subject.now) and limit is not None:
        yield line(words("Not used in time: it lapsed at "), moment(limit))
    elif aftermath.outcome is not None:
        verb = "Executed at " if aftermath.outcome.executed else "Executing FAILED at "
        yield line(words(verb, bold=True), moment(aftermath.outcome.at), words(". The agent says:"))
        yield from _quoted(aftermath.outcome.detail or "(nothing)", veil, room)
    elif aftermath.consumed is not None:
        yield line(words("The agent is executing it since "), moment(aftermath.consumed.at))
    elif limit is not None:
        yield line(words("Not executed yet; the agent may until "), moment(limit))
    if aftermath.rollback is not None:
        yield from _rollback(aftermath.rollback, veil, room)


def _rollback(rollback: Rollback, veil: Veil, room: Room) -> Iterator[Block]:
    yield _by("Rollback requested by ", rollback.by)
    yield from _quoted(rollback.reason, veil, room)
    match rollback.state:
        case "requested":
            yield line(words("Waiting for the agent to roll back."))
        case "done":
            yield line(words("Rolled back at "), moment(rollback.at), words(". The agent says:"))
            yield from _quoted(rollback.detail or "(nothing)", veil, room)
        case "failed":
            yield line(words("Rollback FAILED at ", bold=True), moment(rollback.at))
            yield from _quoted(rollback.detail or "(the agent gave no reason)", veil, room)
        case _:
            assert_never(rollback.state)


def _times(checkpoint: Checkpoint, state: Closed) -> Iterator[Block]:
    """Tell reviewers' time and the agent's time apart."""
    if isinstance(state, Blocked | AutoApproved):
        return
    closed_at = state.by.at if isinstance(state, Answered | Rejected) else state.at
    agents = timedelta()
    for each in checkpoint.exchanges:
        agents += max(timedelta(), (each.answered_at or closed_at) - each.asker.at)
    reviewers = closed_at - checkpoint.created_at - agents
    told = f"Waited {length_in_words(reviewers)} for reviewers"
    if agents:
        told += f" and {length_in_words(agents)} for the agent's answers"
    yield line(words(told + "."))
