"""Slack's limits as names, and cutting that never splits what a person sees as one character."""

import json
from collections.abc import Sequence
from typing import Final

import regex
from pydantic import JsonValue

from blocks.types import Block

BLOCKS_PER_CARD: Final = 14
BLOCKS_PER_CLOSED_CARD: Final = 4
BLOCKS_PER_VIEW: Final = 100
HEADER: Final = 150
TEXT: Final = 3_000
CONTEXT_ELEMENTS: Final = 10
BUTTON_TEXT: Final = 75
BUTTON_VALUE: Final = 2_000
ACCESSIBILITY_LABEL: Final = 75
OPTION_TEXT: Final = 75
OPTION_VALUE: Final = 150
OVERFLOW_OPTIONS: Final = 5
SELECT_OPTIONS: Final = 100
RADIO_OPTIONS: Final = 10
PLACEHOLDER: Final = 150
CONFIRM_TITLE: Final = 100
CONFIRM_TEXT: Final = 300
CONFIRM_BUTTON: Final = 30
INPUT_LENGTH: Final = 3_000
INPUT_LABEL: Final = 2_000
VIEW_TITLE: Final = 24
PRIVATE_METADATA: Final = 3_000
VIEW_BYTES: Final = 250_000
URL: Final = 3_000
NOTIFICATION: Final = 1_000

# Slack refuses messages past an undocumented total near 12,000; these budgets stay clear of it.
MESSAGE_TEXT: Final = 9_000
MESSAGE_JSON: Final = 13_000

CUT: Final = "…"

_GRAPHEMES = regex.compile(r"\X")
_NEAR = 128


def size(text: str) -> int:
    """Count a text as JavaScript does, which is never less than Python does."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clip(text: str, limit: int) -> str:
    """Shorten a text to a limit, between characters as people see them, and mark the cut."""
    if len(text) <= limit and size(text) <= limit:
        return text
    return head(text, limit - 1) + CUT


def head(text: str, limit: int) -> str:
    """Give the longest beginning within a limit that splits no character."""
    start = text[:limit]
    if not start.isascii():
        wide = start.encode("utf-16-le", "surrogatepass")[: 2 * limit]
        start = wide.decode("utf-16-le", "ignore")
    at = len(start)
    before = [edge for edge in _edges(text, at) if edge <= at]
    # One character longer than the limit can only be hostile, so splitting it harms nobody.
    return text[: before[-1]] if before and before[-1] else start[: max(1, limit // 2)]


def tail(text: str, limit: int) -> str:
    """Give the longest end within a limit that splits no character."""
    end = text[-limit:]
    if not end.isascii():
        wide = end.encode("utf-16-le", "surrogatepass")[-2 * limit :]
        end = wide.decode("utf-16-le", "ignore")
    at = len(text) - len(end)
    after = [edge for edge in _edges(text, at) if edge >= at]
    return text[after[0] :] if after and after[0] < len(text) else end[-max(1, limit // 2) :]


def whole_before(text: str, at: int) -> int:
    """Give the last place up to here where a cut splits no character."""
    return max((edge for edge in _edges(text, at) if edge <= at), default=at)


def _edges(text: str, at: int) -> list[int]:
    """List where characters begin and end near a place; looking at all of a long text is slow."""
    pair = text[max(0, at - 1) : at + 1]
    # After a letter, a digit or a space the next character alone decides whether it belongs to it.
    if (pair[:1].isalnum() or pair[:1] == " ") and len(_GRAPHEMES.findall(pair)) == len(pair):
        return [at]
    start = max(0, at - _NEAR)
    edges = [start]
    for grapheme in _GRAPHEMES.findall(text[start : at + _NEAR]):
        edges.append(edges[-1] + len(grapheme))
    # Where the look begins or ends is no edge of its own, unless the text does too.
    first = 0 if start == 0 else 1
    last = len(edges) if at + _NEAR >= len(text) else -1
    return edges[first:last]


def text_size(value: JsonValue) -> int:
    """Count the text a person would read in blocks."""
    if isinstance(value, dict):
        return sum(
            size(item) if key == "text" and isinstance(item, str) else text_size(item)
            for key, item in value.items()
        )
    return sum(text_size(item) for item in value) if isinstance(value, list) else 0


def json_size(value: JsonValue | Sequence[Block]) -> int:
    """Count the characters of a value as compact JSON."""
    return len(_compact(value))


def _compact(value: JsonValue | Sequence[Block]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def fits(blocks: list[Block]) -> bool:
    """Say whether blocks stay inside the budget of one card."""
    written = _compact(blocks)
    if len(blocks) > BLOCKS_PER_CARD or len(written) > MESSAGE_JSON:
        return False
    # All of it is never shorter than the text in it, which takes as long to add up as to draw.
    return size(written) <= MESSAGE_TEXT or sum(map(text_size, blocks)) <= MESSAGE_TEXT
