"""Approving several at once: only what is small, alike and shown whole; and each by itself."""

import asyncio
import json
from collections.abc import Iterable

from store.effects import Happening
from tests.scenarios.desk import Desk
from tests.scenarios.lists import Lists
from tests.scenarios.matter import Matter
from tests.scenarios.people import Seat
from tests.scenarios.proposals import (
    a_contract,
    a_dropped_log,
    a_muted_alert,
    a_paused_feed,
    a_stopped_cluster,
    a_tagged_ticket,
    an_index_rebuild,
)
from tests.scenarios.seeing import Acknowledged, Json, Shown


async def three_alerts(desk: Desk) -> list[Matter]:
    return await alerts(desk, 3)


async def alerts(desk: Desk, count: int) -> list[Matter]:
    found = [await desk.agent_proposes(a_muted_alert(f"disk-{at}")) for at in range(count)]
    for each in found:
        await each.card()
    return found


async def opened(
    desk: Desk, label: str = "Approve several: mute_alert", seat: Seat | None = None
) -> Shown:
    seat = seat or desk.dev
    home = await Lists(seat).opens()
    await home.presses(label)
    return await seat.modal("Tick those you approve")


def box(view: Shown, words: str) -> str:
    """Find the box under one proposal."""
    return next(block_id for label, block_id in view.inputs.items() if words in label)


async def test_several_alike_are_approved_at_once_each_with_a_line_of_its_own(
    any_desk: Desk,
) -> None:
    desk = any_desk
    first, second, third = await three_alerts(desk)
    view = await opened(desk, "Approve several: mute_alert (3)")
    assert view.says("Mute the alert disk-0?", "Mute the alert disk-1?", "Mute the alert disk-2?")
    answer = await ticks(desk.dev, view, "disk-0", "disk-2")
    assert answer.says("2 approved", "Mute the alert disk-0?", "Mute the alert disk-2?")
    assert "disk-1" not in answer.words
    for each in (first, third):
        await each.agent_hears("approved")
        await each.says("Approved")
        (line,) = await each.audit(Happening.SIGNED_OFF)
        assert line.event.actor.name == "Dev Patel"
    assert (await second.decision()).status == "pending_review"


async def test_the_audit_log_holds_what_was_shown_of_each(desk: Desk) -> None:
    first, second, _ = await three_alerts(desk)
    view = await opened(desk)
    await ticks(desk.dev, view, "disk-0", "disk-1")
    shown = []
    for matter, name in ((first, "disk-0"), (second, "disk-1")):
        await matter.agent_hears("approved")
        (line,) = await matter.audit(Happening.SIGNED_OFF)
        seen = line.event.detail["shown"]
        assert isinstance(seen, dict)
        assert seen["together"] is True
        assert seen["view_opened_at"]
        assert name in json.dumps(seen["blocks"])
        shown.append(seen["digest"])
    assert len(set(shown)) == 2


async def test_nothing_grave_final_or_shared_is_offered(desk: Desk) -> None:
    for idea in (
        a_stopped_cluster(),
        a_stopped_cluster("eu-2"),
        a_dropped_log(),
        a_dropped_log("x"),
    ):
        await (await desk.agent_proposes(idea)).card()
    home = await Lists(desk.dev).opens()
    await home.entries(4)
    assert not [each for each in (await home.shown()).buttons if "several" in each]
    for term in (12, 24):
        await (await desk.agent_proposes(a_contract(term))).card()
    ben = await Lists(desk.ben).opens()
    await ben.says("Sign the contract")
    assert not [each for each in (await ben.shown()).buttons if "several" in each]


async def test_one_alone_is_decided_on_its_card(desk: Desk) -> None:
    for idea in (a_muted_alert(), an_index_rebuild()):
        await (await desk.agent_proposes(idea)).card()
    home = await Lists(desk.dev).opens()
    await home.entries(2)
    assert not [each for each in (await home.shown()).buttons if "several" in each]


