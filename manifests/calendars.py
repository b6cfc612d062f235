"""Counting open time: what a deadline is when nights, weekends and public holidays do not count.

Days on which the clocks change have 23 or 25 hours here as they have on the wall: a shift runs from
one local time to another, and its length is what really passes between them.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays import country_holidays, list_supported_countries

from manifests.hours import Hours, Quiet, Rota
from manifests.vocabulary import UserId

HORIZON_DAYS = 1_100
"""How far ahead open time is looked for; no calendar that loads stays closed nearly as long."""

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_NO_TIME = timedelta(0)
_PART = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}", re.ASCII)

Shift = tuple[datetime, datetime]
"""When a shift begins and ends, in UTC."""


def deadline_after(hours: Hours | None, start: datetime, length: timedelta) -> datetime:
    """Say when so much open time has passed; every hour counts where there is no calendar.

    What ends with a shift ends at its closing. Nothing left to count ends as soon as it is open.
    """
    if hours is None:
        return start + length
    if length <= _NO_TIME:
        return next_open(hours, start)
    left, closing = length, start
    for opens, closing in _shifts(hours, start, HORIZON_DAYS):
        begun = max(opens, start)
        if closing - begun >= left:
            return begun + left
        left -= max(closing - begun, _NO_TIME)
    return closing


def moment_before(hours: Hours | None, end: datetime, length: timedelta) -> datetime:
    """Say from which moment on so much open time is left until another, the latest such moment."""
    if hours is None:
        return end - length
    left, opening = length, end
    for opens, closes in _shifts_back(hours, end, HORIZON_DAYS):
        ended = min(closes, end)
        if ended - opens > left:
            return ended - left
        left -= max(ended - opens, _NO_TIME)
        opening = min(opens, end)
        if left == _NO_TIME:
            return opening
    return opening


def quiet_until(quiet: Quiet | None, at: datetime) -> datetime:
    """Find the first moment from here on at which it is not quiet; it may be this one."""
    if quiet is None:
        return at
    zone = ZoneInfo(quiet.timezone)
    today = at.astimezone(zone).date()
    for number in (-1, 0):
        first = today + number * _DAY
        last = first + _DAY if quiet.ends <= quiet.starts else first
        begins = _in_utc(zone, datetime.combine(first, quiet.starts))
        ends = _in_utc(zone, datetime.combine(last, quiet.ends))
        if begins <= at < ends:
            return ends
    return at


def time_between(hours: Hours | None, start: datetime, end: datetime) -> timedelta:
    """Add up the open time between two moments; none when the second is not the later one."""
    if end <= start:
        return _NO_TIME
    if hours is None:
        return end - start
    days = (end - start).days + 2
    shifts = _shifts(hours, start, days)
    parts = (min(closes, end) - max(opens, start) for opens, closes in shifts)
    return sum((part for part in parts if part > _NO_TIME), _NO_TIME)


def is_open(hours: Hours | None, at: datetime) -> bool:
    """Say whether a moment counts; a shift's first moment does, its closing no longer."""
    return hours is None or any(opens <= at < closes for opens, closes in _shifts(hours, at, 1))


def next_open(hours: Hours | None, at: datetime) -> datetime:
    """Find the first moment from here on that counts."""
    if hours is None:
        return at
    shifts = _shifts(hours, at, HORIZON_DAYS)
    following = (max(opens, at) for opens, closes in shifts if at < closes and opens < closes)
    return next(following, at)


def on_call(rota: Rota, at: datetime) -> UserId:
    """Say whose turn it is: it passes on at the same time of day, summer and winter."""
    zone = ZoneInfo(rota.timezone)
    first = datetime.combine(rota.starts, rota.at)
    turn = (at.astimezone(zone).replace(tzinfo=None) - first) // rota.every
    # The wall shows some times twice and leaves some out; who has taken over does not give back.
    while _in_utc(zone, first + (turn + 1) * rota.every) <= at:
        turn += 1
    while _in_utc(zone, first + turn * rota.every) > at:
        turn -= 1
    return UserId(rota.turns[turn % len(rota.turns)])


def is_holiday(code: str, day: date) -> bool:
    """Say whether a day is a public holiday in a country, or in a part of it such as DE-BE."""
    return day in _holidays(code, day.year)


@lru_cache(maxsize=1)
def holiday_codes() -> frozenset[str]:
    """List every country, and every part of one, whose public holidays are known."""
    countries = list_supported_countries(include_aliases=False)
    parts = {f"{country}-{part}" for country, known in countries.items() for part in known}
    # Cities and the like have names that no code of ISO 3166 looks like.
    return frozenset(countries) | {code for code in parts if _PART.fullmatch(code)}


@lru_cache(maxsize=1_000)
def _holidays(code: str, year: int) -> frozenset[date]:
    country, _, part = code.partition("-")
    return frozenset(country_holidays(country, subdiv=part or None, years=year))


def _shifts(hours: Hours, start: datetime, days: int) -> Iterator[Shift]:
    """Give the shifts that may lie around a moment and in the days after it, in order."""
    today = start.astimezone(ZoneInfo(hours.timezone)).date()
    # A night shift that began yesterday runs on into today.
    for number in range(-1, days + 1):
        shift = _shift(hours, today + number * _DAY)
        if shift is not None:
            yield shift


def _shifts_back(hours: Hours, end: datetime, days: int) -> Iterator[Shift]:
    """Give the shifts that began before a moment, the last one first."""
    today = end.astimezone(ZoneInfo(hours.timezone)).date()
    shifts = (_shift(hours, today - number * _DAY) for number in range(-1, days + 1))
    yield from (each for each in shifts if each is not None and each[0] < end)


@lru_cache(maxsize=20_000)
def _shift(hours: Hours, day: date) -> Shift | None:
    if day.weekday() not in hours.days or day in hours.closed_on:
        return None
    if hours.holidays is not None and is_holiday(hours.holidays, day):
        return None
    last = day + _DAY if hours.closes <= hours.opens else day
    zone = ZoneInfo(hours.timezone)
    opens = _in_utc(zone, datetime.combine(day, hours.opens))
    return opens, _in_utc(zone, datetime.combine(last, hours.closes))


def _in_utc(zone: ZoneInfo, wall: datetime) -> datetime:
    """Turn a local time into a moment: the first of two, and for none the leap over it.

    So a later time on the wall is never an earlier moment.
    """
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    earlier = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    seconds = range(int((moment - earlier) / _SECOND))
    leap = bisect_left(
        seconds,
        wall,
        key=lambda second: (earlier + second * _SECOND).astimezone(zone).replace(tzinfo=None),
    )
    return earlier + leap * _SECOND
