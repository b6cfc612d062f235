"""Where a proposal stands: how severe, who has signed, until when, and what just happened to it."""

from collections import Counter
from collections.abc import Iterator
from typing import assert_never

from blocks.hosts import address_of
from blocks.limits import TEXT
from blocks.rich import line, link, moment, quote, rich, words
from blocks.room import Room
from blocks.text import dated, joined, length_in_words, one_line, plain
from blocks.types import Block
from blocks.values import clipped
from blocks.veil import Veil
from manifests.plan import ReviewPlan
from manifests.vocabulary import ChannelId, Severity
from store.checkpoint import (
    Checkpoint,
    Escalated,
    NeedsInformation,
    Open,
    PendingReview,
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
_ADDRESS = 200
_BECAUSE = 200


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
    signed = joined([one_line(sign_off.by.name, _NAME) for sign_off in sign_offs])
    by = f" (signed by {signed})" if signed else ""
    return f"{len(sign_offs)} of {len(plan.seats)}: waiting for {waiting or 'nobody'}{by}"


def standing(checkpoint: Checkpoint, state: Open, veil: Veil) -> Block:
    """Draw the line under the headline."""
    plan, proposal = checkpoint.plan, checkpoint.proposal
    elements = [
        plain(f"{_COLOURS[plan.severity]} {severity_in_words(plan)}", _BECAUSE),
        plain(seats_in_words(plan, review_of(state).sign_offs), 3 * _BECAUSE),
        _due(state),
        plain(f"Agent: {one_line(checkpoint.parties.agent, _NAME)}", 2 * _NAME),
    ]
    if proposal.on_behalf_of is not None:
        asked = one_line(veil.over(proposal.on_behalf_of), _NAME)
        elements.append(plain(f"On behalf of: {asked}", 2 * _NAME))
    elements.append(plain(f"Here because: {veil.over(plan.because)}", _BECAUSE))
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
            return dated("Clock paused. Agent's answer due", due)
        case TakenOver(deadline=due):
            return dated("Clock paused. Control returns by", due)
        case _:
            assert_never(state)


def turn_of_events(
    checkpoint: Checkpoint, state: Open, card: Card, veil: Veil, room: Room
) -> Block | None:
    """Tell what a reader must know before the parameters: an escalation, a question, a takeover."""
    match state:
        case PendingReview():
            parts = list(_remark(state.remark, veil, room))
        case Escalated():
            parts = [*_escalation(checkpoint, state, card.channel, veil, room)]
            parts += _remark(state.remark, veil, room)
        case NeedsInformation():
            parts = [
                line(words(f"{_name(state.asker.name)} asked the agent "), moment(state.asker.at)),
                quote(words(_said(state.question, veil, room))),
                line(words(_paused(state))),
            ]
        case TakenOver():
            parts = [
                line(
                    words(f"{_name(state.holder.name)} has taken control until "),
                    moment(state.deadline),
                ),
                line(words(_paused(state))),
                *_live_view(checkpoint, veil),
            ]
        case _:
            assert_never(state)
    if card.shown_in is not None and card.shown_in != card.channel:
        parts.append(line(words("Shown here because its own channel could not take the card.")))
    return rich(*parts) if parts else None


def _live_view(checkpoint: Checkpoint, veil: Veil) -> Iterator[Block]:
    """Show where the agent's environment is; the address is the agent's own word."""
    raw = checkpoint.proposal.live_view_url
    if raw is not None:
        address = address_of(veil.over(raw), _ADDRESS)
        shown = link(address.url, address.text) if address.url else words(address.text)
        yield line(words("Live view, as the agent gives it: "), shown)


def _escalation(
    checkpoint: Checkpoint, state: Escalated, channel: ChannelId, veil: Veil, room: Room
) -> Iterator[Block]:
    plan = checkpoint.plan
    called = joined([one_line(role.title, _NAME) for role in plan.fallback_of(state.rung)])
    usual = joined(list(dict.fromkeys(one_line(seat.title, _NAME) for seat in plan.seats)))
    if state.deadline is None:
        heading = "Still blocked: nobody decided on any rung. "
    elif channel not in plan.channels(0) and called:
        heading = f"Escalated to you: {called} may now decide in place of {usual}. "
    else:
        heading = f"Escalated: {called or 'the same people'} may now decide too. "
    level = f"Rung {state.rung + 1} of {len(plan.ladder)}."
    yield line(words(heading, bold=True), words(level))
    yield quote(words(_said(state.why, veil, room)))


def _remark(remark: str, veil: Veil, room: Room) -> Iterator[Block]:
    if remark:
        yield line(words("Before it came back: ", bold=True))
        yield quote(words(_said(remark, veil, room)))


def _paused(state: NeedsInformation | TakenOver) -> str:
    if state.time_left is None:
        return "No deadline was running; it stays blocked until somebody decides."
    return f"The clock is paused with {length_in_words(state.time_left)} left."


def _said(text: str, veil: Veil, room: Room) -> str:
    return clipped(veil.over(text), min(room.text, TEXT), room.lines)


def _name(name: str) -> str:
    return one_line(name, _NAME)
