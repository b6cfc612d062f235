"""How much a reviewer must do before the key turns, and what each step of care asks of them."""

from store.effects import Happening
from tests.blocks.walking import of_type
from tests.scenarios.desk import Desk
from tests.scenarios.proposals import a_move, a_postcard, a_refund, a_wiped_disk

TYPE = "Type “sda-7” to approve"


async def test_one_click_is_enough_where_little_can_go_wrong(desk: Desk) -> None:
    card = await desk.agent_proposes(a_postcard())
    assert "Approve" in (await card.card()).buttons
    await desk.dev.clicks("Approve", card)
    assert await desk.dev.has_no_modal()
    await card.agent_hears("approved")


async def test_a_dialog_repeats_what_is_at_stake(desk: Desk) -> None:
    move = await desk.agent_proposes(a_move())
    card = await move.card()
    dialog = next(each["confirm"] for each in of_type(card.content, "button"))
    assert dialog["text"]["text"] == ("High severity, can be undone. Move the warehouse to Berlin?")
    assert (dialog["confirm"]["text"], dialog["deny"]["text"]) == ("Move it", "Go back")
    await desk.dev.clicks("Move it", move)
    await move.agent_hears("approved")


async def test_a_typed_approval_done_wrong_and_then_right(desk: Desk) -> None:
    disk = await desk.agent_proposes(a_wiped_disk())
    card = await disk.card()
    assert "Wipe it" not in card.buttons
    assert "Approve with a note" not in card.buttons
    view = await desk.finn.opens("Review & approve", disk)
    assert TYPE in view.inputs
    wrong = await desk.finn.submits({TYPE: "sda-8"})
    assert wrong.action == "errors"
    assert wrong.errors == {
        view.input(TYPE): "Type “sda-7” exactly as it stands, then approve again."
    }
    assert (await disk.decision()).status == "pending_review"
    assert await disk.refusals() == ["not_retyped"]
    assert (await desk.finn.submits({TYPE: " sda-7 "})).action is None
    assert (await disk.agent_hears("approved")).parameters["disk"] == "sda-7"
    await disk.no_longer_offers("Review & approve")


async def test_no_agent_makes_less_to_type_by_what_it_writes(desk: Desk) -> None:
    disk = await desk.agent_proposes(
        a_wiped_disk("sda-7 \u200b" + "of the old build machine, " * 2 + "Berlin")
    )
    both = "Type “sda-7 of the old build machi … he old build machine, Berlin” to approve"
    view = await desk.finn.opens("Review & approve", disk)
    assert both in view.inputs
    assert (await desk.finn.submits({both: "wipe_disk"})).action == "errors"
    typed = "sda-7 of the old build machi ... he old build machine, Berlin"
    assert (await desk.finn.submits({both: typed})).action is None
    await disk.agent_hears("approved")


async def test_a_plain_card_asks_for_no_less_care(desk: Desk) -> None:
    await desk.workspace.fault("invalid_blocks", "chat.postMessage", channel="C0SUPPORT")
    disk = await desk.agent_proposes(a_wiped_disk())
    assert set((await disk.card()).buttons) == {"Review & approve"}
    view = await desk.finn.opens("Review & approve", disk)
    assert view.says("sda-7", "It is yours no more.")
    assert (await desk.finn.submits({TYPE: "sda-8"})).action == "errors"
    assert (await desk.finn.submits({TYPE: "sda-7"})).action is None
    await disk.agent_hears("approved")


async def test_filling_in_is_no_approval_where_something_must_be_typed(desk: Desk) -> None:
    disk = await desk.agent_proposes(a_wiped_disk(disk=None))
    assert "Fill in & approve" not in (await disk.card()).buttons
    await desk.finn.opens("Fill in", disk)
    await desk.finn.submits({"Disk": "sda-7"})
    await disk.says("Edited by Finn Maguire, who may not approve it", "revision 2")
    assert (await disk.decision()).status == "pending_review"
    await desk.finn.clicks("Review & approve", disk)
    await desk.finn.hears("somebody else must approve it as Support reviewer")
    assert await desk.finn.has_no_modal()
    await desk.ben.opens("Review & approve", disk)
    assert (await desk.ben.submits({TYPE: "sda-7"})).action is None
    await disk.agent_hears("approved_with_edits")


async def test_a_click_on_a_card_of_easier_rules_approves_nothing(desk: Desk) -> None:
    card = await desk.agent_proposes(a_postcard())
    before = await card.card()
    await desk.dev.opens("Approve with a note", card)
    path = desk.premises.folder / "manifests" / "actions" / "friction.yaml"
    loose = "title: Send a postcard\n    severity: medium\n    reversible: true\n    friction: "
    text = path.read_text("utf-8")
    assert f"{loose}one_click" in text
    path.write_text(text.replace(f"{loose}one_click", f"{loose}review_modal"), "utf-8")
    await card.card(lambda seen: "Review & approve" in seen.buttons)
    note = await desk.dev.submits({"Note": "Go."})
    assert note.action == "update"
    assert (await desk.dev.modal()).says("asks for more care")
    pressed = {"type": "button", "action_id": "approve", "value": before.values["Approve"]}
    await desk.dev.clicks_element(
        "approve", card, before.ts, stale=True, payload={"actions": [pressed]}
    )
    await desk.dev.hears("asks for more care than one click")
    assert await card.refusals() == ["rules_changed", "rules_changed"]
    assert (await card.decision()).status == "pending_review"


async def test_a_value_that_is_cut_is_paged_through_before_it_is_approved(desk: Desk) -> None:
    text = "A line of the postcard.\n" * 2_500
    sources = [{"title": f"Postcard {number} of last year"} for number in range(50)]
    context = {"request": text[:20_000], "evidence": sources}
    card = await desk.agent_proposes(a_postcard(text), context=context)
    seen = await card.card()
    assert "Approve" not in seen.buttons
    assert seen.says("characters, sha256")
    view = await desk.dev.opens("Review & approve", card)
    assert view.says("Page 1 of")
    assert not view.content.get("submit")
    pages = 1
    while "Next page" in (view := await desk.dev.modal()).buttons:
        assert not view.content.get("submit")
        pages += 1
        await desk.dev.presses("Next page", f"Next page: {pages}")
    assert pages > 1
    assert (await desk.dev.submits()).action is None
    await card.agent_hears("approved")


async def test_an_editor_is_told_at_the_click_that_they_may_not_approve(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund("480.00"))
    await desk.finn.opens("Edit", refund)
    await desk.finn.submits({"Amount": "450.00", "Category": "Wrong amount"})
    await desk.finn.submits()
    await refund.says("Edited by Finn Maguire, who may not approve it")
    await desk.finn.clicks("Review & approve", refund)
    await desk.finn.hears("somebody else must approve it as Support reviewer")
    assert await desk.finn.has_no_modal()
    assert await refund.refusals() == ["own_edit"]
    # What they may still do, they can.
    await desk.finn.fills("Reject", refund, {"Category": "Other", "Reason": "Never mind."})
    await refund.agent_hears("rejected")
    assert not await refund.audit(Happening.SIGNED_OFF)
