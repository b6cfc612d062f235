"""The core of it, by every way in, over both of Slack's ways, on both databases."""

from store.effects import Happening
from tests.scenarios.desk import Desk
from tests.scenarios.proposals import (
    a_cache_flush,
    a_question,
    a_refund,
    an_unknown_action,
)


async def test_the_whole_story(any_desk: Desk) -> None:
    desk = any_desk
    small = await desk.agent_proposes(a_refund("48.00"))
    refund = await desk.agent_proposes(a_refund("480.00"))
    large = await desk.agent_proposes(a_refund("12000.00"))
    unknown = await desk.agent_proposes(an_unknown_action())
    question = await desk.agent_proposes(a_question("A refund", "A new bowl"))
    flush = await desk.agent_proposes(a_cache_flush())

    allowed = await small.agent_hears("auto_approved")
    assert allowed.parameters["amount"] == "48.00"
    assert (await unknown.agent_hears("blocked")).category == "unknown_action"
    await unknown.says("Blocked until somebody classifies it")

    await desk.finn.approves(refund)
    approved = await refund.agent_hears("approved")
    assert [(each.user, each.role) for each in approved.decided_by] == [
        ("U0FINN", "support_reviewer")
    ]
    assert approved.parameters["amount"] == "480.00"
    await refund.says("Approved", "Not executed yet")

    await desk.ana.approves(large)
    await large.says("1 of 2", "waiting for CFO")
    assert (await large.decision()).status == "pending_review"
    await desk.cora.approves(large.seen_in("#executive-approvals"))
    both = await large.agent_hears("approved")
    assert {each.role for each in both.decided_by} == {"finance_manager", "cfo"}
    await large.seen_in("#executive-approvals").says("Approved")

    await desk.ben.fills("Answer", question, {"Answer": "A new bowl"})
    assert (await question.agent_hears("answered")).guidance == "A new bowl"

    assert (await desk.dev.clicks("Flush", flush)).acked
    executable = await flush.agent_hears("approved")
    async with desk.agent.executing(executable) as run:
        run.detail = "Flushed."
    await flush.says("Executed", "Flushed.")
    await flush.thread_says("was executed")
    told = [each.event.happening for each in await flush.audit()]
    assert told == [
        Happening.PROPOSED,
        Happening.ASSIGNED,
        Happening.SIGNED_OFF,
        Happening.APPROVED,
        Happening.CONSUMED,
        Happening.EXECUTED,
    ]
    assert (await desk.store.verify()).sound
