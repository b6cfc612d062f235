"""A card after the decision: outcome, who, when, what was changed, and what followed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import assert_never

from blocks.categories import in_words
from blocks.parts.afterwards import closed_actions
from blocks.parts.checks import footer
from blocks.parts.denying import denial
from blocks.parts.editors import edits
from blocks.parts.headline import closed_text, header, is_unused, outcome
from blocks.parts.parameters import listed
from blocks.parts.question import was_asked
from blocks.parts.released import by, said, what_followed
from blocks.parts.subject import Subject
from blocks.types import Block, Message
from blocks.wording.parties import role_in_words
from blocks.wording.rich import codes, line, moment, rich, user, words
from blocks.wording.room import Room
from blocks.wording.text import joined, length_in_words, one_line
from blocks.wording.veil import Veil
from store.aftermath import Aftermath, veto_closes_at
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
    SignOff,
    Withdrawn,
)

_SHORT = 80
_PAUSED = 500
_NAMES = 12
_CLASSIFIED = (
    "The entry made by that counts once it is loaded, for whatever is proposed from then on. "
    "This proposal stays blocked."
)
_SECOND = timedelta(seconds=1)


def closed_card(subject: Subject, state: Closed, room: Room) -> Message:
    """Draw a decided proposal in four blocks at most."""
    checkpoint, aftermath, veil = subject.checkpoint, subject.aftermath, subject.veil
    story = [
        *was_asked(checkpoint, veil, room),
        *decision(checkpoint, state, aftermath, veil, room),
        *edits(checkpoint, veil, room),
        *on_hold(checkpoint, aftermath, subject.paused),
        *what_followed(checkpoint, aftermath, veil, room),
        *_matter(checkpoint, state, aftermath, veil, room),
        *_times(checkpoint, state),
    ]
    blocks = [
        header(outcome(checkpoint, state, aftermath, veil, paused=bool(subject.paused))),
        rich(*story),
        *closed_actions(checkpoint, aftermath, subject.card),
        footer(checkpoint),
    ]
    text = closed_text(checkpoint, state, aftermath, veil, paused=bool(subject.paused))
    return Message(blocks, text)


def on_hold(checkpoint: Checkpoint, aftermath: Aftermath, paused: str) -> Iterator[Block]:
    """Say that an approval stands and cannot be used for now."""
    if paused and is_unused(checkpoint, aftermath):
        stands = " The approval stands, but nobody can use it until this is resumed."
        yield line(words("Paused: ", bold=True), words(one_line(paused, _PAUSED) + stands))


def _matter(
    checkpoint: Checkpoint, state: Closed, aftermath: Aftermath, veil: Veil, room: Room
) -> Iterator[Block]:
    """Show what a rule decided on without a person, for as long as a person may object to it."""
    blocked = isinstance(state, Blocked) and not checkpoint.is_denial
    unknown = isinstance(state, Blocked) and state.classify
    if not blocked and veto_closes_at(checkpoint, aftermath) is None:
        return
    label = "Did not run " if blocked else "Runs "
    yield line(words(label, bold=True), words(checkpoint.proposal.action, code=True))
    yield from _unclassified(checkpoint) if unknown else listed(checkpoint, veil, room)[0]
    if checkpoint.proposal.reason.strip():
        yield line(words("The agent's reason (unverified)", bold=True))
        yield from said(checkpoint.proposal.reason, veil, room)


def _unclassified(checkpoint: Checkpoint) -> Iterator[Block]:
    """Name the parameters only: nobody has said yet which of their values everybody may read."""
    names = [one_line(name, _SHORT) for name in checkpoint.revision.parameters]
    if not names:
        yield line(words("With no parameters."))
        return
    yield line(words("With "), *codes(names[:_NAMES], len(names[_NAMES:])))
    yield line(words("View everything shows their values."))


def decision(
    checkpoint: Checkpoint, state: Closed, aftermath: Aftermath, veil: Veil, room: Room
) -> Iterator[Block]:
    """Tell who decided what, when and why."""
    match state:
        case Approved() | ApprovedWithEdits():
            signers = _signers(checkpoint, state.sign_offs)
            yield line(words("Approved by "), *signers, words(", "), moment(state.at))
            for sign_off in state.sign_offs:
                yield from said(sign_off.note, veil, room)
        case Answered():
            yield by("Answered by ", state.by)
            yield from said(state.choice or "", veil, room)
            yield from said(state.guidance, veil, room)
        case Rejected():
            yield by("Rejected by ", state.by)
            yield line(words("Category: "), words(in_words(one_line(state.category, _SHORT))))
            yield from said(state.reason, veil, room)
        case Expired():
            yield line(words("Time ran out "), moment(state.at), words("."))
            yield line(words(_silence(state)))
        case Withdrawn():
            yield line(words("The agent took it back "), moment(state.at), words(". It says:"))
            yield from said(state.why or "(no reason given)", veil, room)
        case Blocked() if checkpoint.is_denial:
            yield from denial(checkpoint, state, veil, room)
        case Blocked() if aftermath.classified is not None:
            yield line(words("Blocked "), moment(state.at), words(": nobody knew this action."))
            yield by("Classified by ", aftermath.classified)
            yield line(words(_CLASSIFIED))
        case Blocked():
            yield from _by_rule("Blocked ", state, veil, room)
        case AutoApproved():
            yield from _by_rule("Allowed ", state, veil, room)
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


def _signers(checkpoint: Checkpoint, sign_offs: tuple[SignOff, ...]) -> Iterator[Block]:
    for number, sign_off in enumerate(sign_offs):
        if number:
            yield words(" and ")
        yield user(sign_off.by.user)
        yield words(f" ({role_in_words(checkpoint.plan, sign_off.seat, sign_off.role)})")


def _times(checkpoint: Checkpoint, state: Closed) -> Iterator[Block]:
    """Tell reviewers' time apart from the time in which none of them could have decided it."""
    if isinstance(state, Blocked | AutoApproved):
        return
    stood = checkpoint.stood
    reviewers = max(timedelta(0), _decided_at(state) - checkpoint.created_at - stood.altogether)
    programs = {"agent"} >= {each.asked.kind for each in checkpoint.exchanges}
    elsewhere = (
        (stood.needs_information, "for the agent's answers" if programs else "for answers"),
        (stood.taken_over, "while a person had control"),
        (stood.held, "held back"),
    )
    told = [f"{length_in_words(length)} {why}" for length, why in elsewhere if length >= _SECOND]
    if reviewers >= _SECOND or not told:
        told.insert(0, f"{length_in_words(reviewers)} for reviewers")
    yield line(words(f"Waited {joined(told)}."))


def _decided_at(
    state: Approved | ApprovedWithEdits | Answered | Rejected | Expired | Withdrawn,
) -> datetime:
    """Say when people were done; an approval that was released later kept nobody waiting."""
    match state:
        case Approved(sign_offs=signed, at=at) | ApprovedWithEdits(sign_offs=signed, at=at):
            return max((each.by.at for each in signed), default=at)
        case Answered(by=who) | Rejected(by=who):
            return who.at
        case Expired(at=at) | Withdrawn(at=at):
            return at
