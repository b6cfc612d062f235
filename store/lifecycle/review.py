"""What reviewers do to a running review: approve, reject, answer, ask, escalate, take over."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from pydantic import JsonValue

from manifests.vocabulary import Friction
from store.asking import addressed
from store.checkpoint import (
    Answered,
    Checkpoint,
    Escalated,
    Exchange,
    HandedBack,
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
from store.lifecycle.clocks import may_pause_for
from store.lifecycle.signing import by, signature, signed
from store.lifecycle.silence import climbed, in_words, paused_clock, resumed_review
from store.lifecycle.transition import Transition
from store.refusals import Reason, Refusal
from store.retyping import is_retyped, phrase_to_retype


def approve(
    checkpoint: Checkpoint, review: PendingReview | Escalated, command: Approve, now: datetime
) -> Transition | Refusal:
    """Fill a seat, and close when all are filled."""
    if checkpoint.proposal.kind == "question":
        return Refusal(Reason.IS_A_QUESTION, "This is a question: use Answer instead of Approve.")
    if checkpoint.missing:
        names = ", ".join(checkpoint.missing)
        return Refusal(Reason.MISSING_PARAMETERS, f"Still missing: {names}. Fill that in first.")
    if checkpoint.plan.friction.opens_review and not command.in_full:
        words = "This asks for more care than one click: look at the updated card and review it."
        return Refusal(Reason.RULES_CHANGED, words)
    if checkpoint.plan.friction is Friction.TYPED and not is_retyped(checkpoint, command.retyped):
        words = f"Type “{phrase_to_retype(checkpoint)}” exactly as it stands, then approve again."
        return Refusal(Reason.NOT_RETYPED, words)
    return signed(checkpoint, review, command, now)


def reject(checkpoint: Checkpoint, command: Reject, now: datetime) -> Transition:
    """Close with a no and its reason."""
    who = signature(command.reviewer, now)
    state = Rejected(
        by=who,
        reason=command.reason,
        category=command.category,
        wants_alternative=command.wants_alternative,
    )
    detail: dict[str, JsonValue] = {"reason": command.reason, "category": command.category}
    if command.wants_alternative:
        detail["wants_alternative"] = True
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
    """Stop the clock and put a question to the agent, or to somebody else who knows."""
    refusal = _asked_enough(checkpoint)
    if refusal is not None:
        return refusal
    asked = addressed(checkpoint, command.asked)
    if asked is None:
        words = f"Nobody can ask {command.asked.title} about this. Choose somebody from the list."
        return Refusal(Reason.NOT_TO_BE_ASKED, words)
    asker = signature(command.reviewer, now)
    exchange = Exchange(
        question_id=command.question_id,
        question=command.question,
        asker=asker,
        asked=asked,
        category=command.category,
        about=command.about,
    )
    state = _waiting_for(checkpoint, review, exchange, now)
    known = replace(checkpoint, exchanges=(*checkpoint.exchanges, exchange))
    event = _event(command, Happening.INFORMATION_REQUESTED, now, _asking(exchange))
    return replace(_step(known, state, event), before=checkpoint)


def _waiting_for(
    checkpoint: Checkpoint, review: PendingReview | Escalated, exchange: Exchange, now: datetime
) -> NeedsInformation:
    return NeedsInformation(
        question_id=exchange.question_id,
        question=exchange.question,
        asker=exchange.asker,
        paused=review,
        time_left=paused_clock(checkpoint.plan, review, now),
        deadline=now + may_pause_for(checkpoint),
        asked=exchange.asked,
        category=exchange.category,
        about=exchange.about,
    )


def _asking(exchange: Exchange) -> dict[str, JsonValue]:
    return {
        "question": exchange.question,
        "question_id": exchange.question_id,
        "category": exchange.category,
        "asked": exchange.asked.kind,
        "asked_name": exchange.asked.title,
        "about": exchange.about,
    }


def _asked_enough(checkpoint: Checkpoint) -> Refusal | None:
    limits = checkpoint.plan.information
    asked = None
    if checkpoint.rounds >= limits.rounds:
        asked = f"This proposal was sent back {limits.rounds} times already."
    elif may_pause_for(checkpoint) <= timedelta(0):
        asked = f"Questions have stopped the clock for {in_words(limits.total_pause)} already."
    if asked is None:
        return None
    return Refusal(Reason.TOO_MANY_QUESTIONS, f"{asked} Decide or escalate it.")


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
    detail: dict[str, JsonValue] = {
        "reason": command.reason,
        "category": command.category,
        "from_rung": review.rung,
    }
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
        time_left=paused_clock(checkpoint.plan, review, now),
        deadline=now + checkpoint.plan.takeover_within,
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
    # What was handed back is told by itself, so the review needs no remark about it.
    review = resumed_review(checkpoint.plan, state, "", now)
    back = HandedBack(
        by=signature(command.reviewer, now),
        note=command.note,
        continue_from=command.continue_from,
    )
    detail = {"note": command.note, "continue_from": command.continue_from}
    event = _event(command, Happening.CONTROL_RETURNED, now, detail)
    step = _step(replace(checkpoint, handed_back=back), review, event)
    return replace(step, before=checkpoint)


def held_by(state: TakenOver, command: ReviewerCommand) -> Refusal:
    """Say who has control, until when, and what would have to come first."""
    until = f"{state.deadline:%Y-%m-%d %H:%M} UTC"
    if state.holder.person == command.reviewer.id:
        words = f"You have control of this until {until}. Return control first, then decide."
    else:
        words = f"{state.holder.name} has control of this until {until}, unless they return it."
    return Refusal(Reason.PAUSED, words)
