"""What reviewers do with a proposal, and what its agent hears."""

import yaml

from store.effects import Happening
from tests.scenarios.desk import Desk
from tests.scenarios.proposals import (
    a_cache_flush,
    a_contract,
    a_question,
    a_refund,
    a_replacement,
    an_email,
    an_unknown_action,
)

REJECT = {"Category": "Wrong facts", "Reason": "The crate arrived whole."}


async def test_one_person_fills_one_seat_only(desk: Desk) -> None:
    contract = await desk.agent_proposes(a_contract())
    await desk.ben.clicks("Approve", contract)
    await contract.says("1 of 2", "Ben Okafor", "waiting for Support reviewer")
    await desk.ben.clicks("Approve", contract)
    await desk.ben.hears("once is enough")
    assert (await contract.decision()).status == "pending_review"
    # Ana holds only the role whose seat Ben took; Ben moves over, because he can fill the other.
    await desk.ana.clicks("Approve", contract.seen_in("#finance-approvals"))
    heard = await contract.agent_hears("approved")
    assert {(each.user, each.role) for each in heard.decided_by} == {
        ("U0ANA", "finance_manager"),
        ("U0BEN", "support_reviewer"),
    }
    assert await contract.refusals() == ["already_signed"]


async def test_a_seat_that_is_taken_waits_for_the_other_role(desk: Desk) -> None:
    large = await desk.agent_proposes(a_refund("12000.00"))
    await desk.ana.approves(large)
    await large.says("waiting for CFO")
    await desk.ben.opens("Review & approve", large)
    assert (await desk.ben.submits()).action == "update"
    assert (await desk.ben.modal()).says("seat you could fill is taken", "CFO")
    assert (await large.decision()).status == "pending_review"


async def test_a_sign_off_may_be_taken_back_while_seats_are_open(desk: Desk) -> None:
    contract = await desk.agent_proposes(a_contract())
    await desk.finn.clicks("Approve", contract)
    await contract.says("1 of 2")
    await desk.finn.clicks("Take back my approval", contract)
    await contract.card(lambda seen: not seen.says("1 of 2"))
    await contract.thread_says("took their approval back")
    await desk.ana.clicks("Approve", contract.seen_in("#finance-approvals"))
    await contract.says("1 of 2", "Ana")
    assert (await contract.decision()).status == "pending_review"


