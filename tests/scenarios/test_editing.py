"""Editing: form, then difference, then save; the agent receives exactly what was signed."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.scenarios.desk import Desk
from tests.scenarios.proposals import a_contract, a_flash, a_refund, a_report, an_email

CHANGED = {"Amount": "450.00", "Category": "Wrong amount", "Note": "The crate is reusable."}


async def test_an_edit_of_high_severity_is_signed_by_somebody_else(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund("480.00"))
    form = await desk.finn.opens("Edit", refund)
    assert form.holds("Amount") == "480.00"
    seen = await desk.finn.submits(CHANGED)
    assert seen.action == "update"
    difference = await desk.finn.modal("You are about to save these changes")
    assert difference.says("before: ", "480.00", "after: ", "450.00")
    assert difference.says("whoever edits it may not approve it", "Support reviewer")
    assert difference.holds("Amount") == "450.00"
    assert (await refund.decision()).revision == 1
    assert (await desk.finn.submits()).action is None
    card = await refund.says("450.00", "revision 2")
    assert not card.says("1 of 1")
    await refund.thread_says(
        "made revision 2", "$480.00 USD → $450.00 USD", "The crate is reusable."
    )
    await desk.finn.clicks("Review & approve", refund)
    await desk.finn.hears("You edited this proposal")
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
    assert (await desk.finn.modal()).says("Saving is your approval, too.")
    await desk.finn.submits()
    await contract.says("1 of 2", "signed by Finn Maguire", "for 6 months")
    there = contract.seen_in("#finance-approvals")
    await there.says("for 6 months")
    await desk.ana.clicks("Approve", there)
    heard = await contract.agent_hears("approved_with_edits")
    assert heard.parameters == {"contract": "C-9", "term": 6}


async def test_whoever_improves_a_draft_may_send_it(desk: Desk) -> None:
    email = await desk.agent_proposes(an_email())
    await desk.ben.opens("Edit", email)
    await desk.ben.submits({"Subject": "Your order is on its way", "Category": "Wording"})
    # A form over some values is no review of everything, which this is grave enough to ask for.
    assert (await desk.ben.modal()).says("Saving does not approve it yet")
    await desk.ben.submits()
    await email.says("revision 2")
    assert (await email.decision()).status == "pending_review"
    await desk.ben.approves(email)
    heard = await email.agent_hears("approved_with_edits")
    assert heard.parameters["subject"] == "Your order is on its way"
    assert heard.parameters["to"] == "maria.keller@example.com"


async def test_an_edit_is_judged_by_the_same_schema_as_the_proposal(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await desk.finn.opens("Edit", refund)
    answer = await desk.finn.submits({**CHANGED, "Amount": "-5"})
    assert answer.action == "errors"
    assert list(answer.errors) == [(await desk.finn.modal()).input("Amount")]
    answer = await desk.finn.submits({**CHANGED, "Amount": "a lot"})
    assert "digits and a point" in next(iter(answer.errors.values()))
    assert (await refund.decision()).revision == 1


async def test_an_edit_above_the_limit_brings_in_more_people(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund("480.00"))
    await desk.finn.opens("Edit", refund)
    await desk.finn.submits({**CHANGED, "Amount": "48000.00"})
    difference = await desk.finn.modal("With these values it takes more people")
    assert difference.says("Finance manager", "CFO", "must sign too", "$10,000")
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
    # Both have edited it, so it takes a third person, who is called by that.
    await refund.says("Nobody with the role Support reviewer may decide it any more")
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
    answer = await desk.finn.submits({"Category": "Other"})
    assert "Nothing is changed yet" in answer.errors["category"]
    await desk.finn.submits(CHANGED)
    answer = await desk.finn.submits({"Amount": "480.00"})
    assert "Nothing is changed yet" in answer.errors["category"]
    assert (await refund.decision()).revision == 1


async def test_two_people_save_at_the_same_moment(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    for who, amount in ((desk.finn, "450.00"), (desk.ben, "460.00")):
        await who.opens("Edit", refund)
        await who.submits({**CHANGED, "Amount": amount})
    answers = await asyncio.gather(desk.finn.submits(), desk.ben.submits())
    assert sorted(str(each.action) for each in answers) == ["None", "update"]
    assert (await refund.stands("pending_review")).revision == 2
    slower, amount = (
        (desk.finn, "450.00") if answers[0].action == "update" else (desk.ben, "460.00")
    )
    conflict = await slower.modal("changed this while you were editing")
    assert conflict.holds("Amount") == amount
    assert (await slower.submits()).action is None
    assert (await refund.stands("escalated")).revision == 3


async def test_a_text_of_several_inputs_is_joined_exactly(desk: Desk) -> None:
    chapters = [f"Chapter {number}.  " + "It went on and on. " * 80 for number in range(8)]
    body = "\n\n".join(chapters) + "\n"
    report = await desk.agent_proposes(a_report(body))
    form = await desk.lena.opens("Edit", report)
    several = [label for label in form.inputs if "part" in label]
    assert len(several) > 3
    second = form.holds(several[1])
    assert second is not None
    fixed = second.replace("It went on and on.", "It went well.", 1)
    await desk.lena.submits({several[1]: fixed, "Category": "Wording"})
    difference = await desk.lena.modal("You are about to save these changes")
    assert difference.says("body, line ", "on and on.", "well.")
    assert "sha256" not in difference.words
    await desk.lena.submits()
    # No form and no card holds all of it, so saving was no approval.
    await report.says("revision 2", "Review & approve")
    await desk.lena.approves(report)
    heard = await report.agent_hears("approved_with_edits")
    assert heard.parameters["body"] == body.replace(second, fixed)


async def test_beside_100_kb_the_other_fields_can_be_edited(desk: Desk) -> None:
    sources = [f"https://example.com/sources/{number:05}" for number in range(2_800)]
    report = await desk.agent_proposes(a_report(sources=sources))
    form = await desk.lena.opens("Edit", report)
    assert form.says("Too large to be edited here", "sources", "Ask the agent to change it")
    assert not any(label.startswith("sources") for label in form.inputs)
    await desk.lena.submits({"Title": "Fourth quarter", "Category": "Wrong detail"})
    await desk.lena.submits()
    await report.says("revision 2")
    await desk.lena.approves(report)
    heard = await report.agent_hears("approved_with_edits")
    assert heard.parameters["title"] == "Fourth quarter"
    assert heard.parameters["sources"] == sources


async def test_an_edit_after_time_ran_out_keeps_what_was_typed(desk: Desk) -> None:
    flash = await desk.agent_proposes(a_flash())
    await desk.lena.opens("Edit", flash)
    await flash.stands("expired")
    await desk.lena.submits({"Title": "Not so fast", "Category": "Wording"})
    told = await desk.lena.modal("Not saved")
    assert told.says("nobody decided in time", "so that it is not lost", "Not so fast")
    assert (await flash.decision()).revision == 1


async def test_an_edit_while_somebody_has_control_keeps_what_was_typed(desk: Desk) -> None:
    report = await desk.agent_proposes(a_report())
    await desk.lena.opens("Edit", report)
    await desk.mira.clicks("Take over", report)
    await report.stands("taken_over")
    await desk.lena.submits({"Title": "Fourth quarter", "Category": "Wording"})
    await desk.lena.submits()
    told = await desk.lena.modal("Not saved")
    assert told.says("Mira Solano has control", "Fourth quarter")
    assert await report.refusals() == ["paused"]


async def test_the_agents_answer_meanwhile_is_shown_beside_what_was_typed(desk: Desk) -> None:
    report = await desk.agent_proposes(a_report())
    await desk.lena.opens("Edit", report)
    asking = {"Your question": "How many pages?", "Category": "Scope"}
    await desk.mira.fills("Request info", report, asking)
    await report.stands("needs_information")
    known = await report.decision()
    await desk.agent.pending(report.id).answer(
        "Fourteen, I miscounted.", parameters={**known.current_parameters, "pages": 14}
    )
    await desk.lena.submits({"Title": "Fourth quarter", "Category": "Wrong detail"})
    conflict = await desk.lena.modal("The agent changed this while you were editing")
    assert conflict.says("12", "14", "Your changes, on top of that", "Fourth quarter")
    assert conflict.holds("Pages") == "14"
    await desk.lena.submits()
    heard = await report.agent_hears("approved_with_edits")
    assert (heard.parameters["title"], heard.parameters["pages"]) == ("Fourth quarter", 14)


async def test_whoever_left_the_role_meanwhile_does_not_save(desk: Desk) -> None:
    report = await desk.agent_proposes(a_report())
    await desk.mira.opens("Edit", report)
    await desk.workspace.does("group", id="S0ENG", members=["U0LENA"])
    await desk.workspace.until_so(_heard_of_group(desk), "the bot hears of it")
    await desk.mira.submits({"Title": "Fourth quarter", "Category": "Wording"})
    await desk.mira.submits()
    told = await desk.mira.modal("Not saved")
    assert told.says("Only Software engineer may decide this", "Fourth quarter")
    assert (await report.decision()).revision == 1


async def test_an_edit_voids_what_others_signed_and_says_so_before(desk: Desk) -> None:
    contract = await desk.agent_proposes(a_contract(term=12))
    await desk.ana.clicks("Approve", contract.seen_in("#finance-approvals"))
    await contract.says("1 of 2")
    await desk.finn.opens("Edit", contract)
    await desk.finn.submits({"Months": "6", "Category": "Wrong detail"})
    difference = await desk.finn.modal("You are about to save these changes")
    assert difference.says("Whoever approved the old values must look again: Ana Ruiz.")
    await desk.finn.submits()
    await contract.says("1 of 2", "signed by Finn Maguire", "for 6 months")
    await contract.thread_says("no longer counts", "The parameters changed")
    await desk.ana.clicks("Approve", contract.seen_in("#finance-approvals"))
    await contract.agent_hears("approved_with_edits")


async def test_an_editor_signs_once_and_a_second_seat_waits(desk: Desk) -> None:
    contract = await desk.agent_proposes(a_contract(term=12))
    for months in ("6", "9"):
        await desk.finn.opens("Edit", contract)
        await desk.finn.submits({"Months": months, "Category": "Wrong detail"})
        await desk.finn.submits()
        await contract.says("1 of 2", f"for {months} months")
    await desk.finn.clicks("Approve", contract)
    await desk.finn.hears("You have approved this already; once is enough.")
    assert (await contract.decision()).status == "pending_review"


async def test_approving_is_called_what_the_action_does(desk: Desk) -> None:
    report = await desk.agent_proposes(a_report())
    assert {"Publish", "Edit"} <= (await report.card()).buttons.keys()
    email = await desk.agent_proposes(an_email())
    review = await desk.ben.opens("Review & approve", email)
    assert review.content["submit"]["text"] == "Send"
    await desk.ben.submits()
    await email.agent_hears("approved")


def _heard_of_group(desk: Desk) -> Callable[[], Awaitable[bool]]:
    async def heard() -> bool:
        return "subteam_members_changed" in str(await desk.workspace.last_delivery())

    return heard
