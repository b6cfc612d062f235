"""Figures of how proposals went: what is open, what was decided, and how long that took."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from manifests.vocabulary import RoleName, Severity
from store.board import Course
from store.checkpoint import Status

BY_PEOPLE = (
    Status.APPROVED,
    Status.APPROVED_WITH_EDITS,
    Status.ANSWERED,
    Status.REJECTED,
)
"""What a person decided, so that the time it took is theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of some proposals."""

    ended: Mapping[Status, int]
    median: timedelta | None
    """How long half of those that people decided took at most, from opening to decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is open now, and what was decided lately."""

    open: Mapping[Severity, int]
    oldest: datetime | None
    today: Tally
    week: Tally
    roles: Mapping[RoleName, Tally]
    """The week of each role that had a seat, by the role's name."""


def figures(courses: Iterable[Course], midnight: datetime) -> Figures:
    """Count; whatever was decided in the courses given is the week's."""
    told = tuple(courses)
    waiting = [each for each in told if each.decided_at is None]
    ended = [each for each in told if each.decided_at is not None]
    names = sorted({name for each in ended for name in each.seats})
    return Figures(
        open=Counter(each.severity for each in waiting),
        oldest=min((each.opened_at for each in waiting), default=None),
        today=_tally(each for each in ended if each.decided_at and each.decided_at >= midnight),
        week=_tally(ended),
        roles={name: _tally(each for each in ended if name in each.seats) for name in names},
    )


def _tally(courses: Iterable[Course]) -> Tally:
    told = tuple(courses)
    took = [
        (each.decided_at - each.opened_at).total_seconds()
        for each in told
        if each.decided_at is not None and each.status in BY_PEOPLE
    ]
    return Tally(
        ended=Counter(each.status for each in told),
        median=timedelta(seconds=median(took)) if took else None,
    )
