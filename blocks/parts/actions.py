"""The buttons of a card: what may be done in this state, with as much care as the plan asks for."""

from blocks import limits
from blocks.controls.steps import offers_steps
from blocks.ids import Button, ButtonValue, Menu, MenuValue
from blocks.parts.following import lead
from blocks.parts.saving import approves_if_saved
from blocks.parts.standing import severity_in_words, signers_in_words
from blocks.types import Block
from blocks.wording.text import one_line, plain
from blocks.wording.veil import Veil
from manifests.vocabulary import Friction
from store.checkpoint import (
    ByRule,
    Checkpoint,
    Escalated,
    Held,
    NeedsInformation,
    Open,
    PendingReview,
    Releasing,
    TakenOver,
)
from store.lifecycle.clocks import may_be_asked_more
from store.ports import Card

_NAME = 60
_MENU_WORDS = {
    Menu.VIEW: "View everything",
    Menu.HISTORY: "History",
    Menu.CLAIM: "I'm on it",
    Menu.REASSIGN: "Reassign…",
    Menu.ESCALATE: "Escalate",
}


def value_on(checkpoint: Checkpoint, card: Card) -> ButtonValue:
    """Give what every button of a card carries."""
    return ButtonValue(
        proposal=checkpoint.id, revision=checkpoint.revision.number, nonce=card.nonce
    )


def button(
    action: Button, label: str, meaning: str, value: ButtonValue, style: str | None = None
) -> Block:
    """Give one button; a screen reader says its label and what it means."""
    drawn: Block = {
        "type": "button",
        "action_id": action,
        "text": plain(label, limits.BUTTON_TEXT),
        "value": value.encode(),
        "accessibility_label": spoken(label, meaning),
    }
    return {**drawn, "style": style} if style else drawn


def spoken(label: str, meaning: str) -> str:
    """Begin with what can be seen, so that whoever speaks to their screen can name it."""
    told = meaning if meaning.casefold().startswith(label.casefold()) else f"{label}: {meaning}"
    return one_line(told, limits.ACCESSIBILITY_LABEL)


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
            elements += _besides(checkpoint, state, value, cut=cut)
            elements.append(_rejecting(checkpoint, value, veil))
        case NeedsInformation():
            elements += [*_answering(state, value), _rejecting(checkpoint, value, veil)]
        case Releasing():
            undo = "take your approval back before the agent hears of it"
            label = _of("Undo", signers_in_words(state.paused.sign_offs))
            elements.append(button(Button.UNDO, label, undo, value))
            elements.append(_rejecting(checkpoint, value, veil))
        case Held():
            show = "put the proposal before people"
            elements.append(button(Button.RELEASE, "Show the card now", show, value))
        case TakenOver():
            back = "hand back to the agent, and say where it goes on"
            elements.append(button(Button.RETURN_CONTROL, "Return control", back, value))
    elements += menu(_offered(checkpoint, state), value)
    return [{"type": "actions", "elements": [*elements]}]


def only_review(checkpoint: Checkpoint, state: Open, card: Card, veil: Veil) -> list[Block]:
    """Draw the buttons of a minimal card: approving opens everything the card could not show."""
    value = value_on(checkpoint, card)
    if not isinstance(state, PendingReview | Escalated):
        return open_actions(checkpoint, state, card, veil, cut=True)
    turn = turning(checkpoint, value, veil, cut=True)
    besides = _besides(checkpoint, state, value, cut=True)
    more = menu(_offered(checkpoint, state), value)
    return [{"type": "actions", "elements": [turn, *besides, *more]}]


def turning(checkpoint: Checkpoint, value: ButtonValue, veil: Veil, *, cut: bool) -> Block:
    """Draw the button that turns the key: answer, fill in, review, or approve."""
    headline = lead(checkpoint) + veil.over(checkpoint.plan.wording.headline)
    if checkpoint.proposal.kind == "question":
        return button(Button.ANSWER, "Answer", "Answer the agent's question", value, "primary")
    if checkpoint.missing:
        label = "Fill in & approve" if approves_if_saved(checkpoint) else "Fill in"
        return button(Button.FILL_IN, label, f"{label}: {headline}", value, "primary")
    friction = checkpoint.plan.friction
    if cut or friction.opens_review:
        label = "Review & approve"
        return button(Button.REVIEW, label, f"{label}: {headline}", value, "primary")
    label = checkpoint.plan.wording.approve_label or "Approve"
    approve = button(Button.APPROVE, label, f"{label}: {headline}", value, "primary")
    if friction is Friction.CONFIRM:
        return {**approve, "confirm": _confirmation(checkpoint, veil, label)}
    return approve


