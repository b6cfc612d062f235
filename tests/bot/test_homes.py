"""A home ends up with the latest, however many drawings were wanted at once."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest
from pydantic import JsonValue

from blocks.home_ids import Looking
from bot.judging.live_manifest import LiveManifest
from bot.messenger import Account, Messenger, Retryable
from bot.people.directory import Directory
from bot.people.overview import Overview
from bot.reviewing.home import Home
from bot.reviewing.homes import LOOKS, REMEMBERED, Homes
from manifests.manifest import UserGroupId
from manifests.vocabulary import ActionName, Standing, UserId
from store.board import View
from tests.bot.gateway import MANIFEST, gateway

FINN = UserId("U0FINN")


@dataclass
class Workspace:
    """A workspace that takes a home only when it is let."""

    shown: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    let: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    away: bool = False
    unable: int = 0

    async def account(self, user: UserId) -> Account:
        if self.unable:
            self.unable -= 1
            raise Retryable("ratelimited", 1)
        return Account(user, user, Standing.MEMBER)

    async def group(self, group: UserGroupId) -> frozenset[UserId]:
        return frozenset()

    async def publish_home(self, user: UserId, view: Mapping[str, JsonValue]) -> None:
        self.asked.set()
        await self.let.wait()
        if self.away:
            raise Retryable("ratelimited", 1)
        self.shown.append(str(view["private_metadata"]))
        self.read.append(str(view["blocks"]))


@pytest.fixture
def workspace() -> Workspace:
    return Workspace()


@pytest.fixture
async def homes(tmp_path: Path, workspace: Workspace) -> AsyncIterator[Homes]:
    async with gateway(f"sqlite:///{tmp_path}/keyturn.db", tmp_path) as made:
        messenger, manifest = cast("Messenger", workspace), LiveManifest(MANIFEST)
        directory = Directory(messenger, manifest, lambda: 0.0)
        yield Homes(Home(made.store, Overview(made.store, directory, manifest)), messenger)


async def test_drawings_wanted_at_once_become_one_after_the_first(
    homes: Homes, workspace: Workspace
) -> None:
    first = asyncio.create_task(homes.show(FINN, Looking()))
    await workspace.asked.wait()
    for tab in (View.TEAMS, View.AGENTS, View.DECIDED):
        await homes.show(FINN, Looking(tab=tab))
    await homes.refresh(FINN)
    workspace.let.set()
    await first
    assert workspace.shown == [Looking().encode(), Looking(tab=View.DECIDED).encode()]


async def test_nobodys_home_is_drawn_who_never_looked(homes: Homes, workspace: Workspace) -> None:
    workspace.let.set()
    await homes.refresh(FINN)
    assert workspace.shown == []
    assert not homes.is_watched(FINN)


async def test_only_the_latest_who_looked_are_remembered(
    homes: Homes, workspace: Workspace
) -> None:
    workspace.let.set()
    for number in range(REMEMBERED + 1):
        await homes.show(UserId(f"U{number}"), Looking())
    assert not homes.is_watched(UserId("U0"))
    assert homes.is_watched(UserId(f"U{REMEMBERED}"))


async def test_a_home_that_could_not_be_drawn_is_drawn_the_next_time(
    homes: Homes, workspace: Workspace
) -> None:
    workspace.let.set()
    workspace.away = True
    await homes.show(FINN, Looking(action=ActionName("process_refund")))
    workspace.away = False
    await homes.refresh(FINN)
    assert workspace.shown == [Looking(action=ActionName("process_refund")).encode()]


async def test_whom_slack_confirms_a_moment_late_sees_their_lists(
    homes: Homes, workspace: Workspace
) -> None:
    workspace.let.set()
    workspace.unable = 1
    await homes.open(FINN, Looking())
    first, second = workspace.read
    assert "Slack could not confirm who you are" in first
    assert "Waiting on you (0)" in second


async def test_whom_slack_never_confirms_is_not_looked_up_for_ever(
    homes: Homes, workspace: Workspace
) -> None:
    workspace.let.set()
    workspace.unable = 100
    await homes.open(FINN, Looking())
    assert len(workspace.read) == LOOKS
    assert all("Slack could not confirm who you are" in each for each in workspace.read)
