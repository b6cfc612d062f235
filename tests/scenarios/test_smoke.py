from tests.scenarios.desk import Desk

REFUND = {"amount": "480.00", "currency": "USD", "customer": "Acme GmbH", "order_id": "A-100"}


async def test_a_refund_is_approved_in_slack(desk: Desk) -> None:
    proposal = await desk.agent_proposes("process_refund", REFUND, reason="Damaged on arrival")
    card = await desk.card(proposal, "#support-review")
    print(card.words)
    print(card.buttons)
