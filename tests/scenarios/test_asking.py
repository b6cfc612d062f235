"""Reviewers ask whoever knows: the agent, the person behind it, another role, a system."""

import pytest

from blocks.ids import Button
from keyturn import NotAddressed, ProposalNotFound
from store.effects import Happening
from tests.scenarios.desk import Desk
from tests.scenarios.lists import chooses_shortcut
from tests.scenarios.matter import Matter
from tests.scenarios.people import Seat
from tests.scenarios.proposals import a_contract, a_refund, a_sample, an_account_merge, an_open_port
from tests.scenarios.seeing import (
    CHANNELS,
    PATIENCE,
    cards_about,
    no_fault_is_left,
    said_in_thread,
)

PHOTO = {"Category": "Evidence", "Your question": "Is there a photo of the crate?"}
PERSON = "The person behind it (Lena Voss)"


async def test_a_role_is_asked_in_its_own_channel_and_decides_nothing(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    asking = {**PHOTO, "Ask whom?": "The role Fallback reviewer"}
    await desk.finn.fills("Request info", refund, asking)
    card = await refund.says("Finn Maguire asked the role Fallback reviewer", "clock is paused")
    assert "Review & approve" not in card.buttons
    there = refund.seen_in("#fallback-review")
    question = await there.says("Question from Finn Maguire", "Is there a photo", "Acme GmbH")
    assert set(question.buttons) == {"Answer"}
    assert not question.menu
    await desk.cora.fills("Answer", there, {"Your answer": "Yes, in the ticket."})
    await refund.stands("pending_review")
    await refund.says("Answer of Cora Lindqvist", "Yes, in the ticket.", "Review & approve")
    await refund.thread_says("Cora Lindqvist answers (unverified)", "Yes, in the ticket.")
    closed = await there.says("Answered by Cora Lindqvist", "Yes, in the ticket.")
    assert not closed.buttons
    await desk.finn.approves(refund)
    heard = await refund.agent_hears("approved")
    assert [each.user for each in heard.decided_by] == ["U0FINN"]
    await refund.thread_says("every seat is filled")
    state = await desk.workspace.state()
    told = said_in_thread(state, there.channel, (await there.card()).ts)
    assert "answers (unverified)" in told
    assert "seat" not in told


async def test_whoever_was_not_asked_cannot_answer(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    asking = {**PHOTO, "Ask whom?": "The role Fallback reviewer"}
    await desk.finn.fills("Request info", refund, asking)
    await refund.says("asked the role Fallback reviewer")
    await desk.dev.clicks("Answer", refund.seen_in("#fallback-review"))
    await desk.dev.hears("put to the role Fallback reviewer")
    assert await desk.dev.has_no_modal()
    await desk.finn.clicks("Answer", refund)
    await desk.finn.hears("put to the role Fallback reviewer")
    assert (await refund.decision()).status == "needs_information"
    assert await refund.refusals() == ["not_addressed", "not_addressed"]
    assert await refund.audit(Happening.INFORMATION_PROVIDED) == []


async def test_the_person_behind_it_is_asked_in_a_direct_message(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund(on_behalf_of="lena.voss"))
    await refund.says("On behalf of: Lena Voss")
    await desk.finn.fills("Request info", refund, {**PHOTO, "Ask whom?": PERSON})
    await refund.says("Finn Maguire asked Lena Voss", "clock is paused")
    question = refund.seen_in("@lena")
    await question.says("Question from Finn Maguire", "Is there a photo")
    # Whoever stands behind a proposal may answer about it, and still may not approve it.
    await desk.lena.fills("Answer", question, {"Your answer": "I sent it on Monday."})
    await refund.stands("pending_review")
    await refund.says("Answer of Lena Voss", "I sent it on Monday.")
    await question.says("Answered by Lena Voss")
    await question.thread_says("Finn Maguire asked Lena Voss", "Lena Voss answers")
    await desk.finn.approves(refund)
    await refund.agent_hears("approved")
    assert "Approved" not in (await question.card()).words


async def _asks_twice(desk: Desk, refund: Matter, question: Matter, whom: str, who: Seat) -> None:
    asked = (("Which crate?", "The blue one."), ("Is it here?", "Yes."))
    for wanted, answer in asked:
        asking = {"Category": "Scope", "Your question": wanted, "Ask whom?": whom}
        await desk.finn.fills("Request info", refund, asking)
        await question.says(wanted, "Please answer by")
        await who.fills("Answer", question, {"Your answer": answer})
        await question.says(wanted, "Answered by", answer)
    first, second = cards_about(await desk.workspace.state(), question.channel, refund.id)
    # The first answer still stands below what was asked, and so does its thread.
    assert first.says("Which crate?", "The blue one.")
    assert not first.says("Is it here?")
    assert second.says("Is it here?", "Yes.")
    await question.thread_says("Is it here?", "Yes.")
    state = await desk.workspace.state()
    assert "Is it here?" not in said_in_thread(state, question.channel, first.ts)


async def test_each_question_to_the_same_person_has_a_message_of_its_own(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund(on_behalf_of="lena.voss"))
    await _asks_twice(desk, refund, refund.seen_in("@lena"), PERSON, desk.lena)


async def test_each_question_to_the_same_role_has_a_message_of_its_own(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    there = refund.seen_in("#fallback-review")
    await _asks_twice(desk, refund, there, "The role Fallback reviewer", desk.cora)


async def test_silence_resumes_the_review_and_names_who_was_silent(desk: Desk) -> None:
    port = await desk.agent_proposes(an_open_port(), on_behalf_of="lena.voss")
    asking = {"Category": "Reason", "Your question": "What for?", "Ask whom?": PERSON}
    await desk.dev.fills("Request info", port, asking)
    question = port.seen_in("@lena")
    await question.says("What for?")
    await port.stands("pending_review")
    await port.says("Lena Voss did not answer in time")
    await port.thread_says("Lena Voss did not answer in time; the review goes on")
    over = await question.says("No longer needed", "Nobody answered in time")
    assert not over.buttons
    await desk.dev.clicks("Approve", port)
    await port.agent_hears("approved")


async def test_a_reviewer_need_not_wait_for_the_answer(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund(on_behalf_of="lena.voss"))
    await desk.finn.fills("Request info", refund, {**PHOTO, "Ask whom?": PERSON})
    question = refund.seen_in("@lena")
    await question.says("Please answer by")
    await desk.lena.opens("Answer", question)
    await desk.ben.clicks("Stop waiting", refund)
    await refund.stands("pending_review")
    await refund.thread_says("Ben Okafor no longer waits for an answer of Lena Voss")
    await question.says("No longer needed", "Ben Okafor no longer waits")
    await desk.lena.submits({"Your answer": "Here it is."})
    assert (await desk.lena.modal()).says("no longer open")
    await desk.finn.approves(refund)
    await refund.agent_hears("approved")


async def test_a_decision_ends_a_question(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund(on_behalf_of="lena.voss"))
    await desk.finn.fills("Request info", refund, {**PHOTO, "Ask whom?": PERSON})
    question = refund.seen_in("@lena")
    await question.says("Please answer by")
    await desk.ben.fills("Reject", refund, {"Category": "Duplicate", "Reason": "Paid already."})
    await refund.agent_hears("rejected")
    over = await question.says("No longer needed", "closed meanwhile")
    assert "Paid already" not in over.words


async def test_reviewers_ask_only_so_often(desk: Desk) -> None:
    port = await desk.agent_proposes(an_open_port())
    for wanted in ("What for?", "For how long?"):
        await desk.dev.fills("Request info", port, {"Category": "Scope", "Your question": wanted})
        await port.stands("needs_information")
        await desk.agent.pending(port.id).answer("For the demo.")
        await port.card(lambda seen: "Approve" in seen.buttons)
    await port.card(lambda seen: "Approve" in seen.buttons and "Request info" not in seen.buttons)


async def test_questions_stop_the_clock_only_so_long(desk: Desk) -> None:
    merge = await desk.agent_proposes(an_account_merge())
    asking = {"Category": "Scope", "Your question": "Both of them?"}
    await desk.dev.fills("Request info", merge, asking)
    await merge.says("The agent did not answer in time")
    card = await merge.card(lambda seen: "Edit" in seen.buttons)
    assert "Request info" not in card.buttons
    button = Button.REQUEST_INFORMATION
    pressed = {"type": "button", "action_id": button, "value": card.values["Edit"]}
    await desk.dev.clicks_element(
        button, merge, card.ts, stale=True, payload={"actions": [pressed]}
    )
    await desk.dev.hears("Questions have stopped the clock for 1 second already")
    assert await merge.refusals() == ["too_many_questions"]


async def test_an_answer_is_shown_as_text_whatever_it_holds(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund(on_behalf_of="lena.voss"))
    await desk.finn.fills("Request info", refund, {**PHOTO, "Ask whom?": PERSON})
    question = refund.seen_in("@lena")
    said = "<!channel> *Yes* \u202eevil\u202c <https://evil.example|our bank>"
    await desk.lena.fills("Answer", question, {"Your answer": said})
    card = await refund.says("Answer of Lena Voss", "<!channel> *Yes* \\u{202E}evil")
    assert "\u202e" not in str(card.content)
    await refund.thread_says("<!channel> *Yes* \\u{202E}evil", "<https://evil.example|our bank>")


async def test_a_contradicting_answer_voids_what_was_signed(desk: Desk) -> None:
    contract = await desk.agent_proposes(a_contract(term=12))
    await desk.finn.clicks("Approve", contract)
    await contract.says("1 of 2")
    asking = {"Category": "Contradiction", "Your question": "Twelve, or six?"}
    await desk.ana.fills("Request info", contract.seen_in("#finance-approvals"), asking)
    await contract.stands("needs_information")
    again = await desk.agent.pending(contract.id).answer(
        "Six.", parameters={"contract": "C-9", "term": 6}
    )
    assert (again.revision, again.status) == (2, "pending_review")
    await contract.says("revision 2", "for 6 months")
    await contract.thread_says("no longer counts", "made revision 2")


async def test_a_system_is_asked_over_its_own_key(desk: Desk) -> None:
    sample = await desk.agent_proposes(a_sample())
    asking = {
        "Category": "Evidence",
        "Your question": "Does the account exist?",
        "Ask whom?": "The system finns-agent",
    }
    await desk.dev.fills("Request info", sample, asking)
    await sample.says("Dev Patel asked the system finns-agent")
    (question,) = await desk.finns_agent.questions(timeout=PATIENCE)
    assert question.question.text == "Does the account exist?"
    assert question.parameters == {"customer": "Acme GmbH"}
    assert question.withheld == ("account",)
    with pytest.raises(NotAddressed):
        await desk.agent.pending(sample.id).answer("It does.")
    with pytest.raises(ProposalNotFound):
        await desk.finns_agent.read(sample.id)
    await desk.finns_agent.answer(question, "It does, since 2019.")
    await sample.stands("pending_review")
    await sample.says("Answer of the system finns-agent", "It does, since 2019.")
    await sample.thread_says("The system finns-agent answers (unverified)")
    assert await sample.refusals() == ["not_addressed"]


async def test_a_role_the_rules_name_sees_nothing_sensitive(desk: Desk) -> None:
    sample = await desk.agent_proposes(a_sample())
    asking = {
        "Category": "Consequences",
        "Your question": "Who pays for it?",
        "Ask whom?": "The role Finance manager",
    }
    await desk.dev.fills("Request info", sample, asking)
    there = sample.seen_in("#finance-approvals")
    question = await there.says("Who pays for it?", "Acme GmbH")
    assert "DE89" not in str(question.content)
    assert "3000" not in str(question.content)
    # Nor does the question lead those whom it does not concern to everything else.
    await chooses_shortcut(desk.finn, "open_proposal", on=there)
    assert (await desk.finn.modal("Only people who may review it")).says(sample.id)


async def test_whoever_left_the_role_meanwhile_cannot_answer(desk: Desk) -> None:
    sample = await desk.agent_proposes(a_sample())
    asking = {
        "Category": "Consequences",
        "Your question": "Who pays for it?",
        "Ask whom?": "The role Finance manager",
    }
    await desk.dev.fills("Request info", sample, asking)
    there = sample.seen_in("#finance-approvals")
    await desk.ana.opens("Answer", there)
    roles = desk.premises.folder / "manifests" / "roles.yaml"
    before = roles.read_text()
    staffed = "members: [U0ANA, U0BEN]"
    assert before.count(staffed) == 1
    roles.write_text(before.replace(staffed, "members: [U0BEN]"))
    await desk.elif_.types("reload")
    await desk.ana.submits({"Your answer": "We do."})
    assert (await desk.ana.modal()).says("put to the role Finance manager")
    assert (await sample.decision()).status == "needs_information"


async def test_a_question_survives_a_lost_reply_of_slack(desk: Desk) -> None:
    await desk.workspace.fault("lost_reply", "chat.postMessage", channel=CHANNELS["@lena"])
    refund = await desk.agent_proposes(a_refund(on_behalf_of="lena.voss"))
    await desk.finn.fills("Request info", refund, {**PHOTO, "Ask whom?": PERSON})
    question = refund.seen_in("@lena")
    await question.says("Is there a photo")
    await desk.workspace.until_so(lambda: no_fault_is_left(desk.workspace), "the fault struck")
    await desk.lena.fills("Answer", question, {"Your answer": "Yes."})
    await question.says("Answered by Lena Voss")
    await refund.stands("pending_review")


async def test_somebody_without_an_account_is_not_asked(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund(on_behalf_of="U0IVO"))
    await desk.finn.opens("Request info", refund)
    await desk.finn.submits({**PHOTO, "Ask whom?": "The person behind it (U0IVO)"})
    assert (await desk.finn.modal()).says("no active account", "Ask somebody else")
    assert (await refund.decision()).status == "pending_review"
    assert await refund.refusals() == ["not_to_be_asked"]


async def test_an_answer_is_waited_for_across_a_restart(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund(on_behalf_of="lena.voss"))
    await desk.finn.fills("Request info", refund, {**PHOTO, "Ask whom?": PERSON})
    question = refund.seen_in("@lena")
    await question.says("Please answer by")
    await desk.bot.stop()
    await desk.bot.start()

    async def connected() -> bool:
        answer = await desk.workspace.client.get("/_sandbox/sockets")
        return bool(answer.json()["connections"])

    await desk.workspace.until_so(connected, "connected again")
    await desk.lena.fills("Answer", question, {"Your answer": "Yes, here."})
    await refund.stands("pending_review")
    await question.says("Answered by Lena Voss", "Yes, here.")
