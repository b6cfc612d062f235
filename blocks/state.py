"""What a submitted view holds, read without trusting its shape."""

from collections.abc import Mapping

from pydantic import JsonValue

State = Mapping[str, JsonValue]


def element(state: State, block_id: str) -> Mapping[str, JsonValue]:
    """Give what one input holds; nothing when it is not in the view."""
    block = state.get(block_id)
    inside = block.get(block_id) if isinstance(block, dict) else None
    return inside if isinstance(inside, dict) else {}


def text(state: State, block_id: str) -> str | None:
    """Give the text of an input, None when it is empty."""
    value = element(state, block_id).get("value")
    return value if isinstance(value, str) and value else None


def chosen(state: State, block_id: str) -> str | None:
    """Give the value of the chosen option."""
    return _value(element(state, block_id).get("selected_option"))


def chosen_user(state: State, block_id: str) -> str | None:
    """Give the person chosen in a list of people."""
    user = element(state, block_id).get("selected_user")
    return user if isinstance(user, str) and user else None


def chosen_several(state: State, block_id: str) -> list[str]:
    """Give the values of all chosen options."""
    options = element(state, block_id).get("selected_options")
    values = [_value(option) for option in options] if isinstance(options, list) else []
    return [value for value in values if value is not None]


def _value(option: JsonValue) -> str | None:
    value = option.get("value") if isinstance(option, dict) else None
    return value if isinstance(value, str) else None
