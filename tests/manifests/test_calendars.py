"""Open time: nights, weekends and holidays do not count, whatever the clocks on the wall do."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifests.calendars import (
    deadline_after,
    is_holiday,
    is_open,
    moment_before,
    next_open,
    on_call,
    quiet_until,
    time_between,
)
from manifests.hours import Hours, Quiet, Rota
from manifests.vocabulary import CalendarName

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Pacific/Apia",
    "America/Santiago",  # the clocks change at midnight
    "UTC",
)


def office(**changed: Any) -> Hours:
    """Open from nine to five, Monday to Friday, in Berlin."""
    known: dict[str, Any] = {
        "name": CalendarName("office"),
        "timezone": "Europe/Berlin",
        "days": frozenset(range(5)),
        "opens": time(9),
        "closes": time(17),
    }
    return Hours(**known | changed)


def berlin(*when: int, fold: int = 0) -> datetime:
    year, month, day, hour, minute = (*when, 0)[:5]
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN, fold=fold).astimezone(UTC)


clock_times = st.times().map(lambda each: each.replace(second=0, microsecond=0))
calendars = st.builds(
    Hours,
    name=st.just(CalendarName("any")),
    timezone=st.sampled_from(ZONES),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    opens=clock_times,
    closes=clock_times,
    holidays=st.sampled_from([None, "DE-BE", "US-CA", "IN", "JP"]),
    closed_on=st.frozensets(st.dates(date(2025, 1, 1), date(2027, 12, 31)), max_size=5),
)
moments = st.datetimes(
    datetime(2025, 1, 1),  # noqa: DTZ001  Hypothesis adds the zone
    datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
lengths = st.timedeltas(TICK, 30 * HOUR)


def long_enough(hours: Hours) -> bool:
    """Leave out calendars that are open for minutes a week; none such loads."""
    monday = datetime(2026, 2, 2, tzinfo=UTC)
    return time_between(hours, monday, monday + 7 * DAY) >= HOUR


workable = calendars.filter(long_enough)


@given(hours=workable | st.none(), start=moments, length=lengths)
def test_as_much_open_time_passes_as_was_asked_for(
    hours: Hours | None, start: datetime, length: timedelta
) -> None:
    due = deadline_after(hours, start, length)
    assert time_between(hours, start, due) == length
    assert time_between(hours, start, due - TICK) < length


@given(hours=workable, start=moments, length=lengths)
def test_no_deadline_falls_into_closed_time(
    hours: Hours, start: datetime, length: timedelta
) -> None:
    due = deadline_after(hours, start, length)
    assert is_open(hours, due - TICK)  # at the latest it is the moment of closing


@given(hours=workable, start=moments, first=lengths, second=lengths)
def test_lengths_add_up(hours: Hours, start: datetime, first: timedelta, second: timedelta) -> None:
    in_steps = deadline_after(hours, deadline_after(hours, start, first), second)
    assert in_steps == deadline_after(hours, start, first + second)


@given(hours=workable, moment=moments)
def test_the_next_opening_is_the_first_open_moment(hours: Hours, moment: datetime) -> None:
    opening = next_open(hours, moment)
    assert opening >= moment
    assert is_open(hours, opening)
    assert time_between(hours, moment, opening) == timedelta(0)


@given(hours=workable, moments=st.lists(moments, min_size=3, max_size=3))
def test_open_time_adds_up_and_never_exceeds_the_time_that_passes(
    hours: Hours, moments: list[datetime]
) -> None:
    first, second, third = sorted(moments)
    whole = time_between(hours, first, third)
    assert whole == time_between(hours, first, second) + time_between(hours, second, third)
    assert timedelta(0) <= whole <= third - first
    assert time_between(hours, third, first) == timedelta(0)


def test_an_evening_s_proposal_waits_for_the_morning() -> None:
    friday_evening, monday = berlin(2026, 11, 20, 16), berlin(2026, 11, 23, 11)
    assert deadline_after(office(), friday_evening, 3 * HOUR) == monday
    assert deadline_after(office(), friday_evening, HOUR) == berlin(2026, 11, 20, 17)
    assert next_open(office(), berlin(2026, 11, 21, 12)) == berlin(2026, 11, 23, 9)
    assert deadline_after(office(), berlin(2026, 11, 21, 12), timedelta(0)) == berlin(
        2026, 11, 23, 9
    )


def test_opening_counts_and_closing_does_not() -> None:
    assert is_open(office(), berlin(2026, 11, 23, 9))
    assert not is_open(office(), berlin(2026, 11, 23, 9) - TICK)
    assert is_open(office(), berlin(2026, 11, 23, 17) - TICK)
    assert not is_open(office(), berlin(2026, 11, 23, 17))


def test_public_holidays_and_days_of_one_s_own_do_not_count() -> None:
    calendar = office(holidays="DE-BE", closed_on=frozenset({date(2026, 12, 24)}))
    wednesday = berlin(2026, 12, 23, 16)
    # The 24th is closed here, the 25th is Christmas Day, then comes the weekend.
    assert deadline_after(calendar, wednesday, 2 * HOUR) == berlin(2026, 12, 28, 10)
    assert is_holiday("DE-BE", date(2026, 3, 8))
    assert not is_holiday("DE-BY", date(2026, 3, 8))
    assert is_holiday("US", date(2026, 7, 4))


def test_a_night_shift_belongs_to_the_day_it_begins_on() -> None:
    nights = office(days=frozenset({4}), opens=time(22), closes=time(6))
    assert is_open(nights, berlin(2026, 11, 20, 23))
    assert is_open(nights, berlin(2026, 11, 21, 5))
    assert not is_open(nights, berlin(2026, 11, 20, 5))
    assert deadline_after(nights, berlin(2026, 11, 20, 12), 8 * HOUR) == berlin(2026, 11, 21, 6)


def test_the_same_time_twice_means_around_the_clock() -> None:
    always = office(days=frozenset(range(7)), opens=time(2, 30), closes=time(2, 30))
    spring = berlin(2026, 3, 28, 12)
    assert deadline_after(always, spring, 48 * HOUR) == spring + 48 * HOUR
    autumn = berlin(2026, 10, 24, 12)
    assert time_between(always, autumn, autumn + 48 * HOUR) == 48 * HOUR


@pytest.mark.parametrize(
    ("saturday", "expected"),
    [(berlin(2026, 3, 28, 22), 7 * HOUR), (berlin(2026, 10, 24, 22), 9 * HOUR)],
    ids=["the hour that is left out", "the hour that comes twice"],
)
def test_a_night_in_which_the_clocks_change_is_as_long_as_it_is(
    saturday: datetime, expected: timedelta
) -> None:
    nights = office(days=frozenset({5}), opens=time(22), closes=time(6))
    assert time_between(nights, saturday, saturday + DAY) == expected
    assert deadline_after(nights, saturday, expected).astimezone(BERLIN).time() == time(6)


def test_a_day_that_did_not_happen_has_no_open_time() -> None:
    # Samoa went from the 29th to the 31st of December 2011.
    calendar = office(timezone="Pacific/Apia", days=frozenset({4}))
    start = datetime(2011, 12, 28, tzinfo=UTC)
    assert time_between(calendar, start, start + 4 * DAY) == timedelta(0)


def test_a_shift_that_begins_in_a_left_out_hour_begins_after_it() -> None:
    early = office(days=frozenset({6}), opens=time(2, 30), closes=time(4))
    sunday = berlin(2026, 3, 29, 1)
    assert next_open(early, sunday) == berlin(2026, 3, 29, 3)
    assert time_between(early, sunday, sunday + DAY) == HOUR


def rota(**changed: Any) -> Rota:
    """Give Ana and Ben a week each, from Monday at nine."""
    known: dict[str, Any] = {
        "turns": ("U0ANA", "U0BEN"),
        "every": 7 * DAY,
        "starts": date(2026, 3, 2),
        "at": time(9),
        "timezone": "Europe/Berlin",
    }
    return Rota(**known | changed)


def test_the_turn_passes_on_at_the_same_time_of_day_in_summer_and_winter() -> None:
    for monday in (berlin(2026, 3, 16, 9), berlin(2026, 3, 30, 9), berlin(2026, 10, 26, 9)):
        assert on_call(rota(), monday) != on_call(rota(), monday - TICK)
        assert on_call(rota(), monday) == on_call(rota(), monday + 7 * DAY - HOUR - TICK)
    assert on_call(rota(), berlin(2026, 3, 2, 9)) == "U0ANA"
    assert on_call(rota(), berlin(2026, 3, 2, 9) - TICK) == "U0BEN"


@given(
    start=moments,
    pause=st.timedeltas(timedelta(0), 3 * HOUR),
    every=st.sampled_from([HOUR, 12 * HOUR, DAY, 7 * DAY]),
    at=clock_times,
    zone=st.sampled_from(ZONES),
)
def test_nobody_s_turn_comes_back_after_it_passed_on(
    start: datetime, pause: timedelta, every: timedelta, at: time, zone: str
) -> None:
    """With many in the rota, whoever is on call a little later is the same person or a next one."""
    turns = tuple(f"U{number}" for number in range(100))
    crowd = rota(turns=turns, every=every, at=at, timezone=zone)
    before, later = (turns.index(on_call(crowd, each)) for each in (start, start + pause))
    assert (later - before) % 100 <= pause // every + 3


def test_a_handover_in_the_hour_that_comes_twice_happens_once() -> None:
    nightly = rota(every=DAY, at=time(2, 30), starts=date(2026, 10, 24))
    first, second = berlin(2026, 10, 25, 2, 30), berlin(2026, 10, 25, 2, 10, fold=1)
    assert on_call(nightly, first - TICK) == "U0ANA"
    assert on_call(nightly, first) == "U0BEN"
    assert on_call(nightly, second) == "U0BEN"


@given(workable, moments, lengths)
def test_so_much_open_time_is_left_from_the_moment_before(
    hours: Hours, end: datetime, length: timedelta
) -> None:
    moment = moment_before(hours, end, length)
    assert moment < end
    assert time_between(hours, moment, end) == length
    assert time_between(hours, moment + TICK, end) < length


def test_what_is_left_of_two_days_leads_back_over_the_night() -> None:
    assert moment_before(None, berlin(2026, 11, 3, 11), 2 * HOUR) == berlin(2026, 11, 3, 9)
    # Two hours of Tuesday and one of Monday.
    assert moment_before(office(), berlin(2026, 11, 3, 11), 3 * HOUR) == berlin(2026, 11, 2, 16)
    # Exactly Tuesday's: people are there from nine.
    assert moment_before(office(), berlin(2026, 11, 3, 11), 2 * HOUR) == berlin(2026, 11, 3, 9)


quiet_hours = st.builds(
    Quiet, starts=clock_times, ends=clock_times, timezone=st.sampled_from(ZONES)
).filter(lambda each: each.starts != each.ends)


@given(quiet_hours, moments)
def test_quiet_hours_end_and_are_not_quiet_then(quiet: Quiet, moment: datetime) -> None:
    moved = quiet_until(quiet, moment)
    assert quiet_until(quiet, moved) == moved
    assert moment <= moved <= moment + 25 * HOUR
    if moved > moment:
        assert quiet_until(quiet, moved - TICK) == moved


def test_a_night_is_quiet_also_when_the_clocks_change() -> None:
    night = Quiet(starts=time(22), ends=time(7), timezone="Europe/Berlin")
    assert quiet_until(night, berlin(2026, 3, 28, 21, 59)) == berlin(2026, 3, 28, 21, 59)
    assert quiet_until(night, berlin(2026, 3, 28, 22)) == berlin(2026, 3, 29, 7)
    assert berlin(2026, 3, 29, 7) - berlin(2026, 3, 28, 22) == 8 * HOUR
    assert quiet_until(night, berlin(2026, 10, 25, 2, 30, fold=1)) == berlin(2026, 10, 25, 7)
    assert quiet_until(night, berlin(2026, 10, 25, 7)) == berlin(2026, 10, 25, 7)
    assert quiet_until(None, berlin(2026, 3, 28, 23)) == berlin(2026, 3, 28, 23)
