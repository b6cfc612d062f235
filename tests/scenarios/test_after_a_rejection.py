"""A no is remembered: another draft comes to the same people, the same again goes straight up."""

from store.checkpoint import PendingReview
from store.effects import Happening
from store.proposal import ProposalId
from tests.scenarios.desk import Desk
from tests.scenarios.matter import Matter
from tests.scenarios.proposals import Idea, a_refund, an_email

ANOTHER = {"What now?": ["Ask the agent for another draft"]}


def a_draft(body: str) -> Idea:
    idea = an_email()
    return Idea(idea.action, {**idea.parameters, "body": body}, idea.channel, idea.details)


async def _rejected(desk: Desk, idea: Idea) -> Matter:
    matter = await desk.agent_proposes(idea)
    no = {"Category": "Too risky", "Reason": "Only half of it is ours."}
    await desk.finn.fills("Reject", matter, {**no, **ANOTHER})
    await matter.agent_hears("rejected")
    return matter


async def test_the_agent_drafts_another_answer_for_the_same_people(any_desk: Desk) -> None:
    desk = any_desk
    first = await desk.agent_proposes(a_draft("Your order is late."))
    no = {"Category": "Other", "Reason": "Too cold: she waited for three weeks."}
    await desk.finn.fills("Reject", first, {**no, **ANOTHER})
    heard = await first.agent_hears("rejected")
    assert heard.wants_alternative
    await first.thread_says("and asked for another draft")
    second = await desk.agent_proposes(
        a_draft("We are sorry that you had to wait."), alternative_to=first.id
    )
    card = await second.says(
        "Alternative 1 of 2 after a no",
        "Comes after a rejection",
        "Too cold: she waited for three weeks.",
        "Attempt 1 of 2",
        "Your order is late. → We are sorry that you had to wait.",
    )
    assert card.says("The agent offers it as an alternative.")
    await desk.finn.approves(second)
    approved = await second.agent_hears("approved")
    assert approved.parameters["body"] == "We are sorry that you had to wait."


async def test_the_notification_says_it_too(desk: Desk) -> None:
    first = await _rejected(desk, a_refund())
    second = await desk.agent_proposes(a_refund("240.00"), alternative_to=first.id)
    card = await second.says("$480.00", "$240.00")
    assert str(card.content["text"]).startswith("Alternative 1 of 3 after a no: ")


async def test_another_draft_is_the_turn_of_whoever_said_no(desk: Desk) -> None:
    first = await _rejected(desk, a_refund())
    second = await desk.agent_proposes(a_refund("240.00"), alternative_to=first.id)
    taken = await desk.store.read(lambda look: look.checkpoints.get(ProposalId(second.id)))
    assert taken is not None
    assert isinstance(taken.state, PendingReview)
    assert [each.user for each in taken.state.assignees] == ["U0FINN"]


async def test_the_same_intent_without_a_word_goes_straight_up(desk: Desk) -> None:
    first = await _rejected(desk, a_refund())
    hidden = await desk.agent_proposes(a_refund("479.00"))
    await hidden.stands("escalated")
    await hidden.says("Asked again after a no", "The agent does not say that it asks again.")
    await hidden.seen_in("#fallback-review").says("Escalated to you", "Asked again after a no")
    lines = await hidden.audit(Happening.PROPOSED)
    assert lines[0].event.detail["follows"] == first.id


async def test_what_would_pass_by_itself_does_not_after_a_no(desk: Desk) -> None:
    await _rejected(desk, a_refund())
    small = await desk.agent_proposes(a_refund("49.00"))
    await small.stands("escalated")
    await small.says("$49.00", "Comes after a rejection")


async def test_the_very_same_is_recognised_and_one_draft_too_many(desk: Desk) -> None:
    first = await _rejected(desk, a_draft("One."))
    same = await desk.agent_proposes(a_draft("One."), alternative_to=first.id)
    await same.stands("escalated")
    await same.says("The same again after a no", "It is exactly what was rejected.")
    second = await desk.agent_proposes(a_draft("Two."), alternative_to=first.id)
    await second.says("Alternative 2 of 2")
    third = await desk.agent_proposes(a_draft("Three."), alternative_to=second.id)
    await third.stands("escalated")
    await third.says("Attempt 3; at most 2 are allowed.")
