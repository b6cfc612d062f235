"""Forms over parameters: edit, see the difference, settle a conflict, fill in what is missing."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from blocks.categories import EditCategory
from blocks.controls import pages
from blocks.controls.fields import ABSENT, FormField, Given, editable_fields, fill_in_fields
from blocks.controls.inputs import inputs
from blocks.controls.views import category_input, note_input, view
from blocks.forms.foreseeing import (
    as_if,
    barring,
    foreseen,
    on_saving,
    save_button,
)
from blocks.forms.full import will_run_whole
from blocks.forms.merging import both_changes
from blocks.ids import Modal, ModalContext
from blocks.meaning import Edit
from blocks.parts.headline import asked, header
from blocks.parts.parameters import will_run
from blocks.parts.saving import approves_if_saved
from blocks.types import Block, View
from blocks.wording.differences import differences, drawn
from blocks.wording.rich import line, rich, words
from blocks.wording.room import ROOMS
from blocks.wording.text import one_line, visible
from blocks.wording.values import label_of, value_text
from blocks.wording.veil import veil_of
from manifests.plan import ReviewPlan
from manifests.vocabulary import Parameters
from store.checkpoint import Checkpoint
from store.digest import revision_digest
from store.lifecycle.revising import difference

# A view holds 100 blocks and 250 kB; what people type must still fit when it is shown again.
_INPUTS = 70
_PARTS = 30
_BYTES = 120_000
_BYTES_AGAIN = 240_000
_BLOCKS_ABOVE = 20
_TOO_MUCH = "This is more than one form can hold. Change one parameter at a time, or ask the agent."
_MOST_SHOWN = 8
_SIDE = 1_200


def edit(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Give a form over everything a reviewer may change."""
    fields = editable_fields(checkpoint, context.revision)
    asked_for, left_out = _inputs([(field, field.base) for field in fields], _BYTES)
    blocks = [
        header(f"Edit: {asked(checkpoint, veil_of(checkpoint))}"),
        *map(_bold, barring(checkpoint)),
        *_too_large(left_out),
        *asked_for,
        category_input(EditCategory),
        note_input("Why you changed it; the agent and the audit log get it."),
    ]
    return view(Modal.EDIT, "Edit parameters", blocks, context, "See the changes")


def edit_diff(checkpoint: Checkpoint, context: ModalContext, edit: Edit, fresh: ReviewPlan) -> View:
    """Show old → new above the same form, so that saving sends everything once more."""
    told = about_to_save(checkpoint, context, edit.parameters, fresh)
    return _form_again(checkpoint, context, edit, told, fresh)


def conflict(
    checkpoint: Checkpoint, context: ModalContext, merged: Edit, fresh: ReviewPlan
) -> View:
    """Show what somebody else changed meanwhile beside what was typed; nothing typed is lost."""
    now = checkpoint.revision
    told = changed_meanwhile(checkpoint, context, merged.parameters, fresh)
    here = context.model_copy(update={"revision": now.number, "digest": now.digest})
    return _form_again(checkpoint, here, merged, told, fresh)


def merged(checkpoint: Checkpoint, context: ModalContext, edit: Edit) -> Edit:
    """Put what one person changed on top of what the other did."""
    base = checkpoint.revisions[context.revision - 1].parameters
    both = dict(checkpoint.revision.parameters)
    for name in difference(base, edit.parameters):
        if name not in edit.parameters:
            both.pop(name, None)
        elif name in base and name in both:
            both[name] = both_changes(base[name], both[name], edit.parameters[name])
        else:
            both[name] = edit.parameters[name]
    return Edit(both, edit.category, edit.note)


def about_to_save(
    checkpoint: Checkpoint, context: ModalContext, after: Parameters, fresh: ReviewPlan
) -> list[Block]:
    """Tell what saving would change, and what would follow from it."""
    before = checkpoint.revisions[context.revision - 1].parameters
    return [
        _bold("You are about to save these changes"),
        *_differences(checkpoint, before, after),
        *_following(as_if(checkpoint, after), fresh),
    ]


def changed_meanwhile(
    checkpoint: Checkpoint, context: ModalContext, after: Parameters, fresh: ReviewPlan
) -> list[Block]:
    """Tell what is in force now, and what saving would change about that."""
    now = checkpoint.revision
    base = checkpoint.revisions[context.revision - 1].parameters
    who = one_line(now.by.name, 60) if now.by is not None else "The agent"
    other = f"{who} changed this while you were editing. Revision {now.number} is in force now."
    return [
        _bold(other),
        *_differences(checkpoint, base, now.parameters),
        _bold("Your changes, on top of that"),
        *_differences(checkpoint, now.parameters, after),
        *_following(as_if(checkpoint, after), fresh),
    ]


def not_saved(checkpoint: Checkpoint, after: Parameters, why: str) -> View:
    """Say why an edit was not taken, and keep what was typed where it can be copied from."""
    veil, schema = veil_of(checkpoint), checkpoint.plan.schema
    changed = [name for name in difference(checkpoint.revision.parameters, after) if name in after]
    written = {}
    for name in changed:
        parameter = schema.named(name)
        written[label_of(parameter, name)] = value_text(parameter, after[name], after, veil)
    return kept("Not saved", why, written)


