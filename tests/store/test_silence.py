"""What clocks do: silence climbs the ladder and falls off it; a pause stops the clock exactly."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from manifests.plan import Rung
from manifests.vocabulary import Scrutiny, Severity, WhenSilent
from store.checkpoint import (
    Approved,
    Checkpoint,
    Escalated,
    Expired,
    NeedsInformation,
    PendingReview,
    Releasing,
    TakenOver,
    is_granted,
)
from store.commands import (
    Approve,
    NoticeDeadline,
    ProvideInformation,
    RequestInformation,
    ReturnControl,
    TakeOver,
)
from store.effects import Alert
from store.lifecycle import Transition, deadline_of, decide
from store.lifecycle.silence import in_words
from store.refusals import Reason
from tests.store.making import DEPUTY, HOUR, NOON, OPERATIONS, a_checkpoint, a_plan, on
from tests.store.scenes import MINUTE, after, ana, ben, dan, refused, step, two_seats, watched
from tests.store.strategies import checkpoints, moments

TICK = timedelta(microseconds=1)


@given(checkpoint=checkpoints(), now=moments)
def test_silence_never_approves(checkpoint: Checkpoint, now: datetime) -> None:
    """Of whatever shape: the clock grants nothing, and finds some end or another look to come."""
    assume(not isinstance(checkpoint.state, Releasing))  # people approved that already
    assume(not is_granted(checkpoint.state))
    if isinstance(checkpoint.state, Escalated):
        assume(checkpoint.state.rung < len(checkpoint.plan.ladder))
    verdict = decide(checkpoint, NoticeDeadline(), now)
    if isinstance(verdict, Transition):
        assert not is_granted(verdict.after.state)
        assert isinstance(verdict.after.state, PendingReview | Escalated | Expired)


@given(
    rungs=st.lists(st.timedeltas(MINUTE, 30 * HOUR), min_size=1, max_size=4),
    critical=st.booleans(),
    late=st.timedeltas(timedelta(0), 3 * HOUR),
)
def test_a_ladder_is_climbed_rung_by_rung_to_its_end(
    rungs: list[timedelta], critical: bool, late: timedelta
) -> None:
    silent = WhenSilent.STAY_BLOCKED if critical else WhenSilent.EXPIRE
    ladder = tuple(Rung(sla=sla, fallback=(DEPUTY,)) for sla in rungs)
    current = a_checkpoint(plan=a_plan(ladder=ladder, when_silent=silent))
    for number in range(len(rungs)):
        due = deadline_of(current)
        assert due is not None
        assert refused(current, NoticeDeadline(), due - TICK).reason is Reason.NOT_DUE
        now = due + late
        current = after(current, NoticeDeadline(), now)
        if number + 1 < len(rungs):
            assert isinstance(current.state, Escalated)
            assert current.state.rung == number + 1
            assert current.state.deadline == now + rungs[number + 1]
    if not critical:
        assert isinstance(current.state, Expired)
        assert current.state.after_rung == len(rungs) - 1
        return
    for _ in range(3):
        assert isinstance(current.state, Escalated)
        assert current.state.deadline is None
        again = deadline_of(current)
        assert again is not None
        current = after(current, NoticeDeadline(), again)


def test_operations_are_alerted_when_nobody_decided() -> None:
    fresh = a_checkpoint(plan=a_plan(ladder=(Rung(sla=HOUR),)))
    gone = step(fresh, NoticeDeadline(), NOON + HOUR)
    (alert,) = (each for each in gone.effects if isinstance(each, Alert))
    assert (alert.channel, alert.event.happening) == (OPERATIONS.channel, "expired")


def test_what_stays_blocked_can_still_be_decided() -> None:
    plan = a_plan(ladder=(Rung(sla=HOUR),), when_silent=WhenSilent.STAY_BLOCKED)
    stuck = after(a_checkpoint(plan=plan), NoticeDeadline(), NOON + HOUR)
    much_later = NOON + 30 * HOUR
    done = after(stuck, Approve(**on(stuck, ana(much_later))), much_later)
    assert isinstance(done.state, Approved)


@pytest.mark.parametrize("late", [timedelta(0), TICK, HOUR])
def test_a_click_at_the_deadline_or_after_it_is_late(late: timedelta) -> None:
    fresh = a_checkpoint()
    now = NOON + HOUR + late
    assert refused(fresh, Approve(**on(fresh, ana(now))), now).reason is Reason.TOO_LATE
    in_time = NOON + HOUR - TICK
    assert isinstance(decide(fresh, Approve(**on(fresh, ana(in_time))), in_time), Transition)


def test_sign_offs_survive_the_climb() -> None:
    fresh = a_checkpoint(plan=two_seats())
    half = after(fresh, Approve(**on(fresh, ana())), NOON)
    later = NOON + HOUR
    climbed = after(half, NoticeDeadline(), later)
    done = after(climbed, Approve(**on(climbed, dan(later), ana(later))), later + MINUTE)
    assert isinstance(done.state, Approved)


pauses = st.lists(
    st.tuples(st.timedeltas(timedelta(0), 10 * MINUTE), st.timedeltas(timedelta(0), 3 * HOUR)),
    max_size=2,
)


@given(pauses=pauses, kind=st.sampled_from(["ask", "take over"]))
def test_a_pause_stops_the_clock_and_nothing_else(
    pauses: list[tuple[timedelta, timedelta]], kind: str
) -> None:
    """However often it is paused, it runs for exactly its SLA before it is noticed."""
    current, now, ran = watched(), NOON, timedelta(0)
    for number, (running, paused) in enumerate(pauses):
        now, ran = now + running, ran + running
        current = after(current, *_pause(kind, current, number, now))
        waiting = min(paused, 29 * MINUTE) if kind == "take over" else paused
        now += waiting
        current = after(current, *_resume(kind, current, now))
    assert isinstance(current.state, PendingReview)
    assert current.state.deadline == now + (HOUR - ran)


def _pause(kind: str, current: Checkpoint, number: int, now: datetime) -> tuple[Any, datetime]:
    known = on(current, ana(now))
    if kind == "take over":
        return TakeOver(**known), now
    return RequestInformation(**known, question_id=f"q{number}", question="Why?"), now


def _resume(kind: str, current: Checkpoint, now: datetime) -> tuple[Any, datetime]:
    if kind == "take over":
        return ReturnControl(**on(current, ana(now)), note="Done."), now
    return ProvideInformation(answer="Because."), now


@pytest.mark.parametrize("kind", ["ask", "take over"])
def test_a_pause_that_nobody_ends_ends_itself(kind: str) -> None:
    now = NOON + 10 * MINUTE
    paused = after(watched(), *_pause(kind, watched(), 1, now))
    assert isinstance(paused.state, NeedsInformation | TakenOver)
    due = paused.state.deadline
    resumed = after(paused, NoticeDeadline(), due + MINUTE)
    assert isinstance(resumed.state, PendingReview)
    assert resumed.state.remark
    assert resumed.state.deadline == due + MINUTE + 50 * MINUTE


def test_a_late_answer_is_kept_all_the_same() -> None:
    now = NOON + 10 * MINUTE
    paused = after(a_checkpoint(), *_pause("ask", a_checkpoint(), 1, now))
    resumed = after(paused, NoticeDeadline(), NOON + 5 * HOUR)
    late = after(resumed, ProvideInformation(answer="Sorry."), NOON + 5 * HOUR + MINUTE)
    assert late.exchanges[-1].answer == "Sorry."
    assert late.state == resumed.state
    again = ProvideInformation(answer="Once more.")
    assert refused(late, again, NOON + 5 * HOUR + 2 * MINUTE).reason is Reason.NOT_ASKED


def test_questions_have_an_end() -> None:
    current, now = a_checkpoint(), NOON
    for number in range(2):
        current = after(current, *_pause("ask", current, number, now))
        current = after(current, ProvideInformation(answer="So."), now)
    third = _pause("ask", current, 3, now)[0]
    assert refused(current, third, now).reason is Reason.TOO_MANY_QUESTIONS


def test_an_answer_goes_to_the_question_that_is_open() -> None:
    paused = after(a_checkpoint(), *_pause("ask", a_checkpoint(), 1, NOON))
    other = ProvideInformation(answer="So.", question_id="q9")
    assert refused(paused, other, NOON).reason is Reason.OTHER_QUESTION


def test_only_the_holder_gives_control_back() -> None:
    held = after(watched(), *_pause("take over", watched(), 1, NOON))
    other = ReturnControl(**on(held, ben()), note="Mine now.")
    assert refused(held, other, NOON).reason is Reason.NOT_HOLDING


def test_what_must_escalate_starts_above_the_first_rung() -> None:
    fresh = a_checkpoint(plan=a_plan(scrutiny=Scrutiny.ESCALATE, severity=Severity.HIGH))
    assert isinstance(fresh.state, Escalated)
    assert (fresh.state.rung, fresh.state.deadline) == (1, NOON + 2 * HOUR)
    alone = a_checkpoint(plan=a_plan(scrutiny=Scrutiny.ESCALATE, ladder=(Rung(sla=HOUR),)))
    assert isinstance(alone.state, Escalated)
    assert (alone.state.rung, alone.state.deadline) == (0, NOON + HOUR)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(days=1), "1 day"),
        (timedelta(hours=4), "4 hours"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(seconds=8), "8 seconds"),
    ],
)
def test_lengths_are_said_as_a_person_would(length: timedelta, words: str) -> None:
    assert in_words(length) == words