async def test_what_cannot_be_shown_whole_is_not_offered(desk: Desk) -> None:
    await three_alerts(desk)
    long = await desk.agent_proposes(a_muted_alert("long " + "x" * 4_000))
    await long.card()
    view = await opened(desk, "Approve several: mute_alert (3)")
    assert "long" not in view.words


async def test_at_most_ten_are_offered_at_once(desk: Desk) -> None:
    await alerts(desk, 12)
    view = await opened(desk, "Approve several: mute_alert (12)")
    assert len(view.inputs) == 10
    assert view.says("2 more are offered once these are decided")


async def test_nothing_is_ticked_beforehand_and_something_must_be(desk: Desk) -> None:
    await three_alerts(desk)
    await opened(desk)
    answer = await desk.dev.submits()
    assert answer.action == "errors"
    assert "Tick what you approve" in next(iter(answer.errors.values()))


async def test_what_somebody_else_decided_meanwhile_is_told_by_itself(desk: Desk) -> None:
    await desk.knows_everybody()
    await desk.finn.types("ooo until further notice", "#support-review")
    first, second = [await desk.agent_proposes(a_tagged_ticket(each)) for each in ("T-1", "T-2")]
    await second.says("Turn of Ben Okafor")
    view = await opened(desk, "Approve several: tag_ticket (2)", desk.ben)
    await desk.finn.clicks("Approve", second)
    await second.agent_hears("approved")
    answer = await ticks(desk.ben, view, "T-1", "T-2")
    assert answer.says("1 approved, 1 refused", "Finn Maguire")
    await first.agent_hears("approved")
    assert await second.refusals() == ["already_closed"]


async def test_a_second_submission_counts_nothing_twice(desk: Desk) -> None:
    first, second, _ = await three_alerts(desk)
    view = await opened(desk)
    await ticks(desk.dev, view, "disk-0", "disk-1")
    delivery = await desk.workspace.last_delivery()
    for each in (first, second):
        await each.agent_hears("approved")
    again = await desk.workspace.does("redeliver", n=delivery["n"])
    assert again["ok"]
    for each in (first, second):
        assert len(await each.audit(Happening.SIGNED_OFF)) == 1
        assert await each.refusals() == []


async def test_a_forged_batch_cannot_approve_anything_grave(desk: Desk) -> None:
    await three_alerts(desk)
    grave = await desk.agent_proposes(a_stopped_cluster())
    final = await desk.agent_proposes(a_dropped_log())
    other = await desk.agent_proposes(an_index_rebuild())
    for each in (grave, final, other):
        await each.card()
    view = await opened(desk)
    items = offered(view)[:1]
    for each in (grave, final, other):
        digest = (await each.decision()).digest
        items.append({**items[0], "proposal": each.id, "revision": 1, "digest": digest})
    answer = await forged(desk, view, items)
    assert answer.says("1 approved, 3 refused", "another action than the rest")
    # And alone, so that it is no other action than the rest.
    view = await opened(desk)
    answer = await forged(desk, view, items[1:2])
    assert answer.says("0 approved, 1 refused", "severity is critical")
    view = await opened(desk)
    answer = await forged(desk, view, items[2:3])
    assert answer.says("0 approved, 1 refused", "cannot be undone")
    for each in (grave, final):
        assert await each.refusals() == ["one_by_one", "one_by_one"]
        assert (await each.decision()).status == "pending_review"


async def test_a_forged_batch_of_more_than_ten_does_nothing(desk: Desk) -> None:
    found = await alerts(desk, 11)
    view = await opened(desk)
    items = offered(view)
    spare = next(each for each in found if each.id not in {item["proposal"] for item in items})
    answer = await forged(desk, view, [*items, {**items[0], "proposal": spare.id}])
    assert answer.says("0 approved, 11 refused", "At most 10 are approved at once")
    for each in found:
        assert await each.refusals() == ["too_many_at_once"]


