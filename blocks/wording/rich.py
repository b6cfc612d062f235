"""Rich text made of small parts; text elements are never parsed for mark-up."""

import re
from collections.abc import Sequence
from datetime import datetime

from blocks.types import Block
from blocks.wording.text import utc

_MARK = re.compile(r"<!date\^(\d{1,11})\^\{date_short_pretty\} \{time\}\|([^<>|]{1,80})>")
"""What `date_mark` writes, and nothing else."""


def words(text: str, *, bold: bool = False, code: bool = False, italic: bool = False) -> Block:
    """Give a text element."""
    style: Block = {
        name: True for name, on in (("bold", bold), ("code", code), ("italic", italic)) if on
    }
    element: Block = {"type": "text", "text": text or "(empty)"}
    return {**element, "style": style} if style else element


def codes(names: Sequence[str], left: int = 0) -> list[Block]:
    """Give several names, each in code by itself, and count those that are left out."""
    last = words(f" and {left:,} more") if left else words(" and ")
    parts: list[Block] = []
    for at, name in enumerate(names):
        if at:
            parts.append(last if at == len(names) - 1 and not left else words(", "))
        parts.append(words(name, code=True))
    return [*parts, last] if left else parts


def moment(at: datetime) -> Block:
    """Give a date element, which every reader sees in their own time zone."""
    return _date(int(at.timestamp()), utc(at))


def _date(timestamp: int, fallback: str) -> Block:
    return {
        "type": "date",
        "timestamp": timestamp,
        "format": "{date_short_pretty} {time}",
        "fallback": fallback,
    }


def sentence(text: str) -> list[Block]:
    """Give a text whose moments are date marks, as text and date elements; all else stays text."""
    parts = _MARK.split(text)
    drawn = [words(parts[0])] if parts[0] else []
    for timestamp, fallback, rest in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        drawn += [_date(int(timestamp), fallback), *([words(rest)] if rest else [])]
    return drawn or [words("")]


def without_marks(text: str) -> str:
    """Give the same text for readers without Slack's own formatting."""
    return _MARK.sub(lambda found: found[2], text)


def link(url: str, text: str) -> Block:
    """Give a link whose text is its own address."""
    return {"type": "link", "url": url, "text": text}


def line(*elements: Block) -> Block:
    """Give one paragraph."""
    return {"type": "rich_text_section", "elements": [*elements]}


def quote(*elements: Block) -> Block:
    """Give a paragraph with a rule beside it, which nothing inside can leave."""
    return {"type": "rich_text_quote", "elements": [*elements]}


def preformatted(text: str) -> Block:
    """Give a frame with every character in its place."""
    return {"type": "rich_text_preformatted", "elements": [words(text)]}


def rich(*parts: Block) -> Block:
    """Give a rich_text block; neighbouring paragraphs become lines of one."""
    # Clients differ on whether two sections in a row stand on two lines; a newline always does.
    joined: list[Block] = []
    for part in parts:
        last = joined[-1] if joined else {}
        if part["type"] == last.get("type") == "rich_text_section":
            joined[-1] = line(*_elements(last), words("\n"), *_elements(part))
        else:
            joined.append(part)
    return {"type": "rich_text", "elements": [*joined]}


def _elements(part: Block) -> list[Block]:
    elements = part["elements"]
    return (
        [each for each in elements if isinstance(each, dict)] if isinstance(elements, list) else []
    )


def place(channel_id: str) -> Block:
    """Name a channel by its id, so that a click leads there."""
    return {"type": "channel", "channel_id": channel_id}


def user(user_id: str) -> Block:
    """Name a person by their Slack id, which no display name can forge."""
    return {"type": "user", "user_id": user_id}
