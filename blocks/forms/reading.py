"""Submitted views back into their meaning; it sits beside drawing, and a round trip ties them."""

from collections.abc import Collection, Sequence

from blocks import state as submitted
from blocks.categories import EditCategory, RejectCategory
from blocks.controls.fields import ABSENT, FormField, editable_fields, fill_in_fields
from blocks.controls.parsing import NotAValue, value_of
from blocks.forms.refined import (
    complaints_on_step,
    read_regeneration,
    read_step,
    rebased,
    regeneration_in_words,
)
from blocks.ids import Field, ModalContext
from blocks.limits import clip
from blocks.meaning import (
    Approval,
    Classification,
    Edit,
    FieldErrors,
    Given,
    Guidance,
    PassedOn,
    Rejection,
)
from blocks.state import State
from blocks.wording.text import joined
from manifests.parameters import Complaint
from manifests.vocabulary import Parameters, RoleName, Severity, UserId
from store.checkpoint import Checkpoint
from store.refusals import Reason, Refusal

__all__ = [
    "Approval",
    "Classification",
    "Edit",
    "FieldErrors",
    "Given",
    "Guidance",
    "PassedOn",
    "Rejection",
    "State",
    "complaints_on",
    "complaints_on_step",
    "mistyped",
    "read_answer",
    "read_approval",
    "read_classification",
    "read_edit",
    "read_fill_in",
    "read_passing_on",
    "read_reason",
    "read_regeneration",
    "read_rejection",
    "read_step",
    "rebased",
    "regeneration_in_words",
    "wrong_person",
]

_REASON = "Write a reason; the agent and the audit log get it."
_ERROR = 500
_ABOUT_THE_PERSON = frozenset(
    {
        Reason.AWAY,
        Reason.NOT_A_MEMBER,
        Reason.WRONG_ROLE,
        Reason.OWN_PROPOSAL,
        Reason.OWN_EDIT,
        Reason.ALREADY_SIGNED,
        Reason.YOUR_TURN_ALREADY,
        Reason.STALE_FACTS,
    }
)
_YES_NO = {"true": True, "false": False}


def read_approval(state: State) -> Approval:
    """Read a sign-off; without a note field the note is empty."""
    return Approval(_words(state, Field.NOTE), submitted.text(state, Field.RETYPED))


def mistyped(state: State, refusal: Refusal | None) -> FieldErrors | None:
    """Put a refusal beside the input where something was not typed as it stands."""
    if refusal is None or refusal.reason is not Reason.NOT_RETYPED or Field.RETYPED not in state:
        return None
    return FieldErrors({Field.RETYPED: clip(refusal.words, _ERROR)})


def read_rejection(state: State) -> Rejection | FieldErrors:
    """Read a no."""
    reason, category = _words(state, Field.REASON), submitted.chosen(state, Field.CATEGORY)
    errors = {}
    if not reason:
        errors[str(Field.REASON)] = _REASON
    if category not in set(RejectCategory):
        errors[str(Field.CATEGORY)] = "Choose a category."
    wants_alternative = bool(submitted.chosen_several(state, Field.ANOTHER_DRAFT))
    return FieldErrors(errors) if errors else Rejection(reason, str(category), wants_alternative)


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


def read_passing_on(state: State) -> PassedOn | FieldErrors:
    """Read whose turn it should be instead."""
    # A list of everybody where it is not known who could take it.
    user = submitted.chosen_user(state, Field.PERSON) or submitted.chosen(state, Field.PERSON)
    if user is None:
        return FieldErrors({Field.PERSON: "Choose a person."})
    return PassedOn(UserId(user), _words(state, Field.NOTE))


def wrong_person(refusal: Refusal | None) -> FieldErrors | None:
    """Put beside the list of people why somebody cannot have the turn, so that nothing is lost."""
    if refusal is None or refusal.reason not in _ABOUT_THE_PERSON:
        return None
    return FieldErrors({Field.PERSON: clip(refusal.words, _ERROR)})


def read_classification(
    state: State, known: Collection[RoleName] | None = None
) -> Classification | FieldErrors:
    """Read how an unknown action is to be treated; `known` are the roles there are by now."""
    severity, role = submitted.chosen(state, Field.SEVERITY), submitted.chosen(state, Field.ROLE)
    reversible = _YES_NO.get(submitted.chosen(state, Field.REVERSIBLE) or "")
    required = _YES_NO.get(submitted.chosen(state, Field.APPROVAL_REQUIRED) or "")
    errors = {}
    if severity not in set(Severity):
        errors[str(Field.SEVERITY)] = f"Choose one of {joined([*Severity], 'or')}."
    elif required is False and (
        why := _asked_all_the_same(Severity(str(severity)), reversible=reversible)
    ):
        words = f"A person is asked all the same where {why}: choose Yes."
        errors[str(Field.APPROVAL_REQUIRED)] = words
    if reversible is None:
        errors[str(Field.REVERSIBLE)] = "Say whether somebody can undo it: Yes or No."
    if required is None:
        words = "Say whether a person must approve it: Yes or No."
        errors[str(Field.APPROVAL_REQUIRED)] = words
    if required is not False and not role:
        errors[str(Field.ROLE)] = "Choose the role whose people approve it."
    elif role and known is not None and role not in known:
        words = f"There is no role {role} any more. Close this and press Classify again."
        errors[str(Field.ROLE)] = clip(words, _ERROR)
    if errors:
        return FieldErrors(errors)
    return Classification(
        severity=Severity(str(severity)),
        reversible=bool(reversible),
        role=RoleName(role or ""),
        approval_required=bool(required),
    )


def _asked_all_the_same(severity: Severity, *, reversible: bool | None) -> str:
    """Say why a manifest would not spare people, whatever it says; empty where it would."""
    if severity.at_least(Severity.HIGH):
        return f"the worst outcome is {severity}"
    if severity is Severity.MEDIUM and reversible is False:
        return "something of medium severity cannot be undone"
    return ""


def complaints_on(
    checkpoint: Checkpoint, context: ModalContext, complaints: Sequence[Complaint]
) -> FieldErrors:
    """Put what the schema says against an edit beside the inputs it means."""
    fields = {each.name: each for each in fill_in_fields(checkpoint, context.revision)}
    errors: dict[str, str] = {}
    for complaint in complaints:
        name, inside = _place(complaint.where)
        about = inside or "This"
        if name in fields:
            place = fields[name].block_id()
        else:
            # A form can only show errors at its own inputs, so this one stands at the note.
            place, about = Field.NOTE, complaint.where
        said = f"{about} {complaint.words}"
        errors[place] = clip(f"{errors[place]} {said}" if place in errors else said, _ERROR)
    return FieldErrors(errors)


def nothing_changed() -> FieldErrors:
    """Say, beside the last thing that must be chosen, that there is nothing to save yet."""
    return FieldErrors({Field.CATEGORY: "Nothing is changed yet. Change a value above, or Cancel."})


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
