"""What a person did to one step of a list, read back from its form."""

from collections.abc import Sequence
from dataclasses import replace

from pydantic import JsonValue

from blocks import state as submitted
from blocks.categories import EditCategory
from blocks.controls.fields import ABSENT, FormField, Given
from blocks.controls.parsing import NotAValue, value_of
from blocks.controls.steps import Place, position_id, step_field, steps_of, title_of
from blocks.ids import Field, ModalContext
from blocks.limits import clip
from blocks.meaning import Edit, FieldErrors, Regeneration, StepEdit
from blocks.state import State
from blocks.wording.aligning import aligned
from manifests.parameters import Complaint
from manifests.vocabulary import Parameters
from store.checkpoint import Checkpoint, Revision
from store.digest import canonical

_ERROR = 500


def read_regeneration(state: State) -> Regeneration | FieldErrors:
    """Read what should be different about a step."""
    wanted = (submitted.text(state, Field.WANTED) or "").strip()
    if wanted:
        return Regeneration(wanted)
    return FieldErrors({Field.WANTED: "Say what should be different."})


def regeneration_in_words(
    checkpoint: Checkpoint, context: ModalContext, asked: Regeneration
) -> str:
    """Put to the agent which step it should make anew, and how."""
    place = Place.read(context.about)
    return asked.wanted if place is None else f"{title_of(checkpoint, place)}: {asked.wanted}"


def read_step(
    checkpoint: Checkpoint, context: ModalContext, state: State
) -> StepEdit | FieldErrors | None:
    """Read one step's form against the revision it was drawn from; None where there is no step."""
    base, place = _base(checkpoint, context), Place.read(context.about)
    field = None if base is None or place is None else step_field(checkpoint, base, place)
    if base is None or place is None or field is None:
        return None
    steps = steps_of(base, place.name)
    removed = bool(submitted.chosen_several(state, Field.REMOVE_STEP))
    value, errors = _value(field, state, removed=removed)
    position = _position(
        submitted.text(state, position_id(field)), len(steps) + (place.index is None)
    )
    if position is None:
        errors[position_id(field)] = "Write a number from 1 to the number of steps."
    if errors or position is None:
        return FieldErrors(errors)
    after = _with_step(steps, place, position, [] if removed else [value])
    category = submitted.chosen(state, Field.CATEGORY) or EditCategory.OTHER
    note = (submitted.text(state, Field.NOTE) or "").strip()
    edit = Edit({**base.parameters, place.name: after}, str(category), note)
    return StepEdit(value=value, position=position, removed=removed, edit=edit)


def rebased(
    checkpoint: Checkpoint, context: ModalContext, edit: StepEdit
) -> tuple[ModalContext, StepEdit] | None:
    """Put a change of one step on top of what is in force now, where that step stands now."""
    base, now, place = _base(checkpoint, context), checkpoint.revision, Place.read(context.about)
    if base is None or place is None:
        return None
    theirs = steps_of(now, place.name)
    index = _now_at(steps_of(base, place.name), theirs, place.index)
    # What was taken out meanwhile is put in again; what both took out is gone already.
    here = Place(place.name, index)
    if step_field(checkpoint, now, here) is None or (edit.removed and index is None):
        return None
    stays = place.index is not None and edit.position == place.index + 1
    wanted = index + 1 if stays and index is not None else edit.position
    position = min(wanted, len(theirs) + (index is None))
    after = _with_step(theirs, here, position, [] if edit.removed else [edit.value])
    parameters: Parameters = {**now.parameters, place.name: after}
    moved = replace(edit, position=position, edit=replace(edit.edit, parameters=parameters))
    updates = {"revision": now.number, "digest": now.digest, "about": here.pointer}
    return context.model_copy(update=updates), moved


def complaints_on_step(
    checkpoint: Checkpoint, context: ModalContext, complaints: Sequence[Complaint]
) -> FieldErrors:
    """Put what the schema says against the changed list beside the step's own input."""
    base, place = _base(checkpoint, context), Place.read(context.about)
    field = None if base is None or place is None else step_field(checkpoint, base, place)
    at = str(Field.NOTE) if field is None else field.block_id()
    said = " ".join(f"{each.where} {each.words}".strip() for each in complaints)
    return FieldErrors({at: clip(said, _ERROR)})


def _base(checkpoint: Checkpoint, context: ModalContext) -> Revision | None:
    found = (each for each in checkpoint.revisions if each.number == context.revision)
    return next(found, None)


def _value(field: FormField, state: State, *, removed: bool) -> tuple[JsonValue, dict[str, str]]:
    """Read the step itself; of one that goes it does not matter what was typed."""
    try:
        given: Given = value_of(field, state)
    except NotAValue as wrong:
        if not removed:
            return None, {field.block_id(): str(wrong)}
        given = field.base
    return None if given is ABSENT else given, {}


def _position(text: str | None, most: int) -> int | None:
    typed = (text or "").strip()
    if not typed.isascii() or not typed.isdigit() or len(typed) > 7:
        return None
    return int(typed) if 1 <= int(typed) <= most else None


def _with_step(
    steps: list[JsonValue], place: Place, position: int, put: list[JsonValue]
) -> list[JsonValue]:
    rest = [each for at, each in enumerate(steps) if at != place.index]
    return [*rest[: position - 1], *put, *rest[position - 1 :]]


def _now_at(before: list[JsonValue], after: list[JsonValue], index: int | None) -> int | None:
    """Find where a step stands now; None where it is new, or was taken out."""
    if index is None:
        return None
    pairs = aligned([canonical(each) for each in before], [canonical(each) for each in after])
    return next((new for old, new in pairs if old == index), None)
