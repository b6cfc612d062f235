"""Views in pages: a modal holds a hundred blocks, and a proposal may be longer than that."""

import json
from collections.abc import Iterable

from blocks import limits
from blocks.ids import Button
from blocks.types import Block
from blocks.wording.rich import line, preformatted, quote, rich, words
from blocks.wording.text import plain, visible

# Room is left for the headline, the page's own buttons, a note, and the view around them.
_BLOCKS = limits.BLOCKS_PER_VIEW - 10
_BYTES = 180_000
_PART = 2_800


def framed(label: str, text: str) -> list[Block]:
    """Draw a text whole in a frame, every character in its place."""
    return [rich(_label(label, at), preformatted(part)) for at, part in _numbered(text)]


def quoted(label: str, text: str) -> list[Block]:
    """Draw a text whole as a quotation."""
    return [rich(_label(label, at), quote(words(part))) for at, part in _numbered(text)]


def _label(label: str, part: str) -> Block:
    return line(words(f"{limits.clip(visible(label), 300)}{part}", bold=True))


def _numbered(text: str) -> list[tuple[str, str]]:
    """Divide a text into parts that one block can show, each with its number."""
    shown = visible(text, newlines=True)
    step = _PART if shown.isascii() else _PART // 2
    cut = [shown[start : start + step] for start in range(0, len(shown), step)] or [""]
    if len(cut) == 1:
        return [("", cut[0])]
    return [(f" (part {at} of {len(cut)})", part) for at, part in enumerate(cut, 1)]


def paged(blocks: Iterable[Block]) -> list[list[Block]]:
    """Divide blocks into pages that one view can hold."""
    pages: list[list[Block]] = [[]]
    used = 0
    for block in blocks:
        weight = len(json.dumps(block, ensure_ascii=False).encode("utf-8", "replace"))
        if len(pages[-1]) == _BLOCKS or used + weight > _BYTES:
            pages.append([])
            used = 0
        pages[-1].append(block)
        used += weight
    return pages


def page_buttons(page: int, count: int) -> list[Block]:
    """Draw the way to the other pages, where there are any."""
    if count == 1:
        return []
    elements = []
    if page > 1:
        elements.append(_page_button(Button.PAGE_BACK, "Previous page", page - 1))
    if page < count:
        elements.append(_page_button(Button.PAGE_NEXT, "Next page", page + 1))
    place: Block = {"type": "context", "elements": [plain(f"Page {page} of {count}", 60)]}
    return [place, {"type": "actions", "elements": [*elements]}]


def _page_button(action: Button, label: str, page: int) -> Block:
    return {
        "type": "button",
        "action_id": action,
        "text": plain(label, limits.BUTTON_TEXT),
        "value": str(page),
        "accessibility_label": f"{label}: {page}",
    }
