"""Ways through drawn blocks, for tests that ask what stands where."""

import json
from collections.abc import Iterator
from typing import Any


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object inside a payload."""
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from objects(item)
    elif isinstance(value, list):
        for item in value:
            yield from objects(item)


def of_type(value: Any, kind: str) -> list[dict[str, Any]]:
    return [each for each in objects(value) if each.get("type") == kind]


def all_text(value: Any) -> str:
    """Give everything a person reads, in order."""
    return "\n".join(each["text"] for each in objects(value) if isinstance(each.get("text"), str))


def buttons(blocks: Any) -> dict[str, dict[str, Any]]:
    """Give the buttons and menus of a card by their action_id."""
    return {each["action_id"]: each for each in objects(blocks) if "action_id" in each}


def menu(blocks: Any) -> list[str]:
    """Give the words of the overflow menu."""
    overflow = buttons(blocks).get("more", {"options": []})
    return [option["text"]["text"] for option in overflow["options"]]


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
