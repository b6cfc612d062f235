"""What Slack refuses besides sizes: unknown things, missing things, things in the wrong place."""

from typing import Any

import pytest

from sandbox.rules.blocks import Surface, block_problems
from sandbox.rules.views import view_problems
from tests.sandbox.driver import a_button, a_card, a_modal, an_input, mrkdwn, plain

Json = dict[str, Any]
ALERT = {"type": "alert", "text": plain("Careful"), "level": "warning"}
RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "bold", "style": {"bold": True}},
                {"type": "link", "url": "https://example.com", "text": "a page"},
                {"type": "user", "user_id": "U0ANA"},
                {"type": "date", "timestamp": 1_732_158_000, "format": "{time}", "fallback": "x"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "1"}]}
            ],
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "code"}]},
    ],
}


def rich(*elements: Json) -> Json:
    section = {"type": "rich_text_section", "elements": list(elements)}
    return {"type": "rich_text", "elements": [section]}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


REFUSED: list[tuple[str, Any, str, str]] = [
    ("an unknown block", {"type": "sparkle"}, "unsupported type: sparkle", "/blocks/0/type"),
    ("no type", {"text": "x"}, "missing required field: type", "/blocks/0"),
    ("no object", "text", "must provide an object", "/blocks/0"),
    (
        "an unknown element",
        actions({"type": "slider"}),
        "unsupported type: slider",
        "/blocks/0/elements/0/type",
    ),
    (
        "an input among actions",
        actions({"type": "plain_text_input"}),
        "unsupported type: plain_text_input",
        "/blocks/0/elements/0/type",
    ),
    (
        "a button in an input",
        an_input("b", **a_button()),
        "unsupported type: button",
        "/blocks/0/element/type",
    ),
    (
        "an empty section text",
        {"type": "section", "text": mrkdwn("")},
        "must be more than 0 characters",
        "/blocks/0/text/text",
    ),
    (
        "a section of nothing",
        {"type": "section"},
        "must define either `text` or `fields`",
        "/blocks/0",
    ),
    (
        "a header in mrkdwn",
        {"type": "header", "text": mrkdwn("x")},
        "unsupported type: mrkdwn",
        "/blocks/0/text/type",
    ),
    (
        "a button without text",
        actions({"type": "button", "action_id": "a"}),
        "missing required field: text",
        "/blocks/0/elements/0",
    ),
    (
        "an unknown property",
        {"type": "divider", "colour": "red"},
        "invalid additional property: colour",
        "/blocks/0",
    ),
    (
        "a text of no string",
        {"type": "section", "text": {"type": "mrkdwn", "text": 5}},
        "must provide a string",
        "/blocks/0/text/text",
    ),
    (
        "an unknown style",
        actions(a_button(style="loud")),
        "must be a valid enum value",
        "/blocks/0/elements/0/style",
    ),
    ("no elements", actions(), "no less than 1 items allowed", "/blocks/0/elements"),
    (
        "no image address",
        {"type": "image", "alt_text": "x"},
        "must define either `image_url` or `slack_file`",
        "/blocks/0",
    ),
    (
        "emoji in mrkdwn",
        {"type": "section", "text": {**mrkdwn("x"), "emoji": True}},
        "invalid additional property: emoji",
        "/blocks/0/text",
    ),
    (
        "an unknown rich element",
        rich({"type": "blink"}),
        "unsupported type: blink",
        "/blocks/0/elements/0/elements/0/type",
    ),
    (
        "an empty rich text",
        rich({"type": "text", "text": ""}),
        "must be more than 0 characters",
        "/blocks/0/elements/0/elements/0/text",
    ),
    (
        "a rich part that is none",
        {"type": "rich_text", "elements": [{"type": "section"}]},
        "unsupported type: section",
        "/blocks/0/elements/0/type",
    ),
    (
        "a first choice that is not offered",
        actions(
            {
                "type": "static_select",
                "options": [{"text": plain("A"), "value": "a"}],
                "initial_option": {"text": plain("B"), "value": "b"},
            }
        ),
        "`initial_option` must match an option in `options`",
        "/blocks/0/elements/0/initial_option",
    ),
    (
        "a date that is none",
        actions({"type": "datepicker", "initial_date": "tomorrow"}),
        "must match the expected format",
        "/blocks/0/elements/0/initial_date",
    ),
    (
        "bounds the wrong way round",
        an_input("b", type="number_input", is_decimal_allowed=True, min_value="5", max_value="1"),
        "`min_value` must not be more than `max_value`",
        "/blocks/0/element",
    ),
    (
        "half a confirm dialog",
        actions(a_button(confirm={"title": plain("x"), "text": plain("x"), "confirm": plain("x")})),
        "missing required field: deny",
        "/blocks/0/elements/0/confirm",
    ),
    (
        "a closed container that cannot open",
        {
            "type": "container",
            "title": plain("x"),
            "child_blocks": [{"type": "divider"}],
            "default_collapsed": True,
        },
        "`default_collapsed` requires `is_collapsible`",
        "/blocks/0",
    ),
    (
        "a container in a container",
        {"type": "container", "title": plain("x"), "child_blocks": [{"type": "container"}]},
        "unsupported type: container",
        "/blocks/0/child_blocks/0/type",
    ),
]


