"""Clocks that stand still at night, lives that end, and questions that share one allowance."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifests.calendars import deadline_after, is_open, time_between
from manifests.hours import Hours
from manifests.plan import InformationLimits, ReviewPlan, Rung
from manifests.vocabulary import CalendarName, Scrutiny, WhenSilent
from store.checkpoint import Approved, Checkpoint, Escalated, Expired, NeedsInformation
from store.checkpoint import PendingReview as Pending
from store.commands import (
    Approve,
    Command,
    NoticeDeadline,
    ProvideInformation,
    RequestInformation,
)
from store.effects import Alert, Happening
from store.lifecycle import deadline_of
from store.refusals import Reason
from tests.store.making import DEPUTY, HOUR, NOON, a_checkpoint, a_plan, on
from tests.store.scenes import MINUTE, after, ana, refused, step

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
OFFICE = Hours(
    name=CalendarName("office"),
    timezone="Europe/Berlin",
    days=frozenset(range(5)),
    opens=time(9),
    closes=time(17),
)
# NOON is a Monday, 13:00 in Berlin: the office is open for four more hours.
TUESDAY_NINE = datetime(2026, 11, 3, 8, tzinfo=UTC)


def in_the_office(*rungs: timedelta) -> ReviewPlan:
    return a_plan(ladder=tuple(Rung(sla=each, fallback=(DEPUTY,)) for each in rungs), hours=OFFICE)


def asking(checkpoint: Checkpoint, number: int, now: datetime) -> Command:
    known = on(checkpoint, ana(now))
    return RequestInformation(**known, question_id=f"q{number}", question="Why?")


def test_a_rung_that_outlasts_the_day_goes_on_in_the_morning() -> None:
    fresh = a_checkpoint(plan=in_the_office(6 * HOUR, HOUR))
    assert deadline_of(fresh) == TUESDAY_NINE + 2 * HOUR
    assert refused(fresh, NoticeDeadline(), NOON + 7 * HOUR).reason is Reason.NOT_DUE
    climbed = after(fresh, NoticeDeadline(), TUESDAY_NINE + 2 * HOUR)
    assert deadline_of(climbed) == TUESDAY_NINE + 3 * HOUR


def test_what_goes_straight_up_at_night_waits_for_the_morning_too() -> None:
    plan = in_the_office(HOUR, 5 * HOUR)
    doubtful = a_plan(ladder=plan.ladder, hours=OFFICE, scrutiny=Scrutiny.ESCALATE)
    assert deadline_of(a_checkpoint(plan=doubtful)) == TUESDAY_NINE + HOUR


def test_a_question_over_night_costs_no_working_time() -> None:
    fresh = a_checkpoint(plan=in_the_office(6 * HOUR, HOUR))
    asked = after(fresh, asking(fresh, 1, NOON + HOUR), NOON + HOUR)
    assert isinstance(asked.state, NeedsInformation)
    assert asked.state.time_left == 5 * HOUR
    answered = after(asked, ProvideInformation(answer="So."), NOON + 2 * HOUR)
    assert deadline_of(answered) == TUESDAY_NINE + 3 * HOUR


@given(
    moments=st.lists(st.timedeltas(timedelta(0), 5 * DAY), min_size=2, max_size=2),
    sla=st.timedeltas(MINUTE, 40 * HOUR),
)
def test_a_pause_keeps_the_open_time_that_was_left(
    moments: list[timedelta], sla: timedelta
) -> None:
    patient = InformationLimits(answer_within=30 * DAY, total_pause=30 * DAY)
    plan = a_plan(ladder=(Rung(sla=sla),), hours=OFFICE, information=patient)
    fresh = a_checkpoint(plan=plan)
    asked_at, answered_at = sorted(NOON + each for each in moments)
    due = deadline_of(fresh)
    assert due is not None
    if asked_at >= due:
        return
    asked = after(fresh, asking(fresh, 1, asked_at), asked_at)
    answered = after(asked, ProvideInformation(answer="So."), answered_at)
    assert isinstance(answered.state, Pending)
    left = time_between(OFFICE, answered_at, answered.state.deadline)
    assert time_between(OFFICE, NOON, asked_at) + left == sla
    assert is_open(OFFICE, answered.state.deadline - TICK) or left == timedelta(0)


def test_alerts_of_what_stays_blocked_repeat_through_the_night() -> None:
    plan = a_plan(ladder=(Rung(sla=HOUR),), hours=OFFICE, when_silent=WhenSilent.STAY_BLOCKED)
    stuck = after(a_checkpoint(plan=plan), NoticeDeadline(), NOON + HOUR)
    assert deadline_of(stuck) == NOON + HOUR + plan.alert_every


def test_an_old_proposal_expires_in_the_middle_of_a_rung() -> None:
    fresh = a_checkpoint(plan=a_plan(max_life=HOUR + MINUTE))
    climbed = after(fresh, NoticeDeadline(), NOON + HOUR)
    assert isinstance(climbed.state, Escalated)
    assert deadline_of(climbed) == NOON + HOUR + MINUTE
    late = NOON + HOUR + MINUTE
    assert refused(climbed, Approve(**on(climbed, ana(late))), late).reason is Reason.TOO_LATE
    gone = step(climbed, NoticeDeadline(), late)
    assert isinstance(gone.after.state, Expired)
    assert gone.after.state.after_rung == 1
    assert gone.events[0].detail["why"] == (
        "It was open for 61 minutes, the longest the manifest allows."
    )
    assert [each.event.happening for each in gone.effects if isinstance(each, Alert)] == [
        Happening.EXPIRED
    ]


def test_an_old_proposal_expires_while_a_question_is_open() -> None:
    fresh = a_checkpoint(plan=a_plan(max_life=2 * HOUR))
    asked = after(fresh, asking(fresh, 1, NOON + MINUTE), NOON + MINUTE)
    assert deadline_of(asked) == NOON + 2 * HOUR
    late = ProvideInformation(answer="So.")
    assert refused(asked, late, NOON + 2 * HOUR).reason is Reason.TOO_LATE
    assert isinstance(after(asked, NoticeDeadline(), NOON + 2 * HOUR).state, Expired)


def test_what_stays_blocked_outlives_every_limit() -> None:
    plan = a_plan(max_life=MINUTE, ladder=(Rung(sla=HOUR),), when_silent=WhenSilent.STAY_BLOCKED)
    stuck = after(a_checkpoint(plan=plan), NoticeDeadline(), NOON + HOUR)
    assert isinstance(stuck.state, Escalated)
    much_later = NOON + 400 * DAY
    done = after(stuck, Approve(**on(stuck, ana(much_later))), much_later)
    assert isinstance(done.state, Approved)


def curious(answer_within: timedelta, total_pause: timedelta) -> Checkpoint:
    information = InformationLimits(rounds=9, answer_within=answer_within, total_pause=total_pause)
    return a_checkpoint(plan=a_plan(ladder=(Rung(sla=8 * HOUR),), information=information))


def test_questions_share_one_allowance() -> None:
    current = curious(answer_within=4 * HOUR, total_pause=6 * HOUR)
    current = after(current, asking(current, 1, NOON), NOON)
    current = after(current, ProvideInformation(answer="So."), NOON + 3 * HOUR)
    second = after(current, asking(current, 2, NOON + 4 * HOUR), NOON + 4 * HOUR)
    assert deadline_of(second) == NOON + 7 * HOUR  # three of the six hours were left
    resumed = after(second, NoticeDeadline(), NOON + 7 * HOUR)
    third = asking(resumed, 3, NOON + 8 * HOUR)
    refusal = refused(resumed, third, NOON + 8 * HOUR)
    assert refusal.reason is Reason.TOO_MANY_QUESTIONS
    assert refusal.words == (
        "Questions have stopped the clock for 6 hours already. Decide or escalate it."
    )


def test_an_answer_that_came_late_has_used_no_more_than_its_time() -> None:
    current = curious(answer_within=HOUR, total_pause=2 * HOUR)
    current = after(current, asking(current, 1, NOON), NOON)
    current = after(current, NoticeDeadline(), NOON + HOUR)
    current = after(current, ProvideInformation(answer="Sorry."), NOON + 5 * HOUR)
    second = after(current, asking(current, 2, NOON + 5 * HOUR), NOON + 5 * HOUR)
    assert deadline_of(second) == NOON + 6 * HOUR


@pytest.mark.parametrize("silent", WhenSilent)
def test_without_a_calendar_every_hour_counts(silent: WhenSilent) -> None:
    fresh = a_checkpoint(plan=a_plan(when_silent=silent))
    assert deadline_of(fresh) == NOON + HOUR == deadline_after(None, NOON, HOUR)
