"""Classifying an action that nobody knew: the questions, and the manifest entry that follows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from blocks import limits
from blocks.controls import pages
from blocks.controls.inputs import labelled, pick_one
from blocks.controls.views import view
from blocks.ids import Field, Modal, ModalContext
from blocks.meaning import Classification
from blocks.parts.headline import header
from blocks.parts.parameters import entries
from blocks.types import Block, View
from blocks.wording.rich import line, rich, words
from blocks.wording.text import one_line
from blocks.wording.veil import veil_of
from manifests.plan import Role
from manifests.vocabulary import ActionName, Severity
from store.checkpoint import Checkpoint

_YES_NO = [("true", "Yes"), ("false", "No")]
_SHOWN = 40
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Destination:
    """The file that an entry belongs in, as whoever looks after this installation knows it."""

    file: str
    holds_all: bool = False
    """Whether it is the one file that is loaded, so that none can be put beside it."""


def classify(checkpoint: Checkpoint, context: ModalContext, roles: Sequence[Role]) -> View:
    """Ask how bad, how final, who must agree, and whether anybody must."""
    veil = veil_of(checkpoint)
    seen = [
        block for each in entries(checkpoint, veil) for block in pages.framed(each.label, each.text)
    ]
    severities = [(each.value, each.capitalize()) for each in Severity]
    known = [
        (str(role.name), one_line(role.title, limits.OPTION_TEXT))
        for role in roles[: limits.SELECT_OPTIONS]
    ]
    blocks = [
        header(f"Classify {one_line(checkpoint.proposal.action, 100)}"),
        rich(line(words("Nothing runs by this. You get a manifest entry to put in force."))),
        *seen[:_SHOWN],
        labelled(Field.SEVERITY, "How bad is the worst outcome?", pick_one(severities, None)),
        labelled(Field.REVERSIBLE, "Can it be undone?", pick_one(_YES_NO, None)),
        labelled(Field.APPROVAL_REQUIRED, "Must a person approve it?", pick_one(_YES_NO, "true")),
        labelled(Field.ROLE, "Which role approves it?", pick_one(known, None), optional=True),
    ]
    return view(Modal.CLASSIFY, "Classify an action", blocks, context, "Make the entry")


def classified(checkpoint: Checkpoint, context: ModalContext, text: str, into: Destination) -> View:
    """Show the manifest entry that a classification made, and where it is to be written."""
    action = one_line(checkpoint.proposal.action, 100)
    blocks = [
        header(f"Manifest entry for {action}"),
        rich(line(*_where(into))),
        *pages.framed("Entry", text),
    ]
    return view(Modal.VIEW_ONLY, "Manifest entry", blocks, context)


def _where(into: Destination) -> Iterator[Block]:
    named = words(one_line(into.file, _LONGEST), code=True)
    if into.holds_all:
        yield from (words("Add this to "), named, words(", the file that KEYTURN_MANIFESTS names"))
    else:
        yield from (words("Save this as "), named, words(", in the folder KEYTURN_MANIFESTS names"))
    yield words("; it is in force after the next load. ")
    yield words("In a file that has actions already, leave out the first line.")


def snippet(action: ActionName, classification: Classification) -> str:
    """Write the manifest entry for a classified action."""
    required = "true" if classification.approval_required else "false"
    seats = f"    seats: [{classification.role}]\n" if classification.approval_required else ""
    return (
        "actions:\n"
        f"  {action}:\n"
        f"    severity: {classification.severity}\n"
        f"    reversible: {'true' if classification.reversible else 'false'}\n"
        f"    approval_required: {required}\n"
        f"{seats}"
    )
