"""Whose turn it is and who asked for it are told directly, with the way to the card."""

from store.effects import Happening
from tests.scenarios.desk import Desk
from tests.scenarios.proposals import a_refund, an_index_rebuild
from tests.scenarios.seeing import CHANNELS, Shown, no_fault_is_left
from tests.scenarios.telling import a_renewal, direct_message, direct_messages, elements, links

NO = {"Category": "Wrong facts", "Reason": "The crate was fine."}


async def test_whose_turn_it_is_hears_what_how_grave_until_when_and_where(desk: Desk) -> None:
    await desk.knows_everybody()
    rebuild = await desk.agent_proposes(an_index_rebuild())
    card = await rebuild.card()
    told = await direct_message(desk.dev, "It is your turn: Rebuild the index orders?")
    assert Shown(told).says("Low severity", "You are asked as Site reliability engineer")
    assert [each["timestamp"] for each in elements(told["blocks"], "date")]
    (link,) = links(told)
    assert link.endswith(f"/archives/{CHANNELS[rebuild.channel]}/p{card.ts.replace('.', '')}")
    # It leads to the card; nothing can be decided on it.
    assert not Shown(told).buttons
    assert not Shown(told).menu


async def test_a_direct_message_shows_no_value_that_the_card_hides(desk: Desk) -> None:
    await desk.knows_everybody()
    await desk.agent_proposes(a_renewal())
    told = await direct_message(desk.dev, "Renew the licence Atlas?")
    assert "4111111111111111" not in str(told)


async def test_whoever_takes_the_turn_themselves_is_not_told(desk: Desk) -> None:
    await desk.knows_everybody()
    refund = await desk.agent_proposes(a_refund())
    assigned = next(iter(await refund.audit(Happening.ASSIGNED)))
    turns = assigned.event.detail["turns"]
    assert isinstance(turns, list)
    first, other = (desk.finn, desk.ben) if "U0FINN" in str(turns) else (desk.ben, desk.finn)
    await direct_message(first, "It is your turn", "Refund $480.00")
    await other.chooses("I'm on it", refund)
    await refund.thread_says("is on it: it is their turn")
    marker = await desk.agent_proposes(a_refund("481.00"))
    await marker.says("$481.00")
    seen = await desk.workspace.state()
    assert not [each for each in direct_messages(seen, other) if "$480.00" in str(each)]


async def test_whoever_is_given_the_turn_is_told(desk: Desk) -> None:
    await desk.knows_everybody()
    refund = await desk.agent_proposes(a_refund())
    turns = str((await refund.audit(Happening.ASSIGNED))[0].event.detail["turns"])
    first, other = (desk.finn, desk.ben) if "U0FINN" in turns else (desk.ben, desk.finn)
    await direct_message(first, "It is your turn")
    await first.chooses("Reassign…", refund)
    await first.submits({"Give it to": other.user})
    await direct_message(other, "It is your turn", "Refund $480.00")


async def test_whose_turn_is_over_reads_in_the_same_message_that_and_how_it_ended(
    desk: Desk,
) -> None:
    await desk.knows_everybody()
    refund = await desk.agent_proposes(a_refund())
    turns = str((await refund.audit(Happening.ASSIGNED))[0].event.detail["turns"])
    first, other = (desk.finn, desk.ben) if "U0FINN" in turns else (desk.ben, desk.finn)
    asked = await direct_message(first, "It is your turn", "$480.00", "as of this message")
    await first.chooses("Reassign…", refund)
    await first.submits({"Give it to": other.user})
    moved = await direct_message(first, "No longer your turn: Refund $480.00", "Turn of")
    assert moved["ts"] == asked["ts"]
    assert links(moved) == links(asked)
    assert not list(elements(moved["blocks"], "date"))
    given = await direct_message(other, "It is your turn: Refund $480.00")
    await first.fills("Reject", refund, NO)
    ended = await direct_message(other, "Nothing to do any more. Rejected: Refund $480.00")
    assert ended["ts"] == given["ts"]


