"""Each of Slack's limits, at its edge and one past it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.rules import limits
from sandbox.rules.blocks import Surface, block_problems, blocks_too_long, text_length
from sandbox.rules.views import view_problems, view_too_large
from tests.sandbox.driver import a_button, a_card, a_modal, an_input, mrkdwn, plain

Json = dict[str, Any]
Build = Callable[[int], list[Json]]


def of(size: int) -> str:
    return "x" * size


def option(text: str = "One", value: str = "one") -> Json:
    return {"text": plain(text), "value": value}


def options(count: int) -> list[Json]:
    return [option(value=str(number)) for number in range(count)]


def element(kind: str, **more: Any) -> list[Json]:
    return [{"type": "actions", "elements": [{"type": kind, "action_id": "a", **more}]}]


def in_input(kind: str, **more: Any) -> list[Json]:
    return [an_input("b", type=kind, **more)]


def confirm(**more: Any) -> list[Json]:
    dialog = {"title": plain("T"), "text": mrkdwn("x"), "confirm": plain("Y"), "deny": plain("N")}
    return element("button", text=plain("Go"), confirm={**dialog, **more})


def a_table(rows: int, cells: int = 1) -> list[Json]:
    cell = {"type": "raw_text", "text": "x"}
    return [{"type": "table", "rows": [[cell] * cells for _ in range(rows)]}]


def children(count: int) -> list[Json]:
    blocks = [{"type": "divider"}] * count
    return [{"type": "container", "title": plain("C"), "child_blocks": blocks}]


LIMITS: list[tuple[str, int, str, str, Build]] = [
    ("section text", limits.TEXT, "characters", "/0/text/text",
     lambda n: [{"type": "section", "text": mrkdwn(of(n))}]),
    ("field", limits.FIELD_TEXT, "characters", "/0/fields/0/text",
     lambda n: [{"type": "section", "fields": [mrkdwn(of(n))]}]),
    ("fields", limits.FIELDS, "items", "/0/fields",
     lambda n: [{"type": "section", "fields": [mrkdwn("x")] * n}]),
    ("header", limits.HEADER_TEXT, "characters", "/0/text/text",
     lambda n: [{"type": "header", "text": plain(of(n))}]),
    ("context elements", limits.CONTEXT_ELEMENTS, "items", "/0/elements",
     lambda n: [{"type": "context", "elements": [plain("x")] * n}]),
    ("actions elements", limits.ACTIONS_ELEMENTS, "items", "/0/elements",
     lambda n: [{"type": "actions", "elements": [a_button(str(one)) for one in range(n)]}]),
    ("button text", limits.BUTTON_TEXT, "characters", "/0/elements/0/text/text",
     lambda n: element("button", text=plain(of(n)))),
    ("button value", limits.BUTTON_VALUE, "characters", "/0/elements/0/value",
     lambda n: element("button", text=plain("x"), value=of(n))),
    ("accessibility label", limits.ACCESSIBILITY_LABEL, "characters",
     "/0/elements/0/accessibility_label",
     lambda n: element("button", text=plain("x"), accessibility_label=of(n))),
    ("action_id", limits.IDENTIFIER, "characters", "/0/elements/0/action_id",
     lambda n: [{"type": "actions", "elements": [a_button(of(n))]}]),
    ("block_id", limits.IDENTIFIER, "characters", "/0/block_id",
     lambda n: [{"type": "divider", "block_id": of(n)}]),
    ("overflow options", limits.OVERFLOW_OPTIONS, "items", "/0/elements/0/options",
     lambda n: element("overflow", options=options(n))),
    ("option text", limits.OPTION_TEXT, "characters", "/0/elements/0/options/0/text/text",
     lambda n: element("static_select", options=[option(text=of(n))])),
    ("option value", limits.OPTION_VALUE, "characters", "/0/elements/0/options/0/value",
     lambda n: element("static_select", options=[option(value=of(n))])),
    ("select options", limits.SELECT_OPTIONS, "items", "/0/elements/0/options",
     lambda n: element("static_select", options=options(n))),
    ("radio options", limits.CHOICES, "items", "/0/elements/0/options",
     lambda n: element("radio_buttons", options=options(n))),
    ("checkbox options", limits.CHOICES, "items", "/0/elements/0/options",
     lambda n: element("checkboxes", options=options(n))),
    ("placeholder", limits.PLACEHOLDER, "characters", "/0/elements/0/placeholder/text",
     lambda n: element("users_select", placeholder=plain(of(n)))),
    ("confirm title", limits.CONFIRM_TITLE, "characters", "/0/elements/0/confirm/title/text",
     lambda n: confirm(title=plain(of(n)))),
    ("confirm text", limits.CONFIRM_TEXT, "characters", "/0/elements/0/confirm/text/text",
     lambda n: confirm(text=mrkdwn(of(n)))),
    ("confirm button", limits.CONFIRM_BUTTON, "characters", "/0/elements/0/confirm/confirm/text",
     lambda n: confirm(confirm=plain(of(n)))),
    ("deny button", limits.CONFIRM_BUTTON, "characters", "/0/elements/0/confirm/deny/text",
     lambda n: confirm(deny=plain(of(n)))),
    ("input max_length", limits.INPUT_LENGTH, "number", "/0/element/max_length",
     lambda n: in_input("plain_text_input", max_length=n)),
    ("table rows", limits.TABLE_ROWS, "items", "/0/rows", a_table),
    ("table cells", limits.TABLE_CELLS, "items", "/0/rows/0", lambda n: a_table(1, n)),
    ("markdown", limits.MARKDOWN_TEXT, "characters", "/0/text",
     lambda n: [{"type": "markdown", "text": of(n)}]),
    ("container children", limits.CONTAINER_CHILDREN, "items", "/0/child_blocks", children),
    ("blocks of a message", limits.BLOCKS_PER_MESSAGE, "items", "",
     lambda n: [{"type": "divider"}] * n),
]  # fmt: skip
WORDS = {
    "characters": "must be less than {past} characters",
    "number": "must be less than {past}",
    "items": "no more than {limit} items allowed",
}


@pytest.mark.parametrize(("name", "limit", "kind", "pointer", "build"), LIMITS)
def test_a_limit_allows_its_edge_and_refuses_one_more(
    name: str, limit: int, kind: str, pointer: str, build: Build
) -> None:
    assert block_problems(build(limit), "message") == []
    words = WORDS[kind].format(limit=limit, past=limit + 1)
    refused = [str(one) for one in block_problems(build(limit + 1), "message")]
    assert refused == [f"{words} [json-pointer:/blocks{pointer}]"]


VIEW_LIMITS: list[tuple[str, int, str, Callable[[int], Json]]] = [
    ("title", limits.VIEW_TITLE, "/title/text", lambda n: a_modal(title=plain(of(n)))),
    ("submit", limits.VIEW_TITLE, "/submit/text", lambda n: a_modal(submit=plain(of(n)))),
    ("close", limits.VIEW_TITLE, "/close/text", lambda n: a_modal(close=plain(of(n)))),
    (
        "private_metadata",
        limits.PRIVATE_METADATA,
        "/private_metadata",
        lambda n: a_modal(private_metadata=of(n)),
    ),
    ("callback_id", limits.IDENTIFIER, "/callback_id", lambda n: a_modal(callback_id=of(n))),
]


@pytest.mark.parametrize(("name", "limit", "pointer", "build"), VIEW_LIMITS)
def test_a_limit_of_views_allows_its_edge_and_refuses_one_more(
    name: str, limit: int, pointer: str, build: Callable[[int], Json]
) -> None:
    assert view_problems(build(limit), "modal") == []
    refused = [str(one) for one in view_problems(build(limit + 1), "modal")]
    assert refused == [f"must be less than {limit + 1} characters [json-pointer:/view{pointer}]"]


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("modal", 100), ("home", 100)])
def test_each_surface_has_its_number_of_blocks(surface: Surface, most: int) -> None:
    blocks = [{"type": "divider"}]
    assert block_problems(blocks * most, surface) == []
    refused = [str(one) for one in block_problems(blocks * (most + 1), surface)]
    assert refused == [f"no more than {most} items allowed [json-pointer:/blocks]"]


def test_a_view_has_its_size_in_bytes() -> None:
    empty = a_modal(*[{"type": "section", "text": plain("x")}] * 0, private_metadata="")
    room = limits.VIEW_BYTES - len(str_of(empty))
    assert not view_too_large({**empty, "private_metadata": of(room)})
    assert view_too_large({**empty, "private_metadata": of(room + 1)})


def str_of(view: Json) -> bytes:
    return json.dumps(view, ensure_ascii=False).encode()


def test_the_text_of_all_blocks_together_has_a_budget() -> None:
    block = {"type": "section", "text": mrkdwn(of(2_835))}
    assert text_length([block] * 4) == limits.ALL_TEXT
    assert not blocks_too_long([block] * 4)
    assert blocks_too_long([block] * 4 + [{"type": "section", "text": mrkdwn("x")}])


def test_markdown_blocks_share_their_limit() -> None:
    half = {"type": "markdown", "text": of(6_000)}
    assert block_problems([half, half], "message") == []
    more = block_problems([half, half, {"type": "markdown", "text": "x"}], "message")
    assert [one.pointer for one in more] == ["/blocks"]


def test_a_second_table_is_refused() -> None:
    assert [one.pointer for one in block_problems(a_table(1) * 2, "message")] == ["/blocks/1"]


@given(st.integers(1, 4_000), st.sampled_from(["plain_text", "mrkdwn"]))
def test_a_section_takes_exactly_the_texts_that_fit(size: int, kind: str) -> None:
    blocks = [{"type": "section", "text": {"type": kind, "text": of(size)}}]
    assert (block_problems(blocks, "message") == []) == (size <= limits.TEXT)


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=6))
def test_action_ids_are_unique_exactly_when_none_repeats(names: list[str]) -> None:
    blocks = a_card(*[a_button(name) for name in names])
    assert (block_problems(blocks, "message") == []) == (len(set(names)) == len(names))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "accessory", "fields", "element", "rows"]),
            inner
            | st.sampled_from(["section", "actions", "button", "input", "rich_text", "table"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(ANYTHING, st.sampled_from(["message", "modal", "home"]))
def test_whatever_is_sent_is_judged_and_never_breaks_the_judge(
    blocks: object, surface: Surface
) -> None:
    assert isinstance(block_problems(blocks, surface), list)


@pytest.mark.parametrize(
    ("moment", "fits"),
    [(999_999_999, False), (10**9, True), (10**10 - 1, True), (10**10, False)],
)
def test_a_moment_is_ten_digits(moment: int, *, fits: bool) -> None:
    blocks = in_input("datetimepicker", initial_date_time=moment)
    assert (block_problems(blocks, "modal") == []) is fits


@pytest.mark.parametrize(("asking", "refused"), [(1, 0), (2, 1), (3, 2)])
def test_one_element_of_a_view_may_ask_for_the_focus(asking: int, refused: int) -> None:
    inputs = [an_input(f"b{number}", focus_on_load=True) for number in range(asking)]
    found = [str(one) for one in view_problems(a_modal(an_input("first"), *inputs), "modal")]
    assert len(found) == refused
    assert all("focus_on_load" in one for one in found)
