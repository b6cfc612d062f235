"""Written calendars into calendars, with those refused that nobody could wait for."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta

from manifests.calendars import holiday_codes, is_open, next_open
from manifests.codes import Code
from manifests.document import HoursPart
from manifests.hours import Hours
from manifests.mistakes import did_you_mean
from manifests.resolving.findings import Findings, Path
from manifests.vocabulary import CalendarName

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_YEARS = range(2000, 2200)
_MOST_DAYS = 1_000
_LONGEST_CLOSED = timedelta(days=60)
_DAY = timedelta(days=1)


class CalendarBook:
    """Every calendar by name; remembers which were asked for."""

    def __init__(
        self,
        calendars: Mapping[CalendarName, Hours],
        unreadable: frozenset[str],
        findings: Findings,
    ) -> None:
        self._calendars = calendars
        self._unreadable = unreadable
        self._findings = findings
        self._used: set[CalendarName] = set()

    def named(self, name: str | None, path: Path) -> Hours | None:
        """Find the calendar that a key names, if it names one."""
        if name is None:
            return None
        self._used.add(CalendarName(name))
        found = self._calendars.get(CalendarName(name))
        if found is None and name not in self._unreadable:
            hint = did_you_mean(name, self._calendars, "Define it under calendars.")
            message = f"No calendar is called “{name}”."
            self._findings.mistake(path, Code.UNKNOWN_CALENDAR, message, hint)
        return found

    def warn_of_unused(self) -> None:
        """Point out calendars that nothing names."""
        for name in self._calendars:
            if name not in self._used:
                self._findings.warning(
                    ("calendars", name), Code.UNUSED_CALENDAR,
                    f"Nothing uses the calendar “{name}”.",
                    "Name it in business_hours or in somebody's working_hours, or remove it.",
                )  # fmt: skip


def calendars_of(parts: Mapping[str, HoursPart], findings: Findings) -> dict[CalendarName, Hours]:
    """Turn written calendars into calendars."""
    made: dict[CalendarName, Hours] = {}
    for name, part in parts.items():
        path: Path = ("calendars", name)
        known = _knows_holidays(part, path, findings)
        hours = _hours(CalendarName(name), part, holidays=part.holidays if known else None)
        if _has_sound_days(part, path, findings):
            _refuse_endless_closing(hours, path, findings)
        made[hours.name] = hours
    return made


def refuse_odd_year(day: date, path: Path, findings: Findings) -> bool:
    """Refuse a date that nobody can mean; say whether it was one."""
    if day.year in _YEARS:
        return False
    message = f"The year {day.year} is out of reach."
    findings.mistake(
        path, Code.BAD_DATE, message, f"Write a year from {_YEARS[0]} to {_YEARS[-1]}."
    )
    return True


def _hours(name: CalendarName, part: HoursPart, holidays: str | None) -> Hours:
    return Hours(
        name=name,
        timezone=part.timezone,
        days=frozenset(_WEEKDAYS.index(day) for day in part.days),
        opens=part.opens,
        closes=part.closes,
        holidays=holidays,
        closed_on=frozenset(part.closed_on),
    )


def _knows_holidays(part: HoursPart, path: Path, findings: Findings) -> bool:
    known = holiday_codes()
    if part.holidays is None or part.holidays in known:
        return True
    country = part.holidays.partition("-")[0]
    within = sorted(code for code in known if code.startswith(f"{country}-"))
    otherwise = "Write a country as DE, or a part of it as DE-BE."
    if country in known:
        otherwise = f"Known parts: {', '.join(within)}." if within else f"Write {country} alone."
    message = f"Nobody knows the public holidays of “{part.holidays}”."
    findings.mistake((*path, "holidays"), Code.UNKNOWN_HOLIDAYS, message, otherwise)
    return False


def _has_sound_days(part: HoursPart, path: Path, findings: Findings) -> bool:
    if len(part.closed_on) > _MOST_DAYS:
        message = f"“closed_on” lists {len(part.closed_on)} days; {_MOST_DAYS} are the most."
        findings.mistake_in_key((*path, "closed_on"), Code.BAD_VALUE, message)
        return False
    odd = [
        refuse_odd_year(day, (*path, "closed_on", index), findings)
        for index, day in enumerate(part.closed_on)
    ]
    return not any(odd)


def _refuse_endless_closing(hours: Hours, path: Path, findings: Findings) -> None:
    """Refuse a calendar that stays closed so long that everything would expire meanwhile."""
    for closing in _closings(hours):
        # By then the night shift of the day before has ended in every time zone.
        start = datetime.combine(closing + _DAY, time(12), UTC)
        opening = next_open(hours, start)
        if opening - start > _LONGEST_CLOSED or not is_open(hours, opening):
            findings.mistake_in_key(
                (*path, "closed_on"), Code.NEVER_OPEN,
                f"From {closing} on it stays closed for more than {_LONGEST_CLOSED.days} days.",
                "Whatever waits for it would expire; take days out of closed_on.",
            )  # fmt: skip
            return


def _closings(hours: Hours) -> Iterator[date]:
    """Give the first day of each closing that was written out."""
    for day in sorted(hours.closed_on):
        if day - _DAY not in hours.closed_on:
            yield day
