"""Submitted views back into their meaning; it sits beside drawing, and a round trip ties them."""

from collections.abc import Sequence

from blocks import state as submitted
from blocks.categories import EditCategory, RejectCategory
from blocks.fields import ABSENT, FormField, editable_fields, fill_in_fields
from blocks.ids import Field, ModalContext
from blocks.limits import clip
from blocks.meaning import (
    Approval,
    Classification,
    Edit,
    FieldErrors,
    Given,
    Guidance,
    Question,
    Rejection,
)
from blocks.parsing import NotAValue, value_of
from blocks.state import State
from manifests.parameters import Complaint
from manifests.vocabulary import Parameters, RoleName, Severity
from store.checkpoint import Checkpoint

__all__ = [
    "Approval",
    "Classification",
    "Edit",
    "FieldErrors",
    "Given",
    "Guidance",
    "Question",
    "Rejection",
    "State",
    "complaints_on",
    "read_answer",
    "read_approval",
    "read_classification",
    "read_edit",
    "read_fill_in",
    "read_question",
    "read_reason",
    "read_rejection",
]

_REASON = "Write a reason; the agent and the audit log get it."
_ERROR = 500


def read_approval(state: State) -> Approval:
    """Read a sign-off; without a note field the note is empty."""
    return Approval(_words(state, Field.NOTE))


def read_rejection(state: State) -> Rejection | FieldErrors:
    """Read a no."""
    reason, category = _words(state, Field.REASON), submitted.chosen(state, Field.CATEGORY)
    errors = {}
    if not reason:
        errors[str(Field.REASON)] = _REASON
    if category not in set(RejectCategory):
        errors[str(Field.CATEGORY)] = "Choose a category."
    return FieldErrors(errors) if errors else Rejection(reason, str(category))


def read_edit(checkpoint: Checkpoint, context: ModalContext, state: State) -> Edit | FieldErrors:
    """Read an edit form, or the diff that followed it, against the revision it was drawn from."""
    return _edited(checkpoint, context, state, editable_fields(checkpoint, context.revision))


def read_fill_in(checkpoint: Checkpoint, context: ModalContext, state: State) -> Edit | FieldErrors:
    """Read a form that asked for missing parameters."""
    fields = fill_in_fields(checkpoint, context.revision)
    read = _edited(checkpoint, context, state, fields)
    if isinstance(read, FieldErrors):
        return read
    left = [
        each.block_id()
        for each in fields
        if each.name in checkpoint.proposal.missing and each.name not in read.parameters
    ]
    if left:
        return FieldErrors(dict.fromkeys(left, "The agent needs this; fill it in."))
    return Edit(read.parameters, EditCategory.MISSING_DETAIL, read.note)


def read_question(state: State) -> Question | FieldErrors:
    """Read a question to the agent."""
    text = _words(state, Field.QUESTION)
    return Question(text) if text else FieldErrors({Field.QUESTION: "Write your question."})


def read_answer(checkpoint: Checkpoint, state: State) -> Guidance | FieldErrors:
    """Read the answer to an agent's question."""
    words, option = _words(state, Field.GUIDANCE), submitted.chosen(state, Field.CHOICE)
    choices = checkpoint.proposal.choices
    choice = None
    if option is not None:
        if not option.isascii() or not option.isdigit() or int(option) >= len(choices):
            return FieldErrors({Field.CHOICE: "Choose one of the answers offered."})
        choice = choices[int(option)]
    if choice is None and not words:
        return FieldErrors({Field.GUIDANCE: "Choose an answer or write one."})
    return Guidance(words, choice)


def read_reason(state: State) -> Given | FieldErrors:
    """Read a reason in free words."""
    reason = _words(state, Field.REASON)
    return Given(reason) if reason else FieldErrors({Field.REASON: _REASON})


def read_classification(state: State) -> Classification | FieldErrors:
    """Read how an unknown action is to be treated."""
    given = {
        field: submitted.chosen(state, field)
        for field in (Field.SEVERITY, Field.REVERSIBLE, Field.ROLE, Field.APPROVAL_REQUIRED)
    }
    errors = {str(field): "Choose one." for field, value in given.items() if value is None}
    severity = given[Field.SEVERITY]
    if severity not in set(Severity):
        errors[str(Field.SEVERITY)] = "Choose one."
    if errors or severity is None:
        return FieldErrors(errors)
    return Classification(
        severity=Severity(severity),
        reversible=given[Field.REVERSIBLE] == "true",
        role=RoleName(given[Field.ROLE] or ""),
        approval_required=given[Field.APPROVAL_REQUIRED] != "false",
    )


def complaints_on(
    checkpoint: Checkpoint, context: ModalContext, complaints: Sequence[Complaint]
) -> FieldErrors:
    """Put what the schema says against an edit beside the inputs it means."""
    fields = {each.name: each for each in fill_in_fields(checkpoint, context.revision)}
    errors: dict[str, str] = {}
    for complaint in complaints:
        name, inside = _place(complaint.where)
        at = f"At {inside}: " if inside else ""
        if name in fields:
            place = fields[name].block_id()
        else:
            # A form can only show errors at its own inputs, so this one stands at the note.
            place, at = Field.NOTE, f"{complaint.where}: "
        said = f"{at}{complaint.problem} {complaint.hint}".strip()
        errors[place] = clip(f"{errors[place]} {said}" if place in errors else said, _ERROR)
    return FieldErrors(errors)


def _place(pointer: str) -> tuple[str, str]:
    """Split a JSON pointer into a parameter's name and what is inside of it."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    if steps[:1] == ["parameters"]:
        steps = steps[1:]
    name, inside = (steps or [""])[0], steps[1:]
    return name, f"/{'/'.join(inside)}" if inside else ""


def _edited(
    checkpoint: Checkpoint, context: ModalContext, state: State, fields: list[FormField]
) -> Edit | FieldErrors:
    parameters: Parameters = dict(checkpoint.revisions[context.revision - 1].parameters)
    errors = {}
    for field in fields:
        try:
            value = value_of(field, state)
        except NotAValue as wrong:
            errors[field.block_id()] = str(wrong)
            continue
        if value is not ABSENT:
            parameters[field.name] = value
        else:
            parameters.pop(field.name, None)
    if errors:
        return FieldErrors(errors)
    category = submitted.chosen(state, Field.CATEGORY) or EditCategory.OTHER
    return Edit(parameters, str(category), _words(state, Field.NOTE))


def _words(state: State, field: Field) -> str:
    return (submitted.text(state, field) or "").strip()
