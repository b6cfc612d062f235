"""When people work: named calendars with time zones and public holidays."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from manifests.vocabulary import CalendarName


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A calendar. `closes` at or before `opens` means the next day: a night shift."""

    name: CalendarName
    timezone: str
    """An IANA name, such as Europe/Berlin."""
    days: frozenset[int]
    """Weekdays on which a shift begins, Monday is 0."""
    opens: time
    closes: time
    holidays: str | None = None
    """A country, or a country and a part of it, as in ISO 3166: DE, DE-BE."""
    closed_on: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """When people are not reminded. `ends` at or before `starts` means the next day."""

    starts: time
    ends: time
    timezone: str
    """An IANA name, such as Europe/Berlin."""


@dataclass(frozen=True, slots=True)
class DailyTime:
    """A time of day somewhere."""

    at: time
    timezone: str
    """An IANA name, such as Europe/Berlin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    """People who take turns, each for the same length, from a first moment on."""

    turns: tuple[str, ...]
    """Slack user ids."""
    every: timedelta
    starts: date
    at: time
    timezone: str
