"""Slack fails in each of its ways; every story ends with exactly one right card."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from store.effects import Happening
from tests.scenarios.desk import Desk
from tests.scenarios.matter import Matter
from tests.scenarios.people import Seat
from tests.scenarios.proposals import a_cache_flush, a_refund
from tests.scenarios.seeing import CHANNELS, Acknowledged, Json, Shown, no_fault_is_left
from tests.scenarios.telling import links

ELSEWHERE = "#ops-alerts"


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("ratelimited", {"retry_after": 1}),
        ("http_500", {}),
        ("timeout", {"delay": 0.2}),
        ("lost_reply", {}),
        ("late_500", {}),
    ],
)
async def test_a_post_that_fails_ends_in_one_card(
    desk: Desk, kind: str, more: dict[str, float]
) -> None:
    await desk.workspace.fault(kind, "chat.postMessage", **more)
    flush = await desk.agent_proposes(a_cache_flush())
    await _decided_once(desk, flush)


async def test_a_post_whose_answer_is_lost_is_found_and_not_repeated(desk: Desk) -> None:
    await desk.workspace.fault("lost_reply", "chat.postMessage")
    flush = await desk.agent_proposes(a_cache_flush())
    first = await flush.card()
    await desk.dev.clicks("Flush", flush)
    # The click told where the card is before anybody had looked for it.
    await flush.agent_hears("approved")
    assert (await flush.says("Approved")).ts == first.ts
    (line,) = await flush.audit(Happening.SIGNED_OFF)
    shown = line.event.detail["shown"]
    assert isinstance(shown, dict)
    assert shown["blocks"]
    posts = [each for each in await desk.workspace.calls("chat.postMessage") if _is_post(each)]
    assert len(posts) == 1


async def test_blocks_that_slack_refuses_become_a_plainer_card(desk: Desk) -> None:
    await desk.workspace.fault("invalid_blocks", "chat.postMessage", channel="C0SUPPORT")
    refund = await desk.agent_proposes(a_refund())
    card = await refund.card()
    assert set(card.buttons) == {"Review & approve"}
    await _operations_are_told(desk, refund, "Slack refused the full card: invalid_blocks")
    await desk.finn.approves(refund)
    await refund.agent_hears("approved")
    await refund.says("Approved by")


async def test_a_plain_card_whose_answer_is_lost_is_still_one(desk: Desk) -> None:
    await desk.workspace.fault("invalid_blocks", "chat.postMessage", channel="C0SRE")
    await desk.workspace.fault("lost_reply", "chat.postMessage", channel="C0SRE")
    flush = await desk.agent_proposes(a_cache_flush())
    await _decided_once(desk, flush)


async def test_a_card_moves_when_its_channel_is_archived(desk: Desk) -> None:
    await desk.workspace.does("channel", id="C0SUPPORT", changes={"is_archived": True})
    refund = await desk.agent_proposes(a_refund())
    moved = refund.seen_in(ELSEWHERE)
    await moved.says("Shown here because its own channel could not take the card")
    await _operations_are_told(desk, refund, "cannot be posted to")
    assert await refund.has_no_card()
    await _join(desk, desk.finn, ELSEWHERE)
    await desk.finn.approves(moved)
    await refund.agent_hears("approved")
    await moved.says("Approved")


async def test_an_escalation_is_posted_elsewhere_when_its_channel_is_archived(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    first = await refund.card()
    await desk.finn.chooses("Escalate", refund)
    # Between the escalation and its card.
    await desk.workspace.does("channel", id="C0FALLBACK", changes={"is_archived": True})
    await desk.finn.submits(
        {"Category": "Conflict of interest", "Why should the next level decide?": "A friend."}
    )
    moved = refund.seen_in(ELSEWHERE)
    await moved.says("Escalated to you", "because its own channel could not take the card")
    escalated = await refund.says("Escalated from rung 1", "Posted in")
    assert escalated.ts == first.ts
    alert = await _operations_are_told(desk, refund, "C0FALLBACK cannot be posted to")
    # The alert leads to a card that can be read.
    assert links(dict(alert.content))


async def test_a_card_follows_when_its_channel_is_archived_later(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await refund.card()
    await desk.finn.opens("Request info", refund)
    await desk.workspace.does("channel", id="C0SUPPORT", changes={"is_archived": True})
    await desk.finn.submits({"Your question": "Is there a photo?", "Category": "Evidence"})
    moved = refund.seen_in(ELSEWHERE)
    await moved.says("asked the agent")
    await moved.thread_says("Is there a photo?")


async def test_a_deleted_card_is_posted_again(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    old = await refund.card()
    await desk.finn.opens("Request info", refund)
    await _delete(desk, refund, old)
    await desk.finn.submits({"Your question": "Is there a photo?", "Category": "Evidence"})
    new = await refund.says("asked the agent")
    assert new.ts != old.ts
    await desk.ben.fills("Reject", refund, {"Category": "Other", "Reason": "No."})
    await refund.says("Rejected")


@pytest.mark.parametrize("kind", ["ratelimited", "http_500", "lost_reply", "late_500"])
async def test_a_change_that_fails_is_made_in_the_end(desk: Desk, kind: str) -> None:
    refund = await desk.agent_proposes(a_refund())
    await refund.card()
    await desk.workspace.fault(kind, "chat.update")
    await desk.finn.approves(refund)
    heard = await refund.agent_hears("approved")
    assert heard.approved
    card = await refund.says("Approved by")
    assert "Review & approve" not in card.buttons


async def test_a_revoked_token_holds_up_cards_but_no_decision(desk: Desk) -> None:
    flush = await desk.agent_proposes(a_cache_flush())
    await flush.card()
    await desk.workspace.fault("token_revoked", "chat.postMessage", times=1000)
    await desk.workspace.fault("token_revoked", "chat.update", times=1000)
    later = await desk.agent_proposes(a_cache_flush())
    await desk.dev.clicks("Flush", flush)
    await flush.agent_hears("approved")
    assert (await later.decision()).status == "pending_review"
    assert await later.has_no_card()
    await desk.workspace.heals()
    await _decided_once(desk, later)


async def test_an_expired_trigger_asks_for_another_click(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await refund.card()
    await desk.workspace.fault("expired_trigger_id", "views.open")
    await desk.finn.clicks("Review & approve", refund)
    await desk.finn.hears("Click again")
    assert await desk.finn.has_no_modal()
    assert not await refund.audit(Happening.VIEW_OPENED)
    await desk.finn.approves(refund)
    await refund.agent_hears("approved")


async def test_a_view_that_opens_too_slowly_asks_for_another_click(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await refund.card()
    await desk.workspace.fault("timeout", "views.open", delay=2.5)
    answer = await desk.finn.clicks("Review & approve", refund)
    assert answer.acked
    await desk.finn.hears("Click again")


@pytest.mark.parametrize("kind", ["http_500", "timeout", "user_not_found"])
async def test_somebody_who_cannot_be_looked_up_is_never_counted(desk: Desk, kind: str) -> None:
    flush = await desk.agent_proposes(a_cache_flush())
    await flush.card()
    await desk.knows_everybody()
    await desk.workspace.fault(kind, "users.info", delay=2.0)
    answer = await desk.dev.clicks("Flush", flush)
    assert answer.acked
    await desk.dev.hears("Slack could not confirm who you are")
    assert (await flush.decision()).status == "pending_review"
    assert await flush.refusals() == ["stale_facts"]
    await desk.dev.clicks("Flush", flush)
    await flush.agent_hears("approved")


async def test_one_slow_look_up_holds_up_nobody_else(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    flush = await desk.agent_proposes(a_cache_flush())
    await refund.card()
    await flush.card()
    # Dev is known from a moment ago.
    await desk.dev.chooses("View everything", flush)
    await desk.dev.closes()
    await desk.knows_everybody()
    await desk.workspace.fault("slow", "users.info", delay=1.2)
    slow = desk.finn.clicks("Review & approve", refund)
    async with _begun(slow) as opening:
        await desk.workspace.until_so(lambda: no_fault_is_left(desk.workspace), "Finn is looked up")
        quick = await desk.dev.clicks("Flush", flush)
        assert quick.acked
        assert not opening.done()
    assert (await opening).acked


async def _decided_once(desk: Desk, flush: Matter) -> None:
    """See the one card, decide on it, and see it say so."""
    card = await flush.card(lambda seen: "Flush" in seen.buttons or bool(seen.buttons))
    if "Flush" in card.buttons:
        await desk.dev.clicks("Flush", flush)
    else:
        await desk.dev.approves(flush)
    await flush.agent_hears("approved")
    await flush.says("Approved by")
    await flush.thread_says("Approved: every seat is filled")


async def _operations_are_told(desk: Desk, matter: Matter, words: str) -> Shown:
    def found(state: Json) -> Shown | None:
        said = map(Shown, state["messages"][CHANNELS["#ops-alerts"]])
        return next((each for each in said if each.says("Needs attention", matter.id, words)), None)

    return await desk.workspace.until(found, f"operations hear “{words}”")


async def _join(desk: Desk, who: Seat, channel: str) -> None:
    state = await desk.workspace.state()
    found = next(each for each in state["channels"] if each["id"] == CHANNELS[channel])
    members = [*found["members"], who.user]
    await desk.workspace.does("channel", id=CHANNELS[channel], changes={"members": members})


async def _delete(desk: Desk, matter: Matter, card: Shown) -> None:
    """Delete a message as an administrator of the workspace would."""
    answer = await desk.workspace.client.post(
        "/api/chat.delete",
        headers={"Authorization": "Bearer xoxb-sandbox"},
        data={"channel": CHANNELS[matter.channel], "ts": card.ts},
    )
    assert answer.json()["ok"], answer.text


@asynccontextmanager
async def _begun(
    coroutine: Coroutine[Any, Any, Acknowledged],
) -> AsyncIterator[asyncio.Task[Acknowledged]]:
    """Begin something while other things go on."""
    task = asyncio.create_task(coroutine)
    try:
        yield task
    finally:
        await asyncio.wait([task])


def _is_post(call: Json) -> bool:
    """Say whether a call posted a card, not a line in a thread."""
    return not call["arguments"].get("thread_ts")
