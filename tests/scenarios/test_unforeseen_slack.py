"""Slack fails in ways that no list names; nothing that waits for people is lost by it."""

import pytest

from bot.reviewing import witnessing
from bot.reviewing.asked import Request
from manifests.vocabulary import UserId
from store.effects import Happening
from store.ports import Card
from store.proposal import ProposalId
from tests.scenarios.desk import Desk
from tests.scenarios.matter import Matter
from tests.scenarios.proposals import a_cache_flush, a_key_rotation, a_refund
from tests.scenarios.seeing import Json, Shown, no_fault_is_left

UNLISTED = "access_denied"


async def the_row(desk: Desk, matter: Matter) -> Card:
    (row,) = await desk.store.read(lambda look: look.cards.of(ProposalId(matter.id)))
    return row


@pytest.mark.parametrize("code", [UNLISTED, "rate_limited"])
async def test_a_post_refused_with_an_unlisted_code_is_tried_again(desk: Desk, code: str) -> None:
    await desk.workspace.fault(code, "chat.postMessage", channel="C0SUPPORT")
    refund = await desk.agent_proposes(a_refund())
    await refund.card()
    assert (await the_row(desk, refund)).undeliverable is None


async def test_a_closing_redraw_refused_with_an_unlisted_code_is_tried_again(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await refund.card()
    await desk.workspace.fault(UNLISTED, "chat.update")
    await desk.agent.pending(refund.id).withdraw("No longer needed.")
    await refund.says("Withdrawn")
    assert await no_fault_is_left(desk.workspace)
    assert (await the_row(desk, refund)).undeliverable is None


async def test_one_refused_card_holds_up_no_other(desk: Desk) -> None:
    await desk.workspace.fault(UNLISTED, "chat.postMessage", times=1, channel="C0SUPPORT")
    first = await desk.agent_proposes(a_refund())
    second = await desk.agent_proposes(a_refund("481.00"))
    await second.card()
    await first.card()


async def test_a_card_given_up_is_tried_again_when_its_proposal_moves(desk: Desk) -> None:
    for _ in range(2):
        await desk.workspace.fault("invalid_blocks", "chat.postMessage", channel="C0SRE")
    flush = await desk.agent_proposes(a_cache_flush())
    await desk.workspace.until_so(lambda: _is_alarmed(flush), "the card is given up")
    await desk.agent.pending(flush.id).withdraw("No longer needed.")
    await flush.says("Withdrawn")
    assert (await the_row(desk, flush)).undeliverable is None


async def test_a_card_finds_a_place_when_operations_cannot_take_it_either(desk: Desk) -> None:
    for channel in ("C0SUPPORT", "C0OPS"):
        await desk.workspace.does("channel", id=channel, changes={"is_archived": True})
    refund = await desk.agent_proposes(a_refund())
    await refund.seen_in("#keyturn-admins").card()


async def _is_alarmed(matter: Matter) -> bool:
    return bool(await matter.audit(Happening.CARD_UNDELIVERABLE))


async def test_a_search_that_is_refused_holds_up_nothing(desk: Desk) -> None:
    await desk.workspace.fault("timeout", "chat.postMessage", delay=0.1, channel="C0SUPPORT")
    await desk.workspace.fault("missing_scope", "conversations.history", times=1000)
    first = await desk.agent_proposes(a_refund())
    await first.card()
    second = await desk.agent_proposes(a_refund("481.00"))
    await second.card()


async def test_a_search_at_its_rate_limit_pauses_no_lane(desk: Desk) -> None:
    await desk.workspace.fault("timeout", "chat.postMessage", delay=0.1, channel="C0SUPPORT")
    await desk.workspace.fault("ratelimited", "conversations.history", times=1000, retry_after=60)
    first = await desk.agent_proposes(a_refund())
    await desk.workspace.until_so(lambda: _was_searched(desk), "the first is looked for")
    second = await desk.agent_proposes(a_refund("481.00"))
    await second.card()
    await desk.workspace.heals()
    await first.card()


async def _was_searched(desk: Desk) -> bool:
    return bool(await desk.workspace.calls("conversations.history"))


async def test_an_alert_reaches_administrators_when_operations_cannot_be_told(desk: Desk) -> None:
    await desk.workspace.does("channel", id="C0OPS", changes={"is_archived": True})
    rotation = await desk.agent_proposes(a_key_rotation())
    await rotation.agent_hears("expired")
    await desk.workspace.until(
        lambda state: _is_told(state, "C0ADMINS", rotation), "administrators are told"
    )


async def test_an_alert_that_nobody_could_be_told_is_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.relay.lines.ALERT_AGAIN", 0.5)
    for channel in ("C0OPS", "C0ADMINS"):
        await desk.workspace.does("channel", id=channel, changes={"is_archived": True})
    rotation = await desk.agent_proposes(a_key_rotation())
    await rotation.agent_hears("expired")
    await desk.workspace.until_so(lambda: _was_refused(desk, "C0ADMINS"), "an alert is refused")
    await desk.workspace.does("channel", id="C0OPS", changes={"is_archived": False})
    await desk.workspace.until(
        lambda state: _is_told(state, "C0OPS", rotation), "operations are told after all"
    )


def _is_told(state: Json, channel: str, matter: Matter) -> bool:
    messages = state["messages"].get(channel, [])
    return any(Shown(each).says("Needs attention", matter.id) for each in messages)


async def _was_refused(desk: Desk, channel: str) -> bool:
    posts = await desk.workspace.calls("chat.postMessage")
    return any(each["arguments"].get("channel") == channel for each in posts)


async def test_what_a_person_was_shown_is_known_before_the_next_drawing_too(desk: Desk) -> None:
    flush = await desk.agent_proposes(a_cache_flush())
    await flush.card()
    await desk.workspace.until_so(lambda: _is_noted(desk, flush), "where the card stands is noted")
    before = await the_row(desk, flush)
    await desk.workspace.fault("token_revoked", "chat.update", times=1000)
    # A quick redraw has been overtaken by another change, so the card is to be drawn once more.
    await desk.store.write(lambda tx: witnessing.note_redrawn(tx, _about(before), 0, None))
    await desk.workspace.until_so(lambda: _was_redrawn(desk), "it is drawn again as it stands")
    await desk.dev.clicks("Flush", flush)
    await flush.agent_hears("approved")
    (line,) = await flush.audit(Happening.SIGNED_OFF)
    shown = line.event.detail["shown"]
    assert isinstance(shown, dict)
    assert before.drawn_blocks is not None
    assert shown["blocks"] == before.drawn_blocks
    assert shown["digest"] is not None


def _about(card: Card) -> Request:
    return Request(
        key="swift",
        user=UserId("U0DEV"),
        channel=card.channel,
        message=card.ts,
        proposal=card.proposal,
        revision=1,
        nonce=card.nonce,
    )


async def _is_noted(desk: Desk, matter: Matter) -> bool:
    return (await the_row(desk, matter)).ts is not None


async def _was_redrawn(desk: Desk) -> bool:
    return bool(await desk.workspace.calls("chat.update"))
