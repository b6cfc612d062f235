"""Will run: the action and every parameter, laid out so that no value can forge a line."""

from collections.abc import Iterator
from dataclasses import dataclass

from blocks.limits import size
from blocks.types import Block
from blocks.wording.rich import codes, line, preformatted, rich, words
from blocks.wording.room import Room
from blocks.wording.text import one_line, visible
from blocks.wording.values import Shown, as_text, itemised, label_of, shortened, value_text
from blocks.wording.veil import Veil
from manifests.parameters import Parameter, ParameterType, Sensitivity
from manifests.vocabulary import Mode, Parameters
from store.checkpoint import Checkpoint

_KEY = 80
_LEAST = 24


@dataclass(frozen=True, slots=True)
class Entry:
    """One parameter, ready to be drawn: its label and its whole value."""

    name: str
    label: str
    text: str
    flat: str
    """The same in one line, so that it cannot pass for several parameters."""
    items: int = 0
    """How many items a list has, each in a line of the text; 0 of anything else."""


def entries(checkpoint: Checkpoint, veil: Veil) -> list[Entry]:
    """List all parameters in force, declared ones in the manifest's order first."""
    parameters, schema = checkpoint.revision.parameters, checkpoint.plan.schema
    declared = {each.name: each for each in schema.parameters if each.name in parameters}
    names = [*declared, *(name for name in parameters if name not in declared)]
    return [_entry(declared.get(name), name, parameters, veil) for name in names]


def _entry(parameter: Parameter | None, name: str, all_: Parameters, veil: Veil) -> Entry:
    value = all_[name]
    whole = value_text(parameter, value, all_, veil)
    flat = as_text(whole) if "\n" in whole else whole
    items = 0
    if _is_plan(parameter) and isinstance(value, list) and len(value) > 1:
        items = len(value)
        steps = [as_text(Veil(veil.keys).over_value(step)) for step in value]
        whole = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
    return Entry(name, label_of(parameter, name), whole, flat, items)


def _is_plan(parameter: Parameter | None) -> bool:
    """Say whether a value is a list that is laid out step by step, each with its number."""
    if parameter is None or parameter.sensitive is not Sensitivity.PLAIN:
        return False
    return parameter.type is ParameterType.LIST


def will_run(checkpoint: Checkpoint, veil: Veil, room: Room) -> tuple[Block, bool]:
    """Draw what would run, and say whether anything of it is cut."""
    parts, cut = listed(checkpoint, veil, room)
    return rich(heading(checkpoint), *parts, *_missing(checkpoint)), cut


def listed(checkpoint: Checkpoint, veil: Veil, room: Room) -> tuple[list[Block], bool]:
    """Draw every parameter, and say whether anything of them is cut."""
    all_ = entries(checkpoint, veil)
    draw = _wide if len(all_) <= room.wide else _dense
    return draw(all_, room)


def heading(checkpoint: Checkpoint) -> Block:
    """Name the action that would run, or that a question is about."""
    label, action = heading_in_words(checkpoint)
    return line(words(f"{label} ", bold=True), words(action, code=True))


def heading_in_words(checkpoint: Checkpoint) -> tuple[str, str]:
    """Give what an action is named by, and its name."""
    action = checkpoint.proposal.action
    if checkpoint.proposal.kind == "question":
        return "About", action
    # Nothing runs by a suggestion: a person does it, and may do it otherwise.
    return ("Suggested:" if checkpoint.plan.mode is Mode.SUGGEST else "Will run"), action


def _missing(checkpoint: Checkpoint) -> Iterator[Block]:
    if checkpoint.missing:
        names = [one_line(name, _KEY) for name in checkpoint.missing]
        yield line(words("Still missing: ", bold=True), *codes(names))


def _wide(all_: list[Entry], room: Room) -> tuple[list[Block], bool]:
    """Give each parameter a line; a value of several lines gets a frame of its own."""
    parts: list[Block] = []
    inline: list[Block] = []
    cut = False
    each = max(_LEAST, min(room.value, room.values // max(1, len(all_))))
    for entry in all_:
        shown, count = _shown(entry, each, room.lines)
        label = one_line(entry.label, _KEY)
        cut = cut or shown.cut or size(visible(entry.label)) > _KEY
        inline.append(words(f"{label}{count}: ", bold=True))
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


def _shown(entry: Entry, limit: int, lines: int) -> tuple[Shown, str]:
    """Shorten a value; of a cut list, say how many items it has and how many stand in full."""
    if not entry.items:
        return shortened(entry.text, limit, lines), ""
    shown, whole = itemised(entry.text.split("\n"), limit, lines)
    return shown, f" ({entry.items:,} items; {whole:,} shown)" if shown.cut else ""


def _dense(all_: list[Entry], room: Room) -> tuple[list[Block], bool]:
    """Put many parameters into one frame, a line each; those that find no place are counted."""
    each = max(_LEAST, min(room.value, room.values // len(all_) - 20)) if all_ else _LEAST
    rows: list[str] = []
    used, cut = 0, False
    for entry in all_:
        shown = shortened(entry.flat, each, 1)
        row = f"{one_line(entry.label, _KEY)}: {shown.text}"
        used += size(row) + 1
        if used > room.values:
            left = len(all_) - len(rows)
            rows.append(f"and {left:,} more; the review shows them all")
            return [preformatted("\n".join(rows))], True
        rows.append(row)
        cut = cut or shown.cut or size(visible(entry.label)) > _KEY
    return [preformatted("\n".join(rows) or "No parameters.")], cut
