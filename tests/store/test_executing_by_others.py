"""Who carries out what was approved: a person by hand, or an executor; an override only once."""

from datetime import timedelta
from typing import Any

import pytest

from manifests.vocabulary import AgentName, Mode
from store.aftermath import (
    BY_HAND,
    NOTHING_YET,
    Aftermath,
    Followed,
    execute_before,
    executor_of,
    follow,
    lapses_at,
)
from store.checkpoint import Checkpoint
from store.commands import (
    AfterCommand,
    Approve,
    Consume,
    NoticeLapse,
    Recall,
    RecordExecution,
    ReportOutcome,
    ReportRollback,
    RequestRollback,
)
from store.decision import decision_of
from store.effects import ActorKind, Happening
from store.lifecycle import Transition, decide
from store.refusals import Reason, Refusal
from tests.store.making import HOUR, a_checkpoint, a_person, a_plan, on
from tests.store.scenes import LATER, SOON, STATES, ana, dan

AGENT, RUNNER, OTHER = AgentName("billing"), AgentName("runner"), AgentName("other")
KEY = b"k" * 32
DONE = RecordExecution(reviewer=ana(), executed=True, note="Restarted.")
FAILED = RecordExecution(reviewer=dan(), executed=False, note="It does not start.")
RECALL = Recall(reviewer=ana(), reason="No.")


def granted(**plan: Any) -> Checkpoint:
    checkpoint = a_checkpoint(None, a_plan(**plan))
    step = decide(checkpoint, Approve(**on(checkpoint, ana())), SOON)
    assert isinstance(step, Transition), step
    return step.after


SUGGESTED = granted(mode=Mode.SUGGEST)
HANDED_ON = granted(executed_by=RUNNER)
OVERRIDE = granted(overrides="cedar", execute_within=HOUR)


def consume(agent: AgentName, attempt: str = "a1", of: Checkpoint = HANDED_ON) -> Consume:
    digest = of.revision.digest
    return Consume(agent=agent, attempt=attempt, digest=digest, token_is_right=True)


def outcome(agent: AgentName) -> ReportOutcome:
    return ReportOutcome(agent=agent, executed=True, detail="ok")


def undone(agent: AgentName) -> ReportRollback:
    return ReportRollback(agent=agent, done=True, detail="ok")


def after(of: Checkpoint, *commands: AfterCommand, now: Any = LATER) -> Aftermath:
    current = NOTHING_YET
    for command in commands:
        followed = follow(of, current, command, now)
        assert isinstance(followed, Followed), followed
        current = followed.after
    return current


def refused(of: Checkpoint, current: Aftermath, command: AfterCommand, now: Any = LATER) -> Reason:
    verdict = follow(of, current, command, now)
    assert isinstance(verdict, Refusal), verdict
    assert verdict.words
    return verdict.reason


@pytest.mark.parametrize("record", [DONE, FAILED])
def test_a_person_records_how_it_went(record: RecordExecution) -> None:
    followed = follow(SUGGESTED, NOTHING_YET, record, LATER)
    assert isinstance(followed, Followed)
    told = followed.after
    assert told.consumed is not None
    assert told.outcome is not None
    assert told.consumed.attempt == BY_HAND
    assert told.outcome.executed is record.executed
    assert told.outcome.by is not None
    assert told.outcome.by.user == record.reviewer.user
    (event,) = followed.events
    assert event.actor.kind is ActorKind.PERSON
    expected = Happening.EXECUTED if record.executed else Happening.FAILED
    assert event.happening is expected
    assert lapses_at(SUGGESTED, told) is None


@pytest.mark.parametrize("agent", [AGENT, RUNNER, OTHER])
def test_no_program_carries_out_a_suggestion(agent: AgentName) -> None:
    assert executor_of(SUGGESTED) is None
    for command in (consume(agent, of=SUGGESTED), outcome(agent), undone(agent)):
        assert refused(SUGGESTED, NOTHING_YET, command) is Reason.PEOPLE_EXECUTE
        assert refused(SUGGESTED, after(SUGGESTED, DONE), command) is Reason.PEOPLE_EXECUTE
    for reader in (None, AGENT, RUNNER):
        assert decision_of(SUGGESTED, NOTHING_YET, KEY, reader)["execution_token"] is None


