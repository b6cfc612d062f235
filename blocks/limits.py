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
    if start.isascii() and text[limit : limit + 1].isascii() and "\r" not in start:
        return start
    seen: list[str] = _GRAPHEMES.findall(text[: limit + 32])
    whole = _within(seen if len(text) <= limit + 32 else seen[:-1], limit)
    # One character longer than the limit can only be hostile, so splitting it harms nobody.
    return whole or start[: limit // 2]


def tail(text: str, limit: int) -> str:
    """Give the longest end within a limit that splits no character."""
    end = text[-limit:]
    if end.isascii() and not end.startswith("\n"):
        return end
    seen: list[str] = _GRAPHEMES.findall(text[-limit - 32 :])
    whole = _within(seen[::-1], limit, backwards=True)
    return whole or end[-(limit // 2) :]


def _within(graphemes: list[str], limit: int, *, backwards: bool = False) -> str:
    used = 0
    for count, grapheme in enumerate(graphemes):
        used += size(grapheme)
        if used > limit:
            graphemes = graphemes[:count]
            break
    return "".join(reversed(graphemes) if backwards else graphemes)


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
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def fits(blocks: list[Block]) -> bool:
    """Say whether blocks stay inside the budget of one card."""
    if len(blocks) > BLOCKS_PER_CARD or json_size(blocks) > MESSAGE_JSON:
        return False
    return sum(text_size(block) for block in blocks) <= MESSAGE_TEXT
