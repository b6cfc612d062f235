"""The table of interactive elements and composition objects, and where each may stand."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.rules import limits
from sandbox.rules.schema import (
    ByType,
    Check,
    Flag,
    Int,
    Many,
    Problem,
    Rule,
    Shape,
    Str,
    either,
    not_both,
    ordered,
    typed,
)


def plain(high: int, low: int = 1) -> Rule:
    """Return the rule of a plain_text object of limited length."""
    return ByType({"plain_text": _plain(high, low)})


def marked(high: int, low: int = 1) -> Rule:
    """Return the rule of a text object that may be plain_text or mrkdwn."""
    return ByType({"plain_text": _plain(high, low), "mrkdwn": _mrkdwn(high, low)})


def _plain(high: int, low: int) -> Shape:
    return typed("plain_text", {"text": Str(high, low)}, {"emoji": Flag()})


def _mrkdwn(high: int, low: int) -> Shape:
    return typed("mrkdwn", {"text": Str(high, low)}, {"verbatim": Flag()})


_ID = Str(limits.IDENTIFIER, 1)
_STYLE = Str(words=frozenset({"primary", "danger"}))
CONFIRM: Final = Shape(
    {
        "title": plain(limits.CONFIRM_TITLE),
        "text": marked(limits.CONFIRM_TEXT),
        "confirm": plain(limits.CONFIRM_BUTTON),
        "deny": plain(limits.CONFIRM_BUTTON),
    },
    {"style": _STYLE},
)
_OPTION_PARTS: Final[Mapping[str, Rule]] = {
    "text": plain(limits.OPTION_TEXT),
    "value": Str(limits.OPTION_VALUE, 1),
}
OPTION: Final = Shape(_OPTION_PARTS, {"description": plain(limits.OPTION_TEXT)})
CHOICE: Final = Shape(
    {**_OPTION_PARTS, "text": marked(limits.OPTION_TEXT)},
    {"description": marked(limits.OPTION_TEXT)},
)
OVERFLOW_OPTION: Final = Shape(
    _OPTION_PARTS, {"description": plain(limits.OPTION_TEXT), "url": Str(limits.URL)}
)
OPTION_GROUP: Final = Shape(
    {"label": plain(limits.OPTION_TEXT), "options": Many(OPTION, limits.SELECT_OPTIONS)}
)
DISPATCH: Final = Shape(
    {},
    {
        "trigger_actions_on": Many(
            Str(words=frozenset({"on_enter_pressed", "on_character_entered"})), 2
        )
    },
)
SLACK_FILE: Final = Shape({}, {"id": Str(), "url": Str()}, (either("id", "url"),))
IMAGE: Final = typed(
    "image",
    {"alt_text": Str(limits.ALT_TEXT)},
    {"image_url": Str(limits.URL, 1), "slack_file": SLACK_FILE},
    either("image_url", "slack_file"),
)


def _initial_is_offered(value: Mapping[str, Any], at: str) -> Iterator[Problem]:
    """Refuse a first choice that is not among the options, as Slack does."""
    for key in ("initial_option", "initial_options"):
        chosen = value.get(key)
        for one in chosen if isinstance(chosen, list) else [chosen]:
            if isinstance(one, dict) and one not in _offered(value):
                yield Problem(f"`{key}` must match an option in `options`", f"{at}/{key}")


def _offered(value: Mapping[str, Any]) -> list[Any]:
    grouped = [
        option
        for group in value.get("option_groups") or []
        if isinstance(group, dict)
        for option in group.get("options") or []
    ]
    return [*(value.get("options") or []), *grouped]


_COMMON: Final[Mapping[str, Rule]] = {"action_id": _ID, "focus_on_load": Flag()}
_PICK: Final[Mapping[str, Rule]] = {
    **_COMMON,
    "confirm": CONFIRM,
    "placeholder": plain(limits.PLACEHOLDER),
}
_DATE = Str(form=r"\d{4}-\d{2}-\d{2}")
_TIME = Str(form=r"\d{2}:\d{2}")
_AMOUNT = Str(form=r"-?\d+(\.\d+)?")


def _static(kind: str, extra: Mapping[str, Rule]) -> Shape:
    return typed(
        kind,
        {},
        {
            **_PICK,
            "options": Many(OPTION, limits.SELECT_OPTIONS),
            "option_groups": Many(OPTION_GROUP, limits.SELECT_OPTIONS),
            **extra,
        },
        either("options", "option_groups"),
        not_both("options", "option_groups"),
        _initial_is_offered,
    )


def _choices(kind: str, extra: Mapping[str, Rule]) -> Shape:
    return typed(
        kind,
        {"options": Many(CHOICE, limits.CHOICES)},
        {**_COMMON, "confirm": CONFIRM, **extra},
        _initial_is_offered,
    )


def _written(kind: str, extra: Mapping[str, Rule], *checks: Check) -> Shape:
    common = {**_COMMON, "placeholder": plain(limits.PLACEHOLDER), "initial_value": Str()}
    return typed(kind, {}, {**common, "dispatch_action_config": DISPATCH, **extra}, *checks)


_MOST: Final[Mapping[str, Rule]] = {"max_selected_items": Int(1)}
_FILTER: Final = Shape(
    {},
    {
        "include": Many(Str(words=frozenset({"im", "mpim", "private", "public"})), 4),
        "exclude_external_shared_channels": Flag(),
        "exclude_bot_users": Flag(),
    },
)

RICH_TEXT_VALUE: Final = typed(
    "rich_text", {"elements": Many(Shape({"type": Str()}, {"elements": Many(Shape())}))}
)

ELEMENTS: Final[Mapping[str, Rule]] = {
    "button": typed(
        "button",
        {"text": plain(limits.BUTTON_TEXT)},
        {
            "action_id": _ID,
            "url": Str(limits.URL, 1),
            "value": Str(limits.BUTTON_VALUE),
            "style": _STYLE,
            "confirm": CONFIRM,
            "accessibility_label": Str(limits.ACCESSIBILITY_LABEL),
        },
    ),
    "overflow": typed(
        "overflow",
        {"options": Many(OVERFLOW_OPTION, limits.OVERFLOW_OPTIONS)},
        {"action_id": _ID, "confirm": CONFIRM},
    ),
    "radio_buttons": _choices("radio_buttons", {"initial_option": CHOICE}),
    "checkboxes": _choices("checkboxes", {"initial_options": Many(CHOICE, limits.CHOICES)}),
    "static_select": _static("static_select", {"initial_option": OPTION}),
    "multi_static_select": _static(
        "multi_static_select",
        {"initial_options": Many(OPTION, limits.SELECT_OPTIONS), **_MOST},
    ),
    "external_select": typed(
        "external_select", {}, {**_PICK, "initial_option": OPTION, "min_query_length": Int(0)}
    ),
    "users_select": typed("users_select", {}, {**_PICK, "initial_user": Str()}),
    "multi_users_select": typed(
        "multi_users_select", {}, {**_PICK, "initial_users": Many(Str()), **_MOST}
    ),
    "channels_select": typed(
        "channels_select",
        {},
        {**_PICK, "initial_channel": Str(), "response_url_enabled": Flag()},
    ),
    "multi_channels_select": typed(
        "multi_channels_select", {}, {**_PICK, "initial_channels": Many(Str()), **_MOST}
    ),
    "conversations_select": typed(
        "conversations_select",
        {},
        {
            **_PICK,
            "initial_conversation": Str(),
            "default_to_current_conversation": Flag(),
            "response_url_enabled": Flag(),
            "filter": _FILTER,
        },
    ),
    "datepicker": typed("datepicker", {}, {**_PICK, "initial_date": _DATE}),
    "timepicker": typed("timepicker", {}, {**_PICK, "initial_time": _TIME, "timezone": Str()}),
    "datetimepicker": typed(
        "datetimepicker",
        {},
        {**_COMMON, "confirm": CONFIRM, "initial_date_time": Int(10**9, 10**10 - 1)},
    ),
    "plain_text_input": _written(
        "plain_text_input",
        {
            "multiline": Flag(),
            "min_length": Int(0, limits.INPUT_LENGTH),
            "max_length": Int(1, limits.INPUT_LENGTH),
            "initial_value": Str(limits.INPUT_LENGTH),
        },
        ordered("min_length", "max_length"),
    ),
    "number_input": typed(
        "number_input",
        {"is_decimal_allowed": Flag()},
        {
            **_COMMON,
            "placeholder": plain(limits.PLACEHOLDER),
            "dispatch_action_config": DISPATCH,
            "initial_value": _AMOUNT,
            "min_value": _AMOUNT,
            "max_value": _AMOUNT,
        },
        ordered("min_value", "max_value"),
    ),
    "email_text_input": _written("email_text_input", {}),
    "url_text_input": _written("url_text_input", {}),
    "rich_text_input": typed(
        "rich_text_input",
        {},
        {
            **_COMMON,
            "placeholder": plain(limits.PLACEHOLDER),
            "dispatch_action_config": DISPATCH,
            "initial_value": RICH_TEXT_VALUE,
        },
    ),
    "image": IMAGE,
}
_SELECTS: Final = frozenset(kind for kind in ELEMENTS if kind.endswith("_select"))
_PICKERS: Final = _SELECTS | {"radio_buttons", "checkboxes", "datepicker", "timepicker"}
ACCESSORIES: Final = _PICKERS | {"button", "overflow", "image"}
ACTION_ELEMENTS: Final = _PICKERS | {"button", "overflow", "datetimepicker"}
INPUT_ELEMENTS: Final = _PICKERS | {
    "datetimepicker",
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "rich_text_input",
}
