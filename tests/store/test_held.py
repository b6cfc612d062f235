"""What is held: no card, no clock but its life's, and people see it when there is room."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import assume, given

from manifests.calendars import time_between
from manifests.vocabulary import Scrutiny, Severity, WhenSilent
from store.checkpoint import Checkpoint, Escalated, Expired, Held, PendingReview
from store.commands import NoticeDeadline, NoticeRoom, Release, Tighten
from store.effects import KEYTURN, ActorKind, Happening, ShowCard
from store.lifecycle import Transition, deadline_of, decide
from store.lifecycle.holding import may_be_held
from store.refusals import Reason
from tests.store.making import HOUR, NOON, a_plan, on
from tests.store.scenes import COMMANDS, LATER, after, ana, ben, held, refused, step
from tests.store.strategies import STATES, checkpoints, moments


@given(checkpoint=checkpoints(STATES[Held]), now=moments)
def test_the_clock_only_ever_expires_it(checkpoint: Checkpoint, now: datetime) -> None:
    assume(now >= (deadline_of(checkpoint) or now))
    verdict = decide(checkpoint, NoticeDeadline(), now)
    if isinstance(verdict, Transition):
        assert isinstance(verdict.after.state, Expired)
        assert [each.happening for each in verdict.events] == [Happening.EXPIRED]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_it_is_decided_by_nobody_before_its_card_is_shown(command: str) -> None:
    waiting = held()
    verdict = decide(waiting, COMMANDS[command](waiting, on(waiting, ana(), ben())), LATER)
    if isinstance(verdict, Transition):
        status = verdict.after.state.status
        assert status in {"held", "pending_review", "withdrawn", "blocked"}
        assert verdict.after.revisions == waiting.revisions


def test_it_has_no_card_and_its_clock_stands_still() -> None:
    waiting = held()
    end = NOON + waiting.plan.max_life
    assert deadline_of(waiting) == end
    out = step(waiting, NoticeRoom(), NOON + 9 * HOUR)
    assert any(isinstance(each, ShowCard) for each in out.effects)
    assert out.after.state == PendingReview(deadline=NOON + 10 * HOUR)
    (told,) = out.events
    assert (told.happening, told.actor) == (Happening.UNHELD, KEYTURN)
    expired = after(waiting, NoticeDeadline(), end)
    assert isinstance(expired.state, Expired)


def test_a_person_who_wants_to_see_it_need_not_wait_for_room() -> None:
    waiting = held()
    out = step(waiting, Release(**on(waiting, ana())), LATER)
    assert isinstance(out.after.state, PendingReview)
    assert [each.actor.kind for each in out.events] == [ActorKind.PERSON]
    assert refused(out.after, NoticeRoom(), LATER).reason is Reason.NOT_HELD
    assert refused(out.after, Release(**on(out.after, ben())), LATER).reason is Reason.NOT_HELD


def tightened(**changed: Any) -> Transition:
    waiting = held()
    return step(waiting, Tighten(plan=replace(waiting.plan, **changed)), NOON + 5 * HOUR)


def test_what_turns_out_to_be_grave_is_no_longer_held() -> None:
    out = tightened(severity=Severity.HIGH)
    assert out.after.state == PendingReview(deadline=NOON + 6 * HOUR)
    assert [each.happening for each in out.events] == [Happening.TIGHTENED, Happening.UNHELD]


def test_what_must_go_up_at_once_is_no_longer_held() -> None:
    out = tightened(scrutiny=Scrutiny.ESCALATE)
    assert isinstance(out.after.state, Escalated)
    assert out.after.state.rung == 1
    assert time_between(None, NOON + 5 * HOUR, out.after.state.deadline or NOON) == 2 * HOUR
    told = [each.happening for each in out.events]
    assert told == [Happening.TIGHTENED, Happening.ESCALATED, Happening.UNHELD]


def test_with_no_higher_rung_it_is_shown_on_the_one_there_is() -> None:
    waiting = held(a_plan(ladder=a_plan().ladder[:1]))
    fresh = replace(waiting.plan, scrutiny=Scrutiny.ESCALATE)
    out = after(waiting, Tighten(plan=fresh), NOON + 5 * HOUR)
    assert out.state == PendingReview(deadline=NOON + 6 * HOUR)


def test_what_would_never_expire_is_not_held() -> None:
    """Nobody would see it, and no clock would end it."""
    assert may_be_held(a_plan())
    assert not may_be_held(a_plan(when_silent=WhenSilent.STAY_BLOCKED))


def test_other_demands_leave_it_held() -> None:
    out = tightened(severity=Severity.MEDIUM, reversible=False)
    assert isinstance(out.after.state, Held)
    assert [each.happening for each in out.events] == [Happening.TIGHTENED]
