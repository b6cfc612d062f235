"""A click's form says what `urllib` reads in it, or nothing."""

from urllib.parse import parse_qs, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.forms import payload_of


@given(st.text())
def test_whatever_slack_escapes_is_read_as_it_was(payload: str) -> None:
    form = "payload=" + quote_plus(payload, errors="surrogatepass")
    assert payload_of(form.encode()) in (payload, None)
    if payload.isascii():
        assert payload_of(form.encode()) == payload


@given(st.text(st.characters(exclude_characters="&\r\n;", codec="utf-8")))
def test_what_was_hardly_escaped_is_read_as_urllib_does(raw: str) -> None:
    form = f"payload={raw}"
    read = payload_of(form.encode())
    assert read is None or read == parse_qs(form, keep_blank_values=True)["payload"][0]


@pytest.mark.parametrize(
    "form",
    [
        b"",
        b"command=%2Fkeyturn&text=home",
        b'{"type":"event_callback"}',
        b"payload=%7B%7D&extra=1",
        b"extra=1&payload=%7B%7D",
        b"payload=50%",
        b"payload=%zz",
        b"payload=a=\r\nb",
        b"payload=%ff",
    ],
)
def test_an_unusual_form_is_left_to_bolt(form: bytes) -> None:
    assert payload_of(form) is None
