"""Figures: what is open, what was decided, and how long people took."""

from datetime import timedelta

from manifests.vocabulary import RoleName, Severity
from store.board import Course
from store.checkpoint import Status
from store.tallying import figures
from tests.store.making import HOUR, NOON

FINANCE, CFO = RoleName("finance"), RoleName("cfo")
MIDNIGHT = NOON - 12 * HOUR


def a_course(
    status: Status = Status.PENDING_REVIEW,
    took: timedelta | None = None,
    *,
    opened: timedelta = timedelta(0),
    severity: Severity = Severity.HIGH,
    seats: tuple[RoleName, ...] = (FINANCE,),
) -> Course:
    at = NOON + opened
    decided = None if took is None else at + took
    return Course(status=status, severity=severity, seats=seats, opened_at=at, decided_at=decided)


def test_what_is_open_is_counted_by_severity_and_the_oldest_is_named() -> None:
    told = figures([a_course(), a_course(opened=-HOUR), a_course(severity=Severity.LOW)], MIDNIGHT)
    assert told.open == {Severity.HIGH: 2, Severity.LOW: 1}
    assert told.oldest == NOON - HOUR
    assert told.week.ended == {}


def test_nothing_at_all_has_no_oldest_and_no_median() -> None:
    told = figures([], MIDNIGHT)
    assert (told.oldest, told.week.median, told.roles) == (None, None, {})


def test_only_what_people_decided_tells_how_long_they_took() -> None:
    told = figures(
        [
            a_course(Status.APPROVED, HOUR),
            a_course(Status.REJECTED, 3 * HOUR),
            a_course(Status.APPROVED_WITH_EDITS, 2 * HOUR),
            a_course(Status.EXPIRED, 9 * HOUR),
            a_course(Status.AUTO_APPROVED, timedelta(0)),
        ],
        MIDNIGHT,
    )
    assert told.week.median == 2 * HOUR
    assert sum(told.week.ended.values()) == 5


def test_today_begins_at_midnight() -> None:
    yesterday = a_course(Status.APPROVED, HOUR, opened=-14 * HOUR)
    today = a_course(Status.APPROVED, HOUR, opened=-13 * HOUR)
    told = figures([yesterday, today], MIDNIGHT)
    assert (told.today.ended, told.week.ended) == (
        {Status.APPROVED: 1},
        {Status.APPROVED: 2},
    )


def test_each_role_that_had_a_seat_is_counted() -> None:
    both = a_course(Status.REJECTED, HOUR, seats=(FINANCE, CFO))
    told = figures([both, a_course(Status.APPROVED, 3 * HOUR), a_course(seats=(CFO,))], MIDNIGHT)
    assert told.roles[FINANCE].ended == {Status.REJECTED: 1, Status.APPROVED: 1}
    assert told.roles[CFO].ended == {Status.REJECTED: 1}
    assert told.roles[CFO].median == HOUR
