"""Draft and refine: a list-shaped plan, changed or made anew one step at a time."""

from collections.abc import Iterator

from pydantic import JsonValue

from blocks import limits
from blocks.categories import EditCategory
from blocks.controls import pages
from blocks.controls.fields import FormField
from blocks.controls.inputs import inputs, labelled, text_input, tick
from blocks.controls.steps import Place, plans_in, position_id, step_field, steps_of, title_of
from blocks.controls.views import category_input, note_input, view
from blocks.forms.editing import about_to_save, changed_meanwhile
from blocks.forms.foreseeing import as_if, barring, save_button
from blocks.ids import Button, Field, Modal, ModalContext
from blocks.meaning import StepEdit
from blocks.parts.actions import spoken
from blocks.parts.headline import asked, header
from blocks.types import Block, View
from blocks.wording.differences import noun_of
from blocks.wording.rich import line, preformatted, rich, words
from blocks.wording.text import one_line, plain
from blocks.wording.values import as_text, shortened
from blocks.wording.veil import Veil, veil_of
from manifests.parameters import Parameter
from manifests.plan import ReviewPlan
from store.checkpoint import Checkpoint
from store.digest import revision_digest

_SHOWN = 600
_LINES = 12
_PAGE = 20
_MEANING = 40
_INPUTS = 40


