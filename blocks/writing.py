"""How a value stands in its inputs: in parts where it is long, as JSON where it must be."""

import json
import re

from pydantic import JsonValue

from blocks import limits
from blocks.fields import ABSENT, Control, FormField, Given, number_text
from blocks.text import spelled_out

_PART = limits.INPUT_LENGTH
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


def parts(text: str) -> list[str]:
    """Divide a text into pieces that one input can hold each; joined they are the text again."""
    # A character outside the basic plane counts twice in Slack.
    step = _PART if text.isascii() else _PART // 2
    return [text[start : start + step] for start in range(0, len(text), step)] or [""]


def untouched(typed: str | None, drawn: str) -> bool:
    """Say whether an input came back as it was drawn; Slack may trim it and change line ends."""
    return _bare(typed or "") == _bare(drawn)


def _bare(text: str) -> str:
    return _ENDS.sub("\n", text).strip()


def option_value(choices: tuple[str, ...], value: JsonValue) -> str | None:
    """Give the option that stands for a choice; a choice itself may be too long for one."""
    text = value if isinstance(value, str) else json.dumps(value)
    return str(choices.index(text)) if text in choices else None