def test_an_outcome_is_recorded_once() -> None:
    assert refused(SUGGESTED, after(SUGGESTED, DONE), FAILED) is Reason.ALREADY_REPORTED
    assert refused(SUGGESTED, after(SUGGESTED, FAILED), FAILED) is Reason.ALREADY_REPORTED


def test_a_suggestion_is_recalled_before_it_is_carried_out_and_not_after() -> None:
    assert refused(SUGGESTED, after(SUGGESTED, RECALL), DONE) is Reason.RECALLED
    done = after(SUGGESTED, DONE)
    assert refused(SUGGESTED, done, RECALL) is Reason.ALREADY_CONSUMED
    back = RequestRollback(reviewer=ana(), reason="No.")
    assert refused(SUGGESTED, done, back) is Reason.PEOPLE_EXECUTE


def test_a_suggestion_that_nobody_carried_out_in_time_no_longer_holds() -> None:
    limit = execute_before(SUGGESTED)
    assert limit is not None
    just_before = limit - timedelta.resolution
    assert isinstance(follow(SUGGESTED, NOTHING_YET, DONE, just_before), Followed)
    assert refused(SUGGESTED, NOTHING_YET, DONE, limit) is Reason.LAPSED
    lapsed = after(SUGGESTED, NoticeLapse(), now=limit)
    assert refused(SUGGESTED, lapsed, DONE, limit) is Reason.LAPSED


def test_only_those_who_decide_record_it() -> None:
    stranger = RecordExecution(reviewer=a_person("eve", "sales"), executed=True, note="")
    assert refused(SUGGESTED, NOTHING_YET, stranger) is Reason.WRONG_ROLE


def test_what_a_program_executes_nobody_records_by_hand() -> None:
    approved, now = STATES["approved"]
    assert refused(approved, NOTHING_YET, DONE, now) is Reason.PROGRAM_EXECUTES


@pytest.mark.parametrize("name", STATES)
def test_only_what_was_granted_is_recorded(name: str) -> None:
    checkpoint, now = STATES[name]
    verdict = follow(checkpoint, NOTHING_YET, DONE, now)
    assert isinstance(verdict, Refusal)


@pytest.mark.parametrize("agent", [AGENT, OTHER])
def test_only_the_executor_holds_the_pen(agent: AgentName) -> None:
    used = after(HANDED_ON, consume(RUNNER))
    asked = after(HANDED_ON, consume(RUNNER), RequestRollback(reviewer=ana(), reason="No."))
    assert refused(HANDED_ON, NOTHING_YET, consume(agent)) is Reason.NOT_THE_EXECUTOR
    assert refused(HANDED_ON, used, outcome(agent)) is Reason.NOT_THE_EXECUTOR
    assert refused(HANDED_ON, asked, undone(agent)) is Reason.NOT_THE_EXECUTOR
    assert after(HANDED_ON, consume(RUNNER), outcome(RUNNER)).outcome is not None
    assert decision_of(HANDED_ON, NOTHING_YET, KEY, agent)["execution_token"] is None


def test_only_the_executor_is_given_the_token() -> None:
    assert decision_of(HANDED_ON, NOTHING_YET, KEY)["execution_token"] is None
    seen = decision_of(HANDED_ON, NOTHING_YET, KEY, RUNNER)
    assert seen["execution_token"]
    assert seen["executed_by"] == RUNNER
    approved, _ = STATES["approved"]
    assert decision_of(approved, NOTHING_YET, KEY)["execution_token"]
    assert decision_of(approved, NOTHING_YET, KEY, RUNNER)["execution_token"] is None


def test_an_override_is_used_once_and_expires() -> None:
    decision = decision_of(OVERRIDE, NOTHING_YET, KEY)
    assert decision["overrides"] == "cedar"
    assert decision["execute_before"] == "2026-11-02T13:00:05Z"
    used = after(OVERRIDE, consume(AGENT, of=OVERRIDE))
    again = consume(AGENT, "a2", OVERRIDE)
    assert refused(OVERRIDE, used, again) is Reason.ALREADY_CONSUMED
    limit = execute_before(OVERRIDE)
    assert limit == SOON + HOUR
    assert refused(OVERRIDE, NOTHING_YET, again, limit) is Reason.LAPSED
    lapsed = after(OVERRIDE, NoticeLapse(), now=limit)
    assert decision_of(OVERRIDE, lapsed, KEY)["execution_token"] is None
