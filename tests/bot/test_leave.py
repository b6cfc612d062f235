"""What people type about being away, read on their own clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from blocks.telling.notices import answer
from blocks.wording.rich import moment
from bot.people.leave import Leave, Misread, in_zone, read_leave, told_in_zone, zone_named
from manifests.vocabulary import UserId
from tests.blocks.walking import of_type

BEN = UserId("U0BEN")
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "leave"),
    [
        ("until 2026-12-01", Leave(starts_at=None, ends_at=at(2026, 11, 30, 23), to=None)),
        ("until 2026-07-01 14:30", Leave(starts_at=None, ends_at=at(2026, 7, 1, 12, 30), to=None)),
        ("until further notice", Leave(starts_at=None, ends_at=None, to=None)),
        (
            "UNTIL 2026-12-01 TO <@U0BEN|ben>",
            Leave(starts_at=None, ends_at=at(2026, 11, 30, 23), to=BEN),
        ),
        (
            "to <@U0BEN> from 2026-03-28 until 2026-03-30",  # the clocks change in between
            Leave(starts_at=at(2026, 3, 27, 23), ends_at=at(2026, 3, 29, 22), to=BEN),
        ),
    ],
)
def test_what_is_typed_is_understood(words: str, leave: Leave) -> None:
    assert read_leave(words, COPENHAGEN) == leave


def test_delegating_begins_with_the_person() -> None:
    leave = read_leave("<@U0BEN|ben> until 2026-12-01", COPENHAGEN, delegates=True)
    assert leave.to == "U0BEN"


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("to <@U0BEN>", "until when"),
        ("until 1.12.2026", "“1.12.2026” is no date. Write it as 2026-12-01"),
        ("until 2026-13-01", "“2026-13-01” is no date"),
        ("until 2026-12-01 until 2026-12-02", "until twice"),
        ("until 2026-12-01 to ben", "Type @ and choose"),
        ("until 2026-12-01 to <!channel>", "Type @ and choose"),
        ("until", "not understood"),
        ("next week", "“next week” is not understood"),
    ],
)
def test_what_is_not_understood_is_answered_with_what_to_write(words: str, hint: str) -> None:
    with pytest.raises(Misread, match=hint.replace(".", r"\.")):
        read_leave(words, COPENHAGEN)


def test_a_reply_shows_a_moment_as_app_home_does_and_names_the_zone_where_it_cannot() -> None:
    noon = at(2026, 7, 1, 12)
    said = f"You are out of office until {told_in_zone(noon, COPENHAGEN)}. <!channel>"
    shown = answer(said, moments=True)
    (date,) = of_type(shown.blocks, "date")
    assert date == {**moment(noon), "fallback": "2026-07-01 14:00 (Europe/Copenhagen)"}
    assert [each["text"] for each in of_type(shown.blocks, "text")] == [
        "You are out of office until ",
        ". <!channel>",
    ]
    assert shown.text == (
        "You are out of office until 2026-07-01 14:00 (Europe/Copenhagen). &lt;!channel&gt;"
    )


def test_a_day_too_far_ahead_for_a_date_mark_is_written_out() -> None:
    leave = read_leave("until 9999-12-31", COPENHAGEN)
    assert leave.ends_at is not None
    assert told_in_zone(leave.ends_at, COPENHAGEN) == "9999-12-31 00:00 (Europe/Copenhagen)"


def test_a_zone_that_nobody_knows_is_utc() -> None:
    assert zone_named("Mars/Olympus").key == "UTC"
    assert zone_named("../etc/passwd").key == "UTC"
    assert in_zone(at(2026, 7, 1, 12), COPENHAGEN) == "2026-07-01 14:00 (Europe/Copenhagen)"
