"""Asking and being asked: the forms that stop a clock or let it run again, and what they mean."""

from collections.abc import Iterator
from enum import StrEnum

from blocks import limits
from blocks import state as submitted
from blocks.categories import EscalateCategory, QuestionCategory
from blocks.controls.inputs import labelled, pick_one, text_input
from blocks.controls.views import category_input, reason_input, view
from blocks.ids import Field, Modal, ModalContext
from blocks.meaning import Escalation, FieldErrors, Given, HandingBack, Question
from blocks.parts.headline import asked, header
from blocks.parts.waiting import asking, the_question
from blocks.state import State
from blocks.types import Block, View
from blocks.wording.parties import person_behind
from blocks.wording.rich import line, moment, rich, words
from blocks.wording.room import ROOMS
from blocks.wording.text import length_in_words, one_line
from blocks.wording.veil import veil_of
from store.asking import PERSON_BEHIND, key_of, may_be_asked
from store.checkpoint import THE_AGENT, Addressee, Checkpoint, NeedsInformation
from store.lifecycle.clocks import may_pause_for

_REASON = "Write a reason; the agent and the audit log get it."
_CATEGORY = "Choose a category."
_ABOUT_THEM = 40


def request_information(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Ask what is to be known before deciding, and who knows it."""
    left = checkpoint.plan.information.rounds - checkpoint.rounds
    pause = length_in_words(may_pause_for(checkpoint))
    hint = f"The clock stops until the answer, for {pause} at most. Questions left: {left}."
    element = text_input(multiline=True, max_length=limits.INPUT_LENGTH)
    whom = pick_one([*_to_choose(checkpoint)], key_of(THE_AGENT))
    told = "Whoever is asked reads it, and decides nothing by answering."
    blocks = [
        _about(checkpoint),
        labelled(Field.ASKED, "Ask whom?", whom, hint=told),
        category_input(QuestionCategory),
        labelled(Field.QUESTION, "Your question", element, hint=hint),
    ]
    return view(Modal.REQUEST_INFORMATION, "Request information", blocks, context, "Ask")


def read_question(checkpoint: Checkpoint, state: State) -> Question | FieldErrors:
    """Read a question: what, what kind, and whom for."""
    text, category = _words(state, Field.QUESTION), submitted.chosen(state, Field.CATEGORY)
    key = submitted.chosen(state, Field.ASKED)
    errors = {}
    if not text:
        errors[str(Field.QUESTION)] = "Write your question."
    if category not in set(QuestionCategory):
        errors[str(Field.CATEGORY)] = _CATEGORY
    if key not in {known for known, _ in _to_choose(checkpoint)}:
        errors[str(Field.ASKED)] = "Choose whom to ask."
    return FieldErrors(errors) if errors else Question(text, str(category), str(key))


def answer_question(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Put the open question before whoever is asked."""
    state, veil = checkpoint.state, veil_of(checkpoint)
    blocks = [_about(checkpoint)]
    if isinstance(state, NeedsInformation):
        told = line(words(f"{asking(state)} "), moment(state.asker.at))
        blocks.append(rich(told, *the_question(state, veil, ROOMS[0])))
        context = context.model_copy(update={"question_id": state.question_id})
    element = text_input(multiline=True, max_length=limits.INPUT_LENGTH)
    hint = "The reviewers read it, and so may the agent. It decides nothing."
    blocks.append(labelled(Field.REPLY, "Your answer", element, hint=hint))
    return view(Modal.ANSWER_QUESTION, "Answer a question", blocks, context, "Send the answer")


def read_reply(state: State) -> Given | FieldErrors:
    """Read the answer of a person who was asked."""
    text = _words(state, Field.REPLY)
    return Given(text) if text else FieldErrors({Field.REPLY: "Write your answer."})


def escalate(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Ask why others must look."""
    why = reason_input("Why should the next level decide?", "They read it on their card.")
    blocks = [_about(checkpoint), category_input(EscalateCategory), why]
    return view(Modal.ESCALATE, "Escalate", blocks, context, "Escalate")


def read_escalation(state: State) -> Escalation | FieldErrors:
    """Read why others must look."""
    reason, category = _words(state, Field.REASON), submitted.chosen(state, Field.CATEGORY)
    errors = _lacking(reason, category, EscalateCategory)
    return FieldErrors(errors) if errors else Escalation(reason, str(category))


def return_control(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Ask where things stand, and from which state the agent is to go on."""
    state = text_input(multiline=True, max_length=limits.INPUT_LENGTH)
    hint = "In words or as JSON: a page, an id, what is filled in. The agent gets it as it stands."
    blocks = [
        _about(checkpoint),
        reason_input("Where do things stand?", "The agent and the audit log get it."),
        labelled(Field.CONTINUE_FROM, "State to continue from", state, hint=hint, optional=True),
    ]
    return view(Modal.RETURN_CONTROL, "Return control", blocks, context, "Return control")


def read_handing_back(state: State) -> HandingBack | FieldErrors:
    """Read how control is given back."""
    note = _words(state, Field.REASON)
    if not note:
        return FieldErrors({Field.REASON: _REASON})
    return HandingBack(note, _words(state, Field.CONTINUE_FROM))


def _to_choose(checkpoint: Checkpoint) -> Iterator[tuple[str, str]]:
    """Offer whom to ask; who stands behind a proposal is looked up once they are chosen."""
    requester = checkpoint.parties.requester
    behind = None if requester is None else Addressee(kind="person", name=requester)
    for each in may_be_asked(checkpoint, behind):
        key = key_of(each)
        if limits.size(key) <= limits.OPTION_VALUE:
            yield key, _called(checkpoint, each)


def _called(checkpoint: Checkpoint, asked: Addressee) -> str:
    title = f"{asked.title[:1].upper()}{asked.title[1:]}"
    if asked.kind != PERSON_BEHIND:
        return title
    named = one_line(person_behind(checkpoint, veil_of(checkpoint)), _ABOUT_THEM)
    return f"The person behind it ({named})"


def _lacking(reason: str, category: str | None, categories: type[StrEnum]) -> dict[str, str]:
    errors = {}
    if not reason:
        errors[str(Field.REASON)] = _REASON
    if category not in set(categories):
        errors[str(Field.CATEGORY)] = _CATEGORY
    return errors


def _words(state: State, field: Field) -> str:
    return (submitted.text(state, field) or "").strip()


def _about(checkpoint: Checkpoint) -> Block:
    return header(asked(checkpoint, veil_of(checkpoint)))
