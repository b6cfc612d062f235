"""One submitted parameter back into its value, with its type; untouched means exactly as it was."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from pydantic import JsonValue

from blocks import state as submitted
from blocks.controls.fields import ABSENT, Control, FormField, Given, seconds_of
from blocks.controls.writing import Part, gap_in, joined, option_value, parts, untouched, written
from blocks.limits import clip
from blocks.state import State
from manifests.money import decimal_amount
from manifests.parameters import ParameterType
from store.digest import NotCanonical, canonical

_SAFE_INTEGER = 2**53 - 1
_INTEGER = re.compile(r"-?\d{1,16}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,40}(\.\d{1,40})?", re.ASCII)


class NotAValue(ValueError):
    """What was typed cannot be the value of this parameter; says what to write instead."""


def value_of(field: FormField, state: State) -> Given:
    """Read one parameter from a submitted form; one that is not in the form stays as it was."""
    if field.block_id() not in state:
        return field.base
    match field.control:
        case Control.CHOICE | Control.YES_NO:
            return _chosen(field, state)
        case Control.CHOICES:
            return _several(field, state)
        case Control.DATE:
            picked = submitted.element(state, field.block_id()).get("selected_date")
            return picked if isinstance(picked, str) else _empty(field)
        case Control.MOMENT:
            return _moment(field, state)
        case _:
            return _written(field, state)


def _written(field: FormField, state: State) -> Given:
    """Join what the inputs of a text hold; parts that nobody touched are exactly as they were."""
    drawn = parts(written(field, field.base))
    typed = []
    for number, (block_id, gap) in enumerate(_inputs_of(field, state)):
        text = submitted.text(state, block_id) or ""
        original = drawn[number].text if number < len(drawn) else ""
        typed.append(Part(original if untouched(text, original) else text, gap))
    if typed == drawn:
        return field.base if field.base is not ABSENT else _empty(field)
    return _typed(field, joined(typed))


def _inputs_of(field: FormField, state: State) -> Iterator[tuple[str, str]]:
    """Name a text's inputs in order, each with the white space before it."""
    found = {}
    for block_id in state:
        if block_id.startswith(f"{field.place}."):
            part, _, gap = block_id.removeprefix(f"{field.place}.").partition(".")
            found[part] = (block_id, gap_in(gap))
    number = 0
    while str(number) in found:
        yield found[str(number)]
        number += 1


def _typed(field: FormField, text: str) -> Given:
    if not text.strip():
        return _empty(field)
    match field.control:
        case Control.JSON | Control.QUOTED:
            return _from_json(field, text)
        case Control.NUMBER:
            return _number(field, text)
        case Control.MONEY:
            return _money(field, text)
        case Control.SECRET if field.parameter.type not in _TEXTUAL:
            return _from_json(field, text)
        case _:
            return text


_TEXTUAL = {
    ParameterType.STRING,
    ParameterType.TEXT,
    ParameterType.MONEY,
    ParameterType.DATE,
    ParameterType.DATETIME,
    ParameterType.EMAIL,
    ParameterType.URI,
}


def _empty(field: FormField) -> Given:
    """Say what an emptied input means: nothing, unless something is required."""
    if field.base in ("", []):
        return field.base
    if field.required:
        raise NotAValue("This is required.")
    return ABSENT


def _chosen(field: FormField, state: State) -> Given:
    value = submitted.chosen(state, field.block_id())
    if value is None:
        return _empty(field)
    if field.control is Control.YES_NO:
        return value == "true"
    choices = field.parameter.choices
    if field.base is not ABSENT and option_value(choices, field.base) == value:
        return field.base
    choice = _choice(field, value)
    return _number(field, choice) if field.parameter.type in _NUMERIC else choice


_NUMERIC = {ParameterType.INTEGER, ParameterType.NUMBER}


def _choice(field: FormField, value: str) -> str:
    choices = field.parameter.choices
    if not value.isascii() or not value.isdigit() or int(value) >= len(choices):
        raise NotAValue("Choose one of the values offered.")
    return choices[int(value)]


def _several(field: FormField, state: State) -> Given:
    """Read a choice of several; the same ones in any order are the list as it was."""
    values = submitted.chosen_several(state, field.block_id())
    base = field.base if isinstance(field.base, list) else []
    if set(values) == {option_value(field.parameter.choices, item) for item in base}:
        return field.base if values or field.base is not ABSENT else _empty(field)
    if not values:
        return _empty(field)
    picked: list[JsonValue] = [_choice(field, value) for value in values]
    return picked


def _moment(field: FormField, state: State) -> Given:
    seconds = submitted.element(state, field.block_id()).get("selected_date_time")
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        return _empty(field)
    if isinstance(field.base, str) and seconds_of(field.base) == seconds:
        return field.base
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _number(field: FormField, text: str) -> JsonValue:
    """Read a number; a whole one stays whole."""
    text = text.strip()
    if _INTEGER.fullmatch(text) and abs(int(text)) <= _SAFE_INTEGER:
        whole = int(text)
        return float(whole) if isinstance(field.base, float) else whole
    if field.parameter.type is ParameterType.INTEGER:
        raise NotAValue("Write a whole number, such as 12.")
    if not _NUMBER.fullmatch(text):
        raise NotAValue("Write a number, such as 12.5.")
    return float(text)


def _money(field: FormField, text: str) -> JsonValue:
    """Read an amount; it stays a whole number only where it was one."""
    text = text.strip()
    if decimal_amount(text) is None:
        raise NotAValue("Write the amount with digits and a point, such as 4800.00.")
    whole = isinstance(field.base, int) and _INTEGER.fullmatch(text) is not None
    return int(text) if whole else text


def _from_json(field: FormField, text: str) -> JsonValue:
    try:
        value: JsonValue = json.loads(
            text, object_pairs_hook=_without_repeats, parse_constant=_refused
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise NotAValue(f"This is not JSON: {error.msg} at {where}.") from error
    except RecursionError as error:
        raise NotAValue("This JSON is nested too deeply.") from error
    try:
        canonical(value)
    except NotCanonical as error:
        # Such as 9007199254740993, which other programs would read as another number.
        raise NotAValue("It holds a number too large, or half a character.") from error
    wanted = _JSON_TYPES.get(field.parameter.type)
    if wanted is not None and not isinstance(value, wanted[0]):
        raise NotAValue(f"Write {wanted[1]}.")
    return value


_JSON_TYPES: dict[ParameterType, tuple[type, str]] = {
    ParameterType.LIST: (list, "a JSON list: [ … ]"),
    ParameterType.OBJECT: (dict, "a JSON object: { … }"),
    ParameterType.BOOLEAN: (bool, "true or false"),
}


def _without_repeats(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotAValue(f"The key “{clip(twice, 80)}” is there twice.")
    return value


def _refused(word: str) -> JsonValue:
    raise NotAValue(f"{word} is not a number that can be sent.")
