"""For a moment after the last approval whoever gave one can undo it, before the agent hears."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from keyturn import AsyncDecided, NotApproved
from keyturn.errors import AlreadyConsumed
from store.checkpoint import Releasing
from store.effects import ActorKind, Happening
from store.proposal import ProposalId
from tests.scenarios.desk import Desk, Setting, desk_of
from tests.scenarios.matter import Matter
from tests.scenarios.programs import BotProcess
from tests.scenarios.proposals import Idea
from tests.scenarios.seeing import PATIENCE

SOON = timedelta(seconds=3)
A_MINUTE = timedelta(minutes=1)
WAITS = "Approved, not released yet"


def a_voucher() -> Idea:
    """One of two people decides; after three seconds the agent hears of it."""
    return Idea("send_voucher", {"customer": "Acme GmbH"}, "#support-review")


def a_catalogue() -> Idea:
    """The same with a minute."""
    return Idea("send_catalogue", {"customer": "Acme GmbH"}, "#support-review")


def a_hall() -> Idea:
    """Two people decide, and there is a minute to undo it."""
    return Idea("rent_hall", {"hall": "Kuppelsaal"}, "#support-review")


def hearing(desk: Desk, matter: Matter) -> "asyncio.Task[AsyncDecided]":
    """Let the agent wait for the end of it."""
    return asyncio.create_task(desk.agent.pending(matter.id).wait(PATIENCE))


async def release_of(desk: Desk, matter: Matter) -> datetime:
    """Read when the agent is to hear of it."""
    found = await desk.store.read(lambda look: look.checkpoints.get(ProposalId(matter.id)))
    assert found is not None
    assert isinstance(found.state, Releasing)
    return found.state.release_at


async def test_an_approval_is_undone_and_the_agent_heard_nothing(desk: Desk) -> None:
    catalogue = await desk.agent_proposes(a_catalogue())
    heard = hearing(desk, catalogue)
    await desk.finn.clicks("Approve", catalogue)
    card = await catalogue.says(WAITS, "Approved by Finn Maguire (Support reviewer)")
    assert card.says("The agent hears of it", "Until then whoever approved can undo it")
    assert set(card.buttons) == {"Undo", "Reject"}
    (waits,) = await catalogue.audit(Happening.RELEASING)
    told = str(waits.event.detail["release_at"])
    assert datetime.fromisoformat(told) == await release_of(desk, catalogue)
    assert await release_of(desk, catalogue) == waits.event.at + A_MINUTE
    early = await catalogue.decision()
    assert not early.approved
    with pytest.raises(NotApproved):
        async with early.executing():
            pytest.fail("nothing may run before it is released")

    await desk.finn.clicks("Undo", catalogue)
    again = await catalogue.card(lambda seen: "Approve" in seen.buttons)
    assert not again.says(WAITS)
    await catalogue.thread_says("Finn Maguire took their approval back")
    assert (await catalogue.decision()).status == "pending_review"
    assert not heard.done()
    assert not await catalogue.audit(Happening.APPROVED)
    (undone,) = await catalogue.audit(Happening.SIGN_OFF_WITHDRAWN)
    assert undone.event.actor.name == "Finn Maguire"
    assert undone.event.detail["undone"] is True

    # Nothing is lost by an undo: it is decided like any other, and the agent hears that alone.
    await desk.ben.fills("Reject", catalogue, {"Category": "Other", "Reason": "They moved."})
    assert (await heard).reason == "They moved."


async def test_nobody_undoes_it_and_the_agent_hears_it_once(desk: Desk) -> None:
    voucher = await desk.agent_proposes(a_voucher())
    heard = hearing(desk, voucher)
    await desk.finn.clicks("Approve", voucher)
    assert (await voucher.stands("releasing")).execution_token is None
    decision = await heard
    assert decision.approved
    assert [each.name for each in decision.decided_by] == ["Finn Maguire"]
    (waits,) = await voucher.audit(Happening.RELEASING)
    (out,) = await voucher.audit(Happening.APPROVED)
    assert out.event.at >= waits.event.at + SOON
    assert out.event.actor.kind is ActorKind.CLOCK
    card = await voucher.says("Approved: Send a voucher to Acme GmbH", "Not executed yet")
    assert set(card.buttons) == {"Recall"}
    async with decision.executing() as run:
        run.detail = "Voucher 12 is in the post."
    with pytest.raises(AlreadyConsumed):
        async with decision.executing():
            pytest.fail("it was approved once")


async def test_an_agent_at_the_queue_waits_it_out_too(tmp_path: Path) -> None:
    setting = Setting(f"sqlite:///{tmp_path}/keyturn.db", tmp_path, way="queue")
    async with desk_of(setting) as desk:
        voucher = await desk.agent_proposes(a_voucher())
        await desk.finn.clicks("Approve", voucher)
        await voucher.says(WAITS)
        assert (await voucher.agent_hears("approved")).approved
        assert len(await voucher.audit(Happening.APPROVED)) == 1


async def test_somebody_else_rejects_it_while_it_waits(desk: Desk) -> None:
    catalogue = await desk.agent_proposes(a_catalogue())
    heard = hearing(desk, catalogue)
    await desk.finn.clicks("Approve", catalogue)
    await catalogue.says(WAITS)
    await desk.ben.fills("Reject", catalogue, {"Category": "Other", "Reason": "Out of print."})
    decision = await heard
    assert (decision.status, decision.reason) == ("rejected", "Out of print.")
    await catalogue.no_longer_offers("Undo")
    assert not await catalogue.audit(Happening.APPROVED)


async def test_who_did_not_approve_it_is_told_who_can_undo_it(desk: Desk) -> None:
    catalogue = await desk.agent_proposes(a_catalogue())
    await desk.finn.clicks("Approve", catalogue)
    await catalogue.says(WAITS)
    await desk.ben.clicks("Undo", catalogue)
    await desk.ben.hears("You have not approved this; Finn Maguire can undo it")
    assert await catalogue.refusals() == ["not_signed"]
    # Nor is it for somebody who may decide nothing here.
    await desk.dev.clicks("Undo", catalogue)
    await desk.dev.hears("Only Support reviewer")
    assert (await catalogue.decision()).status == "releasing"


async def test_who_undoes_it_too_late_is_told_of_recall(desk: Desk) -> None:
    voucher = await desk.agent_proposes(a_voucher())
    await desk.finn.clicks("Approve", voucher)
    card = await voucher.says(WAITS)
    await voucher.agent_hears("approved")
    await desk.finn.clicks_element(card.buttons["Undo"], voucher, card.ts, stale=True)
    await desk.finn.hears("It has reached the agent already: use Recall on the card")
    assert await voucher.refusals() == ["already_closed"]
    await desk.finn.fills("Recall", voucher, {"Why is it taken back?": "The wrong customer."})
    await voucher.says("Recalled before it was used", "The wrong customer.")
    assert not (await voucher.decision()).approved


async def test_one_of_two_takes_an_approval_back_before_anything_waits(desk: Desk) -> None:
    hall = await desk.agent_proposes(a_hall())
    finance = hall.seen_in("#finance-approvals")
    await desk.finn.clicks("Approve", hall)
    await hall.says("1 of 2")
    await desk.finn.clicks("Take back my approval", hall)
    await hall.says("0 of 2")
    await desk.ana.clicks("Approve", finance)
    await finance.says("1 of 2", "signed by Ana Ruiz")
    assert (await hall.decision()).status == "pending_review"
    # Then both again; whoever undoes takes back their own alone.
    await desk.ben.clicks("Approve", hall)
    await hall.says(WAITS)
    await desk.ana.clicks("Undo", finance)
    await hall.says("1 of 2", "signed by Ben Okafor")
    await desk.ana.clicks("Approve", finance)
    card = await hall.says(WAITS)
    assert card.says("Ben Okafor (Support reviewer) and Ana Ruiz (Finance manager)")
    assert len(await hall.audit(Happening.RELEASING)) == 2


@pytest.mark.chaos
async def test_the_bot_dies_while_it_waits_and_it_is_released_all_the_same(tmp_path: Path) -> None:
    setting = Setting(f"sqlite:///{tmp_path}/keyturn.db", tmp_path, apart=True)
    async with desk_of(setting) as desk:
        assert isinstance(desk.bot, BotProcess)
        voucher = await desk.agent_proposes(a_voucher())
        catalogue = await desk.agent_proposes(a_catalogue())
        for each in (voucher, catalogue):
            await desk.finn.clicks("Approve", each)
        await voucher.says(WAITS)
        await desk.bot.kill()
        release = await release_of(desk, catalogue)
        await desk.bot.start()
        decision = await voucher.agent_hears("approved")
        assert decision.approved
        assert len(await voucher.audit(Happening.APPROVED)) == 1
        assert len(await voucher.audit(Happening.SIGNED_OFF)) == 1
        await voucher.no_longer_offers("Undo")
        # What still waits waits no longer than it was to, and can still be undone.
        assert await release_of(desk, catalogue) == release
        await desk.finn.clicks("Undo", catalogue)
        await catalogue.stands("pending_review")
        assert (await desk.store.verify()).sound
