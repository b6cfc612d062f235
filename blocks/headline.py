"""The first line of every card and the text of every notification: each stands alone."""

from datetime import datetime

from blocks import limits
from blocks.standing import seats_in_words, severity_in_words
from blocks.text import escaped, one_line, plain, utc
from blocks.types import Block
from blocks.veil import Veil
from store.aftermath import Aftermath
from store.checkpoint import (
    Blocked,
    Checkpoint,
    Closed,
    NeedsInformation,
    Open,
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
_NAME = 60
_FULL = 400


def asked(checkpoint: Checkpoint, veil: Veil) -> str:
    """Say in our own sentence what a reviewer is asked, uncut."""
    if checkpoint.proposal.kind == "question":
        return f"Question from {_agent(checkpoint)} about {checkpoint.proposal.action}"
    return one_line(veil.over(checkpoint.plan.wording.headline), _FULL) or (
        f"Approve {checkpoint.proposal.action}?"
    )


def header(text: str) -> Block:
    """Draw a headline."""
    return {"type": "header", "text": plain(text, limits.HEADER)}


def is_cut(text: str) -> bool:
    """Say whether a headline is too long for its place."""
    return limits.size(text) > limits.HEADER


def outcome(checkpoint: Checkpoint, state: Closed, aftermath: Aftermath, veil: Veil) -> str:
    """Say how it ended and what it was about."""
    return f"{ending(state, aftermath)}: {matter(asked(checkpoint, veil))}"


def ending(state: Closed, aftermath: Aftermath) -> str:
    """Name the outcome in a few words; a timeout is nobody's no."""
    if isinstance(state, Blocked) and state.classify:
        return "Blocked until somebody classifies it"
    if aftermath.rollback is not None:
        return _ROLLED_BACK[aftermath.rollback.state]
    if aftermath.recalled is not None:
        return "Recalled before it was used"
    if aftermath.lapsed_at is not None:
        return f"{_CLOSED[state.status]}, but not used in time"
    if aftermath.outcome is not None:
        followed = " and executed" if aftermath.outcome.executed else ", but executing failed"
        return _CLOSED[state.status] + followed
    return _CLOSED[state.status]


def matter(headline: str) -> str:
    """Turn the question of a headline into its subject."""
    subject = headline.removesuffix("?").removeprefix("Approve ")
    return subject[:1].upper() + subject[1:]


def open_text(checkpoint: Checkpoint, state: Open, veil: Veil) -> str:
    """Write the notification of an open card: what, how severe, who is missing, until when."""
    subject = asked(checkpoint, veil)
    sentence = subject if subject.endswith(("?", ".", "!")) else f"{subject}."
    parts = [sentence, severity_in_words(checkpoint.plan) + "."]
    match state:
        case NeedsInformation():
            parts.append(
                f"{one_line(state.asker.name, _NAME)} asked the agent; the clock is paused."
            )
        case TakenOver():
            parts.append(f"{one_line(state.holder.name, _NAME)} has control; the clock is paused.")
        case _:
            parts += [
                f"{seats_in_words(checkpoint.plan, review_of(state).sign_offs)}.",
                _due(state),
            ]
    return escaped(limits.clip(" ".join(parts), limits.NOTIFICATION))


def closed_text(checkpoint: Checkpoint, state: Closed, aftermath: Aftermath, veil: Veil) -> str:
    """Write the notification of a closed card."""
    text = outcome(checkpoint, state, aftermath, veil)
    return escaped(limits.clip(text, limits.NOTIFICATION))


def _due(state: Open) -> str:
    due: datetime | None = state.deadline
    return f"Due {utc(due)}." if due is not None else "It stays blocked until somebody decides."


def _agent(checkpoint: Checkpoint) -> str:
    return one_line(checkpoint.parties.agent, _NAME)
