"""One reviewer takes over where the agent is stuck, and hands back what it can go on from."""

from store.effects import Happening
from tests.scenarios.desk import Desk
from tests.scenarios.proposals import a_portal, a_refund

LIVE = "https://live.example.com/session/7"
NOTE = "Where do things stand?"
STATE = "State to continue from"


async def test_control_is_taken_and_handed_back_with_a_state(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund(live_view_url=LIVE))
    await desk.finn.clicks("Take over", refund)
    told = await refund.stands("taken_over")
    assert told.handed_back is None
    card = await refund.says("Finn Maguire took over", "has control until", LIVE, "unverified")
    assert set(card.buttons) == {"Return control"}
    await refund.thread_says("Finn Maguire took over; the clock waits")
    await desk.finn.clicks("Return control", refund)
    left = '{"page": "checkout", "cart": 7}'
    await desk.finn.submits({NOTE: "I solved the CAPTCHA.", STATE: left})
    back = await refund.stands("pending_review")
    assert back.handed_back is not None
    assert (back.handed_back.by, back.handed_back.note) == ("U0FINN", "I solved the CAPTCHA.")
    assert back.handed_back.continue_from == left
    await refund.says("Finn Maguire returned control", "I solved the CAPTCHA.", left)
    await refund.thread_says("returned control", "I solved the CAPTCHA.", "To go on from:", left)
    # Having had control gives nobody a right, and takes none.
    await desk.finn.approves(refund)
    heard = await refund.agent_hears("approved")
    assert heard.handed_back is not None
    assert heard.handed_back.continue_from == left


async def test_nobody_else_decides_meanwhile(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund(live_view_url=LIVE))
    before = await refund.card(lambda seen: "Reject" in seen.buttons)
    await desk.finn.clicks("Take over", refund)
    await refund.says("took over")
    await desk.ben.clicks_element("reject", refund, before.ts, **_as_it_was(before.values))
    await desk.ben.hears("Finn Maguire has control of this until")
    await desk.ben.clicks("Return control", refund)
    await desk.ben.hears("Finn Maguire has control, not you")
    assert (await refund.decision()).status == "taken_over"
    assert await refund.audit(Happening.CONTROL_RETURNED) == []


async def test_control_that_is_not_returned_comes_back_by_itself(desk: Desk) -> None:
    portal = await desk.agent_proposes(a_portal(live_view_url=LIVE))
    await desk.dev.clicks("Take over", portal)
    await portal.stands("taken_over")
    await portal.stands("pending_review")
    await portal.says("Dev Patel had control and did not give it back in time")
    await portal.thread_says("Dev Patel did not return control in time; the review goes on")
    await desk.dev.clicks("Approve", portal)
    heard = await portal.agent_hears("approved")
    assert heard.handed_back is None


async def test_without_a_live_view_there_is_nothing_to_take_over(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    card = await refund.card(lambda seen: "Reject" in seen.buttons)
    assert "Take over" not in card.buttons


def _as_it_was(values: dict[str, str]) -> dict[str, object]:
    """Click what stood on the card a moment ago."""
    pressed = {"type": "button", "action_id": "reject", "value": values["Reject"]}
    return {"stale": True, "payload": {"actions": [pressed]}}
