"""Lengths of time as administrators write them, and as people read them."""

import re
from datetime import timedelta
from functools import lru_cache

_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_WRITTEN = re.compile(r"(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s)?", re.ASCII)
_NAMES = ((2 * 86_400, 86_400, "day"), (3_600, 3_600, "hour"), (60, 60, "minute"), (1, 1, "second"))
_LONGEST = timedelta(days=366)


def read_duration(text: str) -> timedelta | None:
    """Read `90s`, `15m`, `4h`, `2d` or `1h30m`, from a second to a year; else None."""
    match = _WRITTEN.fullmatch(text)
    if match is None or not text:
        return None
    counts = zip(match.groups(default="0"), _UNITS.values(), strict=True)
    seconds = sum(int(count) * size for count, size in counts)
    length = timedelta(seconds=seconds)
    return length if timedelta(0) < length <= _LONGEST else None


@lru_cache(maxsize=1_024)
def spoken(length: timedelta) -> str:
    """Say a length of time the way a person would: `15 minutes`, `24 hours`, `2 days`."""
    seconds = int(length.total_seconds())
    size, name = next(
        ((size, name) for least, size, name in _NAMES if seconds >= least and seconds % size == 0),
        (1, "second"),
    )
    count = seconds // size
    return f"{count} {name}{'' if count == 1 else 's'}"


def written(length: timedelta) -> str:
    """Write a length of time the way `read_duration` reads it: `1h30m`."""
    left = int(length.total_seconds())
    parts = []
    for unit, size in _UNITS.items():
        count, left = divmod(left, size)
        parts.append(f"{count}{unit}" if count else "")
    return "".join(parts)
