"""What is the same whatever its spelling: phrases found whole in a text, and whole values."""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

import regex
from pydantic import JsonValue

NO_WORDS = "  "
"""What is left of a text without words."""

_PLAIN = str.maketrans({chr(code): " " for code in range(128) if not chr(code).isalnum()})
_TYPOGRAPHY = re.compile(r"[\u00a0\u00ab\u00b7\u00bb\u2010-\u2027\u2030-\u205e]")
"""Spaces, dashes and quotation marks that stand in texts which are plain otherwise."""
_MARKS = regex.compile(r"[\p{Mn}\p{Me}\p{Cf}]+")
_GAPS = regex.compile(r"[^\p{L}\p{N}]+")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
"""Scripts that put no spaces between words."""
_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]+)?", re.ASCII)
_EXACT = 2**53
"""Numbers below this are the same to whoever reads JSON."""


def folded(text: str) -> str:
    """Reduce a text to its words between single spaces; accents and invisible characters go."""
    if not text:
        return NO_WORDS
    plain = text if text.isascii() else _TYPOGRAPHY.sub(" ", text)
    if plain.isascii():
        return f" {' '.join(plain.lower().translate(_PLAIN).split())} "
    bare = _bare(text).casefold()
    if not unicodedata.is_normalized("NFKD", bare):
        bare = _bare(bare)  # folding case brought accents back
    return f" {_GAPS.sub(' ', bare).strip()} "


def _bare(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKD", text))


def respelled(value: JsonValue) -> JsonValue:
    """Write a value as all its spellings are written: no case, no punctuation, plain decimals.

    Names of nested values stay; so does an integer that JSON cannot carry exactly.
    """
    if isinstance(value, str):
        return _respelled_text(value)
    if isinstance(value, list):
        return [respelled(each) for each in value]
    if isinstance(value, dict):
        return {name: respelled(each) for name, each in value.items()}
    if value is None or isinstance(value, bool):
        return value
    number = Decimal(repr(value))
    return _plainly(number) if number.is_finite() and abs(number) < _EXACT else value


def _respelled_text(text: str) -> str:
    even = (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()
    if _NUMBER.fullmatch(even):
        return _plainly(Decimal(even))
    # A text of signs alone has no words; two of them are not the same for that.
    return folded(even).strip() or " ".join(even.split())


def _plainly(number: Decimal) -> str:
    return format(number.normalize() + 0, "f")  # adding zero takes the sign from -0


@lru_cache(maxsize=16_384)
def phrases_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """Fold phrases once; one without a letter or a digit is left out."""
    every = (folded(each) for each in words)
    return tuple(each for each in every if each.strip())


def mentioned(phrases: tuple[str, ...], text: str) -> str | None:
    """Find the first phrase that stands in a folded text."""
    for phrase in phrases:
        if phrase in text or _stands_unspaced(phrase, text):
            return phrase
    return None


def _stands_unspaced(phrase: str, text: str) -> bool:
    """Look for a phrase of a script without spaces, where no word ends visibly."""
    if phrase.isascii() or not _UNSPACED.search(phrase):
        return False
    return phrase.replace(" ", "") in text.replace(" ", "")
