"""What was released in special ways: on the loop, as a suggestion, for an executor, once."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from manifests.parameters import ParameterSchema
from manifests.plan import ReviewPlan, Wording
from manifests.vocabulary import AgentName, Mode, Oversight, Scrutiny
from store.aftermath import NOTHING_YET, Aftermath, Followed, follow
from store.checkpoint import Checkpoint
from store.commands import (
    AfterCommand,
    Approve,
    Consume,
    NoticeVetoWindow,
    RecordExecution,
    ReportOutcome,
    ReportRollback,
    RequestRollback,
    Veto,
)
from store.lifecycle import Transition, decide
from tests.store.making import HOUR, NOON, a_checkpoint, a_person, a_plan, a_proposal, on

MINUTE = timedelta(minutes=1)
SOON = NOON + 10 * MINUTE
LATER = NOON + 20 * MINUTE
WINDOW = 30 * MINUTE
EXECUTOR = AgentName("payments-runner")
ANA = a_person("U_ANA", "finance", as_of=SOON)
Released = tuple[Checkpoint, Aftermath]


def a_sandbox(**changed: Any) -> ReviewPlan:
    """Let it run at once, with half an hour in which people may veto it."""
    wording = Wording(
        headline="Provision the sandbox eu-7?",
        undo="The agent tears the sandbox down; this was tried out on 2026-11-01.",
    )
    known: dict[str, Any] = {
        "scrutiny": Scrutiny.AUTO_APPROVE,
        "rule": "on_the_loop",
        "because": "It can be undone, so it runs at once while people may veto it.",
        "oversight": Oversight.ON_THE_LOOP,
        "veto_within": WINDOW,
        "wording": wording,
        "schema": ParameterSchema(open=True),
    }
    return a_plan(**known | changed)


def on_the_loop(**changed: Any) -> Checkpoint:
    parameters = {"sandbox": "eu-7"}
    proposal = a_proposal(action="provision_sandbox", parameters=parameters)
    return a_checkpoint(proposal, a_sandbox(**changed))


def granted(**changed: Any) -> Checkpoint:
    """Let Ana approve under a plan of one's own."""
    checkpoint = a_checkpoint(None, a_plan(**changed))
    step = decide(checkpoint, Approve(**on(checkpoint, ANA)), SOON)
    assert isinstance(step, Transition), step
    return step.after


def suggestion() -> Checkpoint:
    headline = "Restart the payment service?"
    return granted(mode=Mode.SUGGEST, wording=Wording(headline=headline))


def for_executor() -> Checkpoint:
    return granted(executed_by=EXECUTOR)


def override() -> Checkpoint:
    return granted(overrides="cedar", execute_within=HOUR)


def consumed(checkpoint: Checkpoint) -> Consume:
    return Consume(
        agent=checkpoint.plan.executed_by or checkpoint.parties.agent,
        attempt="a1",
        digest=checkpoint.revision.digest,
        token_is_right=True,
    )


def told(checkpoint: Checkpoint, *, executed: bool = True) -> ReportOutcome:
    agent = checkpoint.plan.executed_by or checkpoint.parties.agent
    return ReportOutcome(agent=agent, executed=executed, detail="It is up.")


def undone(checkpoint: Checkpoint, *, done: bool) -> ReportRollback:
    said = "It is torn down." if done else "A volume is still attached."
    return ReportRollback(agent=checkpoint.parties.agent, done=done, detail=said)


VETO = Veto(reviewer=ANA, reason="We have seven of these already.")
ASK_BACK = RequestRollback(reviewer=ANA, reason="Nobody needs it.")
DONE = RecordExecution(reviewer=ANA, executed=True, note="Restarted, it answers again.")
FAILED = RecordExecution(reviewer=ANA, executed=False, note="It does not come up.")


def after(
    checkpoint: Checkpoint,
    *makes: AfterCommand | Callable[[Checkpoint], AfterCommand],
    now: datetime = LATER,
) -> Released:
    """Carry commands out, each of which must be accepted."""
    aftermath = NOTHING_YET
    for make in makes:
        command = make(checkpoint) if callable(make) else make
        answer = follow(checkpoint, aftermath, command, now)
        assert isinstance(answer, Followed), answer
        aftermath = answer.after
    return checkpoint, aftermath


def _vetoed(*last: Callable[[Checkpoint], AfterCommand]) -> Released:
    return after(on_the_loop(), consumed, told, VETO, *last)


RELEASES: Mapping[str, Callable[[], Released]] = {
    "on_the_loop": lambda: after(on_the_loop()),
    "on_the_loop_executed": lambda: after(on_the_loop(), consumed, told),
    "on_the_loop_vetoed_before_it_ran": lambda: after(on_the_loop(), VETO),
    "on_the_loop_vetoed_rollback_requested": _vetoed,
    "on_the_loop_vetoed_rollback_done": lambda: _vetoed(lambda each: undone(each, done=True)),
    "on_the_loop_vetoed_rollback_failed": lambda: _vetoed(lambda each: undone(each, done=False)),
    "on_the_loop_veto_over": lambda: after(
        on_the_loop(), consumed, told, NoticeVetoWindow(), now=NOON + WINDOW
    ),
    "approved_undone_unheard_of": lambda: after(
        granted(), consumed, ASK_BACK, lambda each: undone(each, done=True)
    ),
    "suggestion_approved": lambda: after(suggestion()),
    "suggestion_done": lambda: after(suggestion(), DONE),
    "suggestion_failed": lambda: after(suggestion(), FAILED),
    "executor_waiting": lambda: after(for_executor()),
    "executor_executing": lambda: after(for_executor(), consumed),
    "executor_executed": lambda: after(for_executor(), consumed, told),
    "override_approved": lambda: after(override()),
    "override_used": lambda: after(override(), consumed, told),
}
