"""Slack's pages: a limit and an opaque cursor."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from sandbox.api.arguments import text, whole
from sandbox.shapes import Json, SlackError

T = TypeVar("T")


def page(items: Sequence[T], arguments: Json, default: int) -> tuple[list[T], str]:
    """Return one page of items and the cursor of the next, empty when there is none."""
    size = whole(arguments, "limit", default, "invalid_limit")
    if not 1 <= size <= 1000:
        raise SlackError("invalid_limit")
    start = _start(text(arguments, "cursor"))
    end = start + size
    more = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return list(items[start:end]), more


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word == "next":
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise SlackError("invalid_cursor")
