"""The plain JSON that agents send and receive. A `dict` stops here."""

import json
import re
from collections.abc import Iterable
from datetime import datetime

from pydantic import JsonValue, ValidationError

from manifests.checking import pointer
from manifests.parameters import Complaint
from store.proposal import Proposal

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
MAX_KEYS = 2_000
MAX_STRING_BYTES = 64 * 1024
MAX_INTEGER = 2**53 - 1
_KEY_SHOWN = 40
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class Unreadable(ValueError):
    """What was sent is no JSON we accept; the words say where and what to do."""


class TooLarge(Unreadable):
    """More than 256 kB was sent."""


class InvalidProposal(ValueError):
    """The JSON is sound, but it is no proposal; `complaints` say why, field by field."""

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        self.complaints = tuple(complaints)
        super().__init__("; ".join(f"{each.where}: {each.problem}" for each in self.complaints))


def read_json(raw: bytes | str) -> JsonValue:
    """Parse JSON strictly: no duplicate keys, no NaN, nothing too large, too deep or inexact."""
    encoded = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw
    if len(encoded) > MAX_BYTES:
        raise TooLarge(f"The body has {len(encoded):,} bytes; at most {MAX_BYTES:,} are taken.")
    try:
        value: JsonValue = json.loads(
            encoded, object_pairs_hook=_unique, parse_constant=_no_constant
        )
    except RecursionError as error:
        raise Unreadable(f"The JSON is nested deeper than {MAX_DEPTH} levels.") from error
    except UnicodeDecodeError as error:
        raise Unreadable(f"The body is not UTF-8 at byte {error.start}.") from error
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"Not JSON at line {error.lineno}, column {error.colno}: {error.msg}."
        ) from error
    _measure(value, texts=not _modest(encoded))
    return value


def _modest(encoded: bytes) -> bool:
    """Say whether no text in it can be too long, or hold half a character.

    Text never grows when it is read, so whoever is small written is small read. Half a character
    is an escape, or three bytes of which the first is ED, or it hides in another encoding.
    """
    return (
        len(encoded) <= MAX_STRING_BYTES
        and b"\xed" not in encoded
        and b"\x00" not in encoded
        and _SURROGATE.search(encoded) is None
    )


def _unique(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unreadable(f"The key {twice!r} stands twice in one object; send it once.")
    return found


def _no_constant(name: str) -> JsonValue:
    raise Unreadable(f"{name} is not a JSON number; send null or leave the field out.")


def _measure(value: JsonValue, *, texts: bool) -> None:
    """Walk the value once, without recursion, and refuse what is out of bounds."""
    keys = 0
    stack: list[tuple[JsonValue, int]] = [(value, 1)]
    while stack:
        item, depth = stack.pop()
        if isinstance(item, str):
            _measure_string(item, value)
        elif isinstance(item, (dict, list)):
            if depth > MAX_DEPTH:
                raise Unreadable(f"The JSON is nested deeper than {MAX_DEPTH} levels.")
            if isinstance(item, dict):
                keys += len(item)
                if texts:
                    stack += [(key, depth) for key in item]
            children = item.values() if isinstance(item, dict) else item
            stack += [
                (child, depth + 1) for child in children if texts or not isinstance(child, str)
            ]
        elif isinstance(item, int) and abs(item) > MAX_INTEGER:
            raise Unreadable(f"{item} is past 2^53 - 1; send it as a string.")
        elif isinstance(item, float) and item in (float("inf"), float("-inf")):
            raise Unreadable("A number is too large to be exact; send it as a string.")
        if keys > MAX_KEYS:
            raise Unreadable(f"The JSON has more than {MAX_KEYS:,} keys.")


def _measure_string(text: str, whole: JsonValue) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise Unreadable(f"A string holds half a character at position {error.start}.") from error
    if size > MAX_STRING_BYTES:
        raise Unreadable(
            f"{_where(text, whole)} has {size:,} bytes; one string takes at most "
            f"{MAX_STRING_BYTES:,}. Shorten it, or send a link to where it is kept."
        )


def _where(text: str, whole: JsonValue) -> str:
    """Name a string of a value by its JSON pointer, and a key by its beginning."""
    stack: list[tuple[JsonValue, tuple[str | int, ...]]] = [(whole, ())]
    while stack:
        item, path = stack.pop()
        if item is text:
            return pointer(*path) or "The string"
        if isinstance(item, dict):
            stack += [(child, (*path, key)) for key, child in item.items()]
        elif isinstance(item, list):
            stack += [(child, (*path, at)) for at, child in enumerate(item)]
    return f"The key “{text[:_KEY_SHOWN]}…”"


def read_proposal(raw: bytes | str) -> Proposal:
    """Read a proposal, or raise `Unreadable` or `InvalidProposal` with everything that is wrong."""
    value = read_json(raw)
    if not isinstance(value, dict):
        raise InvalidProposal([Complaint("", "A proposal is a JSON object.", "Send {...}.")])
    try:
        return Proposal.model_validate_json(raw)
    except ValidationError as error:
        raise InvalidProposal(complaints_of(error)) from error


def complaints_of(error: ValidationError) -> tuple[Complaint, ...]:
    """Say in pointers and words what pydantic found."""
    return tuple(
        Complaint(
            where="/" + "/".join(str(part) for part in each["loc"]),
            problem=each["msg"],
            hint=_hint(each["type"]),
        )
        for each in error.errors(include_url=False, include_context=False, include_input=False)
    )


def _hint(kind: str) -> str:
    if kind == "extra_forbidden":
        return "Remove the field, or check its spelling in /openapi.json."
    return "Add the field." if kind == "missing" else ""


def moment(at: datetime | None) -> str | None:
    """Write a moment as RFC 3339 in UTC."""
    return None if at is None else at.isoformat().replace("+00:00", "Z")