def steps(checkpoint: Checkpoint, context: ModalContext, *, page: int = 1, said: str = "") -> View:
    """List every step of every plan, each with what can be done about it."""
    veil = veil_of(checkpoint)
    places = [
        Place(parameter.name, index)
        for parameter in plans_in(checkpoint)
        for index in range(len(steps_of(checkpoint.revision, parameter.name)))
    ]
    count = max(1, -(-len(places) // _PAGE))
    page = min(max(1, page), count)
    here = places[(page - 1) * _PAGE : page * _PAGE]
    blocks = [header(asked(checkpoint, veil)), *_said(said), *_rounds(checkpoint)]
    for place in here:
        blocks += _step(checkpoint, place, veil)
    if page == count:
        blocks += [_adding(parameter) for parameter in plans_in(checkpoint)]
    now = _in_force(checkpoint, context).model_copy(update={"page": page})
    drawn = [*blocks, *pages.page_buttons(page, count)]
    return view(Modal.STEPS, "Edit a step", drawn, now)


def step(checkpoint: Checkpoint, context: ModalContext, place: Place) -> View:
    """Ask how one step should be instead; a place without a step asks for a new one."""
    here = _in_force(checkpoint, context).model_copy(update={"about": place.pointer})
    title, form = title_of(checkpoint, place), _form(checkpoint, here, place, None)
    about = header(f"{title}: {asked(checkpoint, veil_of(checkpoint))}")
    if len(form) > _INPUTS:
        sorry = "This step is too large to be edited here. Ask the agent to change it: Regenerate."
        blocks = [about, *_said(sorry), _back(context.page)]
        return view(Modal.STEP, "Edit a step", blocks, here)
    barred = (block for each in barring(checkpoint) for block in _said(each))
    blocks = [about, *barred, *form, _back(context.page)]
    return view(Modal.STEP, "Edit a step", blocks, here, "See the changes")


def step_diff(
    checkpoint: Checkpoint, context: ModalContext, edit: StepEdit, fresh: ReviewPlan
) -> View:
    """Show what would change above the same form, so that saving sends everything once more."""
    told = about_to_save(checkpoint, context, edit.edit.parameters, fresh)
    return _form_again(checkpoint, context, edit, told, fresh)


def step_conflict(
    checkpoint: Checkpoint,
    contexts: tuple[ModalContext, ModalContext],
    edit: StepEdit,
    fresh: ReviewPlan,
) -> View:
    """Show what changed meanwhile; the contexts are of the form as it was and as it is now."""
    then, now = contexts
    told = changed_meanwhile(checkpoint, then, edit.edit.parameters, fresh)
    return _form_again(checkpoint, now, edit, told, fresh)


def _form_again(
    checkpoint: Checkpoint,
    context: ModalContext,
    edit: StepEdit,
    told: list[Block],
    fresh: ReviewPlan,
) -> View:
    place = Place.read(context.about)
    form = [] if place is None else _form(checkpoint, context, place, edit)
    draft = revision_digest(checkpoint.proposal.action, edit.edit.parameters)
    blocks: list[Block] = [*told, {"type": "divider"}, *form, _back(context.page)]
    here = context.model_copy(update={"draft": draft})
    label = save_button(as_if(checkpoint, edit.edit.parameters), fresh)
    return view(Modal.STEP_DIFF, "Save changes?", blocks, here, label)


def regenerate(checkpoint: Checkpoint, context: ModalContext, place: Place) -> View:
    """Ask what should be different about a step that the agent makes anew."""
    here = _in_force(checkpoint, context).model_copy(update={"about": place.pointer})
    limit = checkpoint.plan.information
    hint = (
        "The clock stops until the agent answers. Its answer comes as a new revision that shows "
        f"what it changed. Questions left: {limit.rounds - checkpoint.rounds}."
    )
    element = text_input(multiline=True, max_length=limits.INPUT_LENGTH - _MEANING)
    blocks = [
        header(f"{title_of(checkpoint, place)}: {asked(checkpoint, veil_of(checkpoint))}"),
        *_now(checkpoint, place),
        labelled(Field.WANTED, "What should be different?", element, hint=hint),
        _back(context.page),
    ]
    return view(Modal.REGENERATE, "Regenerate a step", blocks, here, "Ask the agent")


def _in_force(checkpoint: Checkpoint, context: ModalContext) -> ModalContext:
    now = checkpoint.revision
    updates = {"revision": now.number, "digest": now.digest, "draft": None, "about": ""}
    return context.model_copy(update=updates)


def _said(sentence: str) -> Iterator[Block]:
    if sentence:
        yield rich(line(words(sentence, bold=True)))


def _rounds(checkpoint: Checkpoint) -> Iterator[Block]:
    if not _may_ask(checkpoint):
        used = "The agent was asked as often as allowed, so no step can be regenerated any more."
        yield rich(line(words(used, italic=True)))


def _may_ask(checkpoint: Checkpoint) -> bool:
    return checkpoint.rounds < checkpoint.plan.information.rounds


def _step(checkpoint: Checkpoint, place: Place, veil: Veil) -> list[Block]:
    """Show one step and its buttons; its own words stand where they can forge nothing."""
    title, value = title_of(checkpoint, place), _value(checkpoint, place)
    shown = shortened(_text(value, veil), _SHOWN, _LINES).text
    short = one_line(shown.replace("\n", " "), _MEANING)
    elements = [_button(Button.EDIT_STEP, "Edit", f"Edit {title.lower()}: {short}", place)]
    if _may_ask(checkpoint):
        meaning = f"Ask the agent to make {title.lower()} anew"
        elements.append(_button(Button.REGENERATE_STEP, "Regenerate", meaning, place))
    return [
        rich(line(words(title, bold=True)), preformatted(shown)),
        {"type": "actions", "elements": [*elements]},
    ]


def _adding(parameter: Parameter) -> Block:
    noun = noun_of(parameter).lower()
    meaning = f"Add a {noun} to {parameter.title or parameter.name}"
    add = _button(Button.ADD_STEP, f"Add a {noun}", meaning, Place(parameter.name, None))
    return {"type": "actions", "elements": [add]}


def _button(action: Button, label: str, meaning: str, place: Place) -> Block:
    return {
        "type": "button",
        "action_id": action,
        "text": plain(label, limits.BUTTON_TEXT),
        "value": place.pointer,
        "accessibility_label": spoken(label, meaning),
    }


def _back(page: int) -> Block:
    """Lead back to all steps, which are a page of their own."""
    back: Block = {
        "type": "button",
        "action_id": Button.PAGE_BACK,
        "text": plain("All steps", limits.BUTTON_TEXT),
        "value": str(page),
        "accessibility_label": "All steps. Back to all steps; what was typed here is not kept",
    }
    return {"type": "actions", "elements": [back]}


def _now(checkpoint: Checkpoint, place: Place) -> Iterator[Block]:
    veil = veil_of(checkpoint)
    text = _text(_value(checkpoint, place), veil)
    yield from pages.framed("As it is now", shortened(text, limits.TEXT, 100).text)


def _value(checkpoint: Checkpoint, place: Place) -> JsonValue:
    found = steps_of(checkpoint.revision, place.name)
    return found[place.index] if place.index is not None and place.index < len(found) else ""


def _text(value: JsonValue, veil: Veil) -> str:
    if isinstance(value, str):
        return value
    return as_text(Veil(veil.keys).over_value(value))


def _form(
    checkpoint: Checkpoint, context: ModalContext, place: Place, edit: StepEdit | None
) -> list[Block]:
    base = checkpoint.revisions[context.revision - 1]
    field = step_field(checkpoint, base, place)
    if field is None:
        return []
    most = len(steps_of(base, place.name)) + (place.index is None)
    at = most if place.index is None else place.index + 1
    category = None if edit is None else edit.edit.category
    note = "" if edit is None else edit.edit.note
    return [
        *inputs(field, field.base if edit is None else edit.value),
        _position(field, most, at if edit is None else edit.position),
        *([] if place.index is None else [_removing(edit is not None and edit.removed)]),
        category_input(EditCategory, category),
        note_input("Why you changed it; the agent and the audit log get it.", note),
    ]


def _position(field: FormField, most: int, at: int) -> Block:
    element: Block = {
        "type": "number_input",
        "is_decimal_allowed": False,
        "min_value": "1",
        "max_value": str(most),
        "initial_value": str(at),
    }
    hint = f"Where it stands, from 1 to {most}."
    return labelled(position_id(field), "Position", element, hint=hint)


def _removing(chosen: bool) -> Block:  # noqa: FBT001  # one word says it
    box = tick("Take this step out")
    options = box["options"]
    element: Block = {**box, "initial_options": options} if chosen else box
    return labelled(Field.REMOVE_STEP, "Remove", element, optional=True)
