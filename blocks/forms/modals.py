"""Every modal: what a reviewer is shown and asked before something is decided."""

from collections.abc import Sequence

from blocks import limits
from blocks.categories import RejectCategory
from blocks.controls import pages
from blocks.controls.inputs import labelled, pick_one, text_input, tick
from blocks.controls.views import category_input, note_input, reason_input, view
from blocks.forms.asking import answer_question, escalate, request_information, return_control
from blocks.forms.classifying import classified, classify, snippet
from blocks.forms.editing import conflict, edit, edit_diff, fill_in, kept, merged, not_saved
from blocks.forms.full import history, review, view_only
from blocks.forms.refining import regenerate, step, step_conflict, step_diff, steps
from blocks.ids import Field, Modal, ModalContext
from blocks.parts.headline import asked, header
from blocks.parts.parameters import will_run
from blocks.parts.uncut import question_in_full
from blocks.types import Block, View
from blocks.wording.parties import runner_first
from blocks.wording.rich import line, rich, words
from blocks.wording.room import ROOMS
from blocks.wording.text import one_line, visible
from blocks.wording.veil import veil_of
from store.checkpoint import Checkpoint
from store.staffing import Reviewer

__all__ = [
    "answer",
    "answer_question",
    "approve_with_note",
    "classified",
    "classify",
    "conflict",
    "edit",
    "edit_diff",
    "escalate",
    "fill_in",
    "history",
    "kept",
    "merged",
    "not_saved",
    "notice",
    "reassign",
    "recall",
    "record_done",
    "record_failed",
    "regenerate",
    "reject",
    "request_information",
    "return_control",
    "review",
    "rollback",
    "snippet",
    "step",
    "step_conflict",
    "step_diff",
    "steps",
    "veto",
    "view_only",
]

_WHOEVER_HOLDS_IT = "They must hold the role. Anybody who holds it may still decide."
_AGENT_GETS_IT = "The agent and the audit log get it."


def approve_with_note(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Ask for a note; submitting is the sign-off."""
    veil = veil_of(checkpoint)
    shown, cut = will_run(checkpoint, veil, ROOMS[0])
    if cut or checkpoint.plan.friction.opens_review:
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
        *_another_draft(checkpoint),
    ]
    return view(Modal.REJECT, "Reject", blocks, context, "Reject")


def _another_draft(checkpoint: Checkpoint) -> list[Block]:
    """Offer another draft for as long as the agent may still offer one."""
    most = checkpoint.plan.alternatives
    made = 0 if checkpoint.follows is None else checkpoint.follows.number
    if made >= most:
        return []
    words = "Ask the agent for another draft"
    hint = f"It is a card of its own, where its own rules send it. Drafts left: {most - made}."
    return [labelled(Field.ANOTHER_DRAFT, "What now?", tick(words), hint=hint, optional=True)]


def answer(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Put the agent's question with its choices before a person."""
    choices = checkpoint.proposal.choices
    blocks = [_about(checkpoint)]
    veil = veil_of(checkpoint)
    # Uncut, all of it: nobody can choose half of an answer. What a choice holds is not said twice.
    for label, text in question_in_full(checkpoint, veil, longer_than=limits.OPTION_TEXT):
        blocks += pages.quoted(label, text)
    if choices:
        pairs = [(str(at), visible(veil.over(choice))) for at, choice in enumerate(choices)]
        chosen = pick_one(pairs, None)
        blocks.append(labelled(Field.CHOICE, "Answer", chosen, optional=True))
    label = "In your own words" if choices else "Answer"
    element = text_input(multiline=True, max_length=limits.INPUT_LENGTH)
    blocks.append(labelled(Field.GUIDANCE, label, element, optional=bool(choices)))
    return view(Modal.ANSWER, "Answer", blocks, context, "Send the answer")


def reassign(
    checkpoint: Checkpoint, context: ModalContext, takers: Sequence[Reviewer] | None = None
) -> View:
    """Ask whose turn it should be instead, of those who can take it as far as they are known.

    Whether they may sign is looked up when it is sent.
    """
    if takers is not None and not takers:
        words = "Nobody else is there who may decide this now. Escalate… calls the next level."
        return notice("Nobody to give it to", words)
    blocks = [
        _about(checkpoint),
        labelled(Field.PERSON, "Give it to", _people(takers), hint=_WHOEVER_HOLDS_IT),
        note_input("They read it in the thread."),
    ]
    return view(Modal.REASSIGN, "Reassign", blocks, context, "Reassign")


def _people(takers: Sequence[Reviewer] | None) -> Block:
    """Offer those who can take it; where they are not known, or too many, everybody."""
    if takers is None or len(takers) > limits.SELECT_OPTIONS:
        return {"type": "users_select"}
    pairs = [(str(each.user), one_line(each.name, limits.OPTION_TEXT)) for each in takers]
    return pick_one(pairs, None)


def recall(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Ask why an approval is taken back."""
    blocks = [_about(checkpoint), reason_input("Why is it taken back?", _AGENT_GETS_IT)]
    return view(Modal.RECALL, "Recall the approval", blocks, context, "Recall")


def rollback(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Ask why whoever executed it should undo what it did."""
    reason = reason_input("Why must it be undone?", _AGENT_GETS_IT)
    told = f"{runner_first(checkpoint)} is asked to undo it"
    may = "." if checkpoint.plan.reversible else "; it counts as irreversible, so that may fail."
    asks = rich(line(words(told + may)))
    blocks = [_about(checkpoint), *_undoing(checkpoint), asks, reason]
    return view(Modal.ROLLBACK, "Request a rollback", blocks, context, "Request rollback")


def veto(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Ask why what a rule released must not be."""
    reason = reason_input("Why must it not run, or not stand?", _AGENT_GETS_IT)
    blocks = [_about(checkpoint), *_undoing(checkpoint), reason]
    return view(Modal.VETO, "Veto", blocks, context, "Veto")


def record_done(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Take down that a person carried a suggestion out."""
    blocks = [_about(checkpoint), note_input(_AGENT_GETS_IT)]
    return view(Modal.RECORD_DONE, "Carried out", blocks, context, "Record Done")


def record_failed(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Take down that carrying a suggestion out failed, and how."""
    blocks = [_about(checkpoint), reason_input("What went wrong?", _AGENT_GETS_IT)]
    return view(Modal.RECORD_FAILED, "Carrying it out failed", blocks, context, "Record Failed")


def notice(title: str, sentence: str) -> View:
    """Tell somebody something, with nothing to submit."""
    shown = limits.clip(visible(sentence, newlines=True), limits.TEXT)
    return view(Modal.VIEW_ONLY, title, [rich(line(words(shown)))], None)


def _undoing(checkpoint: Checkpoint) -> list[Block]:
    undo = checkpoint.plan.wording.undo
    return [rich(line(words("Undo: ", bold=True), words(visible(undo))))] if undo else []


def _about(checkpoint: Checkpoint) -> Block:
    return header(asked(checkpoint, veil_of(checkpoint)))
