"""The agent that proposes never holds the pen: another one, named by the manifest, executes."""

import pytest

from keyturn import NotTheExecutor, NotTheProposer, ProposalNotFound
from tests.scenarios.desk import Desk
from tests.scenarios.matter import Matter
from tests.scenarios.proposals import a_pump_restart, a_supplier_payment


async def test_the_executor_finds_it_runs_it_and_reports(desk: Desk) -> None:
    payment = await _approved(desk)
    await payment.says("Waiting for finns-agent to execute it")
    (found,) = (await desk.finns_agent.page(executor="me", status="approved")).proposals
    assert found.id == payment.id
    assert found.executed_by == "finns-agent"
    async with desk.finns_agent.executing(found) as run:
        assert run.parameters == {"supplier": "Acme GmbH"}
        run.detail = "Paid."
    await payment.says("Approved and executed", "finns-agent says", "Paid.")
    await payment.thread_says("The agent finns-agent reports that it was executed")
    outcome = (await payment.decision()).after.outcome
    assert outcome is not None
    assert outcome.detail == "Paid."


async def test_the_agent_that_proposed_reads_it_and_cannot_run_it(desk: Desk) -> None:
    payment = await _approved(desk)
    own = await payment.decision()
    assert own.approved
    assert own.execution_token is None
    with pytest.raises(NotTheExecutor, match="Only finns-agent may execute this"):
        async with own.executing():
            raise AssertionError("This must not run.")
    executors = await desk.finns_agent.read(payment.id)
    with pytest.raises(NotTheExecutor):
        # Not even with the token that the other one was given.
        await desk.agent.consume(executors, attempt="forged")
    assert await payment.refusals() == ["not_the_executor", "not_the_executor"]
    assert (await payment.decision()).after.consumed is None


async def test_the_executor_changes_nothing_that_people_decide(desk: Desk) -> None:
    payment = await desk.agent_proposes(a_supplier_payment())
    with pytest.raises(NotTheProposer, match="Only support-agent"):
        await desk.finns_agent.pending(payment.id).withdraw("I would rather not.")
    with pytest.raises(NotTheProposer):
        await desk.finns_agent.pending(payment.id).answer("Because.")
    assert (await payment.decision()).status == "pending_review"


async def test_the_executor_hears_of_the_decision(desk: Desk) -> None:
    payment = await desk.agent_proposes(a_supplier_payment())
    pending = desk.finns_agent.pending(payment.id)
    await desk.dev.clicks("Approve", payment)
    assert (await pending.wait(20)).execution_token


async def test_the_executor_undoes_what_it_did(desk: Desk) -> None:
    payment = await _approved(desk)
    done = await desk.finns_agent.read(payment.id)
    async with done.executing():
        pass
    await desk.dev.fills("Request rollback", payment, {"Why must it be undone?": "Paid twice."})
    await payment.says("Rollback requested", "Waiting for finns-agent to roll back")
    with pytest.raises(NotTheExecutor):
        await desk.agent.report(payment.id, "rolled_back")
    asked = await desk.finns_agent.read(payment.id)
    async with asked.rolling_back() as undoing:
        undoing.detail = "Charged back."
    await payment.says("Rolled back", "Charged back.")


async def test_what_others_execute_is_listed_for_nobody_else(desk: Desk) -> None:
    payment = await _approved(desk)
    other = await desk.agent_proposes(a_pump_restart())
    assert not (await desk.agent.page(executor="me")).proposals
    own = (await desk.agent.page()).proposals
    assert {each.id for each in own} == {payment.id, other.id}
    assert not (await desk.finns_agent.page()).proposals
    with pytest.raises(ProposalNotFound):
        await desk.finns_agent.read(other.id)


async def _approved(desk: Desk) -> Matter:
    payment = await desk.agent_proposes(a_supplier_payment())
    await desk.dev.clicks("Approve", payment)
    await payment.stands("approved")
    return payment
