"""I9: a newer manifest makes an open proposal stricter, never easier."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifests.plan import ReviewPlan
from manifests.vocabulary import AgentName, Digest, Friction, Mode, Scrutiny, Severity
from store.checkpoint import (
    Approved,
    Blocked,
    Checkpoint,
    Escalated,
    NeedsInformation,
    PendingReview,
    is_open,
    review_of,
)
from store.commands import Approve, ProvideInformation, Revise, Tighten
from store.effects import Happening
from store.lifecycle import Transition, deadline_of, decide
from store.lifecycle.tightening import NO_STRICTER, asks_for_more_care
from store.refusals import Reason
from tests.store.making import CFO, DEPUTY, FINANCE, HOUR, NOON, a_checkpoint, a_plan, edited, on
from tests.store.scenes import LATER, SOON, STATES, after, ana, cora, step

NEWER = Digest("sha256:" + "1" * 64)
ROLES = (FINANCE, CFO, DEPUTY)
FRICTIONS = list(Friction)

PLANS = st.builds(
    a_plan,
    scrutiny=st.sampled_from(Scrutiny),
    severity=st.sampled_from(Severity),
    reversible=st.booleans(),
    seats=st.lists(st.sampled_from(ROLES), min_size=1, max_size=4).map(tuple),
    friction=st.sampled_from(Friction),
    editor_may_sign=st.booleans(),
    execute_within=st.sampled_from([HOUR, 24 * HOUR]),
    mode=st.sampled_from(Mode),
    executed_by=st.sampled_from([None, AgentName("executor")]),
    max_life=st.sampled_from([timedelta(days=20), timedelta(days=40)]),
    rule=st.sampled_from(["one", "other"]),
    manifest_digest=st.sampled_from([NEWER, Digest("sha256:" + "2" * 64)]),
)
OPEN = sorted(name for name, (checkpoint, _) in STATES.items() if is_open(checkpoint.state))


def tightened(checkpoint: Checkpoint, **changed: Any) -> Transition:
    """Let the rules change to something, shortly after."""
    fresh = replace(checkpoint.plan, manifest_digest=NEWER, **changed)
    return step(checkpoint, Tighten(plan=fresh), SOON)


def seats(plan: ReviewPlan) -> Counter[str]:
    return Counter(seat.name for seat in plan.seats)


@given(name=st.sampled_from(OPEN), fresh=PLANS)
def test_a_reload_never_eases_an_open_proposal(name: str, fresh: ReviewPlan) -> None:
    checkpoint, now = STATES[name]
    verdict = decide(checkpoint, Tighten(plan=fresh), now)
    if not isinstance(verdict, Transition):
        assert verdict is NO_STRICTER
        return
    before, plan = checkpoint.plan, verdict.after.plan
    assert plan.scrutiny >= max(before.scrutiny, fresh.scrutiny)
    assert plan.severity.rank == max(before.severity.rank, fresh.severity.rank)
    assert seats(plan) >= seats(before)
    assert seats(plan) >= seats(fresh)
    assert FRICTIONS.index(plan.friction) >= FRICTIONS.index(before.friction)
    assert plan.editor_may_sign <= before.editor_may_sign
    assert plan.execute_within <= before.execute_within
    assert plan.reversible <= before.reversible
    assert plan.max_life == min(before.max_life, fresh.max_life)
    assert plan.executed_by == (before.executed_by or fresh.executed_by)
    assert (plan.mode is Mode.SUGGEST) == (Mode.SUGGEST in {before.mode, fresh.mode})
    assert plan.ladder == before.ladder
    assert not isinstance(verdict.after.state, Approved)
    assert isinstance(verdict.after.state, Blocked) == (fresh.scrutiny is Scrutiny.BLOCK)
    if isinstance(verdict.after.state, PendingReview | Escalated):
        assert len(verdict.after.state.sign_offs) < len(plan.seats), "somebody can still sign"


@given(name=st.sampled_from(OPEN), fresh=PLANS)
def test_the_same_rules_again_change_nothing(name: str, fresh: ReviewPlan) -> None:
    checkpoint, now = STATES[name]
    once = decide(checkpoint, Tighten(plan=fresh), now)
    if isinstance(once, Transition) and is_open(once.after.state):
        assert decide(once.after, Tighten(plan=fresh), now) is NO_STRICTER


@given(fresh=PLANS)
def test_a_sign_off_never_completes_a_proposal_that_was_just_tightened(fresh: ReviewPlan) -> None:
    """Whoever signed before signed for a seat that is still there, and new seats stay open."""
    half = after(a_checkpoint(plan=a_plan(seats=(FINANCE, CFO))), Approve(**on_(ana())), SOON)
    verdict = decide(half, Tighten(plan=fresh), LATER)
    if isinstance(verdict, Transition) and is_open(verdict.after.state):
        review = review_of(verdict.after.state)  # type: ignore[arg-type]  # it is open
        assert len(review.sign_offs) == 1
        assert review.sign_offs[0].seat in seats(verdict.after.plan)


def on_(person: Any) -> dict[str, Any]:
    return on(a_checkpoint(), person)


def test_a_new_seat_is_asked_for_and_the_thread_told() -> None:
    half = after(a_checkpoint(plan=a_plan(seats=(FINANCE, FINANCE))), Approve(**on_(ana())), SOON)
    told = tightened(half, seats=(FINANCE, CFO))
    assert [seat.name for seat in told.after.plan.seats] == ["finance", "finance", "cfo"]
    assert isinstance(told.after.state, PendingReview)
    assert [each.by.user for each in told.after.state.sign_offs] == ["ana"]
    assert [event.happening for event in told.events] == [Happening.TIGHTENED]
    assert told.events[0].detail == {
        "manifest": NEWER,
        "rule": "between_the_limits",
        "demands": "Cfo must agree too",
    }


def test_what_becomes_blocked_is_closed_by_the_rule_that_blocks_it() -> None:
    told = tightened(a_checkpoint(), scrutiny=Scrutiny.BLOCK, rule="frozen", because="Audit week.")
    assert told.after.state == Blocked(rule="frozen", because="Audit week.", at=SOON)
    assert [event.happening for event in told.events] == [Happening.TIGHTENED, Happening.BLOCKED]


def test_what_must_go_up_at_once_climbs_and_keeps_its_sign_offs() -> None:
    half = after(a_checkpoint(plan=a_plan(seats=(FINANCE, CFO))), Approve(**on_(ana())), SOON)
    told = tightened(half, scrutiny=Scrutiny.ESCALATE, rule="lawyer", because="A lawyer is named.")
    state = told.after.state
    assert isinstance(state, Escalated)
    assert (state.rung, state.why) == (1, "A lawyer is named.")
    assert [each.by.user for each in state.sign_offs] == ["ana"]


def test_what_waits_for_an_answer_waits_on_and_returns_to_the_higher_rung() -> None:
    asked, now = STATES["needs_information"]
    told = step(asked, Tighten(plan=replace(asked.plan, scrutiny=Scrutiny.ESCALATE)), now)
    state = told.after.state
    assert isinstance(state, NeedsInformation)
    assert state.paused.rung == 1
    assert state.time_left == 2 * HOUR
    resumed = after(told.after, ProvideInformation(answer="Order 4711."), now)
    assert isinstance(resumed.state, Escalated)
    assert resumed.state.deadline == now + 2 * HOUR


def test_control_that_somebody_has_ends_as_soon_as_the_rules_ask_by_now() -> None:
    taken, _ = STATES["taken_over"]
    assert deadline_of(taken) == SOON + taken.plan.takeover_within
    ten_minutes = timedelta(minutes=10)
    assert deadline_of(tightened(taken, takeover_within=ten_minutes).after) == SOON + ten_minutes
    # Other demands leave it as it was.
    severe = tightened(taken, severity=Severity.HIGH).after
    assert deadline_of(severe) == SOON + taken.plan.takeover_within


def test_an_editors_own_sign_off_is_void_once_editors_may_not_sign() -> None:
    fresh = a_checkpoint(plan=a_plan(seats=(FINANCE, CFO)))
    signed = after(fresh, Revise(**on(fresh, ana()), **edited(fresh, amount="400.00")), SOON)
    told = tightened(signed, editor_may_sign=False)
    assert isinstance(told.after.state, PendingReview)
    assert told.after.state.sign_offs == ()
    assert [event.happening for event in told.events] == [
        Happening.TIGHTENED,
        Happening.SIGN_OFF_VOIDED,
    ]


@pytest.mark.parametrize(
    "words",
    [{"because": "Said otherwise."}, {"rule": "another"}, {"execute_within": timedelta(days=9)}],
)
def test_other_words_and_easier_rules_disturb_nobody(words: dict[str, Any]) -> None:
    checkpoint = a_checkpoint()
    fresh = replace(checkpoint.plan, manifest_digest=NEWER, **words)
    assert decide(checkpoint, Tighten(plan=fresh), SOON) is NO_STRICTER


def test_nothing_reaches_what_is_closed() -> None:
    closed, now = STATES["approved"]
    verdict = decide(closed, Tighten(plan=replace(closed.plan, seats=(CFO,))), now)
    assert not isinstance(verdict, Transition)
    assert verdict.reason is Reason.ALREADY_CLOSED


def test_one_click_is_not_enough_where_more_care_is_asked_for_by_now() -> None:
    checkpoint = a_checkpoint(plan=a_plan(friction=Friction.ONE_CLICK))
    plan = tightened(checkpoint, friction=Friction.REVIEW_MODAL).after.plan
    click = Approve(**on(checkpoint, cora()))
    refusal = asks_for_more_care(checkpoint.plan, plan, click)
    assert refusal is not None
    assert refusal.reason is Reason.RULES_CHANGED
    assert asks_for_more_care(plan, plan, click) is None
    assert asks_for_more_care(checkpoint.plan, plan, Tighten(plan=plan)) is None


def test_the_clock_of_a_review_is_not_touched() -> None:
    checkpoint = a_checkpoint()
    told = tightened(checkpoint, seats=(FINANCE, CFO))
    assert isinstance(told.after.state, PendingReview)
    assert told.after.state.deadline == NOON + HOUR
