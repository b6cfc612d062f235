"""Where a proposal stands: how severe, who has signed, until when, and what just happened to it."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import assert_never

from blocks.limits import TEXT
from blocks.parts.editors import edited
from blocks.parts.following import after_rejection, tells_reason
from blocks.parts.waiting import handed_back, taken_over, waiting_for_answer
from blocks.types import Block
from blocks.wording.parties import acting_as, person_behind, role_in_words
from blocks.wording.rich import line, moment, place, quote, rich, words
from blocks.wording.room import Room
from blocks.wording.text import dated, joined, length_in_words, one_line, plain
from blocks.wording.values import clipped
from blocks.wording.veil import Veil
from manifests.plan import ReviewPlan
from manifests.vocabulary import ChannelId, Severity
from store.assigning import holding
from store.checkpoint import (
    Assignee,
    Checkpoint,
    Escalated,
    Held,
    NeedsInformation,
    Open,
    PendingReview,
    Releasing,
    SignOff,
    TakenOver,
    review_of,
)
from store.ports import Card

_COLOURS = {
    Severity.LOW: "🔵",
    Severity.MEDIUM: "🟡",
    Severity.HIGH: "🟠",
    Severity.CRITICAL: "🔴",
}
_NAME = 60
_BECAUSE = 200
# Slack shows moments to the minute, which says nothing of a few seconds.
_A_MINUTE = timedelta(minutes=1)
_ANYBODY = "; if others may sign, they can act, too"
"""Who holds a role is not written on a checkpoint, so this is true of a role of one as well."""


def severity_in_words(plan: ReviewPlan) -> str:
    """Say how severe and how final the action is."""
    undone = "can be undone" if plan.reversible else "cannot be undone"
    return f"{plan.severity.capitalize()} severity, {undone}"


def seats_in_words(plan: ReviewPlan, sign_offs: tuple[SignOff, ...]) -> str:
    """Say how many seats are filled, by whom, and for whom it waits."""
    left = Counter(seat.name for seat in plan.seats)
    left.subtract(sign_off.seat for sign_off in sign_offs)
    titles = {seat.name: one_line(seat.title, _NAME) for seat in plan.seats}
    waiting = joined([titles[name] for name, count in left.items() for _ in range(max(0, count))])
    if len(plan.seats) == 1 and not sign_offs:
        return f"Waiting for {waiting}"
    by = f" (signed by {signers_in_words(sign_offs)})" if sign_offs else ""
    left_open = f"waiting for {waiting}" if waiting else "every seat is filled"
    return f"{len(sign_offs)} of {len(plan.seats)}: {left_open}{by}"


def signers_in_words(sign_offs: tuple[SignOff, ...]) -> str:
    """Name whoever has signed."""
    return joined([one_line(sign_off.by.name, _NAME) for sign_off in sign_offs])


def turn_in_words(plan: ReviewPlan, review: PendingReview | Escalated) -> str:
    """Say whose turn it is, and who said so themselves; any eligible person may still sign."""
    turns = []
    for _, each in sorted(holding(plan, review).items()):
        role, instead_of = asked_as(plan, each)
        seat = f" as {role}" if len(plan.seats) > 1 else ""
        seat = f" ({role}, for {instead_of})" if instead_of else seat
        turns.append(f"{one_line(each.name, _NAME)}{seat}{' (on it)' if each.claimed else ''}")
    return f"Turn of {joined(turns)}" if turns else ""


def asked_as(plan: ReviewPlan, turn: Assignee) -> tuple[str, str]:
    """Name the role that somebody is asked in, and that in whose place, if it is not their own."""
    return acting_as(plan, turn.seat, turn.role)


def standing(checkpoint: Checkpoint, state: Open, veil: Veil) -> Block:
    """Draw the line under the headline."""
    plan, proposal = checkpoint.plan, checkpoint.proposal
    turn = turn_in_words(plan, review_of(state))
    if turn and isinstance(state, PendingReview | Escalated):
        turn += _ANYBODY
    elements = [
        plain(f"{_COLOURS[plan.severity]} {severity_in_words(plan)}", _BECAUSE),
        plain(seats_in_words(plan, review_of(state).sign_offs), 3 * _BECAUSE),
        *([plain(turn, 3 * _BECAUSE)] if turn else []),
        _due(state),
        plain(f"Agent: {one_line(checkpoint.parties.agent, _NAME)}", 2 * _NAME),
    ]
    if proposal.on_behalf_of is not None:
        elements.append(plain(f"On behalf of: {person_behind(checkpoint, veil)}", 2 * _NAME))
    if not tells_reason(checkpoint):
        elements.append(plain(f"Here because: {veil.over(plan.because)}", _BECAUSE))
    if plan.still_because:
        told = f"An earlier revision asked for more, and that stands: {plan.still_because}"
        elements.append(plain(veil.over(told), _BECAUSE))
    return {"type": "context", "elements": [*elements]}


def _due(state: Open) -> Block:
    match state:
        case PendingReview(deadline=due):
            return dated("Due", due)
        case Escalated(deadline=due, alert_at=alert):
            if due is not None:
                return dated("Due", due)
            if alert is not None:
                return dated("Stays blocked until somebody decides. Next alert", alert)
            return plain("No deadline: it stays blocked until somebody decides", _BECAUSE)
        case NeedsInformation(deadline=due):
            return dated("Clock paused. Answer due", due)
        case TakenOver(deadline=due):
            return dated("Clock paused. Control returns by", due)
        case Held():
            return plain("Held: its clock does not run", _BECAUSE)
        case Releasing():
            return reaching(state)
        case _:
            assert_never(state)


def reaching(state: Releasing) -> Block:
    """Say how soon an approval reaches the agent; a length stays true without counting down."""
    length = state.release_at - state.at
    told = f"Reaches the agent {length_in_words(length)} after the approval"
    return plain(told, _BECAUSE) if length < _A_MINUTE else dated(f"{told}:", state.release_at)


def turn_of_events(
    checkpoint: Checkpoint, state: Open, card: Card, veil: Veil, room: Room
) -> Block | None:
    """Tell what must be known before the parameters: a no before it, an escalation, a question."""
    parts = [
        *after_rejection(checkpoint, veil, room),
        *_turn(checkpoint, state, card, veil, room),
        *edited(checkpoint, veil, room),
    ]
    if card.shown_in is not None and card.shown_in != card.channel:
        parts.append(line(words("Shown here because its own channel could not take the card.")))
    return rich(*parts) if parts else None


def _turn(
    checkpoint: Checkpoint, state: Open, card: Card, veil: Veil, room: Room
) -> Iterator[Block]:
    match state:
        case PendingReview():
            yield from _remark(state.remark, veil, room)
            yield from handed_back(checkpoint.handed_back, veil, room)
        case Escalated():
            yield from _escalation(checkpoint, state, card.channel, veil, room)
            yield from _remark(state.remark, veil, room)
            yield from handed_back(checkpoint.handed_back, veil, room)
        case NeedsInformation():
            yield from waiting_for_answer(state, veil, room)
        case TakenOver():
            yield from taken_over(checkpoint, state, veil)
        case Held():
            yield line(words(_said(state.because, veil, room)))
        case Releasing():
            yield from _releasing(checkpoint, state, veil, room)
        case _:
            assert_never(state)


def _releasing(checkpoint: Checkpoint, state: Releasing, veil: Veil, room: Room) -> Iterator[Block]:
    """Say who approved, when the agent hears of it, and who can stop that until then."""
    plan, signed = checkpoint.plan, state.paused.sign_offs
    named = ((_name(each.by.name), role_in_words(plan, each.seat, each.role)) for each in signed)
    by = joined([f"{name} ({role})" for name, role in named])
    yield line(words(f"Approved by {by}, not released yet. ", bold=True))
    length = state.release_at - state.at
    hears = words(f"The agent hears of it {length_in_words(length)} later")
    at = [] if length < _A_MINUTE else [words(", "), moment(state.release_at)]
    undo = "Until then whoever approved can undo it, and whoever may decide can reject it."
    yield line(hears, *at, words(f". {undo}"))
    for note in filter(None, (each.note.strip() for each in signed)):
        yield quote(words(_said(note, veil, room)))


def _escalation(
    checkpoint: Checkpoint, state: Escalated, channel: ChannelId, veil: Veil, room: Room
) -> Iterator[Block]:
    plan = checkpoint.plan
    called, usual = _called(plan, state.rung) if state.rung else "", _called(plan, 0)
    if state.deadline is None:
        heading = "Still blocked: nobody decided on any rung. "
    elif channel not in plan.channels(0) and called:
        heading = f"Escalated to you: {called} may now decide in place of {usual}. "
    else:
        heading = f"{called or 'The same people'} may now decide too. "
    told = words(f"Escalated {from_where(plan, state)}.")
    yield line(words(heading, bold=True), told, *_posted(plan, state, channel))
    yield quote(words(_said(state.why, veil, room)))


def _posted(plan: ReviewPlan, state: Escalated, channel: ChannelId) -> Iterator[Block]:
    """Say on a card that was there before where those who were called have theirs."""
    there = dict.fromkeys(role.channel for role in plan.fallback_of(state.rung))
    others = [each for each in there if each not in plan.channels(0)]
    if others and channel in plan.channels(0):
        yield words(" Posted in")
        for each in others:
            yield from (words(" "), place(each))
        yield words(", too.")


def from_where(plan: ReviewPlan, state: Escalated) -> str:
    """Name the rung it came from and the one it stands on, with the people called on each."""
    here = f"rung {state.rung + 1} of {len(plan.ladder)}"
    called = _called(plan, state.rung)
    here += f" ({called})" if called and state.rung else ""
    if not state.rung:
        return f"on {here}"
    below = f"rung {state.rung} ({_called(plan, state.rung - 1) or 'the same people'})"
    if state.why == plan.because:
        return f"straight to {here}, without waiting on {below}"
    return f"from {below} to {here}"


def _called(plan: ReviewPlan, rung: int) -> str:
    """Name the roles that a rung calls; on the first, whose seats they are."""
    roles = plan.fallback_of(rung) if rung else plan.seats
    return joined(list(dict.fromkeys(one_line(role.title, _NAME) for role in roles)))


def _remark(remark: str, veil: Veil, room: Room) -> Iterator[Block]:
    if remark:
        yield line(words("Before it came back: ", bold=True))
        yield quote(words(_said(remark, veil, room)))


def _said(text: str, veil: Veil, room: Room) -> str:
    return clipped(veil.over(text), min(room.text, TEXT), room.lines)


def _name(name: str) -> str:
    return one_line(name, _NAME)
