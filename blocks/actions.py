"""The buttons of a card: what may be done in this state, with as much care as the plan asks for."""

from datetime import datetime

from blocks import limits
from blocks.ids import Button, ButtonValue, Menu, MenuValue
from blocks.standing import severity_in_words
from blocks.text import one_line, plain
from blocks.types import Block
from blocks.veil import Veil
from manifests.vocabulary import Friction
from store.aftermath import Aftermath, execute_before
from store.checkpoint import (
    Blocked,
    Checkpoint,
    Escalated,
    NeedsInformation,
    Open,
    PendingReview,
    TakenOver,
    is_granted,
)
from store.ports import Card

_MENU_WORDS = {
    Menu.VIEW: "View everything",
    Menu.HISTORY: "History",
    Menu.ESCALATE: "Escalate",
    Menu.WITHDRAW_SIGN_OFF: "Take back my approval",
    Menu.TAKE_OVER: "Take control",
    Menu.RETURN_CONTROL: "Return control",
    Menu.APPROVE_WITH_NOTE: "Approve with a note",
}


def value_on(checkpoint: Checkpoint, card: Card) -> ButtonValue:
    """Give what every button of a card carries."""
    return ButtonValue(
        proposal=checkpoint.id, revision=checkpoint.revision.number, nonce=card.nonce
    )


def button(
    action: Button, label: str, meaning: str, value: ButtonValue, style: str | None = None
) -> Block:
    """Give one button; `meaning` is what a screen reader says."""
    drawn: Block = {
        "type": "button",
        "action_id": action,
        "text": plain(label, limits.BUTTON_TEXT),
        "value": value.encode(),
        "accessibility_label": one_line(meaning, limits.ACCESSIBILITY_LABEL),
    }
    return {**drawn, "style": style} if style else drawn


def open_actions(
    checkpoint: Checkpoint, state: Open, card: Card, veil: Veil, *, cut: bool
) -> list[Block]:
    """Draw the buttons of an open card; with anything cut, approving opens the full view first."""
    value = value_on(checkpoint, card)
    elements: list[Block] = []
    match state:
        case PendingReview() | Escalated():
            elements.append(turning(checkpoint, value, veil, cut=cut))
            elements += _changing(checkpoint, value)
            elements.append(_rejecting(checkpoint, value, veil))
        case NeedsInformation():
            elements.append(_rejecting(checkpoint, value, veil))
        case TakenOver():
            pass
    elements += menu(_offered(checkpoint, state), value)
    return [{"type": "actions", "elements": [*elements]}] if elements else []


def only_review(checkpoint: Checkpoint, state: Open, card: Card, veil: Veil) -> list[Block]:
    """Draw the one button of a minimal card, which opens everything the card could not show."""
    value = value_on(checkpoint, card)
    decidable = checkpoint.proposal.kind != "question" and not checkpoint.missing
    elements = menu(_offered(checkpoint, state), value)
    if isinstance(state, PendingReview | Escalated) and decidable:
        meaning = "Review everything and approve"
        elements = [button(Button.REVIEW, "Review & approve", meaning, value), *elements]
    elif isinstance(state, PendingReview | Escalated):
        elements = [turning(checkpoint, value, veil, cut=True), *elements]
    return [{"type": "actions", "elements": [*elements]}] if elements else []


def turning(checkpoint: Checkpoint, value: ButtonValue, veil: Veil, *, cut: bool) -> Block:
    """Draw the button that turns the key: answer, fill in, review, or approve."""
    headline = veil.over(checkpoint.plan.wording.headline)
    if checkpoint.proposal.kind == "question":
        return button(Button.ANSWER, "Answer", "Answer the agent's question", value, "primary")
    if checkpoint.missing:
        meaning = f"Fill in what is missing and approve: {headline}"
        return button(Button.FILL_IN, "Fill in & approve", meaning, value, "primary")
    friction = checkpoint.plan.friction
    if cut or friction is Friction.REVIEW_MODAL:
        meaning = f"Review everything and approve: {headline}"
        return button(Button.REVIEW, "Review & approve", meaning, value, "primary")
    label = checkpoint.plan.wording.approve_label or "Approve"
    approve = button(Button.APPROVE, label, f"{label}: {headline}", value, "primary")
    if friction is Friction.CONFIRM:
        return {**approve, "confirm": _confirmation(checkpoint, veil, label)}
    return approve


