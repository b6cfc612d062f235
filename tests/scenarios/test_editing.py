"""Editing: form, then difference, then save; the agent receives exactly what was signed."""

import asyncio

from tests.scenarios.desk import Desk
from tests.scenarios.proposals import a_contract, a_refund, an_email

CHANGED = {"Amount": "450.00", "Category": "Wrong amount", "Note": "The crate is reusable."}


async def test_an_edit_of_high_severity_is_signed_by_somebody_else(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund("480.00"))
    form = await desk.finn.opens("Edit", refund)
    assert form.holds("Amount") == "480.00"
    seen = await desk.finn.submits(CHANGED)
    assert seen.action == "update"
    difference = await desk.finn.modal("You are about to save these changes")
    assert difference.says("before: ", "480.00", "after: ", "450.00")
    assert difference.holds("Amount") == "450.00"
    assert (await refund.decision()).revision == 1
    assert (await desk.finn.submits()).action is None
    card = await refund.says("450.00", "revision 2")
    assert not card.says("1 of 1")
    await refund.thread_says(
        "made revision 2", "$480.00 USD → $450.00 USD", "The crate is reusable."
    )
    await desk.finn.clicks("Review & approve", refund)
    assert (await desk.finn.submits()).action == "update"
    assert (await desk.finn.modal()).says("You edited this proposal")
    await desk.ben.approves(refund)
    heard = await refund.agent_hears("approved_with_edits")
    assert heard.edited
    assert heard.parameters == {
        "amount": "450.00",
        "currency": "USD",
        "customer": "Acme GmbH",
        "order_id": "A-100",
        "reason": "The crate was damaged on arrival.",
    }
    assert heard.category == "wrong_amount"
    await refund.says("Approved with edits", "$480.00 USD → $450.00 USD")


async def test_below_high_severity_saving_an_edit_is_the_sign_off(desk: Desk) -> None:
    contract = await desk.agent_proposes(a_contract(term=12))
    await desk.finn.opens("Edit", contract)
    await desk.finn.submits({"Months": "6", "Category": "Wrong detail"})
    await desk.finn.submits()
    await contract.says("1 of 2", "signed by Finn Maguire", "for 6 months")
    await desk.ana.clicks("Approve", contract.seen_in("#finance-approvals"))
    heard = await contract.agent_hears("approved_with_edits")
    assert heard.parameters == {"contract": "C-9", "term": 6}


async def test_whoever_improves_a_draft_may_send_it(desk: Desk) -> None:
    email = await desk.agent_proposes(an_email())
    await desk.ben.opens("Edit", email)
    await desk.ben.submits({"Subject": "Your order is on its way", "Category": "Wording"})
    await desk.ben.submits()
    heard = await email.agent_hears("approved_with_edits")
    assert heard.parameters["subject"] == "Your order is on its way"
    assert heard.parameters["to"] == "maria.keller@example.com"


async def test_an_edit_is_judged_by_the_same_schema_as_the_proposal(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await desk.finn.opens("Edit", refund)
    answer = await desk.finn.submits({**CHANGED, "Amount": "-5"})
    assert answer.action == "errors"
    assert len(answer.errors) == 1
    answer = await desk.finn.submits({**CHANGED, "Amount": "a lot"})
    assert "digits and a point" in next(iter(answer.errors.values()))
    assert (await refund.decision()).revision == 1


async def test_an_edit_above_the_limit_brings_in_more_people(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund("480.00"))
    await desk.finn.opens("Edit", refund)
    await desk.finn.submits({**CHANGED, "Amount": "48000.00"})
    await desk.finn.submits()
    await refund.says("0 of", "Finance manager", "CFO")
    finance, board = refund.seen_in("#finance-approvals"), refund.seen_in("#executive-approvals")
    await desk.ana.approves(finance)
    assert (await refund.decision()).status == "pending_review"
    await desk.cora.approves(board)
    await refund.stands("pending_review")
    await desk.ben.approves(refund)
    assert (await refund.agent_hears("approved_with_edits")).parameters["amount"] == "48000.00"


async def test_two_edits_at_once_lose_nothing_that_was_typed(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await desk.finn.opens("Edit", refund)
    await desk.ben.opens("Edit", refund)
    await desk.ben.submits(CHANGED)
    await desk.ben.submits()
    await refund.says("450.00")
    typed = {"Reason given to the customer": "We are sorry.", "Category": "Wording"}
    assert (await desk.finn.submits(typed)).action == "update"
    conflict = await desk.finn.modal("changed this while you were editing")
    assert conflict.says("Ben Okafor", "450.00", "We are sorry.", "Your changes, on top of that")
    assert conflict.holds("Amount") == "450.00"
    assert conflict.holds("Reason given to the customer") == "We are sorry."
    assert (await desk.finn.submits()).action is None
    await refund.says("revision 3")
    # Both have edited it, so it takes a third person.
    await desk.ben.chooses("Escalate", refund)
    await desk.ben.submits({"Why should the next level decide?": "We both edited it."})
    await desk.cora.approves(refund.seen_in("#fallback-review"))
    heard = await refund.agent_hears("approved_with_edits")
    assert (heard.parameters["amount"], heard.parameters["reason"]) == ("450.00", "We are sorry.")


async def test_an_edit_of_what_was_decided_meanwhile_is_told_so(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await desk.finn.opens("Edit", refund)
    await desk.ben.approves(refund)
    await desk.finn.submits(CHANGED)
    assert (await desk.finn.modal()).says("already approved")
    assert (await refund.decision()).revision == 1


async def test_a_saved_edit_that_is_delivered_twice_is_one_revision(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await desk.finn.opens("Edit", refund)
    await desk.finn.submits(CHANGED)
    await desk.workspace.fault("duplicate", "deliver")
    assert (await desk.finn.submits()).action is None
    assert (await refund.stands("pending_review")).revision == 2


async def test_saving_what_was_not_changed_is_no_revision(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await desk.finn.opens("Edit", refund)
    await desk.finn.submits({"Category": "Other"})
    assert (await desk.finn.modal()).says("Nothing was changed")
    await desk.finn.submits()
    assert (await desk.finn.modal()).says("Use Approve instead")
    assert (await refund.decision()).revision == 1


async def test_two_people_save_at_the_same_moment(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    for who, amount in ((desk.finn, "450.00"), (desk.ben, "460.00")):
        await who.opens("Edit", refund)
        await who.submits({**CHANGED, "Amount": amount})
    answers = await asyncio.gather(desk.finn.submits(), desk.ben.submits())
    assert sorted(str(each.action) for each in answers) == ["None", "update"]
    assert (await refund.stands("pending_review")).revision == 2