async def test_what_reads_differently_now_is_not_approved(desk: Desk) -> None:
    await three_alerts(desk)
    view = await opened(desk)
    (first, *_) = offered(view)
    answer = await forged(desk, view, [{**first, "drawn": "sha256:" + "0" * 64}])
    assert answer.says("0 approved, 1 refused", "reads differently now")
    verdict = await desk.agent.read(first["proposal"])
    assert verdict.status == "pending_review"


async def test_what_was_approved_among_others_can_be_undone_as_ever(desk: Desk) -> None:
    first, second = [await desk.agent_proposes(a_paused_feed(each)) for each in ("news", "stock")]
    for each in (first, second):
        await each.card()
    view = await opened(desk, "Approve several: pause_feed (2)")
    answer = await ticks(desk.dev, view, "news", "stock")
    assert answer.says("2 approved", "Until it reaches the agent you can undo it on its card.")
    await desk.dev.clicks("Undo", first)
    await first.stands("pending_review")
    await second.stands("releasing")


async def test_rules_that_became_stricter_meanwhile_hold_for_each(desk: Desk) -> None:
    first, second, _ = await three_alerts(desk)
    view = await opened(desk)
    path = desk.premises.folder / "manifests" / "actions" / "batches.yaml"
    loose = "title: Mute an alert"
    path.write_text(
        path.read_text("utf-8").replace(loose, f"{loose}\n    friction: review_modal"), "utf-8"
    )
    await first.card(lambda seen: "Review & approve" in seen.buttons)
    answer = await ticks(desk.dev, view, "disk-0", "disk-1")
    assert answer.says("0 approved, 2 refused", "it asks for a closer look")
    for each in (first, second):
        assert await each.refusals() == ["one_by_one"]
        assert (await each.decision()).status == "pending_review"


async def test_nothing_is_offered_for_an_action_that_is_decided_one_by_one(desk: Desk) -> None:
    await three_alerts(desk)
    await (await desk.agent_proposes(a_stopped_cluster())).card()
    home = await Lists(desk.dev).opens()
    assert (await home.forges("Approve several", "stop_cluster")).acked
    assert (await desk.dev.modal()).says("None of these can be approved together any more.")


async def test_two_people_tick_the_same_and_one_decides(desk: Desk) -> None:
    found = await three_alerts(desk)
    view = await opened(desk)
    home = await Lists(desk.dev).opens()
    await asyncio.gather(
        ticks(desk.dev, view, "disk-0", "disk-1", "disk-2"), desk.dev.clicks("Approve", found[0])
    )
    for each in found:
        await each.agent_hears("approved")
        assert len(await each.audit(Happening.SIGNED_OFF)) == 1
    await home.says("Nothing waits for you")


async def ticks(seat: Seat, view: Shown, *words: str) -> Shown:
    """Tick the boxes under what reads so, submit, and see how it went."""
    return await submits(seat, view, [box(view, each) for each in words])


async def submits(seat: Seat, view: Shown, boxes: Iterable[str]) -> Shown:
    answer = await seat.workspace.does(
        "submit",
        user=seat.user,
        view_id=view.content["id"],
        values={each: ["true"] for each in boxes},
    )
    assert Acknowledged.read(answer).acked, answer
    return await seat.modal("approved")


async def forged(desk: Desk, view: Shown, items: list[Json]) -> Shown:
    """Submit a modal that remembers other items than were offered, with everything ticked."""
    (open_view,) = desk.sandbox.box.stacks.open[desk.dev.user]
    context = json.loads(open_view["private_metadata"])
    open_view["private_metadata"] = json.dumps({**context, "items": items})
    template = next(each for each in open_view["blocks"] if each["type"] == "input")
    boxes = [f"several.{at}" for at in range(len(items))]
    open_view["blocks"] = [
        {**template, "block_id": each, "element": {**template["element"], "action_id": each}}
        for each in boxes
    ]
    return await submits(desk.dev, view, boxes)


def offered(view: Shown) -> list[Json]:
    """Read what the modal remembers of each item."""
    return list(json.loads(view.content["private_metadata"])["items"])
