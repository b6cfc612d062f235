"""What follows a decision: consumed once, executed or failed, recalled, rolled back."""

import asyncio

import pytest

from keyturn import (
    AlreadyConsumed,
    ApprovalRecalled,
    AsyncDecided,
    Conflict,
    NotApproved,
    NotWhatWasApproved,
)
from store.effects import Happening
from tests.scenarios.desk import Desk
from tests.scenarios.matter import Matter
from tests.scenarios.proposals import a_cache_flush

UNDO = {"Why must it be undone?": "The shop is slow."}


async def test_a_decision_is_consumed_once(desk: Desk) -> None:
    flush, approved = await _approved(desk)
    taken = await desk.agent.consume(approved, attempt="first")
    again = await desk.agent.consume(approved, attempt="first")
    assert taken.after == again.after
    with pytest.raises(AlreadyConsumed):
        await desk.agent.consume(approved, attempt="second")
    await flush.says("is executing it since")
    assert len(await flush.audit(Happening.CONSUMED)) == 1


async def test_ten_attempts_at_once_are_one_execution(desk: Desk) -> None:
    flush, approved = await _approved(desk)
    attempts = [desk.agent.consume(approved, attempt=f"attempt-{n}") for n in range(10)]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(each, AsyncDecided) for each in results) == 1
    assert sum(isinstance(each, AlreadyConsumed) for each in results) == 9
    assert len(await flush.audit(Happening.CONSUMED)) == 1


async def test_a_failure_is_told_on_the_card(desk: Desk) -> None:
    flush, approved = await _approved(desk)

    async def failing() -> None:
        async with desk.agent.executing(approved):
            raise RuntimeError("the cache does not answer")

    with pytest.raises(RuntimeError, match="does not answer"):
        await failing()
    await flush.says("executing failed", "the cache does not answer")
    await flush.thread_says("executing FAILED")
    outcome = (await flush.decision()).after.outcome
    assert outcome is not None
    assert outcome.outcome == "failed"


async def test_an_approval_is_recalled_before_it_is_used(desk: Desk) -> None:
    flush, approved = await _approved(desk)
    await desk.dev.fills("Recall", flush, {"Why is it taken back?": "Peak hour."})
    await flush.says("Recalled before it was used", "Peak hour.")
    await flush.thread_says("recalled the approval")
    with pytest.raises(ApprovalRecalled):
        await desk.agent.consume(approved, attempt="late")
    now = await flush.decision()
    assert now.execution_token is None
    assert not now.approved
    with pytest.raises(NotApproved):
        assert now.parameters
    assert not (await flush.card()).buttons


async def test_it_is_too_late_to_recall_what_is_under_way(desk: Desk) -> None:
    flush, approved = await _approved(desk)
    await desk.dev.opens("Recall", flush)
    await desk.agent.consume(approved, attempt="first")
    await desk.dev.submits({"Why is it taken back?": "Peak hour."})
    assert (await desk.dev.modal()).says("too late to recall", "Request a rollback")


async def test_what_was_executed_is_rolled_back_on_request(desk: Desk) -> None:
    flush = await _executed(desk)
    await desk.dev.fills("Request rollback", flush, UNDO)
    asked = await flush.says("Rollback requested", "The shop is slow.", "Waiting for the agent")
    assert "Request rollback" not in asked.buttons
    heard = (await flush.decision()).after.rollback
    assert heard is not None
    assert (heard.state, heard.by) == ("requested", "U0DEV")
    await desk.agent.report(flush.id, "rolled_back", detail="The old entries are back.")
    await flush.says("Rolled back", "The old entries are back.")
    await flush.thread_says("reports that it was undone")


async def test_a_rollback_that_fails_is_told_to_operations(desk: Desk) -> None:
    flush = await _executed(desk)
    await desk.dev.fills("Request rollback", flush, UNDO)
    await flush.says("Rollback requested")
    await desk.agent.report(flush.id, "rollback_failed", detail="The old entries are gone.")
    await flush.says("Rollback FAILED", "The old entries are gone.")
    await desk.workspace.until(
        lambda state: any(
            flush.id in str(each) and "FAILED" in str(each) for each in state["messages"]["C0OPS"]
        ),
        "an alert about the failed rollback",
    )


async def test_only_those_who_decide_may_take_it_back(desk: Desk) -> None:
    flush, _ = await _approved(desk)
    card = await flush.card(lambda seen: "Recall" in seen.buttons)
    await desk.ana.clicks_element("recall", flush, card.ts, stale=True)
    assert await desk.ana.has_no_modal()
    assert (await flush.decision()).after.recalled is None
    assert await flush.refusals() == ["wrong_role"]


async def test_nothing_runs_that_was_not_approved(desk: Desk) -> None:
    flush, approved = await _approved(desk)
    other, _ = await _approved(desk)
    with pytest.raises(NotWhatWasApproved):
        await _consume(desk, other, approved, digest="sha256:" + "0" * 64)
    pending = await desk.agent_proposes(a_cache_flush())
    with pytest.raises(Conflict):
        await _consume(desk, pending, approved, digest=approved.digest)
    assert (await flush.decision()).after.consumed is None


async def _consume(desk: Desk, matter: Matter, like: AsyncDecided, digest: str) -> None:
    """Ask to execute one proposal with what was approved for another."""
    forged = AsyncDecided(
        id=matter.id,
        version=like.version,
        status=like.status,
        digest=digest,
        execution_token=like.execution_token,
        connection=like.connection,
    )
    await desk.agent.consume(forged, attempt="forged")


async def _approved(desk: Desk) -> tuple[Matter, AsyncDecided]:
    flush = await desk.agent_proposes(a_cache_flush())
    await desk.dev.clicks("Flush", flush)
    return flush, await flush.stands("approved")


async def _executed(desk: Desk) -> Matter:
    flush, approved = await _approved(desk)
    async with desk.agent.executing(approved) as run:
        run.detail = "Flushed."
    return flush
