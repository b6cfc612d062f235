"""What people and agents wrote about a proposal, uncut, as labels and texts: for view and file."""

from collections.abc import Iterator
from dataclasses import replace

from blocks.parts.editors import changes
from blocks.parts.evidence import asked_and_done, denied, in_full, noticed, reasons, relied_on
from blocks.wording.room import ROOMS
from blocks.wording.text import one_line, visible
from blocks.wording.veil import Veil
from store.checkpoint import Checkpoint

# Views and files have no budget but Slack's own; the texts of people are at most one input long.
WIDE = replace(ROOMS[0], text=3_000, detail=400, lines=200)


def question_in_full(
    checkpoint: Checkpoint, veil: Veil, *, longer_than: int = 0
) -> Iterator[tuple[str, str]]:
    """Give the agent's question with the answers that it offers, or with the longer ones alone."""
    proposal = checkpoint.proposal
    if proposal.question is not None:
        yield "The agent asks (unverified)", veil.over(proposal.question)
        for number, choice in enumerate(proposal.choices, 1):
            if len(visible(veil.over(choice))) > longer_than:
                yield f"Answer {number} it offers", veil.over(choice)


def edits_in_full(checkpoint: Checkpoint, veil: Veil) -> Iterator[tuple[str, str]]:
    """Tell every revision after the first: who made it, why, and what it changed."""
    for before, after in zip(checkpoint.revisions, checkpoint.revisions[1:], strict=False):
        who = one_line(after.by.name, 60) if after.by is not None else "the agent"
        rows = changes(checkpoint, before, after, veil, WIDE)
        note = [f"Note: {veil.over(after.note)}"] if after.note else []
        told = "\n".join([*rows, *note]) or "Nothing changed."
        yield f"Revision {after.number} by {who}", told


def said_in_full(checkpoint: Checkpoint, veil: Veil) -> Iterator[tuple[str, str]]:
    """Give everything that the agent says: why, what was asked and done, what it relies on."""
    groups = (
        denied(checkpoint.proposal, veil),
        reasons(checkpoint.proposal),
        noticed(checkpoint.proposal),
        asked_and_done(checkpoint, veil),
        relied_on(checkpoint.proposal.context),
    )
    for group in groups:
        yield from in_full(group, veil)