async def test_a_message_that_cannot_be_changed_stays_and_nothing_waits_for_it(desk: Desk) -> None:
    await desk.knows_everybody()
    await desk.workspace.fault("missing_scope", "conversations.history", channel="D0DEV", times=9)
    rebuild = await desk.agent_proposes(an_index_rebuild())
    await direct_message(desk.dev, "It is your turn: Rebuild the index orders?")
    await desk.dev.fills("Reject", rebuild, NO)
    await rebuild.agent_hears("rejected")
    await desk.agent_proposes(a_renewal())
    await direct_message(desk.dev, "It is your turn: Renew the licence Atlas?")
    told = direct_messages(await desk.workspace.state(), desk.dev)
    assert [each for each in told if Shown(each).says("It is your turn: Rebuild the index")]


async def test_the_person_behind_it_hears_the_decision_and_what_came_of_it(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund(on_behalf_of="lena.voss"))
    await desk.finn.approves(refund)
    told = await direct_message(desk.lena, "Approved: Refund $480.00 to Acme GmbH")
    assert Shown(told).says("proposed it on your behalf", "Approved by")
    assert links(told)
    decision = await desk.agent.pending(refund.id).wait(20)
    async with decision.executing() as execution:
        execution.detail = "Paid by bank transfer."
    await direct_message(desk.lena, "Approved and executed", "Paid by bank transfer.")


async def test_what_was_executed_before_the_message_could_go_is_told_once(desk: Desk) -> None:
    await desk.workspace.fault("ratelimited", "conversations.open", retry_after=3)
    refund = await desk.agent_proposes(a_refund(on_behalf_of="lena.voss"))
    await desk.finn.approves(refund)
    decision = await desk.agent.pending(refund.id).wait(20)
    async with decision.executing() as execution:
        execution.detail = "Paid by bank transfer."
    await direct_message(desk.lena, "Approved and executed", "Paid by bank transfer.")
    marker = await desk.agent_proposes(a_refund("481.00", on_behalf_of="lena.voss"))
    await desk.finn.fills("Reject", marker, NO)
    await direct_message(desk.lena, "Rejected: ", "$481.00")
    told = direct_messages(await desk.workspace.state(), desk.lena)
    assert len([each for each in told if "$480.00" in str(each)]) == 1


async def test_the_person_behind_it_hears_why_it_was_rejected(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund(on_behalf_of="lena.voss"))
    await desk.finn.fills("Reject", refund, NO)
    told = await direct_message(desk.lena, "Rejected: Refund $480.00", "The crate was fine.")
    assert not Shown(told).buttons


async def test_somebody_who_left_is_simply_not_told(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund(on_behalf_of="U0IVO"))
    await desk.finn.fills("Reject", refund, NO)
    await refund.agent_hears("rejected")
    known = await desk.agent_proposes(a_refund("481.00", on_behalf_of="lena.voss"))
    await desk.finn.fills("Reject", known, NO)
    await direct_message(desk.lena, "Rejected: ", "$481.00")
    await refund.says("Rejected")


async def test_without_leave_to_write_directly_everything_else_goes_on(desk: Desk) -> None:
    await desk.workspace.fault("missing_scope", "conversations.open", times=99)
    await desk.knows_everybody()
    refund = await desk.agent_proposes(a_refund(on_behalf_of="lena.voss"))
    await desk.finn.approves(refund)
    await refund.says("Approved")
    assert (await refund.agent_hears("approved")).approved


async def test_a_direct_message_whose_answer_was_lost_comes_once(desk: Desk) -> None:
    await desk.knows_everybody()
    await desk.workspace.fault("lost_reply", "chat.postMessage", channel="D0DEV")
    await desk.agent_proposes(an_index_rebuild())
    await direct_message(desk.dev, "It is your turn: Rebuild the index orders?")
    await desk.workspace.until_so(lambda: no_fault_is_left(desk.workspace), "the lost answer")
    marker = await desk.agent_proposes(an_index_rebuild())
    await marker.card()

    async def both() -> bool:
        told = direct_messages(await desk.workspace.state(), desk.dev)
        return len([each for each in told if "Rebuild" in str(each)]) == 2

    await desk.workspace.until_so(both, "one direct message for each")


async def test_without_addresses_the_channel_is_named(desk: Desk) -> None:
    await desk.workspace.fault("unknown_method", "chat.getPermalink", times=99)
    await desk.knows_everybody()
    rebuild = await desk.agent_proposes(an_index_rebuild())
    told = await direct_message(desk.dev, "It is your turn", "Its card is in")
    assert not links(told)
    channels = [each["channel_id"] for each in elements(told["blocks"], "channel")]
    assert channels == [CHANNELS[rebuild.channel]]
