"""What reviewers do to a running review: approve, reject, answer, ask, escalate, take over."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from pydantic import JsonValue

from store.checkpoint import (
    Answered,
    Checkpoint,
    Escalated,
    Exchange,
    NeedsInformation,
    PendingReview,
    Rejected,
    State,
    TakenOver,
)
from store.commands import (
    Answer,
    Approve,
    Escalate,
    Reject,
    RequestInformation,
    ReturnControl,
    ReviewerCommand,
    TakeOver,
)
from store.effects import Event, Happening
from store.lifecycle.signing import by, signature, signed
from store.lifecycle.silence import climbed, paused_clock, resumed_review
from store.lifecycle.transition import Transition
from store.refusals import Reason, Refusal

CONTROL_FOR = timedelta(minutes=30)


def approve(
    checkpoint: Checkpoint, review: PendingReview | Escalated, command: Approve, now: datetime
) -> Transition | Refusal:
    """Fill a seat, and close when all are filled."""
    if checkpoint.proposal.kind == "question":
        return Refusal(Reason.IS_A_QUESTION, "This is a question: use Answer instead of Approve.")
    if checkpoint.missing:
        names = ", ".join(checkpoint.missing)
        return Refusal(
            Reason.MISSING_PARAMETERS, f"Still missing: {names}. Use “Fill in & approve”."
        )
    return signed(checkpoint, review, command, now)


def reject(checkpoint: Checkpoint, command: Reject, now: datetime) -> Transition:
    """Close with a no and its reason."""
    who = signature(command.reviewer, now)
    state = Rejected(by=who, reason=command.reason, category=command.category)
    detail = {"reason": command.reason, "category": command.category}
    return _step(checkpoint, state, _event(command, Happening.REJECTED, now, detail))


def answer(checkpoint: Checkpoint, command: Answer, now: datetime) -> Transition | Refusal:
    """Close a question with a person's guidance."""
    proposal = checkpoint.proposal
    if proposal.kind != "question":
        return Refusal(Reason.NOT_A_QUESTION, "This proposal is not a question.")
    if command.choice is not None and command.choice not in proposal.choices:
        return Refusal(Reason.NOT_A_CHOICE, "Choose one of the answers the agent offered.")
    if command.choice is None and not command.guidance.strip():
        return Refusal(Reason.NOT_A_CHOICE, "Choose an answer or write one.")
    who = signature(command.reviewer, now)
    state = Answered(by=who, guidance=command.guidance, choice=command.choice)
    detail = {"guidance": command.guidance, "choice": command.choice}
    return _step(checkpoint, state, _event(command, Happening.ANSWERED, now, detail))


def request_information(
    checkpoint: Checkpoint,
    review: PendingReview | Escalated,
    command: RequestInformation,
    now: datetime,
) -> Transition | Refusal:
    """Stop the clock and put a question to the agent."""
    limits = checkpoint.plan.information
    if len(checkpoint.exchanges) >= limits.rounds:
        return Refusal(
            Reason.TOO_MANY_QUESTIONS,
            f"This proposal was sent back {limits.rounds} times already. Decide or escalate it.",
        )
    asker = signature(command.reviewer, now)
    state = NeedsInformation(
        question_id=command.question_id,
        question=command.question,
        asker=asker,
        paused=review,
        time_left=paused_clock(review, now),
        deadline=now + limits.answer_within,
    )
    exchange = Exchange(question_id=command.question_id, question=command.question, asker=asker)
    asked = replace(checkpoint, exchanges=(*checkpoint.exchanges, exchange))
    detail = {"question": command.question, "question_id": command.question_id}
    step = _step(asked, state, _event(command, Happening.INFORMATION_REQUESTED, now, detail))
    return replace(step, before=checkpoint)


def escalate(
    checkpoint: Checkpoint, review: PendingReview | Escalated, command: Escalate, now: datetime
) -> Transition | Refusal:
    """Call the next rung before its time."""
    if review.rung + 1 >= len(checkpoint.plan.ladder):
        return Refusal(
            Reason.NO_HIGHER_RUNG, "This is the last rung: there is nobody left to call."
        )
    why = f"{command.reviewer.name} escalated it: {command.reason}"
    state = climbed(checkpoint.plan, review, why, now)
    detail: dict[str, JsonValue] = {"reason": command.reason, "from_rung": review.rung}
    return _step(checkpoint, state, _event(command, Happening.ESCALATED, now, detail))


def take_over(
    checkpoint: Checkpoint, review: PendingReview | Escalated, command: TakeOver, now: datetime
) -> Transition | Refusal:
    """Give one reviewer control of the agent's environment."""
    if checkpoint.proposal.live_view_url is None:
        return Refusal(Reason.NO_LIVE_VIEW, "The agent offers no live view to take over.")
    state = TakenOver(
        holder=signature(command.reviewer, now),
        paused=review,
        time_left=paused_clock(review, now),
        deadline=now + CONTROL_FOR,
    )
    return _step(checkpoint, state, _event(command, Happening.TAKEN_OVER, now, {}))


def _event(
    command: ReviewerCommand, happening: Happening, now: datetime, detail: Mapping[str, JsonValue]
) -> Event:
    return Event(happening=happening, actor=by(command.reviewer), at=now, detail=dict(detail))


def _step(checkpoint: Checkpoint, state: State, event: Event) -> Transition:
    return Transition(checkpoint, checkpoint.moved(state, event.at), (event,))


def return_control(
    checkpoint: Checkpoint, state: TakenOver, command: ReturnControl, now: datetime
) -> Transition | Refusal:
    """Hand the environment back and let the review's clock run again."""
    if state.holder.person != command.reviewer.id:
        return Refusal(Reason.NOT_HOLDING, f"{state.holder.name} has control, not you.")
    review = resumed_review(state, command.note, now)
    event = _event(command, Happening.CONTROL_RETURNED, now, {"note": command.note})
    return _step(checkpoint, review, event)
