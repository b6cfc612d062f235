"""A reviewer asks back; the clock stands still until the agent answers."""

import asyncio
from datetime import datetime, timedelta

from store.checkpoint import NeedsInformation, PendingReview
from store.proposal import ProposalId
from tests.scenarios.desk import Desk
from tests.scenarios.matter import Matter
from tests.scenarios.proposals import a_contract, a_refund, an_open_port

ASKED = {"Category": "Evidence", "Your question": "Is there a photo of the crate?"}


async def test_the_clock_waits_for_the_agents_answer(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    before = (await refund.decision()).deadline
    await desk.finn.fills("Request info", refund, ASKED)
    asked = await refund.stands("needs_information")
    assert asked.question is not None
    assert asked.question.text == "Is there a photo of the crate?"
    assert asked.question.asked_by == "U0FINN"
    card = await refund.says("asked the agent", "clock is paused")
    assert set(card.buttons) == {"Stop waiting", "Reject"}
    left = await _time_left(desk, refund)
    answered = await desk.agent.pending(refund.id).answer(
        "Yes, the corner is crushed.", question_id=asked.question.id
    )
    assert answered.status == "pending_review"
    assert answered.deadline is not None
    assert before is not None
    # What had run before the question has run; the pause itself costs nothing.
    assert answered.deadline > before
    assert answered.deadline - await _changed_at(desk, refund) == left
    await refund.says("Review & approve")
    await refund.thread_says("Is there a photo of the crate?", "the corner is crushed")
    await desk.ben.approves(refund)
    await refund.agent_hears("approved")


async def test_an_answer_with_other_parameters_voids_every_sign_off(desk: Desk) -> None:
    contract = await desk.agent_proposes(a_contract(term=12))
    await desk.finn.clicks("Approve", contract)
    await contract.says("1 of 2")
    await desk.ana.fills(
        "Request info",
        contract.seen_in("#finance-approvals"),
        {"Category": "Reason", "Your question": "Why so long?"},
    )
    await contract.stands("needs_information")
    again = await desk.agent.pending(contract.id).answer(
        "Six months will do.", parameters={"contract": "C-9", "term": 6}
    )
    assert again.revision == 2
    card = await contract.says("revision 2", "for 6 months")
    assert not card.says("1 of 2")
    await contract.thread_says("no longer counts", "made revision 2")
    await desk.finn.clicks("Approve", contract)
    await contract.says("1 of 2")
    await desk.ana.clicks("Approve", contract.seen_in("#finance-approvals"))
    heard = await contract.agent_hears("approved")
    assert heard.parameters["term"] == 6
    assert not heard.edited


async def test_an_agent_that_does_not_answer_loses_its_say(desk: Desk) -> None:
    port = await desk.agent_proposes(an_open_port())
    await desk.dev.fills("Request info", port, {"Category": "Reason", "Your question": "What for?"})
    await port.stands("needs_information")
    await port.stands("pending_review")
    await port.says("The agent did not answer in time")
    await port.thread_says("did not answer in time")
    await desk.dev.clicks("Approve", port)
    await port.agent_hears("approved")


async def test_a_question_can_be_cut_short_by_a_no(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await desk.finn.fills("Request info", refund, ASKED)
    await refund.stands("needs_information")
    await desk.ben.fills("Reject", refund, {"Category": "Duplicate", "Reason": "Paid last week."})
    assert (await refund.agent_hears("rejected")).reason == "Paid last week."


async def test_the_agents_program_answers_while_it_waits(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await desk.finn.fills("Request info", refund, ASKED)
    await refund.stands("needs_information")

    async def deciding() -> None:
        await refund.thread_says("It is attached to the ticket.")
        await desk.finn.approves(refund)

    waiting = desk.agent.pending(refund.id).wait(
        20, on_question=lambda question: f"It is attached to the ticket. ({question.asked_by})"
    )
    decided, _ = await asyncio.gather(waiting, deciding())
    assert decided.approved


async def _time_left(desk: Desk, matter: Matter) -> timedelta:
    checkpoint = await desk.store.read(lambda look: look.checkpoints.get(ProposalId(matter.id)))
    assert checkpoint is not None
    assert isinstance(checkpoint.state, NeedsInformation)
    assert isinstance(checkpoint.state.paused, PendingReview)
    assert checkpoint.state.time_left is not None
    return checkpoint.state.time_left


async def _changed_at(desk: Desk, matter: Matter) -> datetime:
    checkpoint = await desk.store.read(lambda look: look.checkpoints.get(ProposalId(matter.id)))
    assert checkpoint is not None
    return checkpoint.updated_at
