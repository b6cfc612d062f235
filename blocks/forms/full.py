"""Everything about a proposal, uncut: to look at, or to sign off by submitting it."""

from collections.abc import Iterator, Sequence

from blocks.cards.closed import decision, on_hold
from blocks.controls import pages
from blocks.controls.views import note_input, retype_input, view
from blocks.ids import Modal, ModalContext
from blocks.parts.answers import answers_in_full, answers_label
from blocks.parts.checks import checks_in_words, consequences_in_words, footer
from blocks.parts.denying import whole_denial
from blocks.parts.evidence import ZONE_IN_FULL, zone_label
from blocks.parts.headline import asked, card_headline, header, outcome
from blocks.parts.parameters import entries, heading
from blocks.parts.released import what_followed
from blocks.parts.standing import standing, turn_of_events
from blocks.parts.uncut import WIDE, edits_in_full, question_in_full, said_in_full
from blocks.telling.history import happened
from blocks.types import Block, View
from blocks.wording.rich import line, rich, words
from blocks.wording.text import one_line
from blocks.wording.veil import Veil, veil_of
from store.aftermath import Aftermath
from store.checkpoint import (
    Blocked,
    Checkpoint,
    Open,
)
from store.ports import AuditLine, Card


def review(checkpoint: Checkpoint, context: ModalContext, *, page: int = 1) -> View:
    """Show everything; on the last page, submitting it is the sign-off."""
    veil = veil_of(checkpoint)
    all_ = pages.paged(_everything(checkpoint, context, veil))
    page = _inside(page, len(all_))
    last = page == len(all_)
    label = one_line(checkpoint.plan.wording.approve_label or "Approve", 24)
    blocks = [*all_[page - 1], *pages.page_buttons(page, len(all_))]
    if last:
        blocks += [*retype_input(checkpoint), note_input()]
    here = context.model_copy(update={"page": page})
    return view(Modal.REVIEW, "Review & approve", blocks, here, label if last else None)


def view_only(
    checkpoint: Checkpoint,
    aftermath: Aftermath,
    context: ModalContext,
    *,
    page: int = 1,
    paused: str = "",
) -> View:
    """Show everything, with nothing to decide."""
    title = "Denied call" if checkpoint.is_denial else "Proposal"
    return _shown(title, whole(checkpoint, aftermath, context, paused), context, page)


def whole(
    checkpoint: Checkpoint, aftermath: Aftermath, context: ModalContext, paused: str = ""
) -> list[Block]:
    """Tell everything there is to know, in blocks that decide nothing."""
    veil, state = veil_of(checkpoint), checkpoint.state
    if isinstance(state, Blocked) and checkpoint.is_denial:
        first = header(outcome(checkpoint, state, aftermath, veil))
        return [first, *whole_denial(checkpoint, state, veil), footer(checkpoint)]
    return [*_ended(checkpoint, aftermath, veil, paused), *_everything(checkpoint, context, veil)]


def _shown(title: str, everything: list[Block], context: ModalContext, page: int) -> View:
    all_ = pages.paged(everything)
    page = _inside(page, len(all_))
    blocks = [*all_[page - 1], *pages.page_buttons(page, len(all_))]
    return view(Modal.VIEW_ONLY, title, blocks, context.model_copy(update={"page": page}))


def history(
    checkpoint: Checkpoint, lines: Sequence[AuditLine], context: ModalContext, *, page: int = 1
) -> View:
    """Show what happened, latest first."""
    veil = veil_of(checkpoint)
    told = list(happened(checkpoint, lines, veil))
    blocks = told or [rich(line(words("Nothing has happened yet.", italic=True)))]
    all_ = pages.paged(blocks)
    page = _inside(page, len(all_))
    drawn = [*all_[page - 1], *pages.page_buttons(page, len(all_))]
    here = context.model_copy(update={"page": page, "history": True})
    return view(Modal.VIEW_ONLY, "History", drawn, here)


def _inside(page: int, count: int) -> int:
    return min(max(1, page), count)


def _everything(checkpoint: Checkpoint, context: ModalContext, veil: Veil) -> Iterator[Block]:
    yield header(_headline(checkpoint, veil))
    yield from _standing(checkpoint, context, veil)
    for label, text in question_in_full(checkpoint, veil):
        yield from pages.quoted(label, text)
    yield from will_run_whole(checkpoint, veil)
    for label, sentence in consequences_in_words(checkpoint):
        yield rich(line(words(f"{label}: ", bold=True), words(one_line(veil.over(sentence), 600))))
    yield rich(line(words("Our checks", bold=True)))
    for sentence in checks_in_words(checkpoint):
        yield rich(line(words("• " + one_line(veil.over(sentence), 600))))
    for label, text in edits_in_full(checkpoint, veil):
        yield from pages.framed(label, text)
    yield {"type": "divider"}
    answered = answers_in_full(checkpoint, veil)
    yield from [answers_label()] if answered else []
    for label, text in answered:
        yield from pages.quoted(label, text)
    yield zone_label(checkpoint, ZONE_IN_FULL)
    for label, text in said_in_full(checkpoint, veil):
        yield from pages.quoted(label, text)
    yield footer(checkpoint)


def _headline(checkpoint: Checkpoint, veil: Veil) -> str:
    state = checkpoint.state
    return (
        card_headline(checkpoint, state, veil)
        if isinstance(state, Open)
        else asked(checkpoint, veil)
    )


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
    if isinstance(state, Open):
        yield standing(checkpoint, state, veil)
        here = Card(proposal=checkpoint.id, channel=context.channel, nonce=context.nonce)
        event = turn_of_events(checkpoint, state, here, veil, WIDE)
        if event is not None:
            yield event


def _ended(
    checkpoint: Checkpoint, aftermath: Aftermath, veil: Veil, paused: str
) -> Iterator[Block]:
    state = checkpoint.state
    if isinstance(state, Open):
        return
    ended = outcome(checkpoint, state, aftermath, veil, paused=bool(paused))
    yield rich(line(words(ended, bold=True)))
    held = on_hold(checkpoint, aftermath, paused)
    followed = what_followed(checkpoint, aftermath, veil, WIDE)
    yield rich(*decision(checkpoint, state, aftermath, veil, WIDE), *held, *followed)
