"""The table of blocks, which surface takes which, and the rules over a whole message or view."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from sandbox.rules import limits
from sandbox.rules.elements import (
    ACCESSORIES,
    ACTION_ELEMENTS,
    ELEMENTS,
    IMAGE,
    INPUT_ELEMENTS,
    SLACK_FILE,
    marked,
    plain,
)
from sandbox.rules.rich import RICH_TEXT
from sandbox.rules.schema import (
    ByType,
    Flag,
    Late,
    Many,
    Nothing,
    Number,
    Problem,
    Rule,
    Shape,
    Str,
    either,
    typed,
)

Surface = Literal["message", "modal", "home"]

_BLOCK: Final[Mapping[str, Rule]] = {"block_id": Str(limits.IDENTIFIER, 1)}
_CELLS: Final = ByType(
    {
        "raw_text": typed("raw_text", {"text": Str()}),
        "raw_number": typed("raw_number", {"value": Number()}, {"text": Str()}),
        "rich_text": RICH_TEXT,
    }
)
_COLUMN: Final = Shape(
    {}, {"align": Str(words=frozenset({"left", "center", "right"})), "is_wrapped": Flag()}
)


class _MaybeColumn:
    """A column's settings, or null for a column left as it is."""

    def problems(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield what is wrong with one column's settings."""
        yield from (Nothing() if value is None else _COLUMN).problems(value, at)


def _collapse_needs_leave(value: Mapping[str, Any], at: str) -> Iterator[Problem]:
    if value.get("default_collapsed") and not value.get("is_collapsible"):
        yield Problem("`default_collapsed` requires `is_collapsible`", at)


_CONTEXT: Final = ByType(
    {
        "image": IMAGE,
        "plain_text": typed("plain_text", {"text": Str(limits.TEXT, 1)}, {"emoji": Flag()}),
        "mrkdwn": typed("mrkdwn", {"text": Str(limits.TEXT, 1)}, {"verbatim": Flag()}),
    }
)
# The children that both Slack's page and its live validator name.
CONTAINED: Final = frozenset(
    {"actions", "context", "divider", "header", "image", "section", "table"}
)
BLOCKS: Final[Mapping[str, Rule]] = {
    "section": typed(
        "section",
        {},
        {
            **_BLOCK,
            "text": marked(limits.TEXT),
            "fields": Many(marked(limits.FIELD_TEXT), limits.FIELDS),
            "accessory": ByType(ELEMENTS, ACCESSORIES),
            "expand": Flag(),
        },
        either("text", "fields"),
    ),
    "header": typed("header", {"text": plain(limits.HEADER_TEXT)}, _BLOCK),
    "divider": typed("divider", {}, _BLOCK),
    "context": typed("context", {"elements": Many(_CONTEXT, limits.CONTEXT_ELEMENTS)}, _BLOCK),
    "actions": typed(
        "actions",
        {"elements": Many(ByType(ELEMENTS, ACTION_ELEMENTS), limits.ACTIONS_ELEMENTS)},
        _BLOCK,
    ),
    "input": typed(
        "input",
        {"label": plain(limits.INPUT_LABEL), "element": ByType(ELEMENTS, INPUT_ELEMENTS)},
        {
            **_BLOCK,
            "hint": plain(limits.INPUT_LABEL),
            "optional": Flag(),
            "dispatch_action": Flag(),
        },
    ),
    "image": typed(
        "image",
        {"alt_text": Str(limits.ALT_TEXT)},
        {
            **_BLOCK,
            "image_url": Str(limits.URL, 1),
            "slack_file": SLACK_FILE,
            "title": plain(limits.ALT_TEXT),
        },
        either("image_url", "slack_file"),
    ),
    "rich_text": RICH_TEXT,
    "markdown": typed("markdown", {"text": Str(limits.MARKDOWN_TEXT, 1)}, _BLOCK),
    "table": typed(
        "table",
        {"rows": Many(Many(_CELLS, limits.TABLE_CELLS), limits.TABLE_ROWS)},
        {**_BLOCK, "column_settings": Many(_MaybeColumn(), limits.TABLE_CELLS, 0)},
    ),
    "alert": typed(
        "alert",
        {"text": marked(limits.TEXT)},
        {
            **_BLOCK,
            "level": Str(words=frozenset({"default", "info", "warning", "error", "success"})),
        },
    ),
    "container": typed(
        "container",
        {"child_blocks": Many(Late(lambda: ByType(BLOCKS, CONTAINED)), limits.CONTAINER_CHILDREN)},
        {
            **_BLOCK,
            "title": plain(limits.HEADER_TEXT),
            "rich_text_title": RICH_TEXT,
            "subtitle": marked(limits.HEADER_TEXT),
            "icon": IMAGE,
            "width": Str(words=frozenset({"narrow", "standard", "wide", "full"})),
            "is_collapsible": Flag(),
            "default_collapsed": Flag(),
            "has_header_divider": Flag(),
        },
        either("title", "rich_text_title"),
        _collapse_needs_leave,
    ),
}
_ALWAYS: Final = frozenset(BLOCKS) - {"alert", "markdown", "table"}
ON_SURFACE: Final[Mapping[Surface, frozenset[str]]] = {
    "message": _ALWAYS | {"markdown", "table"},
    "modal": _ALWAYS | {"alert"},
    "home": _ALWAYS,
}
MOST_BLOCKS: Final[Mapping[Surface, int]] = {
    "message": limits.BLOCKS_PER_MESSAGE,
    "modal": limits.BLOCKS_PER_VIEW,
    "home": limits.BLOCKS_PER_VIEW,
}


def block_problems(blocks: Any, surface: Surface, at: str = "/blocks") -> list[Problem]:
    """Return everything Slack would refuse in the blocks of one surface."""
    rule = Many(ByType(BLOCKS, ON_SURFACE[surface]), MOST_BLOCKS[surface], low=0)
    found = list(rule.problems(blocks, at))
    return found or [*_repeated(blocks, at, surface), *_tables(blocks, at), *_markdown(blocks, at)]


def text_length(value: Any) -> int:
    """Return the characters of text that a person would read in the blocks."""
    if isinstance(value, dict):
        if value.get("type") == "markdown":
            return 0
        own = value.get("text")
        rest = sum(text_length(item) for key, item in value.items() if key != "text")
        return rest + (len(own) if isinstance(own, str) else text_length(own))
    return sum(text_length(item) for item in value) if isinstance(value, list) else 0


def blocks_too_long(blocks: Any) -> bool:
    """Tell whether the text of all blocks together passes Slack's undocumented budget."""
    return text_length(blocks) > limits.ALL_TEXT


def elements_of(block: Mapping[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Return a block's interactive elements, each with its pointer inside the block."""
    found = [
        (block[key], key)
        for key in ("accessory", "element")
        if isinstance(block.get(key), dict) and block[key].get("type") != "image"
    ]
    if block.get("type") == "actions":
        found += [(one, f"elements/{at}") for at, one in enumerate(block.get("elements") or [])]
    return found


def _flat(blocks: list[dict[str, Any]], at: str) -> Iterator[tuple[dict[str, Any], str]]:
    for position, block in enumerate(blocks):
        yield block, f"{at}/{position}"
        yield from _flat(block.get("child_blocks") or [], f"{at}/{position}/child_blocks")


def _repeated(blocks: list[dict[str, Any]], at: str, surface: Surface) -> Iterator[Problem]:
    # An action_id is unique in a message; in a view the values are kept by block, so in its block.
    seen: set[tuple[str, str, str]] = set()
    for block, place in _flat(blocks, at):
        within = "" if surface == "message" else place
        named = [("block_id", "", block.get("block_id"), f"{place}/block_id")]
        named += [
            ("action_id", within, element.get("action_id"), f"{place}/{inside}/action_id")
            for element, inside in elements_of(block)
        ]
        for kind, scope, identifier, pointer in named:
            if identifier is None:
                continue
            if (kind, scope, identifier) in seen:
                yield Problem(f"`{kind}` {json.dumps(identifier)} already exists", pointer)
            seen.add((kind, scope, identifier))


def _tables(blocks: list[dict[str, Any]], at: str) -> Iterator[Problem]:
    tables = [place for block, place in _flat(blocks, at) if block["type"] == "table"]
    for place in tables[limits.TABLES_PER_MESSAGE :]:
        yield Problem("only one table is allowed", place)


def _markdown(blocks: list[dict[str, Any]], at: str) -> Iterator[Problem]:
    together = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if together > limits.MARKDOWN_TEXT:
        yield Problem(
            f"markdown blocks must be less than {limits.MARKDOWN_TEXT + 1} characters together", at
        )