def _confirmation(checkpoint: Checkpoint, veil: Veil, label: str) -> Block:
    """Repeat amount and target in a dialog; severity stands first, so that no headline hides it."""
    severity = f"{severity_in_words(checkpoint.plan)}."
    room = limits.CONFIRM_TEXT - len(severity) - 1
    headline = one_line(veil.over(checkpoint.plan.wording.headline), room)
    return {
        "title": plain("Approve this?", limits.CONFIRM_TITLE),
        "text": plain(f"{severity} {headline}", limits.CONFIRM_TEXT),
        "confirm": plain(label, limits.CONFIRM_BUTTON),
        "deny": plain("Go back", limits.CONFIRM_BUTTON),
        "style": "primary" if checkpoint.plan.reversible else "danger",
    }


def _changing(checkpoint: Checkpoint, value: ButtonValue) -> list[Block]:
    drawn = []
    question = checkpoint.proposal.kind == "question"
    if checkpoint.plan.schema.editable and not question and not checkpoint.missing:
        drawn.append(button(Button.EDIT, "Edit", "Edit the parameters before approving", value))
    if len(checkpoint.exchanges) < checkpoint.plan.information.rounds:
        meaning = "Ask the agent a question and stop the clock"
        drawn.append(button(Button.REQUEST_INFORMATION, "Request info", meaning, value))
    return drawn


def _rejecting(checkpoint: Checkpoint, value: ButtonValue, veil: Veil) -> Block:
    meaning = f"Reject: {veil.over(checkpoint.plan.wording.headline)}"
    return button(Button.REJECT, "Reject", meaning, value, "danger")


def _offered(checkpoint: Checkpoint, state: Open) -> list[Menu]:
    offered = [Menu.VIEW, Menu.HISTORY]
    match state:
        case TakenOver():
            return [Menu.RETURN_CONTROL, *offered]
        case NeedsInformation():
            return offered
        case PendingReview() | Escalated():
            proposal = checkpoint.proposal
            decidable = proposal.kind != "question" and not checkpoint.missing
            wanted = (
                (Menu.ESCALATE, state.rung + 1 < len(checkpoint.plan.ladder)),
                (Menu.WITHDRAW_SIGN_OFF, bool(state.sign_offs)),
                (Menu.TAKE_OVER, proposal.live_view_url is not None),
                (Menu.APPROVE_WITH_NOTE, decidable and _quick(checkpoint)),
            )
            return [*offered, *(item for item, on in wanted if on)]


def _quick(checkpoint: Checkpoint) -> bool:
    """Say whether approving asks for no view, in which a note could be written anyway."""
    return checkpoint.plan.friction is not Friction.REVIEW_MODAL


def menu(offered: list[Menu], value: ButtonValue) -> list[Block]:
    """Draw the overflow menu; without it where an id is too long for an option."""
    options: list[Block] = [
        {
            "text": plain(_MENU_WORDS[item], limits.OPTION_TEXT),
            "value": MenuValue(menu=item, button=value).encode(),
        }
        for item in offered[: limits.OVERFLOW_OPTIONS]
    ]
    if any(limits.size(str(option["value"])) > limits.OPTION_VALUE for option in options):
        return []
    return [{"type": "overflow", "action_id": Button.MORE, "options": [*options]}]


def closed_actions(
    checkpoint: Checkpoint, aftermath: Aftermath, card: Card, now: datetime
) -> list[Block]:
    """Draw what may still be done after closing: recall, roll back, classify, look."""
    value = value_on(checkpoint, card)
    elements = [*_afterwards(checkpoint, aftermath, value, now)]
    elements += menu([Menu.VIEW, Menu.HISTORY], value)
    return [{"type": "actions", "elements": [*elements]}] if elements else []


def _afterwards(
    checkpoint: Checkpoint, aftermath: Aftermath, value: ButtonValue, now: datetime
) -> list[Block]:
    if isinstance(checkpoint.state, Blocked) and checkpoint.state.classify:
        meaning = "Classify this action, so that agents may propose it"
        return [button(Button.CLASSIFY, "Classify", meaning, value, "primary")]
    if not is_granted(checkpoint.state):
        return []
    if aftermath.consumed is not None:
        if aftermath.rollback is not None:
            return []
        meaning = "Ask the agent to undo what it did"
        return [button(Button.REQUEST_ROLLBACK, "Request rollback", meaning, value)]
    if aftermath.recalled is not None or lapsed(checkpoint, aftermath, now):
        return []
    meaning = "Take the approval back before the agent uses it"
    return [button(Button.RECALL, "Recall", meaning, value)]


def lapsed(checkpoint: Checkpoint, aftermath: Aftermath, now: datetime) -> bool:
    """Say whether an approval was not used in time."""
    limit = execute_before(checkpoint)
    unused = aftermath.consumed is None and aftermath.recalled is None
    overdue = limit is not None and now >= limit
    return unused and (aftermath.lapsed_at is not None or overdue)
