"""The first line of every card and the text of every notification: each stands alone."""

from datetime import datetime

from blocks import limits
from blocks.parts.following import lead
from blocks.parts.standing import from_where, seats_in_words, severity_in_words, signers_in_words
from blocks.types import Block
from blocks.wording.text import escaped, one_line, plain, utc
from blocks.wording.veil import Veil
from store.aftermath import Aftermath, Outcome, lapses_at, veto_closes_at
from store.checkpoint import (
    Blocked,
    Checkpoint,
    Closed,
    Escalated,
    Held,
    NeedsInformation,
    Open,
    PendingReview,
    Releasing,
    Status,
    TakenOver,
    review_of,
)

_CLOSED = {
    Status.APPROVED: "Approved",
    Status.APPROVED_WITH_EDITS: "Approved with edits",
    Status.ANSWERED: "Answered",
    Status.REJECTED: "Rejected",
    Status.EXPIRED: "Nobody decided in time",
    Status.WITHDRAWN: "Withdrawn by the agent",
    Status.BLOCKED: "Blocked by a rule",
    Status.AUTO_APPROVED: "Approved by a rule",
}
_ROLLED_BACK = {
    "requested": "Rollback requested",
    "done": "Rolled back",
    "failed": "Rollback failed",
}
_VETOED = {
    "requested": "Vetoed, rollback requested",
    "done": "Vetoed and rolled back",
    "failed": "Vetoed, but rollback failed",
}
DENIED = "Denied by a policy engine"
_NAME = 60
_FULL = 400


def asked(checkpoint: Checkpoint, veil: Veil) -> str:
    """Say in our own sentence what a reviewer is asked, uncut."""
    before = lead(checkpoint)
    if checkpoint.proposal.kind == "question":
        return f"{before}Question from {_agent(checkpoint)} about {checkpoint.proposal.action}"
    headline = one_line(veil.over(checkpoint.plan.wording.headline), _FULL)
    return before + (headline or f"Approve {checkpoint.proposal.action}?")


def card_headline(checkpoint: Checkpoint, state: Open, veil: Veil) -> str:
    """Say what a reviewer is asked, or how far it has come where nobody is asked any more."""
    question = asked(checkpoint, veil)
    match state:
        case Releasing():
            return f"Approved, not released yet: {matter(question)}"
        case Held():
            return f"Held: {matter(question)}"
        case PendingReview() | Escalated() | NeedsInformation() | TakenOver():
            return question


def header(text: str) -> Block:
    """Draw a headline."""
    return {"type": "header", "text": plain(text, limits.HEADER)}


def is_cut(text: str) -> bool:
    """Say whether a headline is too long for its place."""
    return limits.size(text) > limits.HEADER


def outcome(
    checkpoint: Checkpoint,
    state: Closed,
    aftermath: Aftermath,
    veil: Veil,
    *,
    paused: bool = False,
) -> str:
    """Say how it ended and what it was about."""
    told = DENIED if checkpoint.is_denial else ending(checkpoint, state, aftermath)
    if paused and is_unused(checkpoint, aftermath):
        told += ", but paused"
    return f"{told}: {matter(asked(checkpoint, veil))}"


def is_unused(checkpoint: Checkpoint, aftermath: Aftermath) -> bool:
    """Say whether an approval still waits to be used."""
    return lapses_at(checkpoint, aftermath) is not None


def ending(checkpoint: Checkpoint, state: Closed, aftermath: Aftermath) -> str:
    """Name the outcome in a few words; a timeout is nobody's no."""
    if isinstance(state, Blocked) and state.classify:
        known = aftermath.classified is not None
        return "Blocked, and classified since" if known else "Blocked until somebody classifies it"
    if aftermath.vetoed is not None:
        return _vetoed(aftermath)
    if aftermath.rollback is not None:
        return _ROLLED_BACK[aftermath.rollback.state]
    if aftermath.recalled is not None:
        return "Recalled before it was used"
    if aftermath.lapsed_at is not None:
        return f"{_CLOSED[state.status]}, but not used in time"
    if aftermath.outcome is not None:
        return _CLOSED[state.status] + _carried_out(aftermath.outcome)
    if veto_closes_at(checkpoint, aftermath) is not None:
        return "Runs now unless vetoed"
    if aftermath.consumed is not None:
        return f"{_CLOSED[state.status]}, being executed"
    return _CLOSED[state.status]


def _vetoed(aftermath: Aftermath) -> str:
    rollback = aftermath.rollback
    return "Vetoed before it ran" if rollback is None else _VETOED[rollback.state]


def _carried_out(told: Outcome) -> str:
    if told.by is not None:
        return " and carried out" if told.executed else ", but carrying it out failed"
    return " and executed" if told.executed else ", but executing failed"


def matter(headline: str) -> str:
    """Turn the question of a headline into its subject."""
    subject = headline.removesuffix("?").removeprefix("Approve ")
    return subject[:1].upper() + subject[1:]


def open_text(checkpoint: Checkpoint, state: Open, veil: Veil) -> str:
    """Write the notification of an open card: what, how severe, who is missing, until when."""
    subject = card_headline(checkpoint, state, veil)
    sentence = subject if subject.endswith(("?", ".", "!")) else f"{subject}."
    parts = [sentence, severity_in_words(checkpoint.plan) + "."]
    match state:
        case NeedsInformation():
            who, whom = one_line(state.asker.name, _NAME), one_line(state.asked.title, _NAME)
            parts.append(f"{who} asked {whom}; the clock is paused.")
        case TakenOver():
            parts.append(f"{one_line(state.holder.name, _NAME)} has control; the clock is paused.")
        case Held():
            parts.append("It is held until there is room; its clock does not run.")
        case Releasing():
            signed = signers_in_words(state.paused.sign_offs)
            parts.append(
                f"Approved by {signed}; the agent hears of it {utc(state.release_at)}. Whoever "
                "approved can undo it until then."
            )
        case PendingReview() | Escalated():
            if isinstance(state, Escalated):
                parts.append(f"Escalated {from_where(checkpoint.plan, state)}.")
            parts += [
                f"{seats_in_words(checkpoint.plan, review_of(state).sign_offs)}.",
                _due(state),
            ]
    return escaped(limits.clip(" ".join(parts), limits.NOTIFICATION))


def closed_text(
    checkpoint: Checkpoint,
    state: Closed,
    aftermath: Aftermath,
    veil: Veil,
    *,
    paused: bool = False,
) -> str:
    """Write the notification of a closed card: how it ended, what it was, and how severe."""
    ended = outcome(checkpoint, state, aftermath, veil, paused=paused)
    sentence = ended if ended.endswith(("?", ".", "!")) else f"{ended}."
    text = f"{sentence} {severity_in_words(checkpoint.plan)}."
    until = veto_closes_at(checkpoint, aftermath)
    if until is not None:
        text += f" It may be vetoed until {utc(until)}."
    return escaped(limits.clip(text, limits.NOTIFICATION))


def _due(state: PendingReview | Escalated) -> str:
    due: datetime | None = state.deadline
    return f"Due {utc(due)}." if due is not None else "It stays blocked until somebody decides."


def _agent(checkpoint: Checkpoint) -> str:
    return one_line(checkpoint.parties.agent, _NAME)
