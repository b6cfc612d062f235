"""What differs between two sets of parameters, in pieces a person can read: steps, keys, lines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from blocks.limits import CUT, head, tail, whole_before
from blocks.types import Block
from blocks.wording.aligning import Pair, aligned, common_start
from blocks.wording.rich import line, words
from blocks.wording.text import one_line, visible
from blocks.wording.values import as_text, label_of, shortened, value_text
from blocks.wording.veil import Veil
from manifests.parameters import Parameter, ParameterSchema, Sensitivity
from manifests.vocabulary import Parameters
from store.digest import canonical
from store.lifecycle.revising import difference

_LABEL = 80
_CONTEXT = 40
_MOST_LINES = 2_000
_MOST_RUNS = 20
_SHORT = 120
"""Texts up to here are shown whole, because all of one says more than a passage."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a difference: what changed, and a little of what stands around it."""

    text: str
    lead: str = ""
    trail: str = ""

    @property
    def whole(self) -> str:
        """Give it in one piece."""
        return f"{self.lead}{self.text}{self.trail}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs, ready to be shown; one side alone was added, removed or moved."""

    label: str
    sides: tuple[Side, ...]

    @property
    def row(self) -> str:
        """Give it in one line."""
        return f"{self.label}: {' → '.join(side.whole for side in self.sides)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """How much of every value is shown, and what must not be."""

    veil: Veil
    limit: int
    lines: int

    def shown(self, text: str) -> Side:
        return Side(shortened(text, self.limit, self.lines).text)

    def json(self, value: JsonValue) -> str:
        if isinstance(value, str) and value.strip():
            return value
        return as_text(Veil(self.veil.keys).over_value(value))


def differences(
    schema: ParameterSchema,
    before: Parameters,
    after: Parameters,
    veil: Veil,
    *,
    limit: int,
    lines: int = 1,
) -> Iterator[Difference]:
    """Tell what differs, each parameter in its own way."""
    reader = _Reader(veil=veil, limit=limit, lines=lines)
    for name in difference(before, after):
        yield from _of_parameter(schema.named(name), name, (before, after), reader)


def drawn(found: Difference) -> Block:
    """Draw a difference in lines of its own."""
    heading = words(found.label, bold=True)
    if len(found.sides) == 1:
        return line(heading, words("\n"), *_side(found.sides[0]))
    before, after = found.sides
    return line(
        heading,
        *(words("\n"), words("before: "), *_side(before)),
        *(words("\n"), words("after: "), *_side(after)),
    )


def _side(side: Side) -> Iterator[Block]:
    if side.lead:
        yield words(side.lead)
    yield words(side.text, code=True) if side.text else words("(nothing)", italic=True)
    if side.trail:
        yield words(side.trail)


def noun_of(parameter: Parameter | None) -> str:
    """Call one entry of a list by the list's own title: Questions hold a Question."""
    title = one_line(parameter.title, _LABEL) if parameter is not None else ""
    if title.endswith("s") and not title.endswith("ss"):
        return f"{title[:-3]}y" if title.endswith("ies") else title[:-1]
    return "Step"


def _of_parameter(
    parameter: Parameter | None, name: str, sides: tuple[Parameters, Parameters], reader: _Reader
) -> Iterator[Difference]:
    label = one_line(label_of(parameter, name), _LABEL) or "(empty)"
    plain = parameter is None or parameter.sensitive is Sensitivity.PLAIN
    before, after = (side.get(name) for side in sides)
    if plain and isinstance(before, list) and isinstance(after, list):
        yield from _of_steps(noun_of(parameter), before, after, reader)
    elif plain and isinstance(before, dict) and isinstance(after, dict):
        yield from _of_keys(label, before, after, reader)
    elif plain and isinstance(before, str) and isinstance(after, str) and _long(before, after):
        yield from _of_lines(label, before, after, reader)
    else:
        shown = (_value(parameter, name, side, reader) for side in sides)
        yield Difference(label, tuple(shown))


def _value(parameter: Parameter | None, name: str, side: Parameters, reader: _Reader) -> Side:
    if name not in side:
        return Side("(none)")
    return reader.shown(value_text(parameter, side[name], side, reader.veil))


def _of_keys(
    label: str,
    before: Mapping[str, JsonValue],
    after: Mapping[str, JsonValue],
    reader: _Reader,
) -> Iterator[Difference]:
    covered = [Veil(reader.veil.keys).over_value(dict(side)) for side in (before, after)]
    both = [side if isinstance(side, dict) else {} for side in covered]
    changed = difference(*both)
    for name in changed:
        sides = (
            reader.shown(reader.json(side[name])) if name in side else Side("(none)")
            for side in both
        )
        yield Difference(f"{label}, {one_line(name, _LABEL)}", tuple(sides))
    if not changed:
        yield Difference(label, (Side("(hidden)"), Side("(hidden)")))


