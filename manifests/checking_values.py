"""Whether one value is what its parameter declares, type by type."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar
from urllib.parse import urlsplit

import regex
from pydantic import JsonValue

from manifests.mistakes import did_you_mean
from manifests.money import DIGITS, decimal_amount, has_too_many_digits
from manifests.parameters import Parameter, ParameterType

_PATIENCES = (0.05, 0.5)
"""Seconds a pattern may take on one value, at first and for good: hostile text must not hold up
everybody else, and honest text must not be refused because the machine was busy for a moment."""
_EMAIL = regex.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@[\p{L}\p{N}-]{1,63}(\.[\p{L}\p{N}-]{1,63})+")
_SHA256 = regex.compile(r"[0-9a-f]{64}")
_SCHEMES = frozenset({"http", "https"})
_DATE_LENGTH = 10
_LARGEST_INTEGER = 2**53 - 1
_LONGEST_EMAIL = 254

Moment = TypeVar("Moment")

Problem = tuple[str, str]
"""What is wrong with a value, and what to do."""


def problems(
    parameter: Parameter, value: JsonValue, parameters: Mapping[str, JsonValue]
) -> Iterator[Problem]:
    """List what is wrong with one value; money is looked at beside its currency."""
    return _CHECKS[parameter.type](parameter, value, parameters)


def _text(parameter: Parameter, value: JsonValue, _: Mapping[str, JsonValue]) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield _wrong_type(parameter)
        return
    yield from _length(parameter, len(value), "characters")
    if parameter.choices and value not in parameter.choices:
        known = ", ".join(parameter.choices)
        yield (
            "is not one of the choices",
            did_you_mean(value, parameter.choices, f"Choose from {known}."),
        )
    if parameter.pattern is not None and not _matches(parameter.pattern, value):
        yield "is not written as it must be", f"It must match {parameter.pattern}."


def _matches(pattern: str, value: str) -> bool:
    for patience in _PATIENCES:
        try:
            # Not concurrent: waiting for the interpreter would count as the pattern's own time.
            match = regex.fullmatch(pattern, value, timeout=patience, concurrent=False)
        except TimeoutError:
            continue
        return match is not None
    return False


def _length(parameter: Parameter, length: int, unit: str) -> Iterator[Problem]:
    if parameter.min_length is not None and length < parameter.min_length:
        yield f"has {length} {unit}", f"Send at least {parameter.min_length}."
    if parameter.max_length is not None and length > parameter.max_length:
        yield f"has {length} {unit}", f"Send at most {parameter.max_length}."


def _integer(
    parameter: Parameter, value: JsonValue, _: Mapping[str, JsonValue]
) -> Iterator[Problem]:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _LARGEST_INTEGER:
        yield _wrong_type(parameter)
    else:
        yield from _range(parameter, Decimal(value))


def _number(
    parameter: Parameter, value: JsonValue, _: Mapping[str, JsonValue]
) -> Iterator[Problem]:
    number = None
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = Decimal(repr(value))
    if number is None or not number.is_finite():
        yield _wrong_type(parameter)
    else:
        yield from _range(parameter, number)


def _range(parameter: Parameter, number: Decimal) -> Iterator[Problem]:
    if parameter.minimum is not None and number < Decimal(parameter.minimum):
        yield f"is below {parameter.minimum}", f"Send {parameter.minimum} or more."
    if parameter.maximum is not None and number > Decimal(parameter.maximum):
        yield f"is above {parameter.maximum}", f"Send {parameter.maximum} or less."


def _money(
    parameter: Parameter, value: JsonValue, parameters: Mapping[str, JsonValue]
) -> Iterator[Problem]:
    amount = decimal_amount(value)
    if amount is None:
        wrong = "is a float, and floats cannot hold money" if isinstance(value, float) else None
        yield wrong or "is no amount of money", "Send a decimal string such as “49.99”."
        return
    currency = parameter.currency or parameters.get(parameter.currency_parameter or "")
    if isinstance(currency, str) and currency in DIGITS:
        if has_too_many_digits(amount, currency):
            yield f"is finer than {currency} can be paid", f"Send {_decimals(currency)}."
    elif currency is not None:
        yield "has a currency nobody knows", "Send its three letters, such as USD."
    if parameter.minimum is None and amount <= 0:
        yield "is not above zero", "Send a positive amount."
    yield from _range(parameter, amount)


def _decimals(currency: str) -> str:
    return f"at most {DIGITS[currency]} decimals" if DIGITS[currency] else "a whole number"


def _boolean(
    parameter: Parameter, value: JsonValue, _: Mapping[str, JsonValue]
) -> Iterator[Problem]:
    if not isinstance(value, bool):
        yield _wrong_type(parameter)


def _date(parameter: Parameter, value: JsonValue, _: Mapping[str, JsonValue]) -> Iterator[Problem]:
    day = None
    if isinstance(value, str) and len(value) == _DATE_LENGTH and value.isascii():
        day = _read(date.fromisoformat, value)
    if day is None or not isinstance(value, str) or day.isoformat() != value:
        yield _wrong_type(parameter)
        return
    if parameter.minimum is not None and value < parameter.minimum:
        yield f"is before {parameter.minimum}", f"Send {parameter.minimum} or later."
    if parameter.maximum is not None and value > parameter.maximum:
        yield f"is after {parameter.maximum}", f"Send {parameter.maximum} or earlier."


def _datetime(
    parameter: Parameter, value: JsonValue, _: Mapping[str, JsonValue]
) -> Iterator[Problem]:
    moment = _read(datetime.fromisoformat, value) if isinstance(value, str) else None
    if moment is None or moment.tzinfo is None:
        yield _wrong_type(parameter)
        return
    if parameter.minimum is not None and moment < datetime.fromisoformat(parameter.minimum):
        yield f"is before {parameter.minimum}", f"Send {parameter.minimum} or later."
    if parameter.maximum is not None and moment > datetime.fromisoformat(parameter.maximum):
        yield f"is after {parameter.maximum}", f"Send {parameter.maximum} or earlier."


def _read(reader: Callable[[str], Moment], text: str) -> Moment | None:
    try:
        return reader(text)
    except ValueError:
        return None


def _email(
    parameter: Parameter, value: JsonValue, parameters: Mapping[str, JsonValue]
) -> Iterator[Problem]:
    if not isinstance(value, str) or len(value) > _LONGEST_EMAIL or not _EMAIL.fullmatch(value):
        yield _wrong_type(parameter)
    else:
        yield from _text(parameter, value, parameters)


def _uri(
    parameter: Parameter, value: JsonValue, parameters: Mapping[str, JsonValue]
) -> Iterator[Problem]:
    if not isinstance(value, str) or not _is_uri(value):
        yield _wrong_type(parameter)
    else:
        yield from _text(parameter, value, parameters)


def _is_uri(text: str) -> bool:
    if any(character.isspace() or not character.isprintable() for character in text):
        return False
    parts = _read(urlsplit, text)
    return parts is not None and parts.scheme in _SCHEMES and bool(parts.hostname)


def _list(parameter: Parameter, value: JsonValue, _: Mapping[str, JsonValue]) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield _wrong_type(parameter)
        return
    yield from _length(parameter, len(value), "entries")
    if parameter.choices and any(each not in parameter.choices for each in value):
        known = ", ".join(parameter.choices)
        yield "holds something that is not one of the choices", f"Choose from {known}."


def _object(
    parameter: Parameter, value: JsonValue, _: Mapping[str, JsonValue]
) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield _wrong_type(parameter)
    elif parameter.by_reference:
        yield from _reference(value)


def _reference(value: Mapping[str, JsonValue]) -> Iterator[Problem]:
    """Ask for an address and a digest, so that what was approved cannot be exchanged later."""
    if set(value) != {"url", "sha256"}:
        yield "is no reference", "Send {“url”: “https://…”, “sha256”: “…”} and nothing else."
        return
    url, digest = value["url"], value["sha256"]
    secret = isinstance(url, str) and _is_uri(url) and urlsplit(url).scheme == "https"
    if not secret:
        yield "has no https address as “url”", "Send where it can be read, beginning with https://."
    if not isinstance(digest, str) or not _SHA256.fullmatch(digest):
        yield (
            "has no digest as “sha256”",
            "Send the SHA-256 of what stands there: 64 small hexadecimal digits.",
        )


def _wrong_type(parameter: Parameter) -> Problem:
    return f"is not {EXPECTED[parameter.type]}", f"Send {EXPECTED[parameter.type]}."


EXPECTED = {
    ParameterType.STRING: "a string",
    ParameterType.TEXT: "a string",
    ParameterType.INTEGER: "a whole number below 2^53",
    ParameterType.NUMBER: "a number",
    ParameterType.MONEY: "a decimal string such as “49.99”",
    ParameterType.BOOLEAN: "true or false",
    ParameterType.DATE: "a date such as “2026-11-21”",
    ParameterType.DATETIME: "a moment with its offset, such as “2026-11-21T09:30:00Z”",
    ParameterType.EMAIL: "an email address",
    ParameterType.URI: "an http or https address",
    ParameterType.LIST: "a list",
    ParameterType.OBJECT: "an object",
}

_CHECKS: dict[
    ParameterType,
    Callable[[Parameter, JsonValue, Mapping[str, JsonValue]], Iterator[Problem]],
] = {
    ParameterType.STRING: _text,
    ParameterType.TEXT: _text,
    ParameterType.INTEGER: _integer,
    ParameterType.NUMBER: _number,
    ParameterType.MONEY: _money,
    ParameterType.BOOLEAN: _boolean,
    ParameterType.DATE: _date,
    ParameterType.DATETIME: _datetime,
    ParameterType.EMAIL: _email,
    ParameterType.URI: _uri,
    ParameterType.LIST: _list,
    ParameterType.OBJECT: _object,
}
