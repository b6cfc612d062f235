"""On the loop: what a rule released may be vetoed for a while, and is then undone."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifests.vocabulary import Oversight, Scrutiny, Standing
from store.aftermath import (
    NOTHING_YET,
    Aftermath,
    Followed,
    as_of,
    execute_before,
    follow,
    lapses_at,
    veto_closes_at,
    veto_until,
)
from store.checkpoint import AutoApproved, Checkpoint
from store.commands import (
    AfterCommand,
    Consume,
    NoticeLapse,
    NoticeVetoWindow,
    Recall,
    ReportOutcome,
    ReportRollback,
    RequestRollback,
    Veto,
)
from store.effects import Alert, Happening, ShowCard
from store.lifecycle import card_channels, opened
from store.refusals import Reason, Refusal
from tests.store.making import (
    HOUR,
    NOON,
    OPERATIONS,
    a_checkpoint,
    a_person,
    a_plan,
    an_intake,
)
from tests.store.scenes import LATER, STATES, ana, dan

WINDOW = timedelta(minutes=30)
ENDS = NOON + WINDOW
ON_THE_LOOP = {
    "scrutiny": Scrutiny.AUTO_APPROVE,
    "oversight": Oversight.ON_THE_LOOP,
    "veto_within": WINDOW,
}
RUNNING = a_checkpoint(None, a_plan(**ON_THE_LOOP))
VETO = Veto(reviewer=ana(), reason="Not on a Friday.")
CONSUME = Consume(
    agent=RUNNING.parties.agent,
    attempt="a1",
    digest=RUNNING.revision.digest,
    token_is_right=True,
)
DONE = ReportOutcome(agent=RUNNING.parties.agent, executed=True, detail="ok")
UNDONE = ReportRollback(agent=RUNNING.parties.agent, done=True, detail="Torn down.")
TICK = timedelta.resolution


def after(*commands: AfterCommand, now: Any = NOON, of: Checkpoint = RUNNING) -> Aftermath:
    current = NOTHING_YET
    for command in commands:
        followed = follow(of, current, command, now)
        assert isinstance(followed, Followed), followed
        current = followed.after
    return current


def refused(current: Aftermath, command: AfterCommand, now: Any = NOON) -> Refusal:
    verdict = follow(RUNNING, current, command, now)
    assert isinstance(verdict, Refusal), verdict
    return verdict


def test_a_veto_before_it_runs_takes_the_approval_back() -> None:
    followed = follow(RUNNING, NOTHING_YET, VETO, NOON)
    assert isinstance(followed, Followed)
    assert [each.happening for each in followed.events] == [Happening.VETOED, Happening.RECALLED]
    vetoed = followed.after
    assert vetoed.vetoed is not None
    assert vetoed.recalled is not None
    assert vetoed.rollback is None
    assert vetoed.version == 1
    late = refused(vetoed, CONSUME)
    assert late.reason is Reason.RECALLED
    assert "vetoed this before it was used" in late.words


@pytest.mark.parametrize("told", [(), (DONE,)])
def test_a_veto_of_what_runs_asks_to_undo_it(told: tuple[AfterCommand, ...]) -> None:
    vetoed = after(CONSUME, *told, VETO)
    assert vetoed.vetoed is not None
    assert vetoed.recalled is None
    assert vetoed.rollback is not None
    assert (vetoed.rollback.state, vetoed.rollback.reason) == ("requested", "Not on a Friday.")
    done = follow(RUNNING, vetoed, UNDONE, LATER)
    assert isinstance(done, Followed)
    assert done.after.rollback is not None
    assert done.after.rollback.state == "done"


def test_the_outcome_of_what_was_vetoed_on_the_way_is_still_told() -> None:
    vetoed = after(CONSUME, VETO)
    told = follow(RUNNING, vetoed, DONE, LATER)
    assert isinstance(told, Followed)
    assert told.after.outcome is not None


def test_the_window_closes_to_the_moment() -> None:
    used = after(CONSUME, DONE)
    assert isinstance(follow(RUNNING, used, VETO, ENDS - TICK), Followed)
    late = refused(used, VETO, ENDS)
    assert late.reason is Reason.TOO_LATE
    assert "Request rollback" in late.words
    asked = follow(RUNNING, used, RequestRollback(reviewer=ana(), reason="Undo."), ENDS)
    assert isinstance(asked, Followed)


def test_a_late_veto_of_what_has_not_begun_names_the_recall() -> None:
    late = refused(NOTHING_YET, VETO, ENDS)
    assert late.reason is Reason.TOO_LATE
    assert "use Recall" in late.words
    assert isinstance(
        follow(RUNNING, NOTHING_YET, Recall(reviewer=ana(), reason="No."), ENDS), Followed
    )


def test_the_clock_notices_that_the_window_closed_and_leaves_the_decision_alone() -> None:
    assert refused(NOTHING_YET, NoticeVetoWindow(), ENDS - TICK).reason is Reason.NOT_DUE
    closed = after(NoticeVetoWindow(), now=ENDS)
    assert closed.veto_closed_at == ENDS
    assert isinstance(follow(RUNNING, closed, CONSUME, ENDS), Followed)
    assert refused(closed, NoticeVetoWindow(), ENDS).reason is Reason.NOT_DUE
    assert lapses_at(RUNNING, closed) == execute_before(RUNNING)


@pytest.mark.parametrize(
    ("earlier", "reason"),
    [
        ((VETO,), Reason.RECALLED),
        ((Recall(reviewer=ana(), reason="No."),), Reason.RECALLED),
        ((CONSUME, VETO), Reason.ROLLBACK_REQUESTED),
        ((CONSUME, RequestRollback(reviewer=ana(), reason="No.")), Reason.ROLLBACK_REQUESTED),
    ],
)
def test_what_was_stopped_is_not_vetoed_again(
    earlier: tuple[AfterCommand, ...], reason: Reason
) -> None:
    stopped = after(*earlier)
    assert refused(stopped, VETO).reason is reason
    assert veto_closes_at(RUNNING, stopped) is None


def test_what_lapsed_has_nothing_left_to_veto() -> None:
    plan = a_plan(**{**ON_THE_LOOP, "veto_within": HOUR, "execute_within": WINDOW})
    checkpoint = a_checkpoint(None, plan)
    lapsed = after(NoticeLapse(), now=ENDS, of=checkpoint)
    verdict = follow(checkpoint, lapsed, VETO, ENDS)
    assert isinstance(verdict, Refusal)
    assert verdict.reason is Reason.LAPSED


def test_whoever_could_be_called_may_veto_and_nobody_else() -> None:
    assert after(Veto(reviewer=dan(), reason="No.")).vetoed is not None
    stranger = Veto(reviewer=a_person("eve", "sales"), reason="No.")
    assert refused(NOTHING_YET, stranger).reason is Reason.WRONG_ROLE
    guest = Veto(reviewer=a_person("gil", "finance", standing=Standing.GUEST), reason="No.")
    assert refused(NOTHING_YET, guest).reason is Reason.NOT_A_MEMBER


@pytest.mark.parametrize("name", ["approved", "approved_with_edits", "auto_approved"])
def test_what_does_not_run_on_the_loop_is_never_vetoed(name: str) -> None:
    """People who released something take it back by a recall; a window is only for rules."""
    checkpoint, now = STATES[name]
    assert veto_until(checkpoint) is None
    verdict = follow(checkpoint, NOTHING_YET, VETO, now)
    assert isinstance(verdict, Refusal)
    assert verdict.reason is Reason.NOT_ON_THE_LOOP
    assert "Recall" in verdict.words


moments = st.integers(-60, 3 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes))


@given(at=moments, consumed_at=st.none() | moments)
def test_a_veto_always_ends_in_a_recall_or_a_rollback(at: Any, consumed_at: Any) -> None:
    current = NOTHING_YET
    if consumed_at is not None and consumed_at <= at:
        begun = follow(RUNNING, current, CONSUME, consumed_at)
        current = begun.after if isinstance(begun, Followed) else current
    verdict = follow(RUNNING, current, VETO, at)
    if isinstance(verdict, Refusal):
        assert at >= ENDS
        return
    assert at < ENDS
    stopped = verdict.after
    assert (stopped.recalled is None) is (stopped.rollback is not None)
    assert (stopped.rollback is None) is (stopped.consumed is None)
    assert veto_closes_at(RUNNING, stopped) is None
    assert lapses_at(RUNNING, stopped) is None


@given(at=moments)
def test_a_drawing_shows_what_the_clock_is_about_to_notice(at: Any) -> None:
    seen = as_of(RUNNING, NOTHING_YET, at)
    assert (seen.veto_closed_at is not None) is (at >= ENDS)
    limit = execute_before(RUNNING)
    assert limit is not None
    assert (seen.lapsed_at is not None) is (limit <= at)
    assert as_of(RUNNING, seen, at) == seen


@pytest.mark.parametrize("oversight", list(Oversight))
@pytest.mark.parametrize("announce", [True, False])
def test_people_who_stand_by_are_shown_what_passes(oversight: Oversight, *, announce: bool) -> None:
    plan = a_plan(scrutiny=Scrutiny.AUTO_APPROVE, oversight=oversight, announce=announce)
    step = opened(an_intake(None, plan), NOON)
    assert isinstance(step.after.state, AutoApproved)
    standing_by = oversight in (Oversight.ON_THE_LOOP, Oversight.LOG_AND_ALERT)
    assert bool(card_channels(step.after)) is (announce or standing_by)
    shown = [each for each in step.effects if isinstance(each, ShowCard)]
    assert len(shown) == len(card_channels(step.after))
    alerts = [each for each in step.effects if isinstance(each, Alert)]
    loud = oversight is Oversight.LOG_AND_ALERT
    assert [each.channel for each in alerts] == [OPERATIONS.channel] * loud
