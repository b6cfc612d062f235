"""The card through a proposal's life: what it says and offers in each state, and how soon."""

import time

import pytest

from keyturn import ActionPaused
from store.effects import Happening
from tests.scenarios.desk import Desk
from tests.scenarios.programs import AGENT
from tests.scenarios.proposals import (
    a_cache_flush,
    a_contract,
    a_parcel,
    a_postcard,
    a_refund,
    an_unknown_action,
)
from tests.scenarios.test_pausing import asked

UNDO = {"Why must it be undone?": "The wrong cache."}
BECAUSE = {"Why is it taken back?": "She called again."}


async def test_buttons_are_gone_within_a_second_after_a_click(desk: Desk) -> None:
    flush = await desk.agent_proposes(a_cache_flush())
    await flush.card()
    # Slack takes no change of a message for now; the click's own address does it.
    await desk.workspace.fault("ratelimited", "chat.update", retry_after=30, times=20)
    begun = time.monotonic()
    await desk.dev.clicks("Flush", flush)
    card = await flush.no_longer_offers("Flush")
    assert time.monotonic() - begun < 1.0
    assert card.says("Approved by")
    await desk.workspace.heals()


async def test_buttons_are_gone_within_a_second_after_a_modal_too(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await desk.finn.opens("Review & approve", refund)
    await desk.workspace.fault("ratelimited", "chat.update", retry_after=30, times=20)
    begun = time.monotonic()
    await desk.finn.submits()
    card = await refund.no_longer_offers("Review & approve")
    assert time.monotonic() - begun < 1.0
    assert card.says("Approved by")
    await desk.workspace.heals()


async def test_a_closed_card_collapses_and_tells_what_became_of_it(desk: Desk) -> None:
    flush = await desk.agent_proposes(a_cache_flush())
    await desk.dev.clicks("Flush", flush)
    decision = await flush.stands("approved")
    card = await flush.says("Approved: Flush the cache cdn", "Waited")
    assert len(card.content["blocks"]) <= 4
    assert "Recall" in card.buttons
    await desk.agent.consume(decision, attempt="a1")
    running = await flush.says("being executed")
    assert set(running.buttons) == {"Request rollback"}
    await desk.agent.report(flush.id, "failed", detail="The cache did not answer.")
    failed = await flush.says("executing failed", "The cache did not answer.")
    assert len(failed.content["blocks"]) <= 4


async def test_an_approval_is_undone_before_the_agent_hears_of_it(desk: Desk) -> None:
    parcel = await desk.agent_proposes(a_parcel())
    await desk.finn.clicks("Approve", parcel)
    await parcel.says("1 of 2")
    await desk.ana.clicks("Approve", parcel.seen_in("#finance-approvals"))
    card = await parcel.says(
        "Approved, not released yet", "every seat is filled", "whoever approved can undo it"
    )
    assert set(card.buttons) == {"Undo", "Reject"}
    assert (await parcel.decision()).status == "releasing"
    # Somebody who did not approve it has nothing to undo, and is told who has.
    await desk.ben.clicks("Undo", parcel)
    await desk.ben.hears("Finn Maguire and Ana Ruiz can undo it")
    await desk.finn.clicks("Undo", parcel)
    await parcel.says("1 of 2: waiting for Support reviewer (signed by Ana Ruiz)")
    await parcel.thread_says("took their approval back")
    assert (await parcel.decision()).status == "pending_review"


async def test_others_can_still_reject_what_is_about_to_be_released(desk: Desk) -> None:
    parcel = await desk.agent_proposes(a_parcel())
    await desk.finn.clicks("Approve", parcel)
    await parcel.says("1 of 2")
    await desk.ana.clicks("Approve", parcel.seen_in("#finance-approvals"))
    await parcel.says("Approved, not released yet")
    await desk.ben.fills("Reject", parcel, {"Category": "Other", "Reason": "It is empty."})
    assert (await parcel.agent_hears("rejected")).reason == "It is empty."


async def test_undo_then_recall_then_rollback_each_in_its_time(desk: Desk) -> None:
    card = await desk.agent_proposes(a_postcard())
    await desk.dev.clicks("Approve", card)
    decision = await card.stands("approved")
    recallable = await card.says("Not executed yet")
    assert set(recallable.buttons) == {"Recall"}
    await desk.agent.consume(decision, attempt="a1")
    await desk.agent.report(card.id, "executed", detail="It is in the post.")
    done = await card.says("Approved and executed", "It is in the post.")
    assert set(done.buttons) == {"Request rollback"}
    await desk.dev.fills("Request rollback", card, UNDO)
    asked_for = await card.says("Rollback requested", "Waiting for the agent to roll back")
    assert not asked_for.buttons
    await desk.agent.report(card.id, "rolled_back", detail="Fetched it from the box.")
    await card.says("Rolled back", "Fetched it from the box.")


async def test_whoever_may_not_recall_is_told_before_anything_opens(desk: Desk) -> None:
    flush = await desk.agent_proposes(a_cache_flush())
    await desk.dev.clicks("Flush", flush)
    await flush.says("Approved by")
    await desk.finn.clicks("Recall", flush)
    await desk.finn.hears("Only Site reliability engineer")
    assert await desk.finn.has_no_modal()
    await desk.dev.fills("Recall", flush, BECAUSE)
    await flush.says("Recalled before it was used", "She called again.")


async def test_an_approved_card_says_that_it_is_paused_and_when_it_no_longer_is(
    desk: Desk,
) -> None:
    flush = await desk.agent_proposes(a_cache_flush())
    await desk.dev.clicks("Flush", flush)
    decision = await flush.stands("approved")
    await desk.elif_.types(f"pause {AGENT} because it flushes twice")
    paused = await flush.says("Approved, but paused", "Elif Kaya paused", "it flushes twice")
    assert "Recall" in paused.buttons
    with pytest.raises(ActionPaused):
        await desk.agent.consume(decision, attempt="a1")
    await desk.elif_.types(f"resume {AGENT}")
    await desk.cora.approves(await asked(desk))
    await flush.card(lambda seen: not seen.says("paused"))
    await desk.agent.consume(decision, attempt="a1")


async def test_an_escalated_card_names_where_it_came_from(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await desk.finn.chooses("Escalate", refund)
    await desk.finn.submits(
        {"Category": "Conflict of interest", "Why should the next level decide?": "A friend."}
    )
    fallback = refund.seen_in("#fallback-review")
    await fallback.says(
        "Escalated to you", "from rung 1 (Support reviewer)", "to rung 2", "A friend."
    )


async def test_an_administrator_sees_what_an_unknown_action_would_have_done(desk: Desk) -> None:
    unknown = await desk.agent_proposes(an_unknown_action(), reason="He asked us to.")
    await unknown.says("Did not run", "delete_customer_account", "customer", "He asked us to.")
    await desk.elif_.chooses("View everything", unknown)
    assert (await desk.elif_.modal()).says("Acme GmbH")


async def test_the_history_names_people_and_counts_looks(desk: Desk) -> None:
    contract = await desk.agent_proposes(a_contract())
    await contract.card()
    for _ in range(3):
        await desk.ben.chooses("View everything", contract)
        await desk.ben.closes()
    await desk.workspace.until_so(lambda: _looked(contract, 3), "three looks are in the audit log")
    await desk.gus.clicks("Approve", contract)
    await desk.gus.hears("cannot review")
    await desk.ben.chooses("History", contract)
    history = await desk.ben.modal()
    assert history.says("(3 times)", "opened View everything", "was refused")
    assert "U0" not in history.words


async def _looked(matter: object, times: int) -> bool:
    return len(await matter.audit(Happening.VIEW_OPENED)) == times  # type: ignore[attr-defined]


async def test_a_modal_that_is_open_while_its_person_leaves_the_role(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await desk.finn.opens("Review & approve", refund)
    await desk.workspace.does("person", id="U0FINN", changes={"is_restricted": True})
    answer = await desk.finn.submits()
    assert answer.action == "update"
    assert (await desk.finn.modal()).says(
        "Guests of this workspace cannot review", "Support reviewer"
    )
    assert await refund.refusals() == ["not_a_member"]
    await desk.ben.approves(refund)


async def test_a_modal_submitted_after_somebody_else_decided(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await desk.finn.opens("Review & approve", refund)
    await desk.ben.fills("Reject", refund, {"Category": "Duplicate", "Reason": "Paid."})
    assert (await desk.finn.submits()).action == "update"
    assert (await desk.finn.modal()).says("already rejected by Ben Okafor")


async def test_a_modal_submitted_after_an_edit(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund("480.00"))
    await desk.ben.opens("Review & approve", refund)
    await desk.finn.opens("Edit", refund)
    await desk.finn.submits({"Amount": "450.00", "Category": "Wrong amount"})
    await desk.finn.submits()
    await refund.says("revision 2")
    assert (await desk.ben.submits()).action == "update"
    assert (await desk.ben.modal()).says("You looked at revision 1; revision 2 is in force now")
    assert await refund.refusals() == ["stale_revision"]


async def test_a_modal_submitted_after_control_was_taken(desk: Desk) -> None:
    flush = await desk.agent_proposes(a_cache_flush(live_view_url="https://example.com/live/1"))
    await desk.dev.clicks("Approve with a note", flush)
    await desk.dev.clicks("Take over", flush)
    await flush.stands("taken_over")
    assert (await desk.dev.submits({"Note": "Go."})).action == "update"
    assert (await desk.dev.modal()).says("You have control of this until")


async def test_a_modal_submitted_twice_counts_once(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await desk.finn.opens("Review & approve", refund)
    await desk.workspace.fault("duplicate", "deliver")
    assert (await desk.finn.submits()).action is None
    await refund.agent_hears("approved")
    assert len(await refund.audit(Happening.SIGNED_OFF)) == 1
    assert await refund.refusals() == []
