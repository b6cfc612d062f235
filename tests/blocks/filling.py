"""A person at a form: what Slack sends back for a view, untouched or with something typed."""

from typing import Any

from blocks.types import View

# What an input holds when it is drawn, and under which key Slack sends it back.
_HELD = {
    "plain_text_input": ("initial_value", "value"),
    "number_input": ("initial_value", "value"),
    "email_text_input": ("initial_value", "value"),
    "url_text_input": ("initial_value", "value"),
    "users_select": ("initial_user", "selected_user"),
    "datepicker": ("initial_date", "selected_date"),
    "datetimepicker": ("initial_date_time", "selected_date_time"),
    "radio_buttons": ("initial_option", "selected_option"),
    "static_select": ("initial_option", "selected_option"),
    "multi_static_select": ("initial_options", "selected_options"),
    "checkboxes": ("initial_options", "selected_options"),
}


def inputs_of(view: View) -> dict[str, dict[str, Any]]:
    """Give a view's input blocks by their labels."""
    blocks: Any = view["blocks"]
    return {each["label"]["text"]: each for each in blocks if each["type"] == "input"}


def untouched(view: View) -> dict[str, Any]:
    """Submit a view as it was drawn."""
    state: dict[str, Any] = {}
    for block in inputs_of(view).values():
        element = block["element"]
        initial, sent = _HELD[element["type"]]
        empty: Any = [] if initial == "initial_options" else None
        held = {"type": element["type"], sent: element.get(initial, empty)}
        state[block["block_id"]] = {element["action_id"]: held}
    return state


def filled(view: View, **typed: Any) -> dict[str, Any]:
    """Submit a view with something typed or chosen, by the inputs' labels."""
    state = untouched(view)
    for label, what in typed.items():
        block = inputs_of(view)[label]
        element = block["element"]
        _, sent = _HELD[element["type"]]
        state[block["block_id"]][element["action_id"]][sent] = _as_sent(element, sent, what)
    return state


def _as_sent(element: dict[str, Any], sent: str, what: Any) -> Any:
    offered = {option["text"]["text"]: option for option in element.get("options", [])}
    if sent == "selected_option":
        return offered[what]
    return [offered[each] for each in what] if sent == "selected_options" else what
