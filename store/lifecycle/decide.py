"""The one place where a command meets a state: pure, total, and the only way to change."""

from datetime import datetime
from typing import assert_never

from store.checkpoint import (
    Answered,
    Approved,
    ApprovedWithEdits,
    Checkpoint,
    Escalated,
    Held,
    NeedsInformation,
    PendingReview,
    Rejected,
    Releasing,
    Signature,
    Status,
    TakenOver,
    Waiting,
    Withdrawn,
    is_open,
    review_of,
)
from store.commands import (
    Answer,
    Approve,
    ByReviewer,
    Claim,
    Command,
    Escalate,
    GiveInformation,
    NoticeDeadline,
    NoticeRoom,
    ProvideInformation,
    Reassign,
    Reject,
    Release,
    RequestInformation,
    ReturnControl,
    ReviewerCommand,
    Revise,
    StopWaiting,
    TakeOver,
    Tighten,
    Withdraw,
    WithdrawSignOff,
)
from store.effects import Actor, ActorKind, Event, Happening
from store.lifecycle.eligibility import objection
from store.lifecycle.holding import unheld
from store.lifecycle.informing import (
    give_information,
    no_longer_open,
    stop_waiting,
    waits_for_answer,
)
from store.lifecycle.releasing import too_late_to_undo, undone
from store.lifecycle.review import (
    answer,
    approve,
    escalate,
    held_by,
    reject,
    request_information,
    return_control,
    take_over,
)
from store.lifecycle.revising import provide_information, revise
from store.lifecycle.signing import by as signer
from store.lifecycle.signing import withdraw_sign_off
from store.lifecycle.silence import deadline_of, notice_deadline
from store.lifecycle.tightening import tighten
from store.lifecycle.transition import Transition
from store.lifecycle.turning import claim, reassign
from store.people import Person
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
        return _after_its_end(checkpoint, command)
    if isinstance(command, NoticeDeadline):
        return notice_deadline(checkpoint, now)
    if _overdue(checkpoint, now):
        return Refusal(Reason.TOO_LATE, "Time ran out a moment ago; look at the updated card.")
    match command:
        case GiveInformation():
            return give_information(checkpoint, command, now)
        case NoticeRoom():
            return _notice_room(checkpoint, now)
        case ProvideInformation():
            return provide_information(checkpoint, command, now)
        case Withdraw():
            return _withdraw(checkpoint, command, now)
        case Tighten():
            return _tighten(checkpoint, command, now)
        case _:
            return _by_reviewer(checkpoint, command, now)


def _notice_room(checkpoint: Checkpoint, now: datetime) -> Transition | Refusal:
    if isinstance(checkpoint.state, Held):
        return unheld(checkpoint, checkpoint.state, now)
    return Refusal(Reason.NOT_HELD, "It is not held, so nothing is to be shown.")


def _tighten(checkpoint: Checkpoint, command: Tighten, now: datetime) -> Transition | Refusal:
    match checkpoint.state:
        case (
            PendingReview() | Escalated() | NeedsInformation() | TakenOver() | Held() | Releasing()
        ) as state:
            return tighten(checkpoint, state, command, now)
        case _:
            return already_closed(checkpoint)


def _after_its_end(checkpoint: Checkpoint, command: Command) -> Refusal:
    late = too_late_to_undo(checkpoint, command) if isinstance(command, WithdrawSignOff) else None
    who = command.reviewer if isinstance(command, ByReviewer) else None
    return late or already_closed(checkpoint, who)


def already_closed(checkpoint: Checkpoint, told: Person | None = None) -> Refusal:
    """Say how a proposal ended, to somebody who comes too late, or who clicked twice."""
    by, closed = _by(checkpoint), _CLOSED_AS[checkpoint.state.status]
    yours = [told is not None and each.person == told.id for each in by]
    if any(yours):
        # Whoever closed it reads no news of themselves in the third person.
        others = [each.name for each, own in zip(by, yours, strict=True) if not own]
        beside = f", as {' and '.join(others)} did" if others else ""
        did = closed.removesuffix(" with edits")
        return Refusal(Reason.ALREADY_CLOSED, f"You {did} this already{beside}.")
    names = f" by {' and '.join(each.name for each in by)}" if by else ""
    return Refusal(Reason.ALREADY_CLOSED, f"This proposal was already {closed}{names}.")


def _by(checkpoint: Checkpoint) -> tuple[Signature, ...]:
    """Give whoever closed it, where people did."""
    match checkpoint.state:
        case Approved(sign_offs=signed) | ApprovedWithEdits(sign_offs=signed):
            return tuple(each.by for each in signed)
        case Answered(by=who) | Rejected(by=who):
            return (who,)
        case _:
            return ()


def _overdue(checkpoint: Checkpoint, now: datetime) -> bool:
    """Say whether a deadline has passed; repeated alerts are no deadline."""
    state = checkpoint.state
    if isinstance(state, Escalated) and state.deadline is None:
        return False
    due = deadline_of(checkpoint)
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
        case NeedsInformation() | TakenOver() | Held() | Releasing():
            refusal = objection(checkpoint, review_of(state), command, now)
            return refusal or _on_pause(checkpoint, state, command, now)
        case _:
            return already_closed(checkpoint, command.reviewer)


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
        case StopWaiting():
            return no_longer_open()
        case Escalate():
            return escalate(checkpoint, review, command, now)
        case WithdrawSignOff():
            return withdraw_sign_off(checkpoint, review, command, now)
        case TakeOver():
            return take_over(checkpoint, review, command, now)
        case Claim():
            return claim(checkpoint, review, command, now)
        case Reassign():
            return reassign(checkpoint, review, command, now)
        case ReturnControl():
            return Refusal(Reason.NOT_HOLDING, "Nobody has taken over, so nothing is returned.")
        case Release():
            return Refusal(Reason.NOT_HELD, "It is before people already.")
        case _:
            assert_never(command)


def _on_pause(
    checkpoint: Checkpoint,
    state: Waiting,
    command: ReviewerCommand,
    now: datetime,
) -> Transition | Refusal:
    match state, command:
        case Held(), Release():
            return unheld(checkpoint, state, now, signer(command.reviewer))
        case Releasing(), WithdrawSignOff():
            return undone(checkpoint, state, command, now)
        case Releasing(), Reject():
            return reject(checkpoint, command, now)
        case TakenOver(), ReturnControl():
            return return_control(checkpoint, state, command, now)
        case NeedsInformation(), Reject():
            return reject(checkpoint, command, now)
        case NeedsInformation(), StopWaiting():
            return stop_waiting(checkpoint, state, command, now)
        case TakenOver(), _:
            return held_by(state, command)
        case NeedsInformation(), _:
            return waits_for_answer(state)
        case Held(), _:
            words = "It is held until there is room. Show its card first, then decide."
            return Refusal(Reason.HELD, words)
        case _:
            return _about_to_be_released(state, command)


def _about_to_be_released(state: Releasing, command: ReviewerCommand) -> Refusal:
    """Say who can still stop it; to whoever clicked twice, that once was enough."""
    signed = state.paused.sign_offs
    if isinstance(command, Approve) and any(
        each.by.person == command.reviewer.id for each in signed
    ):
        words = "You approved this already. It is about to reach the agent; Undo takes it back."
        return Refusal(Reason.RELEASING, words)
    names = " and ".join(each.by.name for each in signed)
    words = (
        f"It is approved and about to reach the agent. {names} can undo that; whoever may "
        "decide it can still reject it."
    )
    return Refusal(Reason.RELEASING, words)
