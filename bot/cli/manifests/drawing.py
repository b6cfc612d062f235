"""A card for a terminal: Block Kit in plain lines, so that rules can be tried without Slack."""

import re
from collections.abc import Iterator, Mapping
from html import unescape

from pydantic import JsonValue

from blocks.types import Block
from bot.cli.showing import visible

_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
_FRAMES = {"rich_text_quote": "> ", "rich_text_preformatted": "| "}


def in_lines(blocks: list[Block]) -> Iterator[str]:
    """Write a message the way it reads, from top to bottom; buttons stand in brackets."""
    for block in blocks:
        yield from map(visible, _lines(block))


def _lines(block: Mapping[str, JsonValue]) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield f"# {_text(block.get('text'))}"
        case "divider":
            yield "-" * 40
        case "rich_text":
            for part in _inside(block, "elements"):
                yield from _framed(part)
        case "actions":
            yield "  ".join(_button(each) for each in _inside(block, "elements"))
        case "context":
            yield " · ".join(filter(None, map(_text, _inside(block, "elements"))))
        case _:
            fields = [block.get("text"), *_inside(block, "fields")]
            for text in filter(None, map(_text, fields)):
                yield from text.splitlines()


def _framed(part: Mapping[str, JsonValue]) -> Iterator[str]:
    kind = str(part["type"])
    if kind == "rich_text_list":
        for each in _inside(part, "elements"):
            yield f"- {_inline(each)}"
        return
    for line in _inline(part).splitlines():
        yield f"{_FRAMES.get(kind, '')}{line}"


def _inline(part: Mapping[str, JsonValue]) -> str:
    return "".join(_element(each) for each in _inside(part, "elements"))


def _element(element: Mapping[str, JsonValue]) -> str:
    match element["type"]:
        case "date":
            return str(element.get("fallback", ""))
        case "user":
            return f"@{element['user_id']}"
        case "channel":
            return str(element["channel_id"])
        case "link":
            return f"{element.get('text', '')} <{element['url']}>".strip()
        case _:
            return str(element.get("text", ""))


def _button(element: Mapping[str, JsonValue]) -> str:
    if element["type"] == "overflow":
        return " ".join(f"[{_text(each.get('text'))}]" for each in _inside(element, "options"))
    return f"[{_text(element.get('text'))}]"


def _text(value: JsonValue) -> str:
    """Give the text of a text object, or of an element that has one."""
    if isinstance(value, dict):
        return _text(value.get("text"))
    return _unmarked(value) if isinstance(value, str) else ""


def _unmarked(text: str) -> str:
    """Write a date the way it falls back to, and what was escaped as it was."""
    return unescape(_DATE.sub(r"\1", text))


def _inside(block: Mapping[str, JsonValue], key: str) -> list[dict[str, JsonValue]]:
    inner = block.get(key)
    return [each for each in inner if isinstance(each, dict)] if isinstance(inner, list) else []
