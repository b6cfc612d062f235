"""Approving several at once: each shown whole, each ticked by itself, each told how it went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import JsonValue

from blocks import limits
from blocks.controls.inputs import labelled, tick
from blocks.home_ids import HomeModal, Offered, Several
from blocks.parts.checks import consequences, footer
from blocks.parts.headline import asked, header, is_cut
from blocks.parts.parameters import will_run
from blocks.parts.standing import severity_in_words
from blocks.state import State, chosen_several
from blocks.types import Block
from blocks.types import View as Drawn
from blocks.wording.rich import line, rich, words
from blocks.wording.room import ROOMS
from blocks.wording.text import one_line, plain
from blocks.wording.veil import veil_of
from store.checkpoint import Checkpoint
from store.digest import digest_of
from store.together import AT_ONCE

_TICK: Final = "several"
_NAME = 60
_HEADLINE = 150


@dataclass(frozen=True, slots=True)
class Told:
    """How it went with one of several: approved, or the words of its refusal."""

    headline: str
    refusal: str | None
    waits: bool = False
    """Whether it was signed off but waits for more than that before the agent hears of it."""


def shown_whole(checkpoint: Checkpoint) -> list[Block] | None:
    """Draw all that would run; None where anything of it would have to be cut.

    It is drawn from the proposal and its revision alone, so that it can be drawn again to the
    letter for as long as they stand.
    """
    veil = veil_of(checkpoint)
    headline = asked(checkpoint, veil)
    parameters, cut = will_run(checkpoint, veil, ROOMS[0])
    if cut or is_cut(headline):
        return None
    agent = f"Agent: {one_line(checkpoint.parties.agent, _NAME)}"
    severity: list[JsonValue] = [
        plain(severity_in_words(checkpoint.plan), limits.BUTTON_TEXT * 2),
        plain(agent, limits.BUTTON_TEXT * 2),
    ]
    return [
        header(headline),
        {"type": "context", "elements": severity},
        parameters,
        consequences(checkpoint, veil, ROOMS[0]),
        footer(checkpoint),
    ]


def offered(checkpoint: Checkpoint, whole: list[Block]) -> Offered:
    """Write down what was shown of one."""
    return Offered(
        proposal=checkpoint.id,
        revision=checkpoint.revision.number,
        digest=checkpoint.revision.digest,
        drawn=digest_of([*whole]),
    )


def several(checkpoints: Sequence[Checkpoint], left: int, opened_at: datetime) -> Drawn:
    """Ask which of these to approve; `left` counts those for which there is no room here."""
    blocks: list[Block] = [_explained(len(checkpoints), left)]
    items: list[Offered] = []
    for checkpoint in checkpoints[:AT_ONCE]:
        whole = shown_whole(checkpoint)
        if whole is not None:
            label = one_line(f"Approve: {asked(checkpoint, veil_of(checkpoint))}", _HEADLINE)
            box = labelled(_box(len(items)), label, tick("Approve this one"), optional=True)
            blocks += [{"type": "divider"}, *whole, box]
            items.append(offered(checkpoint, whole))
    return {
        "type": "modal",
        "callback_id": HomeModal.SEVERAL,
        "title": plain("Approve several", limits.VIEW_TITLE),
        "submit": plain("Approve ticked", limits.VIEW_TITLE),
        "close": plain("Cancel", limits.VIEW_TITLE),
        "private_metadata": Several(items=tuple(items), opened_at=opened_at).encode(),
        "blocks": [*blocks],
    }


def read_several(context: Several, state: State) -> tuple[Offered, ...]:
    """Give what was ticked."""
    return tuple(item for at, item in enumerate(context.items) if chosen_several(state, _box(at)))


def nothing_ticked() -> dict[str, str]:
    """Say at the first box that none was ticked."""
    return {_box(0): "Tick what you approve, here or below, or cancel."}


def result(told: Sequence[Told]) -> Drawn:
    """Tell how it went, one line each."""
    approved = sum(each.refusal is None for each in told)
    refused = len(told) - approved
    summary = f"{approved} approved" + (f", {refused} refused" if refused else "")
    blocks: list[Block] = [{"type": "header", "text": plain(summary, limits.HEADER)}]
    for each in told:
        how = each.refusal or ("Approved. Until it reaches the agent you can undo it on its card.")
        if each.refusal is None and not each.waits:
            how = "Approved."
        headline = one_line(each.headline, _HEADLINE)
        blocks.append(
            rich(line(words(headline, bold=True)), line(words(one_line(how, limits.INPUT_LABEL))))
        )
    return {
        "type": "modal",
        "callback_id": HomeModal.LIST,
        "title": plain("Approve several", limits.VIEW_TITLE),
        "close": plain("Close", limits.VIEW_TITLE),
        "blocks": [*blocks],
    }


def _box(at: int) -> str:
    return f"{_TICK}.{at}"


def _explained(count: int, left: int) -> Block:
    room = f" {left} more are offered once these are decided." if left else ""
    said = (
        f"{count} proposals for the same action. Each shows everything that will run. "
        f"Tick those you approve; each is decided and written down by itself.{room}"
    )
    return {"type": "section", "text": plain(said, limits.TEXT)}
