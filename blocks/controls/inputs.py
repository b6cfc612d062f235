"""Inputs: one for each parameter of a form, typed by its declaration."""

from pydantic import JsonValue

from blocks import limits
from blocks.controls.fields import ABSENT, Control, FormField, Given, seconds_of
from blocks.controls.writing import option_value, parts, written
from blocks.types import Block
from blocks.wording.text import plain
from blocks.wording.values import label_of
from manifests.parameters import Parameter, ParameterType

_LABEL = 150
_HINT = 500
_YES_NO = (("true", "Yes"), ("false", "No"))


def labelled(
    block_id: str, label: str, element: Block, *, hint: str = "", optional: bool = False
) -> Block:
    """Put an element under a label; its action_id is the block's own id."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, _LABEL),
        "element": {**element, "action_id": block_id},
        "optional": optional,
    }
    return {**block, "hint": plain(hint, _HINT)} if hint else block


def text_input(initial: str = "", *, multiline: bool = False, **more: JsonValue) -> Block:
    """Give a text input; what it holds is given raw, because it must come back unchanged."""
    element: Block = {"type": "plain_text_input", "multiline": multiline, **more}
    return {**element, "initial_value": initial} if initial else element


def options(pairs: list[tuple[str, str]]) -> list[Block]:
    """Give options as (value, words)."""
    return [{"text": plain(words, limits.OPTION_TEXT), "value": value} for value, words in pairs]


def pick_one(pairs: list[tuple[str, str]], chosen: str | None) -> Block:
    """Give radio buttons where all can be seen, else a select."""
    offered = options(pairs)
    kind = "radio_buttons" if len(pairs) <= limits.RADIO_OPTIONS else "static_select"
    element: Block = {"type": kind, "options": [*offered]}
    first = [option for option in offered if option["value"] == chosen]
    return {**element, "initial_option": first[0]} if first else element


def tick(label: str) -> Block:
    """Give one box to tick."""
    return {"type": "checkboxes", "options": [*options([("true", label)])]}


def inputs(field: FormField, value: Given) -> list[Block]:
    """Draw the inputs of one parameter, holding a value."""
    match field.control:
        case Control.TEXT | Control.LINES | Control.QUOTED | Control.JSON | Control.SECRET:
            return _texts(field, value)
        case _:
            element = _element(field, value)
            return [_labelled(field, field.block_id(), element, "")]


def _texts(field: FormField, value: Given) -> list[Block]:
    pieces = parts(written(field, value))
    multiline = field.control is not Control.TEXT
    drawn = []
    for number, piece in enumerate(pieces):
        which = f", part {number + 1} of {len(pieces)}" if len(pieces) > 1 else ""
        bounds = _lengths(field.parameter, value) if len(pieces) == 1 else {}
        element = text_input(piece.text, multiline=multiline, **bounds)
        drawn.append(_labelled(field, field.block_id(number, piece.gap), element, which))
    return drawn


def _labelled(field: FormField, block_id: str, element: Block, which: str) -> Block:
    label = label_of(field.parameter, field.name) + which
    keeps = field.control is Control.SECRET and field.base is not ABSENT
    optional = keeps or not field.required or bool(which) or field.base in ("", [])
    return labelled(block_id, label, element, hint=_hint(field), optional=optional)


def _element(field: FormField, value: Given) -> Block:
    parameter = field.parameter
    match field.control:
        case Control.CHOICE:
            pairs = [(str(at), choice) for at, choice in enumerate(parameter.choices)]
            chosen = None if value is ABSENT else option_value(parameter.choices, value)
            return pick_one(pairs, chosen)
        case Control.CHOICES:
            return _several(parameter, value)
        case Control.YES_NO:
            chosen = None if value is ABSENT else str(value).lower()
            return pick_one(list(_YES_NO), chosen)
        case Control.NUMBER:
            return _number(field, value)
        case Control.MOMENT:
            seconds = seconds_of(value) if isinstance(value, str) else None
            return _holding({"type": "datetimepicker"}, "initial_date_time", seconds)
        case Control.DATE:
            return _holding({"type": "datepicker"}, "initial_date", _text(value))
        case Control.EMAIL:
            return _holding({"type": "email_text_input"}, "initial_value", _text(value))
        case Control.ADDRESS:
            return _holding({"type": "url_text_input"}, "initial_value", _text(value))
        case _:
            return text_input(written(field, value))


def _holding(element: Block, key: str, value: str | int | None) -> Block:
    return {**element, key: value} if value else element


def _text(value: Given) -> str | None:
    return value if isinstance(value, str) else None


def _several(parameter: Parameter, value: Given) -> Block:
    offered = options([(str(at), choice) for at, choice in enumerate(parameter.choices)])
    element: Block = {"type": "multi_static_select", "options": [*offered]}
    if not isinstance(value, list):
        return element
    chosen = {option_value(parameter.choices, item) for item in value}
    first = [option for option in offered if option["value"] in chosen]
    return {**element, "initial_options": [*first]} if first else element


def _number(field: FormField, value: Given) -> Block:
    """Give a number input; bounds that the present value breaks are left to the schema."""
    parameter = field.parameter
    element: Block = {
        "type": "number_input",
        "is_decimal_allowed": parameter.type is not ParameterType.INTEGER,
    }
    text = written(field, value)
    low, high = parameter.minimum, parameter.maximum
    inside = not text or _between(low, text, high)
    if inside and low is not None:
        element["min_value"] = low
    if inside and high is not None:
        element["max_value"] = high
    return _holding(element, "initial_value", text)


def _between(low: str | None, text: str, high: str | None) -> bool:
    return (low is None or float(low) <= float(text)) and (
        high is None or float(text) <= float(high)
    )


def _lengths(parameter: Parameter, value: Given) -> Block:
    """Give length limits that the present value keeps."""
    if parameter.type not in {ParameterType.STRING, ParameterType.TEXT}:
        return {}
    bounds: Block = {}
    length = limits.size(value) if isinstance(value, str) else 0
    longest = parameter.max_length
    if longest is not None and max(1, length) <= longest <= limits.INPUT_LENGTH:
        bounds["max_length"] = longest
    return bounds


def _hint(field: FormField) -> str:
    parameter = field.parameter
    return " ".join(filter(None, (parameter.description, _rule(field, parameter)))).strip()


def _rule(field: FormField, parameter: Parameter) -> str:
    match field.control:
        case Control.SECRET if field.base is not ABSENT:
            return "Not shown. Leave it empty to keep the present value."
        case Control.MONEY:
            fixed = f"In {parameter.currency}. " if parameter.currency else ""
            return f"{fixed}Digits and a point, such as 4800.00."
        case Control.QUOTED:
            return "It holds characters that do not show, so it is written as a JSON string."
        case Control.JSON:
            return "Written as JSON."
        case Control.MOMENT:
            return "In your own time zone."
        case _:
            return ""
