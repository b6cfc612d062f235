"""One parameter's value as a person reads it: exact, typed, and honest about what is left out."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from pydantic import JsonValue

from blocks.limits import CUT, head, size, tail
from blocks.wording.text import visible
from blocks.wording.veil import Veil, obscured
from manifests.money import decimal_amount, in_words
from manifests.parameters import Parameter, ParameterType, Sensitivity
from manifests.vocabulary import Parameters

_OF_ONE_CURRENCY = ("€", "£")
"""Signs that name one currency; a dollar may be any of several."""
_LITTLE = Fraction(1, 3)
"""How much more room a list may take when nothing of it has to be left out then."""
_ITEM = 40
"""The least room that one item is given."""
LINE_BREAK = " ⏎ "
"""Stands for a line break where there is one line only; what is left out is marked “…”."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A value in words; `cut` when a person cannot see all of it here."""

    text: str
    cut: bool = False


def as_text(value: JsonValue) -> str:
    """Write any JSON value on one line, numbers exactly as they are."""
    return json.dumps(value, ensure_ascii=False)


def value_text(parameter: Parameter | None, value: JsonValue, all_: Parameters, veil: Veil) -> str:
    """Write a whole value: money with its currency, declared text bare, all else as JSON."""
    if parameter is not None and parameter.sensitive is not Sensitivity.PLAIN:
        return obscured(value, parameter.sensitive)
    if parameter is not None and parameter.type is ParameterType.MONEY:
        return _money(parameter, value, all_)
    if isinstance(value, str):
        return as_text(value) if parameter is None or not value.strip() else value
    if isinstance(value, dict | list):
        return as_text(Veil(veil.keys).over_value(value))
    return as_text(value)


def label_of(parameter: Parameter | None, name: str) -> str:
    """Name a parameter by its title and its key, or by its key where the title says no more."""
    if parameter is None or parameter.title.casefold().replace(" ", "_") == name.casefold():
        return name
    return f"{parameter.title} ({name})" if parameter.title else name


def shortened(text: str, limit: int, lines: int) -> Shown:
    """Show a text whole, or its head and tail with its length and hash."""
    if len(text) <= limit:
        whole = _seen(text, lines)
        if size(whole) <= limit and whole.count("\n") < lines:
            return Shown(whole)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    start = _first_lines(head(_seen(text[:limit], lines), limit * 2 // 3), lines - 1)
    # The last line only, so that a cut value never takes more lines than a whole one may.
    end = tail(_seen(text[-limit:], lines), limit // 3).rpartition("\n")[2]
    return Shown(f"{start} {CUT} {end} ({len(text):,} characters, sha256 {digest})", cut=True)


def itemised(items: Sequence[str], limit: int, lines: int) -> tuple[Shown, int]:
    """Show a list item by item, and say how many of them stand there in full.

    What is left out stands on a line of its own; where that would save next to nothing, all stand.
    """
    short = [shortened(each, max(_ITEM, limit // 3), 1) for each in items]
    rows, over = [each.text for each in short], 1 + _LITTLE
    fits = len(rows) <= lines * over and sum(map(_taken, rows)) <= limit * over
    first = _fitting(rows[:-1], limit - _taken(rows[-1]), max(1, lines - 2))
    if fits or first + 1 >= len(rows):
        return Shown("\n".join(rows), any(each.cut for each in short)), _whole(short)
    text = "\n".join(items)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    left = len(rows) - first - 1
    gap = f"{CUT} {left:,} more {CUT} ({len(text):,} characters in all, sha256 {digest})"
    return Shown("\n".join([*rows[:first], gap, rows[-1]]), cut=True), _whole(
        [*short[:first], short[-1]]
    )


def _fitting(rows: Sequence[str], limit: int, most: int) -> int:
    """Count the rows from the first on that find a place; the first one always does."""
    sums = accumulate(map(_taken, rows[:most]))
    return max(1, sum(used <= limit for used in sums))


def _taken(row: str) -> int:
    return size(row) + 1


def _whole(shown: Sequence[Shown]) -> int:
    return sum(not each.cut for each in shown)


def clipped(text: str, limit: int, lines: int) -> str:
    """Show the beginning of a text and say how long it is."""
    if len(text) <= limit:
        whole = _seen(text, lines)
        if size(whole) <= limit and whole.count("\n") < lines:
            return whole
    start = _first_lines(head(_seen(text[:limit], lines), limit), lines)
    return f"{start}{CUT} ({len(text):,} characters in all)"


def _seen(text: str, lines: int) -> str:
    """Show what hides; a line break in a single line as a sign, so that nothing looks cut."""
    shown = visible(text, newlines=True)
    return shown.replace("\n", LINE_BREAK) if lines == 1 else shown


def _first_lines(text: str, lines: int) -> str:
    return "\n".join(text.split("\n")[: max(1, lines)])


def _money(parameter: Parameter, value: JsonValue, all_: Parameters) -> str:
    amount, currency = decimal_amount(value), currency_of(parameter, all_)
    if amount is None:
        return as_text(value)
    if currency is None:
        return f"{amount:f} (no currency given)"
    written = in_words(amount, currency)
    plain = currency in written or written.lstrip("-").startswith(_OF_ONE_CURRENCY)
    return written if plain else f"{written} {currency}"


def currency_of(parameter: Parameter, all_: Parameters) -> str | None:
    """Find a money parameter's currency in the manifest or among the other parameters."""
    if parameter.currency is not None:
        return parameter.currency
    given = all_.get(parameter.currency_parameter or "")
    return given if isinstance(given, str) and given.isascii() and given.isalpha() else None
