"""A rule asks the agent before people look; the card says so, and silence brings people in."""

from tests.scenarios.desk import Desk
from tests.scenarios.proposals import Idea

REPLY = Idea(
    "draft_customer_reply",
    {"ticket": "T-9", "text": "It ships on Monday."},
    "#support-review",
    {
        "signals": {"retrieval_quality": 0.31},
        "context": {"evidence": [{"title": "Shipping plan"}]},
    },
)


async def test_the_agent_answers_and_then_people_look(desk: Desk) -> None:
    reply = await desk.agent_proposes(REPLY)
    asked = await reply.stands("needs_information")
    assert asked.question is not None
    assert asked.question.asked_by == "keyturn"
    assert asked.question.text.startswith("The sources fit badly.")
    card = await reply.says("the rules ask the agent", "The sources fit badly.")
    assert set(card.buttons) == {"Reject"}
    await reply.thread_says("Keyturn asked the agent; the clock waits.")
    answered = await desk.agent.pending(reply.id).answer(
        "Only the shipping plan carries it.", question_id=asked.question.id
    )
    assert answered.status == "pending_review"
    await reply.says(
        "Answer of the agent to", "Only the shipping plan carries it.", "retrieval_quality 0.31"
    )
    await reply.thread_says("Only the shipping plan carries it.")
    await desk.finn.clicks("Use it", reply)
    await reply.agent_hears("approved")


async def test_an_agent_that_says_nothing_is_decided_about_all_the_same(desk: Desk) -> None:
    idea = Idea("drop_table", {"table": "orders", "ticket": "none"}, "#sre-review")
    table = await desk.agent_proposes(idea)
    assert (await table.stands("needs_information")).question is not None
    await table.stands("pending_review")
    await table.says("The agent did not answer in time")
    await table.thread_says("Which ticket asks for it?", "did not answer in time")
    await desk.dev.clicks("Approve", table)
    await table.agent_hears("approved")


async def test_people_may_say_no_without_waiting_for_the_answer(desk: Desk) -> None:
    reply = await desk.agent_proposes(REPLY)
    await reply.stands("needs_information")
    no = {"Category": "Not needed", "Reason": "She called already."}
    await desk.finn.fills("Reject", reply, no)
    assert (await reply.agent_hears("rejected")).reason == "She called already."