def _of_steps(
    noun: str, before: Sequence[JsonValue], after: Sequence[JsonValue], reader: _Reader
) -> Iterator[Difference]:
    """Tell which steps are new, gone, changed or elsewhere, by where they stand."""
    keys = [[canonical(value) for value in side] for side in (before, after)]
    pairs = aligned(*keys)
    moved = _moved(pairs, *keys)
    for old, new in pairs:
        if old is not None and new is not None:
            if keys[0][old] != keys[1][new]:
                yield _changed(noun, (old, new), before[old], after[new], reader)
        elif new is not None:
            was = moved.get(new)
            how = "added" if was is None else f"was {noun.lower()} {was + 1} before"
            yield Difference(f"{noun} {new + 1} {how}", (_step(after[new], reader),))
        elif old is not None and old not in moved.values():
            yield Difference(f"{noun} {old + 1} removed", (_step(before[old], reader),))


def _moved(pairs: list[Pair], before: list[bytes], after: list[bytes]) -> dict[int, int]:
    """Find what was taken out in one place and put in at another: new places with the old ones."""
    out: dict[bytes, list[int]] = {}
    for old, new in pairs:
        if old is not None and new is None:
            out.setdefault(before[old], []).append(old)
    return {
        new: out[after[new]].pop(0)
        for old, new in pairs
        if new is not None and old is None and out.get(after[new])
    }


def _changed(
    noun: str, at: tuple[int, int], before: JsonValue, after: JsonValue, reader: _Reader
) -> Difference:
    was, now = at
    label = f"{noun} {now + 1}" + (f" (was {was + 1})" if was != now else "")
    return Difference(label, passages(reader.json(before), reader.json(after), reader))


def _step(value: JsonValue, reader: _Reader) -> Side:
    return reader.shown(reader.json(value))


def _long(before: str, after: str) -> bool:
    return max(len(before), len(after)) > _SHORT


def _of_lines(label: str, before: str, after: str, reader: _Reader) -> Iterator[Difference]:
    """Tell which lines of a long text changed, neighbouring ones together.

    So many that nobody would read them one by one are one passage, from the first to the last.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    few = len(old) + len(new) <= _MOST_LINES
    runs = list(_runs(aligned(old, new), old, new)) if few else []
    if not 0 < len(runs) <= _MOST_RUNS:
        yield Difference(label, passages(before, after, reader))
        return
    several = len(old) > 1 or len(new) > 1
    for run in runs:
        was = "".join(old[at] for at, _ in run if at is not None)
        now = "".join(new[at] for _, at in run if at is not None)
        first = next((at for _, at in run if at is not None), None)
        where = f", line {first + 1}" if several and first is not None else ""
        yield Difference(f"{label}{where}", passages(was, now, reader))


def _runs(pairs: list[Pair], old: Sequence[str], new: Sequence[str]) -> Iterator[list[Pair]]:
    run: list[Pair] = []
    for pair in pairs:
        at, to = pair
        if at is not None and to is not None and old[at] == new[to]:
            if run:
                yield run
            run = []
        else:
            run.append(pair)
    if run:
        yield run


def passages(before: str, after: str, reader: _Reader) -> tuple[Side, Side]:
    """Show what changed inside of two texts, with a little of what stands around it."""
    if not _long(before, after) and max(len(before), len(after)) <= reader.limit:
        return reader.shown(before), reader.shown(after)
    start = common_start(before, after)
    end = common_start(before[start:][::-1], after[start:][::-1])
    # Whole words are easier to compare than the letters that differ.
    start = _word_start(before, start)
    if any(not side[: len(side) - end][-1:].isspace() for side in (before, after)):
        shared = before[len(before) - end :]
        end = len(shared) - _word_end(shared)
    around = min(_CONTEXT, reader.limit // 4)
    lead = _lead(before[:start], around)
    trail = _trail(before[len(before) - end :] if end else "", around)
    room = max(1, reader.limit - 2 * around)
    return (
        Side(_middle(before, start, end, room, reader), lead, trail),
        Side(_middle(after, start, end, room, reader), lead, trail),
    )


def _middle(text: str, start: int, end: int, room: int, reader: _Reader) -> str:
    return shortened(text[start : len(text) - end], room, reader.lines).text


def _word_start(text: str, at: int) -> int:
    back = at
    while back > max(0, at - _CONTEXT) and not text[back - 1].isspace():
        back -= 1
    return back if back == 0 or text[back - 1].isspace() else whole_before(text, at)


def _word_end(shared: str) -> int:
    """Say how much of what follows belongs to the word, or the character, that changed."""
    for at, character in enumerate(shared[:_CONTEXT]):
        if character.isspace():
            return at
    return len(shared) if len(shared) <= _CONTEXT else len(head(shared, _CONTEXT))


def _lead(text: str, limit: int) -> str:
    shown = text if len(text) <= limit else CUT + tail(text, limit)
    return visible(shown.replace("\n", " "))


def _trail(text: str, limit: int) -> str:
    shown = text if len(text) <= limit else head(text, limit) + CUT
    return visible(shown.replace("\n", " "))
