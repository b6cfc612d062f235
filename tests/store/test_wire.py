import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import wire
from store.wire import MAX_DEPTH, MAX_KEYS, MAX_STRING_BYTES, TooLarge, Unreadable, read_json
from tests.store.strategies import json_values

# Pieces that come near a limit, or that one way of reading could see and the other not.
NEAR = st.sampled_from(
    [
        b"9007199254740991",
        b"9007199254740992",
        b"-9007199254740992",
        b"1e400",
        b"12345678901234567890.5",
        b'"\\ud800"',
        b'"\xed\xa0\x80"',
        b'"\\u00e9"',
        b'"' + b"x" * MAX_STRING_BYTES + b'"',
        b'"' + b"x" * (MAX_STRING_BYTES + 1) + b'"',
        b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1),
        b"[" * MAX_DEPTH + b"]" * MAX_DEPTH,
        json.dumps({str(number): 1 for number in range(MAX_KEYS + 1)}).encode(),
        json.dumps(dict.fromkeys(map(str, range(MAX_KEYS - 1)))).encode(),
        b"true",
        b"0.1",
    ]
)


@given(pieces=st.lists(NEAR, max_size=4))
def test_the_short_way_lets_nothing_through_that_the_long_way_stops(pieces: list[bytes]) -> None:
    raw = b"[" + b",".join(pieces) + b"]"
    assert read(raw) == read(raw, long_way=True)


@given(value=json_values)
def test_plain_json_comes_out_as_it_went_in(value: Any) -> None:
    assert read_json(json.dumps(value, ensure_ascii=False)) == value


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-le"])
def test_another_encoding_cannot_hide_what_is_refused(encoding: str) -> None:
    with pytest.raises(Unreadable):
        read_json('["\\ud800"]'.encode(encoding))


def test_more_than_256_kilobytes_are_not_looked_at() -> None:
    with pytest.raises(TooLarge):
        read_json(b" " * (wire.MAX_BYTES + 1))


def read(raw: bytes, *, long_way: bool = False) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        if long_way:
            patch.setattr(wire, "_modest", lambda _: False)
        try:
            return read_json(raw)
        except Unreadable as error:
            return str(error)


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"parameters": {"a/b": ["", "x" * 100_000]}}, "/parameters/a~1b/1 has 100,000 bytes"),
        ("x" * 100_000, "The string has 100,000 bytes"),
        ({"x" * 100_000: 1}, f"The key “{'x' * 40}…” has 100,000 bytes"),
    ],
)
def test_a_text_that_is_too_long_is_named_with_what_to_do(value: Any, named: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_json(json.dumps(value))
    assert str(refused.value) == (
        f"{named}; one string takes at most 65,536. Shorten it, or send a link to where it is kept."
    )
