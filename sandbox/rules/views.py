"""The rules of views: modals and home tabs."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.rules import limits
from sandbox.rules.blocks import Surface, block_problems, elements_of
from sandbox.rules.elements import plain
from sandbox.rules.schema import Flag, Problem, Rule, Shape, Str


class _Blocks:
    """The blocks of a view; their own table judges them."""

    def problems(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield nothing for an array, because the surface's rule speaks of its items."""
        if not isinstance(value, list):
            yield Problem("must provide an array", at)


_COMMON: Final[Mapping[str, Rule]] = {
    "private_metadata": Str(limits.PRIVATE_METADATA),
    "callback_id": Str(limits.IDENTIFIER),
    "external_id": Str(limits.IDENTIFIER),
}
_MODAL: Final = Shape(
    {"type": Str(), "title": plain(limits.VIEW_TITLE), "blocks": _Blocks()},
    {
        **_COMMON,
        "submit": plain(limits.VIEW_TITLE),
        "close": plain(limits.VIEW_TITLE),
        "clear_on_close": Flag(),
        "notify_on_close": Flag(),
        "submit_disabled": Flag(),
    },
)
_HOME: Final = Shape({"type": Str(), "blocks": _Blocks()}, _COMMON)


def view_problems(view: Any, kind: str, at: str = "/view") -> list[Problem]:
    """Return everything Slack would refuse in a view of the kind."""
    if not isinstance(view, dict):
        return [Problem("must provide an object", at)]
    if view.get("type") != kind:
        return [Problem(f"unsupported type: {view.get('type')}", f"{at}/type")]
    found = list((_MODAL if kind == "modal" else _HOME).problems(view, at))
    blocks = view.get("blocks")
    if isinstance(blocks, list):
        surface: Surface = "modal" if kind == "modal" else "home"
        found += block_problems(blocks, surface, f"{at}/blocks")
    return found or [*_submit(view, kind, at), *_focus(view, at)]


def view_too_large(view: Any) -> bool:
    """Tell whether a view passes Slack's size in bytes."""
    return len(json.dumps(view, ensure_ascii=False).encode()) > limits.VIEW_BYTES


def _submit(view: Mapping[str, Any], kind: str, at: str) -> Iterator[Problem]:
    asks = any(block.get("type") == "input" for block in view["blocks"])
    if kind == "modal" and asks and view.get("submit") is None:
        yield Problem("`submit` is required when an input block is within `blocks`", at)


def _focus(view: Mapping[str, Any], at: str) -> Iterator[Problem]:
    asking = [
        f"{at}/blocks/{position}/{inside}/focus_on_load"
        for position, block in enumerate(view["blocks"])
        for element, inside in elements_of(block)
        if element.get("focus_on_load")
    ]
    for pointer in asking[1:]:
        yield Problem("only one element may set `focus_on_load`", pointer)