async def test_a_reviewer_rejects_and_says_why(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await desk.finn.fills("Reject", refund, REJECT)
    heard = await refund.agent_hears("rejected")
    assert (heard.reason, heard.category) == ("The crate arrived whole.", "wrong_facts")
    card = await refund.says("Rejected", "The crate arrived whole.", "Wrong facts")
    assert not card.buttons
    await refund.thread_says("rejected it", "The crate arrived whole.")


async def test_an_approval_may_carry_a_note(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await desk.finn.fills("Review & approve", refund, {"Note": "Third time this year."})
    assert (await refund.agent_hears("approved")).note == "Third time this year."
    flush = await desk.agent_proposes(a_cache_flush())
    await desk.dev.clicks("Approve with a note", flush)
    await desk.dev.submits({"Note": "Watch the load."})
    assert (await flush.agent_hears("approved")).note == "Watch the load."
    await flush.says("Approved", "Watch the load.")


async def test_an_unknown_action_is_classified_by_an_administrator(desk: Desk) -> None:
    unknown = await desk.agent_proposes(an_unknown_action())
    await unknown.agent_hears("blocked")
    await desk.elif_.opens("Classify", unknown)
    grave = {
        "How bad is the worst outcome?": "critical",
        "Can it be undone?": "No",
        "Must a person approve it?": "No",
    }
    wrong = await desk.elif_.submits(grave)
    # What is wrong stands at the question it is wrong about.
    assert wrong.errors == {
        "approval_required": "A person is asked all the same where the worst outcome is critical: "
        "choose Yes."
    }
    unsaid = await desk.elif_.submits({**grave, "Must a person approve it?": "Yes"})
    assert unsaid.errors == {"role": "Choose the role whose people approve it."}
    answer = await desk.elif_.submits(
        {
            **grave,
            "Must a person approve it?": "Yes",
            "Which role approves it?": "administrator",
        }
    )
    assert answer.action == "update"
    entry = (await desk.elif_.modal()).words
    assert "manifests/actions/delete_customer_account.yaml" in entry
    assert str(desk.premises.folder) not in entry, "nobody in Slack needs the machine's own folders"
    await unknown.thread_says("classified the action delete_customer_account")
    card = await unknown.says("Blocked, and classified since", "Classified by", "once it is loaded")
    assert "somebody classifies it" not in card.words
    assert "Classify again" in card.buttons
    (line,) = await unknown.audit(Happening.CLASSIFIED)
    snippet = yaml.safe_load(str(line.event.detail["snippet"]))
    assert snippet["actions"]["delete_customer_account"]["severity"] == "critical"
    assert (await unknown.decision()).status == "blocked"


async def test_nobody_else_classifies(desk: Desk) -> None:
    unknown = await desk.agent_proposes(an_unknown_action())
    await desk.workspace.does(
        "channel", id="C0ADMINS", changes={"members": ["U0ELIF", "U0CORA", "U0ANA", "U0KEYTURN"]}
    )
    await desk.ana.clicks("Classify", unknown)
    await desk.ana.hears("Only administrators classify")
    assert await desk.ana.has_no_modal()
    assert await unknown.audit(Happening.CLASSIFIED) == []
    assert await unknown.refusals() == ["wrong_role"]


async def test_a_doubtful_draft_goes_straight_up(desk: Desk) -> None:
    email = await desk.agent_proposes(an_email(confidence=0.55))
    assert (await email.decision()).status == "escalated"
    await email.says("Escalated", "55%")
    await email.seen_in("#fallback-review").says("Escalated to you")
    await desk.ben.approves(email.seen_in("#fallback-review"))
    await email.agent_hears("approved")


async def test_a_question_is_answered_with_a_choice(desk: Desk) -> None:
    question = await desk.agent_proposes(a_question("A refund", "A new bowl"))
    assert "Review & approve" not in (await question.card()).buttons
    await desk.finn.fills("Answer", question, {"Answer": "A refund"})
    assert (await question.agent_hears("answered")).guidance == "A refund"
    await question.says("Answered", "A refund")


async def test_a_question_is_answered_in_free_words(desk: Desk) -> None:
    question = await desk.agent_proposes(a_question())
    await desk.finn.fills("Answer", question, {"Answer": "Ask her which colour."})
    assert (await question.agent_hears("answered")).guidance == "Ask her which colour."
    await question.thread_says("answered the question", "Ask her which colour.")


async def test_what_is_missing_is_filled_in_and_approved(desk: Desk) -> None:
    replacement = await desk.agent_proposes(a_replacement())
    await replacement.says("Still missing")
    await desk.finn.opens("Fill in & approve", replacement)
    await desk.finn.submits({"Delivery address": "Hauptstr. 1, 10115 Berlin"})
    heard = await replacement.agent_hears("approved_with_edits")
    assert heard.parameters["address"] == "Hauptstr. 1, 10115 Berlin"
    assert heard.edited
    assert heard.revision == 2


async def test_a_reviewer_calls_the_next_level(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await desk.finn.chooses("Escalate", refund)
    friend = {"Category": "Conflict of interest"}
    why = {"Why should the next level decide?": "She is a friend of mine."}
    await desk.finn.submits({**friend, **why})
    await refund.stands("escalated")
    await refund.thread_says("Finn", "escalated it")
    fallback = refund.seen_in("#fallback-review")
    await fallback.says("Escalated to you", "She is a friend of mine.")
    await desk.cora.approves(fallback)
    await refund.agent_hears("approved")
    await refund.says("Approved")


async def test_an_agent_takes_its_proposal_back(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await refund.card()
    await desk.agent.pending(refund.id).withdraw("The customer changed her mind.")
    await refund.agent_hears("withdrawn")
    card = await refund.says("Withdrawn by the agent", "changed her mind")
    assert not card.buttons


async def test_control_is_taken_and_given_back(desk: Desk) -> None:
    flush = await desk.agent_proposes(a_cache_flush(live_view_url="https://example.com/live/1"))
    await desk.dev.clicks("Take over", flush)
    await flush.stands("taken_over")
    card = await flush.says("took over")
    assert set(card.buttons) == {"Return control"}
    await desk.dev.clicks("Return control", flush)
    await desk.dev.submits({"Where do things stand?": "The cache is half empty."})
    await flush.stands("pending_review")
    await desk.dev.clicks("Flush", flush)
    await flush.agent_hears("approved")