def _confirmation(checkpoint: Checkpoint, veil: Veil, label: str) -> Block:
    """Repeat amount and target in a dialog; severity stands first, so that no headline hides it."""
    severity = f"{severity_in_words(checkpoint.plan)}."
    room = limits.CONFIRM_TEXT - len(severity) - 1
    headline = one_line(lead(checkpoint) + veil.over(checkpoint.plan.wording.headline), room)
    return {
        "title": plain("Approve this?", limits.CONFIRM_TITLE),
        "text": plain(f"{severity} {headline}", limits.CONFIRM_TEXT),
        "confirm": plain(label, limits.CONFIRM_BUTTON),
        "deny": plain("Go back", limits.CONFIRM_BUTTON),
        "style": "primary" if checkpoint.plan.reversible else "danger",
    }


def _changing(checkpoint: Checkpoint, value: ButtonValue) -> list[Block]:
    drawn = []
    if checkpoint.plan.schema.editable and _is_whole(checkpoint):
        drawn.append(button(Button.EDIT, "Edit", _editing(checkpoint), value))
    if may_be_asked_more(checkpoint):
        meaning = "ask a question and stop the clock"
        drawn.append(button(Button.REQUEST_INFORMATION, "Request info", meaning, value))
    return drawn


def _besides(
    checkpoint: Checkpoint, state: PendingReview | Escalated, value: ButtonValue, *, cut: bool
) -> list[Block]:
    """Draw what only some proposals need; buttons all, so that each can be named by its label."""
    quick = not cut and not checkpoint.plan.friction.opens_review
    wanted = (
        (Button.REFINE, "Edit a step…", "change one, or ask for another", _has_steps(checkpoint)),
        (
            Button.TAKE_OVER,
            "Take over",
            "go on yourself where the agent stands",
            checkpoint.proposal.live_view_url is not None,
        ),
        # Whoever opens the review finds room for a note there.
        (
            Button.APPROVE_WITH_NOTE,
            "Approve with a note",
            "say something with it",
            quick and _is_whole(checkpoint),
        ),
        (
            Button.WITHDRAW_SIGN_OFF,
            "Take back my approval",
            "your seat is open again",
            bool(state.sign_offs),
        ),
    )
    return [button(action, label, meaning, value) for action, label, meaning, on in wanted if on]


def _is_whole(checkpoint: Checkpoint) -> bool:
    """Say whether it could be approved as it stands: it asks nothing and lacks nothing."""
    return checkpoint.proposal.kind != "question" and not checkpoint.missing


def _has_steps(checkpoint: Checkpoint) -> bool:
    return _is_whole(checkpoint) and offers_steps(checkpoint)


def _answering(state: NeedsInformation, value: ButtonValue) -> list[Block]:
    """Let people who are asked answer here, too; programs answer by themselves."""
    drawn = []
    if state.asked.kind not in {"agent", "system"}:
        meaning = f"Answer {one_line(state.asker.name, _NAME)}'s question"
        # Without a colour, because most of those who see this card were not asked.
        label = _of("Answer", state.asked.title.removeprefix("the role "))
        drawn.append(button(Button.ANSWER_QUESTION, label, meaning, value))
    if not isinstance(state.asker, ByRule):  # what a rule asks, nobody waives
        meaning = "go on without the answer"
        drawn.append(button(Button.STOP_WAITING, "Stop waiting", meaning, value))
    return drawn


def _of(label: str, whose: str) -> str:
    """Say in a button whose it is: everybody sees the same card, and only they may use it."""
    return f"{label} ({one_line(whose, _NAME)})"


def _editing(checkpoint: Checkpoint) -> str:
    if approves_if_saved(checkpoint):
        return "Edit the parameters and approve them as you want them"
    return "Edit the parameters; approving them is another step"


def _rejecting(checkpoint: Checkpoint, value: ButtonValue, veil: Veil) -> Block:
    meaning = f"Reject: {lead(checkpoint)}{veil.over(checkpoint.plan.wording.headline)}"
    return button(Button.REJECT, "Reject", meaning, value, "danger")


def _offered(checkpoint: Checkpoint, state: Open) -> list[Menu]:
    offered = [Menu.VIEW, Menu.HISTORY]
    if not isinstance(state, PendingReview | Escalated):
        return offered
    above = state.rung + 1 < len(checkpoint.plan.ladder)
    return [*offered, Menu.CLAIM, Menu.REASSIGN, *([Menu.ESCALATE] if above else [])]


def menu(offered: list[Menu], value: ButtonValue) -> list[Block]:
    """Draw the overflow menu; none where an id is too long.

    One for each card: Slack draws every such menu as “⋯” and names all of them alike to whoever
    listens, so with two of them nobody could be told in which one something stands.
    """
    options: list[Block] = [
        {
            "text": plain(_MENU_WORDS[item], limits.OPTION_TEXT),
            "value": MenuValue(menu=item, button=value).encode(),
        }
        for item in offered
    ]
    if any(limits.size(str(option["value"])) > limits.OPTION_VALUE for option in options):
        return []
    return [{"type": "overflow", "action_id": Button.MORE, "options": [*options]}]
