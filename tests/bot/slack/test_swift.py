"""A clicked card is redrawn behind everybody's clicks, once for all on it, and as it stands."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import pytest

from bot.judging.live_manifest import LiveManifest
from bot.messenger import Account, Draft, Messenger
from bot.people.directory import Directory
from bot.reviewing.asked import Quorum, Request
from bot.reviewing.review import Review
from bot.slack.app import build_client
from bot.slack.connection import Workplace
from bot.slack.gateway import SlackGateway
from bot.slack.swift import SwiftRedraw
from manifests.manifest import UserGroupId
from manifests.vocabulary import ChannelId, Standing, UserId
from sandbox import Options, Sandbox
from sandbox.live.triggers import ResponseUrl
from store.commands import Approve
from store.ports import Card
from store.proposal import ProposalId
from tests.bot.gateway import MANIFEST, SUPPORT, Gateway, gateway, refund

ANA, CORA = UserId("U0ANA"), UserId("U0CORA")
OPERATIONS = ChannelId("C0OPS")
FIRST = Draft(
    blocks=[{"type": "section", "text": {"type": "plain_text", "text": "Refund?"}}], text="Refund?"
)


class Workspace:
    """Knows everybody as a member."""

    async def account(self, user: UserId) -> Account:
        """Look a user up."""
        return Account(user, user, Standing.MEMBER)

    async def group(self, group: UserGroupId) -> frozenset[UserId]:
        """List the members of a user group."""
        return frozenset()


@dataclass
class Desk:
    """One large refund, the message that shows it, and whoever clicks there."""

    made: Gateway
    review: Review
    swift: SwiftRedraw
    proposal: ProposalId
    card: Card
    url: ResponseUrl
    address: str

    async def approves(self, user: UserId) -> Request:
        """Click Approve."""
        request = Request(
            key=user,
            user=user,
            channel=self.card.channel,
            message=self.card.ts,
            proposal=self.proposal,
            revision=1,
            nonce=self.card.nonce,
        )
        verdict = await self.review.act(request, approving)
        assert verdict.refusal is None
        return request

    async def row(self) -> Card:
        """Read what is noted of the message."""
        row = await self.made.store.read(lambda look: look.cards.by_nonce(self.card.nonce))
        assert row is not None
        return row


def approving(quorum: Quorum) -> Approve:
    return Approve(**quorum.seen, in_full=True)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    client = cast("Messenger", Workspace())
    async with (
        gateway(f"sqlite:///{tmp_path}/keyturn.db", tmp_path) as made,
        Sandbox(Options(rate_limits=False)) as sandbox,
    ):
        slack = SlackGateway(build_client("xoxb-sandbox", sandbox.api_url), Workplace())
        directory = Directory(client, LiveManifest(MANIFEST), lambda: 0.0)
        review = Review(made.store, directory, made.metrics)
        agent = made.ring.agent_named(SUPPORT)
        assert agent is not None
        taken, _ = await made.intake.take(agent, json.dumps(refund("20000.00")))
        proposal = taken.checkpoint.id
        card = (await made.store.read(lambda look: look.cards.of(proposal)))[0]
        url = ResponseUrl(
            user=ANA,
            channel=OPERATIONS,
            ts=await slack.post(OPERATIONS, FIRST),
            thread_ts=None,
            ephemeral=False,
            at=sandbox.box.now(),
        )
        card = replace(card, ts=url.ts)
        await made.store.write(lambda tx: tx.cards.put(card))
        address = f"{sandbox.url}/response/{sandbox.box.response_urls.issue(url)}"
        swift = SwiftRedraw(review, slack, lambda: 0.0)
        yield Desk(made, review, swift, proposal, card, url, address)
        await swift.finish()
        await slack.close()


async def test_clicks_on_one_card_are_one_redraw_of_what_the_last_led_to(desk: Desk) -> None:
    first, second = await desk.approves(ANA), await desk.approves(CORA)
    with desk.swift.answering():
        desk.swift.start(first, desk.address)
        desk.swift.start(second, desk.address)
    await desk.swift.finish()
    assert desk.url.uses == 1
    row = await desk.row()
    assert row.drawn_version == (await desk.made.checkpoint(desk.proposal)).version
    assert "Approved" in (row.drawn_blocks or "")


async def test_a_redraw_lets_clicks_go_first_but_does_not_wait_for_all_of_them(desk: Desk) -> None:
    request = await desk.approves(ANA)
    with desk.swift.answering():
        desk.swift.start(request, desk.address)
        await asyncio.sleep(0)
        assert desk.url.uses == 0
        await asyncio.wait_for(desk.swift.finish(), 10)
        assert desk.url.uses == 1


async def test_what_the_relay_drew_otherwise_meanwhile_is_drawn_once_more(desk: Desk) -> None:
    request = await desk.approves(ANA)
    version = (await desk.made.checkpoint(desk.proposal)).version
    relayed = replace(desk.card, drawn_version=version, drawn_blocks='["paused"]')
    await desk.made.store.write(lambda tx: tx.cards.put(relayed))
    await desk.review.note_drawn(request, version, '["not paused"]')
    row = await desk.row()
    assert (row.drawn_version, row.drawn_blocks) == (None, '["not paused"]')
