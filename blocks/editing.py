"""Forms over parameters: edit, see the difference, settle a conflict, fill in what is missing."""

import json
from collections.abc import Iterable

from blocks import pages
from blocks.categories import EditCategory
from blocks.fields import ABSENT, FormField, Given, editable_fields, fill_in_fields
from blocks.full import will_run_whole
from blocks.headline import asked, header
from blocks.ids import Modal, ModalContext
from blocks.inputs import inputs
from blocks.meaning import Edit
from blocks.rich import line, rich, words
from blocks.text import one_line
from blocks.types import Block, View
from blocks.values import label_of, shortened, value_text
from blocks.veil import Veil, veil_of
from blocks.views import category_input, note_input, view
from manifests.vocabulary import Parameters
from store.checkpoint import Checkpoint
from store.digest import revision_digest
from store.lifecycle.revising import difference

# A view holds 100 blocks and 250 kB; what people type must still fit when it is shown again.
_INPUTS = 70
_BYTES = 120_000
_BYTES_AGAIN = 225_000
_DIFF_BLOCKS = 20
_SIDE = 1_200


def edit(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Give a form over everything a reviewer may change."""
    fields = editable_fields(checkpoint, context.revision)
    drawn, left_out = _inputs([(field, field.base) for field in fields], _BYTES)
    blocks = [
        header(f"Edit: {asked(checkpoint, veil_of(checkpoint))}"),
        *_too_large(left_out),
        *drawn,
        category_input(EditCategory),
        note_input("Why you changed it; the agent and the audit log get it."),
    ]
    return view(Modal.EDIT, "Edit parameters", blocks, context, "See the changes")


def edit_diff(checkpoint: Checkpoint, context: ModalContext, edit: Edit) -> View:
    """Show old → new above the same form, so that saving sends everything once more."""
    before = checkpoint.revisions[context.revision - 1].parameters
    rows = _differences(checkpoint, before, edit.parameters)
    heading = rich(line(words("You are about to save these changes", bold=True)))
    return _form_again(checkpoint, context, edit, [heading, *rows])


def conflict(checkpoint: Checkpoint, context: ModalContext, edit: Edit) -> View:
    """Show what somebody else changed meanwhile beside what was typed; nothing typed is lost."""
    now = checkpoint.revision
    base = checkpoint.revisions[context.revision - 1].parameters
    theirs = _differences(checkpoint, base, now.parameters)
    merged = _merged(base, now.parameters, edit.parameters)
    yours = _differences(checkpoint, now.parameters, merged)
    who = one_line(now.by.name, 60) if now.by is not None else "The agent"
    other = f"{who} changed this while you were editing. Revision {now.number} is in force now."
    top = [
        rich(line(words(other, bold=True))),
        *theirs,
        rich(line(words("Your changes, on top of that", bold=True))),
        *yours,
    ]
    settled = Edit(merged, edit.category, edit.note)
    here = context.model_copy(update={"revision": now.number, "digest": now.digest})
    return _form_again(checkpoint, here, settled, top)


def fill_in(checkpoint: Checkpoint, context: ModalContext) -> View:
    """Give a form over what is missing; submitting it is the sign-off."""
    veil = veil_of(checkpoint)
    fields = fill_in_fields(checkpoint, context.revision)
    drawn, left_out = _inputs([(field, field.base) for field in fields], _BYTES)
    shown = pages.paged(will_run_whole(checkpoint, veil))[0][:_DIFF_BLOCKS]
    blocks: list[Block] = [header(asked(checkpoint, veil)), *shown]
    blocks += [*_too_large(left_out), *drawn, note_input()]
    return view(Modal.FILL_IN, "Fill in & approve", blocks, context, "Fill in & approve")


def _form_again(
    checkpoint: Checkpoint, context: ModalContext, edit: Edit, top: list[Block]
) -> View:
    """Draw the form with what was typed; its context names exactly what the differences show."""
    fields = editable_fields(checkpoint, context.revision)
    held = [(field, edit.parameters.get(field.name, ABSENT)) for field in fields]
    # What was changed comes first, so that it cannot be what finds no room.
    base = checkpoint.revisions[context.revision - 1].parameters
    changed = difference(base, edit.parameters)
    held.sort(key=lambda each: each[0].name not in changed)
    drawn, _ = _inputs(held, _BYTES_AGAIN)
    draft = revision_digest(checkpoint.proposal.action, edit.parameters)
    blocks: list[Block] = [
        *top[:_DIFF_BLOCKS],
        {"type": "divider"},
        *drawn,
        category_input(EditCategory, edit.category),
        note_input("Why you changed it; the agent and the audit log get it.", edit.note),
    ]
    here = context.model_copy(update={"draft": draft})
    return view(Modal.EDIT_DIFF, "Save changes?", blocks, here, "Save")


def _inputs(
    held: Iterable[tuple[FormField, Given]], most: int
) -> tuple[list[Block], list[FormField]]:
    """Draw inputs while they fit; what is left out stays as it is."""
    drawn: list[Block] = []
    left_out: list[FormField] = []
    used = 0
    for field, value in held:
        blocks = inputs(field, value)
        weight = len(json.dumps(blocks, ensure_ascii=False).encode("utf-8", "replace"))
        if len(drawn) + len(blocks) > _INPUTS or used + weight > most:
            left_out.append(field)
            continue
        drawn += blocks
        used += weight
    return drawn, left_out


def _too_large(left_out: list[FormField]) -> list[Block]:
    if not left_out:
        return []
    names = ", ".join(one_line(field.name, 60) for field in left_out[:20])
    told = "Too large to be edited here, so kept as they are: "
    return [rich(line(words(told), words(names, code=True)))]


def _merged(base: Parameters, theirs: Parameters, yours: Parameters) -> Parameters:
    """Put what one person changed on top of what the other did."""
    merged = dict(theirs)
    for name in difference(base, yours):
        if name in yours:
            merged[name] = yours[name]
        else:
            merged.pop(name, None)
    return merged


def _differences(checkpoint: Checkpoint, before: Parameters, after: Parameters) -> list[Block]:
    """Draw what differs, each parameter old → new."""
    veil = veil_of(checkpoint)
    drawn: list[Block] = []
    for name in difference(before, after):
        label = label_of(checkpoint.plan.schema.named(name), name)
        old = _side(checkpoint, name, before, veil)
        new = _side(checkpoint, name, after, veil)
        drawn.append(_difference(label, old, new))
    more = len(drawn) - _DIFF_BLOCKS // 2 + 2
    if more > 1:
        rest = rich(line(words(f"and {more} more changes, in the form below", italic=True)))
        return [*drawn[:-more], rest]
    return drawn or [rich(line(words("Nothing was changed.", italic=True)))]


def _difference(label: str, old: str, new: str) -> Block:
    return rich(
        line(words(one_line(label, 150), bold=True)),
        line(words("before: "), words(old, code=True)),
        line(words("after: "), words(new, code=True)),
    )


def _side(checkpoint: Checkpoint, name: str, side: Parameters, veil: Veil) -> str:
    if name not in side:
        return "(none)"
    parameter = checkpoint.plan.schema.named(name)
    return shortened(value_text(parameter, side[name], side, veil), _SIDE, 20).text
