"""When people are reminded follows from the plan and the deadline; and only who can act is."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifests.calendars import deadline_after, quiet_until, time_between
from manifests.hours import Hours, Quiet
from manifests.plan import ReviewPlan, Rung
from manifests.vocabulary import CalendarName, RoleName, Severity
from store.checkpoint import Checkpoint
from store.commands import (
    Approve,
    Claim,
    NoticeDeadline,
    ProvideInformation,
    RequestInformation,
    TakeOver,
)
from store.lifecycle import Intake, deadline_of, opened
from store.reminding import can_act, can_answer, reminders, wait_of
from store.staffing import Absence, Holder, Reviewer, Roster
from tests.store.making import (
    CFO,
    DEPUTY,
    FINANCE,
    HOUR,
    NOON,
    a_checkpoint,
    a_plan,
    a_proposal,
    an_intake,
    on,
)
from tests.store.scenes import MINUTE, after, ana
from tests.store.staffed import a_holder, an_absence

NIGHT = Quiet(starts=time(22), ends=time(7), timezone="Europe/Berlin")
OFFICE = Hours(
    name=CalendarName("office"),
    timezone="Europe/Berlin",
    days=frozenset(range(5)),
    opens=time(9),
    closes=time(17),
)


def told(checkpoint: Checkpoint) -> list[tuple[datetime, float]]:
    return [(each.at, each.share) for each in reminders(checkpoint)]


def a_review(at: datetime = NOON, **plan: Any) -> Checkpoint:
    return opened(an_intake(plan=a_plan(**plan)), at).after


def ladder(*lengths: timedelta) -> tuple[Rung, ...]:
    return tuple(Rung(sla=each, fallback=(DEPUTY,)) for each in lengths)


def test_reminders_come_after_half_and_most_of_a_rung() -> None:
    review = a_review(ladder=ladder(HOUR))
    assert told(review) == [(NOON + 30 * MINUTE, 0.5), (NOON + 51 * MINUTE, 0.85)]


def test_each_rung_has_reminders_of_its_own() -> None:
    review = a_review(ladder=ladder(HOUR, 2 * HOUR))
    climbed = after(review, NoticeDeadline(), NOON + HOUR)
    assert told(climbed) == [(NOON + 2 * HOUR, 0.5), (NOON + 2 * HOUR + 42 * MINUTE, 0.85)]
    assert wait_of(climbed) != wait_of(review)


def test_nights_off_do_not_count() -> None:
    review = a_review(ladder=ladder(8 * HOUR), hours=OFFICE)  # four hours today, four tomorrow
    morning = datetime(2026, 11, 3, 8, tzinfo=UTC)
    assert told(review) == [(morning, 0.5), (morning + timedelta(hours=2.8), 0.85)]


def test_what_falls_into_the_night_waits_for_the_morning() -> None:
    evening = datetime(2026, 11, 2, 20, tzinfo=UTC)  # 21:00 in Berlin
    seven = datetime(2026, 11, 3, 6, tzinfo=UTC)
    assert told(a_review(evening, ladder=ladder(24 * HOUR), quiet=NIGHT)) == [
        (evening + 12 * HOUR, 0.5),
        (evening + timedelta(hours=20.4), 0.85),
    ]
    # Half and most of it both fall into the night: one line in the morning, and it is the later.
    assert told(a_review(evening, ladder=ladder(11 * HOUR), quiet=NIGHT)) == [(seven, 0.85)]
    # In the morning it is decided already.
    assert told(a_review(evening, ladder=ladder(8 * HOUR), quiet=NIGHT)) == []


def test_a_critical_action_is_told_at_night_too() -> None:
    evening = datetime(2026, 11, 2, 20, tzinfo=UTC)
    review = a_review(evening, ladder=ladder(8 * HOUR), quiet=NIGHT, severity=Severity.CRITICAL)
    assert [share for _, share in told(review)] == [0.5, 0.85]


def test_after_a_pause_reminders_follow_the_new_deadline() -> None:
    review = a_review(ladder=ladder(HOUR))
    asked_at, answered_at = NOON + 10 * MINUTE, NOON + 100 * MINUTE
    known = on(review, ana(asked_at))
    question = RequestInformation(**known, question_id="q1", question="Why?")
    asked = after(review, question, asked_at)
    assert told(asked) == [(asked_at + 2 * HOUR, 0.5)]
    answer = ProvideInformation(question_id="q1", answer="Because.", parameters=None)
    resumed = after(asked, answer, answered_at)
    assert told(resumed) == [(NOON + 120 * MINUTE, 0.5), (NOON + 141 * MINUTE, 0.85)]
    assert wait_of(resumed) != wait_of(review)


def test_whoever_has_control_is_reminded_once() -> None:
    watched = a_proposal(live_view_url="https://view.example/1")
    review = a_checkpoint(watched, a_plan(ladder=ladder(4 * HOUR)))
    taken = after(review, TakeOver(**on(review, ana())), NOON)
    end = deadline_of(taken)
    assert end is not None
    assert told(taken) == [(NOON + (end - NOON) / 2, 0.5)]


def test_a_sign_off_moves_no_reminder() -> None:
    review = a_review(seats=(FINANCE, CFO))
    signed = after(review, Approve(**on(review, ana(), ana())), NOON)
    assert told(signed) == told(review)
    assert wait_of(signed) == wait_of(review)


def test_what_is_closed_or_waits_for_nobody_is_not_told() -> None:
    review = a_review(ladder=ladder(HOUR))
    closed = after(review, NoticeDeadline(), NOON + HOUR)
    assert (wait_of(closed), told(closed)) == (None, [])


clock_times = st.times().map(lambda each: each.replace(second=0, microsecond=0))
zones = st.sampled_from(["Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "UTC"])
moments = st.datetimes(
    datetime(2025, 1, 1),  # noqa: DTZ001  Hypothesis adds the zone
    datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
plans = st.builds(
    a_plan,
    max_life=st.just(timedelta(days=1_000)),
    ladder=st.timedeltas(MINUTE, 100 * HOUR).map(ladder),
    quiet=st.none() | st.builds(Quiet, starts=clock_times, ends=clock_times, timezone=zones),
    severity=st.sampled_from(Severity),
    reminders=st.lists(st.floats(0.01, 0.99), max_size=5, unique=True).map(
        lambda shares: tuple(sorted(shares))
    ),
    hours=st.none()
    | st.builds(
        Hours,
        name=st.just(CalendarName("any")),
        timezone=zones,
        days=st.frozensets(st.integers(0, 6), min_size=1),
        opens=st.just(time(9)),
        closes=st.just(time(17)),
    ),
)


@given(plans, moments)
def test_reminders_lie_apart_within_the_rung_and_out_of_the_night(
    plan: ReviewPlan, at: datetime
) -> None:
    found = reminders(opened(an_intake(plan=plan), at).after)
    end = deadline_after(plan.hours, at, plan.ladder[0].sla)
    times, shares = [each.at for each in found], [each.share for each in found]
    assert times == sorted(set(times))
    assert shares == sorted(set(shares))
    assert set(shares) <= set(plan.reminders)
    for each in found:
        assert at <= each.at < end
        loud = plan.severity is Severity.CRITICAL or quiet_until(plan.quiet, each.at) == each.at
        assert loud
        passed = time_between(plan.hours, at, each.at) / plan.ladder[0].sla
        assert passed >= each.share - 1e-6


@given(plans, moments)
def test_only_quiet_hours_take_a_reminder_away(plan: ReviewPlan, at: datetime) -> None:
    loud = replace(plan, quiet=None)
    found = reminders(opened(an_intake(plan=loud), at).after)
    assert {each.share for each in found} == set(plan.reminders)


def reviewer(*holds: Holder, absence: Absence | None = None) -> Reviewer:
    return Reviewer(person=holds[0].person, holds=holds, absence=absence)


def roster(*reviewers: Reviewer) -> Roster:
    known = frozenset(each.role for one in reviewers for each in one.holds)
    return Roster(known=known, reviewers=reviewers)


ANA = reviewer(a_holder("finance", "ana"))
BEN = reviewer(a_holder("finance", "ben"))
CORA = reviewer(a_holder("cfo", "cora"))
TWO = a_checkpoint(plan=a_plan(seats=(FINANCE, CFO)))


def named(checkpoint: Checkpoint, *reviewers: Reviewer, at: datetime = NOON) -> list[str]:
    return [str(each.user) for each in can_act(checkpoint, roster(*reviewers), at)]


def test_whoever_may_fill_an_open_seat_can_act() -> None:
    assert named(TWO, ANA, BEN, CORA) == ["ana", "ben", "cora"]
    signed = after(TWO, Approve(**on(TWO, ana(), ana())), NOON)
    assert named(signed, ANA, BEN, CORA) == ["cora"]


@pytest.mark.parametrize(
    "missing",
    [
        reviewer(a_holder("finance", "dan"), absence=an_absence("dan")),
        reviewer(a_holder("finance", "dan", hours=replace(OFFICE, opens=time(15)))),
        reviewer(a_holder("deputy", "dan")),
    ],
    ids=["away", "off hours", "not on this rung"],
)
def test_whoever_is_not_there_or_may_not_sign_is_left_alone(missing: Reviewer) -> None:
    assert named(a_checkpoint(), ANA, missing) == ["ana"]


def test_whoever_asked_for_it_or_owns_the_agent_cannot_act() -> None:
    known: Intake = an_intake(owner="person-ana", requester="person-ben")
    assert named(opened(known, NOON).after, ANA, BEN) == []


def test_whose_turn_it_is_is_named_alone_while_there() -> None:
    turn = after(TWO, Claim(**on(TWO, ana())), NOON)
    assert named(turn, ANA, BEN, CORA) == ["ana", "cora"]
    away = reviewer(a_holder("finance", "ana"), absence=an_absence("ana"))
    assert named(turn, away, BEN, CORA) == ["ben", "cora"]


def test_of_a_role_that_was_asked_whoever_is_there_can_answer() -> None:
    away = reviewer(a_holder("cfo", "dan"), absence=an_absence("dan"))
    found = can_answer(TWO, RoleName("cfo"), roster(ANA, CORA, away), NOON)
    assert [each.user for each in found] == ["cora"]
