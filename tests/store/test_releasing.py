"""Between the last sign-off and the agent: only people approve, and whoever signed can undo it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifests.plan import ReviewPlan
from manifests.vocabulary import Scrutiny, Severity, Standing
from store.checkpoint import (
    Approved,
    ApprovedWithEdits,
    Checkpoint,
    Escalated,
    PendingReview,
    Rejected,
    Releasing,
    Withdrawn,
)
from store.commands import (
    Approve,
    NoticeDeadline,
    ProvideInformation,
    Reject,
    RequestInformation,
    Tighten,
    Withdraw,
    WithdrawSignOff,
)
from store.effects import CLOCK, Happening
from store.lifecycle import Transition, deadline_of, decide
from store.people import Person
from store.refusals import Reason, Refusal
from tests.store.making import CFO, FINANCE, HOUR, NOON, a_checkpoint, a_person, a_plan, edited, on
from tests.store.scenes import (
    COMMANDS,
    LATER,
    MINUTE,
    SOON,
    WAIT,
    after,
    ana,
    ben,
    cora,
    refused,
    releasing,
    step,
    two_seats,
)
from tests.store.strategies import STATES, checkpoints, moments

OUT = SOON + WAIT
"""When what was signed soon after noon reaches the agent."""
PEOPLE = {
    "ana": ("finance",),
    "ben": ("finance", "cfo"),
    "cora": ("cfo",),
    "olga": ("finance", "cfo"),
    "gus": ("finance", "cfo"),
}


def somebody(name: str, now: datetime) -> Person:
    """Give one of a few people, of whom Olga owns the agent and Gus is a guest."""
    standing = Standing.GUEST if name == "gus" else Standing.MEMBER
    return a_person(name, *PEOPLE[name], person=name, as_of=now, standing=standing)


def state_of(checkpoint: Checkpoint) -> Releasing:
    assert isinstance(checkpoint.state, Releasing)
    return checkpoint.state


@given(checkpoint=checkpoints(STATES[Releasing]), now=moments)
def test_the_clock_releases_what_people_signed_and_nothing_else(
    checkpoint: Checkpoint, now: datetime
) -> None:
    state = state_of(checkpoint)
    verdict = decide(checkpoint, NoticeDeadline(), now)
    if now < state.release_at:
        assert isinstance(verdict, Refusal)
        return
    assert isinstance(verdict, Transition)
    granted = verdict.after.state
    assert isinstance(granted, Approved | ApprovedWithEdits)
    assert granted.sign_offs == state.paused.sign_offs
    by_people = any(revision.by for revision in checkpoint.revisions)
    assert isinstance(granted, ApprovedWithEdits) == by_people


moves = st.lists(
    st.tuples(
        st.sampled_from(sorted(COMMANDS)),
        st.sampled_from(sorted(PEOPLE)),
        st.sampled_from([timedelta(seconds=1), WAIT / 2, WAIT, HOUR]),
    ),
    min_size=4,
    max_size=25,
)
plans = st.builds(
    a_plan,
    seats=st.lists(st.sampled_from([FINANCE, CFO]), min_size=1, max_size=3).map(tuple),
    release_after=st.sampled_from([timedelta(0), WAIT, 2 * HOUR]),
    editor_may_sign=st.booleans(),
)


@given(plan=plans, steps=moves)
def test_no_way_leads_to_an_approval_but_by_as_many_people_as_there_are_seats(
    plan: ReviewPlan, steps: list[tuple[str, str, timedelta]]
) -> None:
    current, now = a_checkpoint(plan=plan, owner="olga"), NOON
    for command, who, pause in steps:
        now += pause
        everybody = [somebody(name, now) for name in PEOPLE]
        known = on(current, somebody(who, now), *everybody)
        for asked in (NoticeDeadline(), COMMANDS[command](current, known)):
            verdict = decide(current, asked, now)
            if isinstance(verdict, Transition):
                _check(current, verdict.after)
                current = verdict.after


def _check(before: Checkpoint, following: Checkpoint) -> None:
    state = following.state
    if isinstance(state, Releasing):
        signed = state.paused.sign_offs
        assert state.release_at == state.at + following.plan.release_after
    elif isinstance(state, Approved | ApprovedWithEdits):
        signed = state.sign_offs
        assert isinstance(before.state, Releasing) == (before.plan.release_after > timedelta(0))
    else:
        return
    seats = sorted(seat.name for seat in following.plan.seats)
    assert sorted(each.seat for each in signed) == seats
    people = {each.by.person for each in signed}
    assert len(people) == len(seats)
    assert not {"olga", "gus"} & people
    assert {each.digest for each in signed} == {following.revision.digest}


def test_the_last_sign_off_says_when_the_agent_hears_of_it() -> None:
    half = after(
        a_checkpoint(plan=two_seats(release_after=WAIT)),
        Approve(**on(a_checkpoint(), ana())),
        SOON,
    )
    whole = step(half, Approve(**on(half, cora(), ana())), SOON)
    assert [each.happening for each in whole.events] == [Happening.SIGNED_OFF, Happening.RELEASING]
    assert whole.events[-1].detail["release_at"] == OUT.isoformat()
    assert deadline_of(whole.after) == OUT


def test_it_is_released_by_the_clock_in_the_name_of_those_who_signed() -> None:
    waiting = releasing()
    assert refused(waiting, NoticeDeadline(), OUT - MINUTE / 60).reason is Reason.NOT_DUE
    out = step(waiting, NoticeDeadline(), OUT)
    assert isinstance(out.after.state, Approved)
    assert [each.by.name for each in out.after.state.sign_offs] == ["Ana", "Cora"]
    assert [(each.happening, each.actor) for each in out.events] == [(Happening.APPROVED, CLOCK)]


def test_undo_takes_back_ones_own_sign_off_and_leaves_the_others() -> None:
    waiting = releasing()
    undone = step(waiting, WithdrawSignOff(**on(waiting, cora())), LATER)
    assert isinstance(undone.after.state, PendingReview)
    assert [each.by.name for each in undone.after.state.sign_offs] == ["Ana"]
    (told,) = undone.events
    assert (told.happening, told.detail) == (Happening.SIGN_OFF_WITHDRAWN, {"undone": True})
    # Whoever undid it may think again, and the wait begins anew.
    again = after(undone.after, Approve(**on(undone.after, cora(LATER), ana(LATER))), LATER)
    assert state_of(again).release_at == LATER + WAIT


def test_an_undo_that_comes_late_does_not_cost_the_review_its_time() -> None:
    """An hour for people, two hours of waiting: what was left when it was signed is left again."""
    waiting = releasing(release_after=2 * HOUR)
    now = NOON + 90 * MINUTE
    undone = after(waiting, WithdrawSignOff(**on(waiting, cora(now))), now)
    assert isinstance(undone.state, PendingReview)
    assert undone.state.deadline == now + HOUR - (SOON - NOON)
    assert refused(undone, NoticeDeadline(), now).reason is Reason.NOT_DUE


def test_who_did_not_sign_undoes_nothing_but_may_still_say_no() -> None:
    waiting = releasing()
    no = refused(waiting, WithdrawSignOff(**on(waiting, ben())))
    assert no.reason is Reason.NOT_SIGNED
    assert no.words == (
        "You have not approved this; Ana and Cora can undo it. Reject stops it, too."
    )
    rejected = after(
        waiting, Reject(**on(waiting, ben()), reason="Paid already.", category="wrong"), LATER
    )
    assert isinstance(rejected.state, Rejected)


def test_the_agent_may_withdraw_until_it_is_released() -> None:
    waiting = releasing()
    assert isinstance(after(waiting, Withdraw(reason="No."), LATER).state, Withdrawn)
    assert refused(waiting, Withdraw(reason="No."), OUT).reason is Reason.TOO_LATE


def test_an_answer_that_comes_too_late_is_told_what_to_do() -> None:
    fresh = a_checkpoint(plan=a_plan(release_after=10 * HOUR))
    asking = RequestInformation(**on(fresh, ana()), question_id="q1", question="Which order?")
    unanswered = after(after(fresh, asking, SOON), NoticeDeadline(), NOON + 5 * HOUR)
    now = NOON + 5 * HOUR
    signed = after(unanswered, Approve(**on(unanswered, ana(now))), now)
    no = refused(signed, ProvideInformation(answer="4711.", question_id="q1"), now)
    assert no.reason is Reason.RELEASING
    assert "Withdraw it if it must not run" in no.words


def tightened(waiting: Checkpoint, **changed: Any) -> Transition:
    fresh = a_plan(**{"seats": waiting.plan.seats, "release_after": WAIT, **changed})
    return step(waiting, Tighten(plan=fresh), LATER)


def test_rules_that_wait_longer_by_now_move_the_release() -> None:
    longer = tightened(releasing(), release_after=3 * WAIT)
    assert state_of(longer.after).release_at == SOON + 3 * WAIT
    assert deadline_of(longer.after) == SOON + 3 * WAIT
    # Other demands leave it where it was.
    severe = tightened(releasing(), severity=Severity.HIGH)
    assert state_of(severe.after).release_at == OUT


def test_rules_that_ask_for_somebody_else_by_now_stop_the_release() -> None:
    waiting = releasing(release_after=2 * HOUR)
    now = NOON + 90 * MINUTE
    fresh = a_plan(seats=(FINANCE, FINANCE, CFO), release_after=2 * HOUR)
    reopened = after(waiting, Tighten(plan=fresh), now)
    assert isinstance(reopened.state, PendingReview)
    assert len(reopened.state.sign_offs) == 2
    assert reopened.state.deadline == now + HOUR - (SOON - NOON)


def test_rules_that_call_the_next_rung_by_now_stop_the_release() -> None:
    up = tightened(releasing(), scrutiny=Scrutiny.ESCALATE)
    assert isinstance(up.after.state, Escalated)
    assert up.after.state.deadline == LATER + 2 * HOUR


def test_what_was_about_to_be_released_can_still_be_approved_on_the_next_rung() -> None:
    up = tightened(releasing(), scrutiny=Scrutiny.ESCALATE)
    voided = [each for each in up.events if each.happening is Happening.SIGN_OFF_VOIDED]
    assert [each.detail["user"] for each in voided] == ["ana", "cora"]
    called = a_person("dan", "deputy", as_of=LATER)
    half = after(up.after, Approve(**on(up.after, called)), LATER)
    whole = after(half, Approve(**on(half, cora(LATER), called)), LATER)
    assert [each.by.name for each in state_of(whole).paused.sign_offs] == ["Dan", "Cora"]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_nothing_edits_or_signs_what_is_being_released(command: str) -> None:
    waiting = releasing()
    verdict = decide(waiting, COMMANDS[command](waiting, on(waiting, ben(), ana(), cora())), LATER)
    if isinstance(verdict, Transition):
        assert verdict.after.revisions == waiting.revisions
        assert not isinstance(verdict.after.state, Approved | ApprovedWithEdits)


def test_an_edit_that_was_approved_is_released_as_one() -> None:
    fresh = a_checkpoint(plan=a_plan(release_after=WAIT))
    revise = COMMANDS["revise and approve"](fresh, on(fresh, ana()))
    waiting = after(fresh, revise, SOON)
    out = after(waiting, NoticeDeadline(), OUT)
    assert isinstance(out.state, ApprovedWithEdits)
    assert out.revision.digest == edited(fresh, amount="1.00", iban="DE1")["revised_digest"]
