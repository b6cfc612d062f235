"""What somebody typed about being out of office, read in their own time zone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from blocks.wording.text import date_mark
from manifests.vocabulary import UserId

FURTHER_NOTICE = "further notice"
FORM = "until DATE [from DATE] [to @SOMEBODY]"
_CLAUSES = re.compile(r"\b(from|until|to)\s+(.*?)(?=\s+(?:from|until|to)\b|$)", re.IGNORECASE)
_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")
FOR_GOOD = datetime(5000, 1, 1, tzinfo=UTC)
"""Whoever writes a day beyond this means for good; a date mark holds no such day."""
_DATE = "%Y-%m-%d"
_MOMENT = "%Y-%m-%d %H:%M"


class Misread(Exception):
    """What was typed says nothing clear; the message says what to write instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """When somebody is away, in UTC, and whose turn it is meanwhile."""

    starts_at: datetime | None
    """None begins now."""
    ends_at: datetime | None
    """None until further notice."""
    to: UserId | None


def zone_named(name: str) -> ZoneInfo:
    """Give a time zone; one that nobody knows is UTC."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def read_leave(words: str, zone: ZoneInfo, *, delegates: bool = False) -> Leave:
    """Read `until DATE [from DATE] [to @SOMEBODY]`; with `delegates` it begins with @SOMEBODY.

    A date alone is the beginning of that day: whoever is away until then is back on it.
    """
    first = words.split(maxsplit=1)
    if delegates and first and not _is_clause(first[0]):
        words = f"to {words}"
    clauses = _clauses(words)
    if "until" not in clauses:
        raise Misread(f"It does not say until when. Type {_example(delegates=delegates)}.")
    if delegates and "to" not in clauses:
        raise Misread(f"It does not say to whom. Type {_example(delegates=delegates)}.")
    until = clauses["until"].lower()
    return Leave(
        starts_at=_moment(clauses["from"], zone) if "from" in clauses else None,
        ends_at=None if until == FURTHER_NOTICE else _moment(until, zone),
        to=_person(clauses["to"]) if "to" in clauses else None,
    )


def in_zone(moment: datetime, zone: ZoneInfo) -> str:
    """Write a moment as its reader's clock shows it."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})"


def told_in_zone(moment: datetime, zone: ZoneInfo) -> str:
    """Write a moment as App Home shows it; where that cannot be drawn, as `in_zone` does."""
    written = in_zone(moment, zone)
    return date_mark(moment, written) if moment < FOR_GOOD else written


def _clauses(words: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _CLAUSES.finditer(words):
        name = match[1].lower()
        if name in found:
            raise Misread(f"It says {name} twice. Type {_example(delegates=False)}.")
        found[name] = match[2].strip()
    rest = " ".join(_CLAUSES.sub(" ", words).split())
    if rest:
        raise Misread(f"“{rest}” is not understood. Type {_example(delegates=False)}.")
    return found


def _is_clause(word: str) -> bool:
    return word.lower() in {"from", "until", "to"}


def _moment(words: str, zone: ZoneInfo) -> datetime:
    for form in (_DATE, _MOMENT):
        try:
            read = datetime.strptime(words, form)  # noqa: DTZ007  the person's own zone follows
        except ValueError:
            continue
        return read.replace(tzinfo=zone).astimezone(UTC)
    raise Misread(
        f"“{words}” is no date. Write it as 2026-12-01, or with a time as 2026-12-01 14:30."
    )


def _person(words: str) -> UserId:
    match = _MENTION.fullmatch(words)
    if match is None:
        raise Misread(
            f"“{words}” is nobody known. Type @ and choose the person from the list that opens."
        )
    return UserId(match[1])


def _example(*, delegates: bool) -> str:
    return (
        "/keyturn delegate @ben until 2026-12-01"
        if delegates
        else (
            f"/keyturn ooo until 2026-12-01 to @ben, /keyturn ooo until {FURTHER_NOTICE} or "
            "/keyturn ooo off"
        )
    )
