"""A revision as a file of plain text, for the thread of a card that cannot hold all of it."""

from collections.abc import Iterator
from typing import Final

from blocks.parts.answers import ANSWERS, answers_in_full
from blocks.parts.checks import checks_in_words, consequences_in_words
from blocks.parts.headline import asked
from blocks.parts.parameters import entries, heading_in_words
from blocks.parts.uncut import edits_in_full, question_in_full, said_in_full
from blocks.wording.text import one_line, visible
from blocks.wording.veil import Veil, veil_of
from store.checkpoint import AutoApproved, Checkpoint, Held, Open

TOO_LONG: Final = 60_000
"""Bytes of text from which on nobody can be expected to page through a view."""
IN_THREAD: Final = "Too long for a card: its thread has all of it as a file, or says why not."
_QUOTED: Final = "| "
_GROWTH = 10
"""Bytes that one written character takes at most, once it is made visible."""
_LABEL = 300
_SENTENCE = 600
_COVERED = (
    "Lines that begin with “| ” are quoted, every character of them; what cannot be seen is "
    "written as \\u{…}.\nWhat is sensitive is covered, as on the card."
)
_ZONE = "Agent says (unverified). Everything from here on comes from the agent."


def wants_file(checkpoint: Checkpoint) -> bool:
    """Say whether a card is too small by far for what it shows, so that a file goes with it."""
    state = checkpoint.state
    # What was blocked is shown as far as somebody classified it; what is held has no card.
    if not isinstance(state, Open | AutoApproved) or isinstance(state, Held):
        return False
    if _written(checkpoint) * _GROWTH <= TOO_LONG:
        return False
    return len(file_text(checkpoint).encode()) > TOO_LONG


def _written(checkpoint: Checkpoint) -> int:
    """Measure quickly what the text is made of; most proposals are short, and drawn often."""
    parameters = (each.parameters for each in checkpoint.revisions)
    answers = (each.answer for each in checkpoint.exchanges)
    return sum(len(repr(each)) for each in (checkpoint.proposal, *parameters, *answers))


def file_name(checkpoint: Checkpoint) -> str:
    """Name the file of the revision in force; one thread holds one file of a name."""
    return f"{checkpoint.id}-revision-{checkpoint.revision.number}.txt"


def file_title(checkpoint: Checkpoint) -> str:
    """Say what the file is; Slack shows it above the text."""
    return f"Revision {checkpoint.revision.number} in full, to read: no sign-off"


def file_text(checkpoint: Checkpoint) -> str:
    """Write down everything about the revision in force, in the words of the full view.

    Only our own words begin a line; whatever anybody else wrote is quoted line by line.
    """
    return "\n".join(_lines(checkpoint, veil_of(checkpoint))) + "\n"


def _lines(checkpoint: Checkpoint, veil: Veil) -> Iterator[str]:
    revision = checkpoint.revision
    yield (
        f"Revision {revision.number} of {visible(checkpoint.id)}, {visible(revision.digest)}. "
        "Reading this is no sign-off: only the buttons on the card decide."
    )
    yield _COVERED
    yield f"\n{visible(asked(checkpoint, veil))}"
    for label, text in question_in_full(checkpoint, veil):
        yield _part(label, text)
    yield from _will_run(checkpoint, veil)
    yield ""
    for label, sentence in consequences_in_words(checkpoint):
        yield f"{label}: {one_line(veil.over(sentence), _SENTENCE)}"
    yield "\nOur checks"
    for sentence in checks_in_words(checkpoint):
        yield f"• {one_line(veil.over(sentence), _SENTENCE)}"
    for label, text in edits_in_full(checkpoint, veil):
        yield _part(label, text)
    answered = answers_in_full(checkpoint, veil)
    yield from [f"\n{ANSWERS}"] if answered else []
    for label, text in answered:
        yield _part(label, text)
    yield f"\n{_ZONE}"
    for label, text in said_in_full(checkpoint, veil):
        yield _part(label, text)


def _will_run(checkpoint: Checkpoint, veil: Veil) -> Iterator[str]:
    label, action = heading_in_words(checkpoint)
    yield f"\n{label} {visible(action)}"
    for entry in entries(checkpoint, veil):
        yield _part(entry.label, entry.text)
    if not checkpoint.revision.parameters:
        yield "No parameters."
    for name in checkpoint.missing:
        yield f"Still missing: {one_line(name, _LABEL)}"


def _part(label: str, text: str) -> str:
    shown = visible(text, newlines=True).split("\n")
    return "\n".join(["", f"{one_line(label, _LABEL)}:", *(_QUOTED + each for each in shown)])
