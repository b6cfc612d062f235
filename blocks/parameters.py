"""Will run: the action and every parameter, laid out so that no value can forge a line."""

from collections.abc import Iterator
from dataclasses import dataclass

from blocks.limits import size
from blocks.rich import line, preformatted, rich, words
from blocks.room import Room
from blocks.text import one_line, visible
from blocks.types import Block
from blocks.values import as_text, label_of, shortened, value_text
from blocks.veil import Veil
from store.checkpoint import Checkpoint

_KEY = 80
_LEAST = 24


@dataclass(frozen=True, slots=True)
class Entry:
    """One parameter, ready to be drawn: its label and its whole value."""

    name: str
    label: str
    text: str


def entries(checkpoint: Checkpoint, veil: Veil) -> list[Entry]:
    """List all parameters in force, declared ones in the manifest's order first."""
    parameters, schema = checkpoint.revision.parameters, checkpoint.plan.schema
    declared = {each.name: each for each in schema.parameters if each.name in parameters}
    names = [*declared, *(name for name in parameters if name not in declared)]
    return [
        Entry(
            name,
            label_of(declared.get(name), name),
            value_text(declared.get(name), parameters[name], parameters, veil),
        )
        for name in names
    ]


def will_run(checkpoint: Checkpoint, veil: Veil, room: Room) -> tuple[Block, bool]:
    """Draw what would run, and say whether anything of it is cut."""
    all_ = entries(checkpoint, veil)
    draw = _wide if len(all_) <= room.wide else _dense
    parts, cut = draw(all_, room)
    return rich(heading(checkpoint), *parts, *_missing(checkpoint)), cut


def heading(checkpoint: Checkpoint) -> Block:
    """Name the action that would run, or that a question is about."""
    label = "About " if checkpoint.proposal.kind == "question" else "Will run "
    return line(words(label, bold=True), words(checkpoint.proposal.action, code=True))


def _missing(checkpoint: Checkpoint) -> Iterator[Block]:
    if checkpoint.missing:
        names = ", ".join(one_line(name, _KEY) for name in checkpoint.missing)
        yield line(words("Still missing: ", bold=True), words(names, code=True))


def _wide(all_: list[Entry], room: Room) -> tuple[list[Block], bool]:
    """Give each parameter a line; a value of several lines gets a frame of its own."""
    parts: list[Block] = []
    inline: list[Block] = []
    cut = False
    each = max(_LEAST, min(room.value, room.values // max(1, len(all_))))
    for entry in all_:
        shown, label = shortened(entry.text, each, room.lines), one_line(entry.label, _KEY)
        cut = cut or shown.cut or size(visible(entry.label)) > _KEY
        inline.append(words(f"{label}: ", bold=True))
        if "\n" in shown.text:
            parts += [line(*inline), preformatted(shown.text)]
            inline = []
        else:
            inline += [words(shown.text, code=True), words("\n")]
    if inline:
        parts.append(line(*inline[:-1]))
    if not all_:
        parts.append(line(words("No parameters.", italic=True)))
    return parts, cut


def _dense(all_: list[Entry], room: Room) -> tuple[list[Block], bool]:
    """Put many parameters into one frame, a line each; those that find no place are counted."""
    each = max(_LEAST, min(room.value, room.values // len(all_) - 20)) if all_ else _LEAST
    rows: list[str] = []
    used, cut = 0, False
    for entry in all_:
        shown = shortened(_flat(entry.text), each, 1)
        row = f"{one_line(entry.label, _KEY)}: {shown.text}"
        used += size(row) + 1
        if used > room.values:
            left = len(all_) - len(rows)
            rows.append(f"and {left:,} more; the review shows them all")
            return [preformatted("\n".join(rows))], True
        rows.append(row)
        cut = cut or shown.cut or size(visible(entry.label)) > _KEY
    return [preformatted("\n".join(rows) or "No parameters.")], cut


def _flat(text: str) -> str:
    """Write a value of several lines as one, so that it cannot pass for several parameters."""
    return as_text(text) if "\n" in text else text
