"""The one place where a command meets a state: pure, total, and the only way to change."""

from datetime import datetime
from typing import assert_never

from store.checkpoint import (
    Checkpoint,
    Escalated,
    NeedsInformation,
    PendingReview,
    Status,
    TakenOver,
    Withdrawn,
    is_open,
    review_of,
)
from store.commands import (
    Answer,
    Approve,
    Command,
    Escalate,
    NoticeDeadline,
    ProvideInformation,
    Reject,
    RequestInformation,
    ReturnControl,
    ReviewerCommand,
    Revise,
    TakeOver,
    Withdraw,
    WithdrawSignOff,
)
from store.effects import Actor, ActorKind, Event, Happening
from store.lifecycle.eligibility import objection
from store.lifecycle.review import (
    answer,
    approve,
    escalate,
    reject,
    request_information,
    return_control,
    take_over,
)
from store.lifecycle.revising import provide_information, revise
from store.lifecycle.signing import withdraw_sign_off
from store.lifecycle.silence import deadline_of, notice_deadline
from store.lifecycle.transition import Transition
from store.refusals import Reason, Refusal

_CLOSED_AS = {
    Status.APPROVED: "approved",
    Status.APPROVED_WITH_EDITS: "approved with edits",
    Status.ANSWERED: "answered",
    Status.REJECTED: "rejected",
    Status.EXPIRED: "closed: nobody decided in time",
    Status.WITHDRAWN: "withdrawn by the agent",
    Status.BLOCKED: "blocked by a rule",
    Status.AUTO_APPROVED: "approved by a rule",
}


def decide(checkpoint: Checkpoint, command: Command, now: datetime) -> Transition | Refusal:
    """Answer a command with the change it makes, or with the reason why it makes none."""
    state = checkpoint.state
    if not is_open(state):
        return already_closed(checkpoint)
    if isinstance(command, NoticeDeadline):
        return notice_deadline(checkpoint, now)
    if _overdue(checkpoint, now):
        return Refusal(Reason.TOO_LATE, "Time ran out a moment ago; look at the updated card.")
    match command:
        case ProvideInformation():
            return provide_information(checkpoint, command, now)
        case Withdraw():
            return _withdraw(checkpoint, command, now)
        case _:
            return _by_reviewer(checkpoint, command, now)


def already_closed(checkpoint: Checkpoint) -> Refusal:
    """Say how a proposal ended, to somebody who comes too late."""
    words = f"This proposal is already {_CLOSED_AS[checkpoint.state.status]}."
    return Refusal(Reason.ALREADY_CLOSED, words)


def _overdue(checkpoint: Checkpoint, now: datetime) -> bool:
    """Say whether a deadline has passed; repeated alerts are no deadline."""
    state = checkpoint.state
    if isinstance(state, Escalated) and state.deadline is None:
        return False
    due = deadline_of(state)
    return due is not None and now >= due


def _withdraw(checkpoint: Checkpoint, command: Withdraw, now: datetime) -> Transition:
    agent = Actor(ActorKind.AGENT, checkpoint.parties.agent)
    event = Event(
        happening=Happening.WITHDRAWN, actor=agent, at=now, detail={"reason": command.reason}
    )
    state = Withdrawn(why=command.reason, at=now)
    return Transition(checkpoint, checkpoint.moved(state, now), (event,))


def _by_reviewer(
    checkpoint: Checkpoint, command: ReviewerCommand, now: datetime
) -> Transition | Refusal:
    state = checkpoint.state
    match state:
        case PendingReview() | Escalated():
            refusal = objection(checkpoint, state, command, now)
            return refusal or _on_review(checkpoint, state, command, now)
        case NeedsInformation() | TakenOver():
            refusal = objection(checkpoint, review_of(state), command, now)
            return refusal or _on_pause(checkpoint, state, command, now)
        case _:
            return already_closed(checkpoint)


def _on_review(
    checkpoint: Checkpoint,
    review: PendingReview | Escalated,
    command: ReviewerCommand,
    now: datetime,
) -> Transition | Refusal:
    match command:
        case Approve():
            return approve(checkpoint, review, command, now)
        case Reject():
            return reject(checkpoint, command, now)
        case Revise():
            return revise(checkpoint, review, command, now)
        case Answer():
            return answer(checkpoint, command, now)
        case RequestInformation():
            return request_information(checkpoint, review, command, now)
        case Escalate():
            return escalate(checkpoint, review, command, now)
        case WithdrawSignOff():
            return withdraw_sign_off(checkpoint, review, command, now)
        case TakeOver():
            return take_over(checkpoint, review, command, now)
        case ReturnControl():
            return Refusal(Reason.NOT_HOLDING, "Nobody has taken over, so nothing is returned.")
        case _:
            assert_never(command)


def _on_pause(
    checkpoint: Checkpoint,
    state: NeedsInformation | TakenOver,
    command: ReviewerCommand,
    now: datetime,
) -> Transition | Refusal:
    match state, command:
        case TakenOver(), ReturnControl():
            return return_control(checkpoint, state, command, now)
        case NeedsInformation(), Reject():
            return reject(checkpoint, command, now)
        case TakenOver(), _:
            words = f"{state.holder.name} has control of this until they give it back."
            return Refusal(Reason.PAUSED, words)
        case _:
            words = (
                f"{state.asker.name} asked the agent a question; the clock waits for the answer."
            )
            return Refusal(Reason.PAUSED, words)