@pytest.mark.parametrize(("what", "block", "words", "pointer"), REFUSED)
def test_a_message_is_refused_with_the_place_of_the_fault(
    what: str, block: object, words: str, pointer: str
) -> None:
    refused = [(one.message, one.pointer) for one in block_problems([block], "message")]
    assert refused == [(words, pointer)]


@pytest.mark.parametrize(
    ("surface", "block", "fits"),
    [
        ("message", ALERT, False),
        ("home", ALERT, False),
        ("modal", ALERT, True),
        ("modal", {"type": "markdown", "text": "x"}, False),
        ("message", {"type": "markdown", "text": "x"}, True),
        ("home", RICH, True),
        ("message", RICH, True),
    ],
)
def test_a_block_stands_only_where_slack_lets_it(surface: Surface, block: Json, fits: bool) -> None:
    assert (block_problems([block], surface) == []) == fits


@pytest.mark.parametrize("blocks", ["text", 5, {"type": "section"}, None])
def test_blocks_that_are_no_list_are_refused(blocks: object) -> None:
    assert [one.message for one in block_problems(blocks, "message")] == ["must provide an array"]


def test_a_block_id_is_used_once() -> None:
    twice = [{"type": "divider", "block_id": "one"}, {"type": "divider", "block_id": "one"}]
    refused = [str(one) for one in block_problems(twice, "message")]
    assert refused == ['`block_id` "one" already exists [json-pointer:/blocks/1/block_id]']


def test_an_action_id_is_used_once_in_a_message() -> None:
    blocks = [
        *a_card(a_button("go")),
        {"type": "section", "text": plain("x"), "accessory": a_button("go")},
    ]
    assert [one.pointer for one in block_problems(blocks, "message")] == [
        "/blocks/2/accessory/action_id"
    ]


def test_an_action_id_may_come_again_in_another_block_of_a_view() -> None:
    view = a_modal(an_input("one", action_id="value"), an_input("two", action_id="value"))
    assert view_problems(view, "modal") == []


def test_a_modal_that_asks_has_a_submit_button() -> None:
    view = a_modal()
    del view["submit"]
    assert [one.pointer for one in view_problems(view, "modal")] == ["/view"]


def test_a_home_tab_has_no_title() -> None:
    refused = view_problems({"type": "home", "title": plain("x"), "blocks": []}, "home")
    assert [str(one) for one in refused] == [
        "invalid additional property: title [json-pointer:/view]"
    ]


def test_a_modal_is_no_home_tab() -> None:
    assert [one.pointer for one in view_problems(a_modal(), "home")] == ["/view/type"]