def kept(title: str, why: str, written: Mapping[str, str]) -> View:
    """Say why nothing came of a form, with what was written in it."""
    blocks: list[Block] = [_bold(f"{title}. {visible(why)}")]
    if written:
        blocks.append(rich(line(words("What you wrote, so that it is not lost:"))))
    for label, text in written.items():
        blocks += pages.framed(label, text)
    return view(Modal.VIEW_ONLY, title, pages.paged(blocks)[0], None)


def _bold(sentence: str) -> Block:
    return rich(line(words(sentence, bold=True)))


def _following(checkpoint: Checkpoint, fresh: ReviewPlan) -> list[Block]:
    """Tell what follows; where saving approves, too, with all that would run."""
    veil = veil_of(checkpoint)
    sentences = [veil.over(each) for each in foreseen(checkpoint, fresh)]
    whole = [will_run(checkpoint, veil, ROOMS[0])[0]] if approves_if_saved(checkpoint) else []
    return [*whole, rich(*(line(words(each, italic=True)) for each in sentences))]


def fill_in(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Give a form over what is missing; where the plan allows it, submitting it approves, too."""
    veil = veil_of(checkpoint)
    fields = fill_in_fields(checkpoint, context.revision)
    asked_for, left_out = _inputs([(field, field.base) for field in fields], _BYTES)
    approves, (whole, cut) = approves_if_saved(checkpoint), will_run(checkpoint, veil, ROOMS[0])
    beginning = pages.paged(will_run_whole(checkpoint, veil))[0][:_BLOCKS_ABOVE] if cut else [whole]
    blocks: list[Block] = [header(asked(checkpoint, veil)), *beginning]
    blocks += [*_too_large(left_out), *asked_for, note_input(), _bold(on_saving(checkpoint))]
    label = "Fill in & approve" if approves else "Fill in"
    return view(Modal.FILL_IN, label, blocks, context, label)


def _form_again(
    checkpoint: Checkpoint,
    context: ModalContext,
    edit: Edit,
    top: list[Block],
    fresh: ReviewPlan,
) -> View:
    """Draw the form with what was typed; its context names exactly what the differences show."""
    fields = editable_fields(checkpoint, context.revision)
    held = [(field, edit.parameters.get(field.name, ABSENT)) for field in fields]
    # What was changed goes before all else, so that it cannot be what finds no room.
    base = checkpoint.revisions[context.revision - 1].parameters
    changed = difference(base, edit.parameters)
    asked_for, left_out = _inputs(held, _BYTES_AGAIN - _weight(top), first=changed)
    if any(field.name in changed for field in left_out):
        return not_saved(checkpoint, edit.parameters, _TOO_MUCH)
    draft = revision_digest(checkpoint.proposal.action, edit.parameters)
    blocks: list[Block] = [
        *top,
        {"type": "divider"},
        *asked_for,
        category_input(EditCategory, edit.category),
        note_input("Why you changed it; the agent and the audit log get it.", edit.note),
    ]
    here = context.model_copy(update={"draft": draft})
    label = save_button(as_if(checkpoint, edit.parameters), fresh)
    return view(Modal.EDIT_DIFF, "Save changes?", blocks, here, label)


def _inputs(
    held: Iterable[tuple[FormField, Given]], most: int, *, first: Collection[str] = ()
) -> tuple[list[Block], list[FormField]]:
    """Draw inputs while they fit, small ones before large ones; what is left out stays as it is."""
    weighed = [_Weighed(field, inputs(field, value)) for field, value in held]
    kept, blocks, used = set[str](), 0, 0
    for each in sorted(weighed, key=lambda each: (each.field.name not in first, each.weight)):
        alone = each.field.name in first or len(each.blocks) <= _PARTS
        if alone and blocks + len(each.blocks) <= _INPUTS and used + each.weight <= most:
            kept.add(each.field.name)
            blocks, used = blocks + len(each.blocks), used + each.weight
    shown = [block for each in weighed if each.field.name in kept for block in each.blocks]
    return shown, [each.field for each in weighed if each.field.name not in kept]


@dataclass(frozen=True)
class _Weighed:
    """One parameter's inputs, and how many bytes of a view they take."""

    field: FormField
    blocks: list[Block]

    @cached_property
    def weight(self) -> int:
        return _weight(self.blocks)


def _weight(blocks: list[Block]) -> int:
    return len(json.dumps(blocks, ensure_ascii=False).encode("utf-8", "replace"))


def _too_large(left_out: list[FormField]) -> list[Block]:
    """Say what is not in the form, and what to do about it."""
    if not left_out:
        return []
    names = ", ".join(one_line(field.name, 60) for field in left_out[:20])
    told = "Too large to be edited here, so kept: "
    it = "it" if len(left_out) == 1 else "them"
    help_ = f". Ask the agent to change {it}: Cancel, then Request info."
    return [rich(line(words(told), words(names, code=True), words(help_)))]


def _differences(checkpoint: Checkpoint, before: Parameters, after: Parameters) -> list[Block]:
    """Draw what differs, the first few in full and the rest counted."""
    veil, schema = veil_of(checkpoint), checkpoint.plan.schema
    found = list(differences(schema, before, after, veil, limit=_SIDE, lines=20))
    shown = [rich(drawn(each)) for each in found[:_MOST_SHOWN]]
    left = len(found) - len(shown)
    if left:
        told = f"and {left} more changes, in the form below"
        return [*shown, rich(line(words(told, italic=True)))]
    return shown or [rich(line(words("Nothing was changed.", italic=True)))]
