"""The bot is killed at many points of the story, and started again: nothing lost, nothing twice."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from store.effects import Happening
from tests.fixtures.services import own_database
from tests.scenarios.desk import Desk, Setting, Way, desk_of
from tests.scenarios.matter import Matter
from tests.scenarios.programs import BotProcess
from tests.scenarios.proposals import (
    Idea,
    a_contract,
    a_key_rotation,
    a_refund,
    an_index_rebuild,
)
from tests.scenarios.seeing import CHANNELS, cards_about, no_fault_is_left

RECOVERY = 10.0
"""Seconds after a restart within which everything must be as if nothing had happened."""

pytestmark = pytest.mark.chaos


@dataclass
class Wreck:
    """A desk whose bot is killed again and again, and what must be true in the end."""

    desk: Desk
    matters: list[Matter] = field(default_factory=list)
    approved: list[Matter] = field(default_factory=list)
    rejected: list[Matter] = field(default_factory=list)
    restarted_at: float = 0.0

    @property
    def bot(self) -> BotProcess:
        assert isinstance(self.desk.bot, BotProcess)
        return self.desk.bot

    async def proposes(self, idea: Idea) -> Matter:
        matter = await self.desk.agent_proposes(idea)
        self.matters.append(matter)
        return matter

    async def approves(self, matter: Matter) -> None:
        """Click, and count on it from the moment Slack was answered."""
        card = await matter.card(lambda seen: bool(seen.buttons))
        if "Approve" not in card.buttons or (await self.desk.dev.clicks("Approve", matter)).acked:
            self.approved.append(matter)

    async def dies(self) -> None:
        """Kill the bot, and start it again over what it left behind."""
        await self.bot.kill()
        await self.desk.workspace.heals()
        await self.bot.start()
        self.restarted_at = time.monotonic()

    async def is_whole(self, within: float = RECOVERY) -> None:
        """See that nothing was lost and nothing doubled, soon after the last restart."""
        for matter in self.matters:
            await matter.card()
        for matter in self.approved:
            assert (await matter.agent_hears("approved")).approved
            await matter.says("Approved by")
            assert len(await matter.audit(Happening.APPROVED)) == 1
        for matter in self.rejected:
            await matter.agent_hears("rejected")
            await matter.says("Rejected")
        await self.desk.workspace.until_so(self._everything_is_told, "nothing waits to be told")
        assert time.monotonic() - self.restarted_at < within
        state = await self.desk.workspace.state()
        for matter in self.matters:
            for channel in CHANNELS:
                assert len(cards_about(state, channel, matter.id)) <= 1
        assert (await self.desk.store.verify()).sound

    async def _everything_is_told(self) -> bool:
        waiting, _ = await self.desk.store.read(lambda look: look.outbox.waiting(look.now()))
        return waiting == 0


@pytest.fixture
async def wreck(tmp_path: Path) -> AsyncIterator[Wreck]:
    database = f"sqlite:///{tmp_path}/keyturn.db"
    async with desk_of(Setting(database, tmp_path, apart=True)) as desk:
        yield Wreck(desk)


async def test_killed_while_cards_are_being_posted(wreck: Wreck) -> None:
    """One was just taken in, one is on its way to Slack, one arrived and nobody knows."""
    slack = wreck.desk.workspace
    await slack.fault("slow", "chat.postMessage", delay=1.0, channel="C0SRE")
    await slack.fault("lost_reply", "chat.postMessage", channel="C0FINANCE")
    rebuild = await wreck.proposes(an_index_rebuild())
    large = await wreck.proposes(a_refund("12000.00"))
    await slack.until_so(lambda: no_fault_is_left(slack), "every fault strikes")
    arrived = await large.card()
    for _ in range(2):
        await wreck.proposes(a_refund())
    await wreck.dies()
    await wreck.is_whole()
    assert (await large.card()).ts == arrived.ts
    await wreck.approves(rebuild)
    await rebuild.agent_hears("approved")


async def test_killed_once_clicks_were_acknowledged(wreck: Wreck) -> None:
    rebuild = await wreck.proposes(an_index_rebuild())
    contract = await wreck.proposes(a_contract())
    refund = await wreck.proposes(a_refund())
    await contract.card()
    await wreck.desk.finn.opens("Reject", refund)
    # The decisions are made, but no card may show them yet.
    for method in ("chat.update", "chat.postMessage"):
        await wreck.desk.workspace.fault("slow", method, delay=1.0, times=3)
    answers = await asyncio.gather(
        wreck.desk.dev.clicks("Approve", rebuild),
        wreck.desk.ben.clicks("Approve", contract),
        wreck.desk.finn.submits({"Category": "Duplicate", "Reason": "Paid."}),
    )
    await wreck.bot.kill()
    assert all(each.acked for each in answers)
    wreck.approved.append(rebuild)
    wreck.rejected.append(refund)
    await wreck.dies()
    await wreck.is_whole()
    await contract.says("1 of 2", "signed by Ben Okafor")


async def test_killed_again_while_it_recovers_and_time_runs_out(wreck: Wreck) -> None:
    rotation = await wreck.proposes(a_key_rotation())
    await rotation.card()
    # Starting twice takes longer than both rungs: nobody was there to see them pass.
    await wreck.dies()
    await wreck.dies()
    await rotation.agent_hears("expired")
    await rotation.says("Nobody decided")
    await wreck.is_whole()
    assert len(await rotation.audit(Happening.ESCALATED)) == 1
    assert len(await rotation.audit(Happening.EXPIRED)) == 1


@pytest.mark.parametrize(
    ("engine", "way", "seed"),
    [
        pytest.param("sqlite", "queue", 12),
        pytest.param("postgresql", "api", 11, marks=pytest.mark.postgres),
    ],
)
async def test_killed_at_any_moment(tmp_path: Path, engine: str, way: Way, seed: int) -> None:
    chance = random.Random(seed)
    with ExitStack() as stack:
        database = f"sqlite:///{tmp_path}/keyturn.db"
        if engine == "postgresql":
            database = stack.enter_context(own_database())
        async with desk_of(Setting(database, tmp_path, way=way, apart=True)) as desk:
            wreck = Wreck(desk)
            for _ in range(2):
                await _some_time_at_work(wreck, chance)
                await wreck.dies()
            for matter in wreck.matters:
                await matter.known()
                await wreck.approves(matter)
            # Slack takes one message a second and channel, so this may take a while.
            await wreck.is_whole(within=60)
            page = await desk.agent.page(limit="200")
            known = {each.id for each in page.proposals}
            assert {matter.id for matter in wreck.matters} <= known
            for each in known:
                await Matter(each, "#sre-review", desk).card()


async def _some_time_at_work(wreck: Wreck, chance: random.Random) -> None:
    """Propose, click and misbehave for a while; then the power goes, in the middle of it."""
    for kind in chance.sample(["slow", "lost_reply", "late_500", "http_500"], 2):
        method = chance.choice(["chat.postMessage", "chat.update"])
        await wreck.desk.workspace.fault(kind, method, delay=0.3)
    work = asyncio.create_task(_work(wreck))
    await asyncio.wait([work], timeout=chance.uniform(0.05, 1.5))
    await wreck.bot.kill()
    work.cancel()
    await asyncio.wait([work])


async def _work(wreck: Wreck) -> None:
    """Propose three times and decide as soon as there is a card."""
    for _ in range(3):
        rebuild = await wreck.proposes(an_index_rebuild())
        await rebuild.known()
        await wreck.approves(rebuild)
