"""Every modal: what a reviewer is shown and asked before something is decided."""

from blocks import limits
from blocks.categories import RejectCategory
from blocks.classifying import classified, classify, snippet
from blocks.editing import conflict, edit, edit_diff, fill_in
from blocks.full import history, review, view_only
from blocks.headline import asked, header
from blocks.ids import Field, Modal, ModalContext
from blocks.inputs import labelled, pick_one, text_input
from blocks.parameters import will_run
from blocks.question import question
from blocks.rich import line, rich, words
from blocks.room import ROOMS
from blocks.text import visible
from blocks.types import Block, View
from blocks.veil import veil_of
from blocks.views import category_input, note_input, reason_input, view
from store.checkpoint import Checkpoint

__all__ = [
    "answer",
    "approve_with_note",
    "classified",
    "classify",
    "conflict",
    "edit",
    "edit_diff",
    "escalate",
    "fill_in",
    "history",
    "notice",
    "recall",
    "reject",
    "request_information",
    "return_control",
    "review",
    "rollback",
    "snippet",
    "view_only",
]

_AGENT_GETS_IT = "The agent and the audit log get it."


def approve_with_note(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Ask for a note; submitting is the sign-off."""
    veil = veil_of(checkpoint)
    shown, cut = will_run(checkpoint, veil, ROOMS[0])
    if cut:
        return review(checkpoint, context)
    label = checkpoint.plan.wording.approve_label or "Approve"
    blocks = [header(asked(checkpoint, veil)), shown, note_input()]
    return view(Modal.APPROVE_WITH_NOTE, "Approve with a note", blocks, context, label)


def reject(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Ask why not."""
    blocks = [
        _about(checkpoint),
        category_input(RejectCategory),
        reason_input("Reason", _AGENT_GETS_IT),
    ]
    return view(Modal.REJECT, "Reject", blocks, context, "Reject")


def request_information(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Ask what the agent should explain."""
    limit = checkpoint.plan.information
    left = limit.rounds - len(checkpoint.exchanges)
    hint = f"The clock stops until the agent answers. Questions left: {left}."
    element = text_input(multiline=True, max_length=limits.INPUT_LENGTH)
    asked_for = labelled(Field.QUESTION, "Your question to the agent", element, hint=hint)
    blocks = [_about(checkpoint), asked_for]
    return view(Modal.REQUEST_INFORMATION, "Request information", blocks, context, "Ask")


def answer(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Put the agent's question with its choices before a person."""
    choices = checkpoint.proposal.choices
    blocks = [_about(checkpoint), *question(checkpoint, veil_of(checkpoint), ROOMS[0])]
    if choices:
        veil = veil_of(checkpoint)
        pairs = [(str(at), visible(veil.over(choice))) for at, choice in enumerate(choices)]
        chosen = pick_one(pairs, None)
        blocks.append(labelled(Field.CHOICE, "Answer", chosen, optional=True))
    label = "In your own words" if choices else "Answer"
    element = text_input(multiline=True, max_length=limits.INPUT_LENGTH)
    blocks.append(labelled(Field.GUIDANCE, label, element, optional=bool(choices)))
    return view(Modal.ANSWER, "Answer", blocks, context, "Send the answer")


def escalate(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Ask why others must look."""
    blocks = [_about(checkpoint), reason_input("Why should the next level decide?")]
    return view(Modal.ESCALATE, "Escalate", blocks, context, "Escalate")


def recall(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Ask why an approval is taken back."""
    blocks = [_about(checkpoint), reason_input("Why is it taken back?", _AGENT_GETS_IT)]
    return view(Modal.RECALL, "Recall the approval", blocks, context, "Recall")


def rollback(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Ask why the agent should undo what it did."""
    undo = checkpoint.plan.wording.undo
    told = [rich(line(words("Undo: ", bold=True), words(visible(undo))))] if undo else []
    blocks = [_about(checkpoint), *told, reason_input("Why must it be undone?", _AGENT_GETS_IT)]
    return view(Modal.ROLLBACK, "Request a rollback", blocks, context, "Request rollback")


def return_control(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Ask where things stand before the agent goes on."""
    blocks = [_about(checkpoint), reason_input("Where do things stand?", _AGENT_GETS_IT)]
    return view(Modal.RETURN_CONTROL, "Return control", blocks, context, "Return control")


def notice(title: str, sentence: str) -> View:
    """Tell somebody something, with nothing to submit."""
    shown = limits.clip(visible(sentence, newlines=True), limits.TEXT)
    return view(Modal.VIEW_ONLY, title, [rich(line(words(shown)))], None)


def _about(checkpoint: Checkpoint) -> Block:
    return header(asked(checkpoint, veil_of(checkpoint)))
