"""How a value stands in its inputs: in parts where it is long, as JSON where it must be."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import JsonValue

from blocks import limits
from blocks.controls.fields import ABSENT, Control, FormField, Given, number_text
from blocks.wording.text import spelled_out

_PART = limits.INPUT_LENGTH
_GAP = 20
_WHITE = re.compile(r"(?<=\S)\s+(?=\S)")
_ENDS = re.compile(r"\r\n?")


def written(field: FormField, value: Given) -> str:
    """Write a value the way its input holds it; a secret is never written."""
    if value is ABSENT or (field.control is Control.SECRET and value == field.base):
        return ""
    match field.control:
        case Control.JSON:
            return spelled_out(json.dumps(value, ensure_ascii=False, indent=2))
        case Control.QUOTED:
            return spelled_out(json.dumps(value, ensure_ascii=False))
        case Control.NUMBER:
            return number_text(value) or ""
        case _:
            return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a long text that one input holds, and the white space that stands before it."""

    text: str
    gap: str = ""


def parts(text: str) -> list[Part]:
    """Divide a text into pieces that one input can hold; joined with their gaps they are the text.

    Slack may trim what an input holds, so white space at a seam goes into no input: it is the gap.
    """
    pieces, gap = [], ""
    while limits.size(text) > _PART:
        piece, between = _cut(text)
        pieces.append(Part(piece, gap))
        text, gap = text[len(piece) + len(between) :], between
    return [*pieces, Part(text, gap)]


def joined(pieces: Iterable[Part]) -> str:
    """Put a text together again."""
    return "".join(piece.gap + piece.text for piece in pieces)


def gap_in(written: str) -> str:
    """Read the gap out of the end of an input's name; whatever we did not write is none."""
    try:
        gap = bytes.fromhex(written).decode()
    except ValueError:
        return ""
    return gap if gap.isspace() and len(gap) <= _GAP else ""


def _cut(text: str) -> tuple[str, str]:
    """Cut a piece off, at the end of a paragraph, a line or a word, else between characters."""
    start = limits.head(text, _PART)
    seams = [
        found
        for found in _WHITE.finditer(start, len(start) * 2 // 3)
        if len(found[0]) <= _GAP and limits.whole_before(start, found.end()) == found.end()
    ]
    if not seams:
        return start, ""
    best = max(seams, key=lambda found: (min(2, found[0].count("\n")), found.start()))
    return start[: best.start()], best[0]


def untouched(typed: str | None, drawn: str) -> bool:
    """Say whether an input came back as it was drawn; Slack may trim it and change line ends."""
    return _bare(typed or "") == _bare(drawn)


def _bare(text: str) -> str:
    return _ENDS.sub("\n", text).strip()


def option_value(choices: tuple[str, ...], value: JsonValue) -> str | None:
    """Give the option that stands for a choice; a choice itself may be too long for one."""
    text = value if isinstance(value, str) else json.dumps(value)
    return str(choices.index(text)) if text in choices else None
