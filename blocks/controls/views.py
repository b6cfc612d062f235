"""What every modal has in common, and the inputs that are not parameters."""

from enum import StrEnum

from blocks import limits
from blocks.categories import in_words
from blocks.controls.inputs import labelled, pick_one, text_input
from blocks.ids import Field, Modal, ModalContext
from blocks.types import Block, View
from blocks.wording.text import plain
from manifests.vocabulary import Friction
from store.checkpoint import Checkpoint
from store.retyping import phrase_to_retype

_RETYPED = 200


def view(
    modal: Modal,
    title: str,
    blocks: list[Block],
    context: ModalContext | None,
    submit: str | None = None,
) -> View:
    """Give a modal; without something to submit it only closes."""
    drawn: View = {
        "type": "modal",
        "callback_id": modal,
        "title": plain(title, limits.VIEW_TITLE),
        "close": plain("Cancel" if submit else "Close", limits.VIEW_TITLE),
        "blocks": [*blocks],
    }
    if context is not None:
        drawn["private_metadata"] = context.encode()
    if submit is not None:
        drawn["submit"] = plain(submit, limits.VIEW_TITLE)
    return drawn


def reason_input(label: str, hint: str = "") -> Block:
    """Ask for a reason in free words; it is required."""
    element = text_input(multiline=True, max_length=limits.INPUT_LENGTH)
    return labelled(Field.REASON, label, element, hint=hint)


def note_input(hint: str = "It is kept with the decision.", initial: str = "") -> Block:
    """Ask for an optional note."""
    element = text_input(initial, multiline=True, max_length=limits.INPUT_LENGTH)
    return labelled(Field.NOTE, "Note", element, hint=hint, optional=True)


def retype_input(checkpoint: Checkpoint) -> list[Block]:
    """Ask for what must be typed once more; nothing where the plan asks for no such care."""
    if checkpoint.plan.friction is not Friction.TYPED:
        return []
    label = f"Type “{phrase_to_retype(checkpoint)}” to approve"
    hint = "Exactly as it stands there; it shows that you read what you approve."
    return [labelled(Field.RETYPED, label, text_input(max_length=_RETYPED), hint=hint)]


def category_input(categories: type[StrEnum], chosen: str | None = None) -> Block:
    """Ask for one of our categories."""
    pairs = [(each.value, in_words(each)) for each in categories]
    return labelled(Field.CATEGORY, "Category", pick_one(pairs, chosen))
