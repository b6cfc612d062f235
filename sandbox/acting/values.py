"""From what a person chose or typed to the values Slack sends."""

from typing import Any

from sandbox.rules.blocks import elements_of
from sandbox.shapes import DriverError, Json

_TYPED = {"plain_text_input", "number_input", "email_text_input", "url_text_input"}
_ONE_OPTION = {"static_select", "external_select", "radio_buttons", "overflow"}
_MANY_OPTIONS = {"multi_static_select", "checkboxes"}
_PLAIN = {
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "rich_text_input": ("rich_text_value", "initial_value"),
}
STATEFUL = (_TYPED | _ONE_OPTION | _MANY_OPTIONS | set(_PLAIN)) - {"overflow"}


def initial_value(element: Json) -> Json:
    """Return an element's value before anybody touched it."""
    kind = element["type"]
    if kind in _TYPED:
        return {"type": kind, "value": element.get("initial_value")}
    if kind in _ONE_OPTION:
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in _MANY_OPTIONS:
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    name, initial = _PLAIN[kind]
    return {"type": kind, name: element.get(initial, [] if kind.startswith("multi_") else None)}


def chosen_value(element: Json, chosen: Any) -> Json:
    """Return an element's value after a person chose or typed something."""
    kind = element["type"]
    if isinstance(chosen, dict) and chosen.get("type") == kind:
        return chosen
    if kind in _TYPED:
        return {"type": kind, "value": None if chosen in {None, ""} else str(chosen)}
    if kind in _ONE_OPTION:
        option = None if chosen in {None, ""} else _option(element, str(chosen))
        return {"type": kind, "selected_option": option}
    if kind in _MANY_OPTIONS or kind.startswith("multi_"):
        _refuse_too_many(element, chosen or [])
    if kind in _MANY_OPTIONS:
        options = [_option(element, str(one)) for one in chosen or []]
        return {"type": kind, "selected_options": options}
    name, _ = _PLAIN[kind]
    if kind == "datetimepicker" and chosen not in {None, ""}:
        return {"type": kind, name: int(chosen)}
    return {"type": kind, name: chosen or ([] if kind.startswith("multi_") else None)}


def initial_state(blocks: list[Json]) -> Json:
    """Return `state.values` of blocks that nobody touched."""
    values: Json = {}
    for block in blocks:
        for element, _ in elements_of(block):
            if element["type"] in STATEFUL:
                held = values.setdefault(block["block_id"], {})
                held[element["action_id"]] = initial_value(element)
    return values


def state_with(blocks: list[Json], known: Json, given: Json) -> Json:
    """Return `state.values` from what is known and what is newly given.

    `given` is keyed by block_id or by action_id; under a block_id a value, or values by action_id.
    """
    values = initial_state(blocks)
    for block in blocks:
        for element, _ in elements_of(block):
            if element["type"] not in STATEFUL:
                continue
            block_id, action_id = block["block_id"], element["action_id"]
            old = known.get(block_id, {}).get(action_id)
            if old is not None and old["type"] == element["type"]:
                values[block_id][action_id] = old
            found, chosen = _given(given, block_id, action_id)
            if found:
                values[block_id][action_id] = chosen_value(element, chosen)
    _refuse_strangers(blocks, given)
    return values


def is_empty(value: Json) -> bool:
    """Tell whether a value holds nothing."""
    return all(one in (None, "", []) for key, one in value.items() if key != "type")


def _given(given: Json, block_id: str, action_id: str) -> tuple[bool, Any]:
    inside = given.get(block_id)
    if isinstance(inside, dict) and action_id in inside:
        return True, inside[action_id]
    if block_id in given and not (isinstance(inside, dict) and "type" not in inside):
        return True, inside
    return action_id in given, given.get(action_id)


def _refuse_strangers(blocks: list[Json], given: Json) -> None:
    known = {block["block_id"] for block in blocks}
    known |= {one["action_id"] for block in blocks for one, _ in elements_of(block)}
    strange = sorted(set(given) - known)
    if strange:
        raise DriverError(f"There is no input {', '.join(strange)} here.", 422, known=sorted(known))


def _refuse_too_many(element: Json, chosen: list[Any]) -> None:
    most = element.get("max_selected_items", len(chosen))
    if len(chosen) > most:
        raise DriverError(f"Up to {most} can be chosen here, not {len(chosen)}.", 422)


def _option(element: Json, wanted: str) -> Json:
    grouped = [one for group in element.get("option_groups", []) for one in group["options"]]
    offered: list[Json] = [*element.get("options", []), *grouped]
    for option in offered:
        if wanted in {option["value"], option["text"]["text"]}:
            return option
    words = ", ".join(option["value"] for option in offered)
    raise DriverError(f"There is no option {wanted!r} here; there are: {words}.", 422)
