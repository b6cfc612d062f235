"""What cannot be seen is shown; what is cut is cut between characters."""

from datetime import timedelta

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from blocks.limits import clip, head, size, tail
from blocks.wording.hosts import address_of
from blocks.wording.text import (
    escaped,
    hides_something,
    joined,
    length_in_words,
    spelled_out,
    visible,
)
from blocks.wording.values import shortened
from tests.blocks.strategies import texts

ONE = "👩‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("a\u202eb", "a\\u{202E}b"),
        ("\u200b", "\\u{200B}"),
        ("\u3164\u115f\uffa0", "\\u{3164}\\u{115F}\\u{FFA0}"),
        ("\u2800\u034f\u17b4", "\\u{2800}\\u{34F}\\u{17B4}"),
        ("❤\ufe0f", "❤\\u{FE0F}"),
        ("\U000e0101", "\\u{E0101}"),
        ("\ue000\u0378\ud800", "\\u{E000}\\u{378}\\u{D800}"),
        ("a\tb\r", "a\\u{9}b\\u{D}"),
        ("a\nb", "a\\u{A}b"),
        ("Zürich, 漢字, مرحبا", "Zürich, 漢字, مرحبا"),
    ],
)
def test_what_hides_is_shown(hidden: str, shown: str) -> None:
    assert visible(hidden) == shown


def test_newlines_stay_where_they_may() -> None:
    assert visible("a\nb\u2028c", newlines=True) == "a\nb\\u{2028}c"


def test_marks_piled_up_are_taken_apart() -> None:
    assert visible("e\u0301\u0323") == "e\u0301\u0323"
    assert visible("z" + "\u0301" * 6) == "z" + "\u0301" * 4 + "\\u{301}\\u{301}"


@given(texts, st.integers(8, 400))
def test_a_clipped_text_keeps_its_limit_and_its_characters(text: str, limit: int) -> None:
    cut = clip(text, limit)
    assert size(cut) <= limit
    assert cut == text or cut.endswith("…")
    whole = [len(each) for each in regex.findall(r"\X", text)]
    if whole and max(whole) < limit // 2:
        ends = {sum(whole[:count]) for count in range(len(whole) + 1)}
        assert len(head(text, limit)) in ends
        assert len(text) - len(tail(text, limit)) in ends


def test_a_family_is_never_torn_apart() -> None:
    assert clip(ONE * 3, 25) == ONE * 2 + "…"


@given(texts, st.integers(24, 600), st.integers(1, 12))
def test_a_shortened_value_says_so_and_stays_small(text: str, limit: int, lines: int) -> None:
    shown = shortened(text, limit, lines)
    if not shown.cut:
        assert shown.text == visible(text, newlines=True)
    assert size(shown.text) <= limit + 60
    assert shown.text.count("\n") < max(2, lines)


def test_marks_of_slack_are_escaped_in_plain_messages() -> None:
    assert escaped("<!channel> & co") == "&lt;!channel&gt; &amp; co"


def test_hidden_characters_in_json_become_json_escapes() -> None:
    assert spelled_out('"a\u202e𝔘\U000e0101"') == '"a\\u202e𝔘\\udb40\\udd01"'


LONG = "https://" + "a" * 30 + ".example/"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("https://bank.example/a?b=c", "https://bank.example/a?b=c"),
        (LONG + "b" * 90, LONG + "b" * 12 + "…"),
    ],
)
def test_a_plain_address_can_be_followed(raw: str, text: str) -> None:
    address = address_of(raw, 60)
    assert (address.text, address.url) == (text, raw)


@pytest.mark.parametrize(
    ("raw", "host"),
    [
        ("https://bank.example@evil.example/", "evil.example"),
        ("https://bаnk.example/", "xn--bnk-6cd.example"),
        ("https://x.example/\u202egpj", "x.example"),
    ],
)
def test_a_tricky_address_names_its_true_host_and_leads_nowhere(raw: str, host: str) -> None:
    address = address_of(raw, 60)
    assert address.text == f"{host} (written as {visible(raw)})"
    assert address.url is None


@pytest.mark.parametrize("raw", ["javascript:alert(1)", "https://[::1", "no address", "https://"])
def test_what_is_no_address_stays_text(raw: str) -> None:
    assert (address_of(raw, 60).text, address_of(raw, 60).url) == (raw, None)


def test_a_long_host_is_shown_in_full() -> None:
    host = "a." * 60 + "evil.example"
    assert host in address_of(f"https://{host}/x", 60).text


def test_lengths_of_time_are_said_in_two_units() -> None:
    assert length_in_words(timedelta(days=1, hours=2, minutes=5)) == "1 day 2 hours"
    assert length_in_words(timedelta(seconds=61)) == "1 minute 1 second"
    assert length_in_words(timedelta(seconds=-3)) == "no time"


def test_words_are_joined_as_in_a_sentence() -> None:
    assert joined([]) == ""
    assert joined(["a"]) == "a"
    assert joined(["a", "b", "c"]) == "a, b and c"


@given(texts | st.text(max_size=8))
def test_the_quick_look_finds_whatever_the_slow_one_would(text: str) -> None:
    slow = regex.compile(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Cn}]|\p{M}{5}")
    quick = visible(text)
    assert not slow.search(quick)
    assert (quick == text) is not hides_something(text.replace("\t", "\0").replace("\n", "\0"))
