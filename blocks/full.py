"""Everything about a proposal, uncut: to look at, or to sign off by submitting it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from blocks import pages
from blocks.checks import checks_in_words, consequences_in_words, footer
from blocks.closed import changes, decision
from blocks.evidence import asked_and_done, in_full, reasons, relied_on, zone_label
from blocks.headline import asked, header, outcome
from blocks.history import history_line
from blocks.ids import Modal, ModalContext
from blocks.parameters import entries, heading
from blocks.rich import line, rich, words
from blocks.room import ROOMS
from blocks.standing import standing, turn_of_events
from blocks.text import one_line
from blocks.types import Block, View
from blocks.veil import Veil, veil_of
from blocks.views import note_input, view
from store.aftermath import Aftermath
from store.checkpoint import (
    Checkpoint,
    Escalated,
    NeedsInformation,
    PendingReview,
    TakenOver,
)
from store.ports import AuditLine, Card

# A view has no budget but Slack's own; the texts of people are at most one input long.
_WIDE = replace(ROOMS[0], text=3_000, detail=400, lines=200)


def review(checkpoint: Checkpoint, context: ModalContext, *, page: int = 1) -> View:
    """Show everything; on the last page, submitting it is the sign-off."""
    veil = veil_of(checkpoint)
    all_ = pages.paged(_everything(checkpoint, context, veil))
    page = _inside(page, len(all_))
    last = page == len(all_)
    label = one_line(checkpoint.plan.wording.approve_label or "Approve", 24)
    blocks = [*all_[page - 1], *pages.page_buttons(page, len(all_))]
    if last:
        blocks.append(note_input())
    here = context.model_copy(update={"page": page})
    return view(Modal.REVIEW, "Review & approve", blocks, here, label if last else None)


def view_only(
    checkpoint: Checkpoint, aftermath: Aftermath, context: ModalContext, *, page: int = 1
) -> View:
    """Show everything, with nothing to decide."""
    veil = veil_of(checkpoint)
    return _shown("Proposal", [*_ended(checkpoint, aftermath, veil)], checkpoint, context, page)


def _shown(
    title: str, ended: list[Block], checkpoint: Checkpoint, context: ModalContext, page: int
) -> View:
    everything = _everything(checkpoint, context, veil_of(checkpoint))
    all_ = pages.paged([*ended, *everything])
    page = _inside(page, len(all_))
    blocks = [*all_[page - 1], *pages.page_buttons(page, len(all_))]
    return view(Modal.VIEW_ONLY, title, blocks, context.model_copy(update={"page": page}))


def history(
    checkpoint: Checkpoint, lines: Sequence[AuditLine], context: ModalContext, *, page: int = 1
) -> View:
    """Show what happened, latest first."""
    veil = veil_of(checkpoint)
    told = [history_line(checkpoint, each, veil) for each in reversed(lines)]
    blocks = told or [rich(line(words("Nothing has happened yet.", italic=True)))]
    all_ = pages.paged(blocks)
    page = _inside(page, len(all_))
    drawn = [*all_[page - 1], *pages.page_buttons(page, len(all_))]
    here = context.model_copy(update={"page": page, "history": True})
    return view(Modal.VIEW_ONLY, "History", drawn, here)


def _inside(page: int, count: int) -> int:
    return min(max(1, page), count)


def _everything(checkpoint: Checkpoint, context: ModalContext, veil: Veil) -> Iterator[Block]:
    yield header(asked(checkpoint, veil))
    yield from _standing(checkpoint, context, veil)
    yield from _question(checkpoint, veil)
    yield from will_run_whole(checkpoint, veil)
    for label, sentence in consequences_in_words(checkpoint):
        yield rich(line(words(f"{label}: ", bold=True), words(one_line(veil.over(sentence), 600))))
    yield rich(line(words("Our checks", bold=True)))
    for sentence in checks_in_words(checkpoint):
        yield rich(line(words("• " + one_line(veil.over(sentence), 600))))
    yield from _edits(checkpoint, veil)
    yield {"type": "divider"}
    yield zone_label()
    yield from _said(checkpoint, veil)
    yield footer(checkpoint)


def will_run_whole(checkpoint: Checkpoint, veil: Veil) -> Iterator[Block]:
    """Show the action and every parameter, uncut."""
    yield rich(heading(checkpoint))
    for entry in entries(checkpoint, veil):
        yield from pages.framed(entry.label, entry.text)
    if not checkpoint.revision.parameters:
        yield rich(line(words("No parameters.", italic=True)))
    for name in checkpoint.missing:
        yield rich(line(words("Still missing: ", bold=True), words(one_line(name, 500), code=True)))


def _standing(checkpoint: Checkpoint, context: ModalContext, veil: Veil) -> Iterator[Block]:
    state = checkpoint.state
    if isinstance(state, PendingReview | Escalated | NeedsInformation | TakenOver):
        yield standing(checkpoint, state, veil)
        here = Card(proposal=checkpoint.id, channel=context.channel, nonce=context.nonce)
        event = turn_of_events(checkpoint, state, here, veil, _WIDE)
        if event is not None:
            yield event


def _ended(checkpoint: Checkpoint, aftermath: Aftermath, veil: Veil) -> Iterator[Block]:
    state = checkpoint.state
    if isinstance(state, PendingReview | Escalated | NeedsInformation | TakenOver):
        return
    yield rich(line(words(outcome(checkpoint, state, aftermath, veil), bold=True)))
    yield rich(*decision(checkpoint, state, veil, _WIDE))


def _question(checkpoint: Checkpoint, veil: Veil) -> Iterator[Block]:
    proposal = checkpoint.proposal
    if proposal.question is not None:
        yield from pages.quoted("The agent asks (unverified)", veil.over(proposal.question))
        for number, choice in enumerate(proposal.choices, 1):
            yield from pages.quoted(f"Answer {number} it offers", veil.over(choice))


def _edits(checkpoint: Checkpoint, veil: Veil) -> Iterator[Block]:
    """Tell every revision after the first: who made it, why, and what it changed."""
    for before, after in zip(checkpoint.revisions, checkpoint.revisions[1:], strict=False):
        who = one_line(after.by.name, 60) if after.by is not None else "the agent"
        heading = f"Revision {after.number} by {who}"
        rows = changes(checkpoint, before, after, veil, _WIDE)
        note = [f"Note: {veil.over(after.note)}"] if after.note else []
        yield from pages.framed(heading, "\n".join([*rows, *note]) or "Nothing changed.")


def _said(checkpoint: Checkpoint, veil: Veil) -> Iterator[Block]:
    groups = (
        reasons(checkpoint.proposal),
        asked_and_done(checkpoint, veil),
        relied_on(checkpoint.proposal.context),
    )
    for group in groups:
        for label, text in in_full(group, veil):
            yield from pages.quoted(label, text)
