"""A whole Keyturn on a desk: the bot, a workspace in a box, an agent, and people who click.

Everything is real: the bot runs as `keyturn run` does, Slack is the sandbox over HTTP, the agent
uses the client. A test reads as what people do and see.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import httpx

from bot.program.pacing import Pace, Rate
from keyturn import AsyncKeyturn
from keyturn.queue import SqlQueue
from sandbox import Options, Sandbox
from sandbox.live.faults import Fault
from store.sql import SqlStore, open_store
from tests.scenarios.matter import Matter
from tests.scenarios.people import PEOPLE, Seat
from tests.scenarios.programs import (
    AGENT,
    FINNS_KEY,
    KEY,
    BotHere,
    BotProcess,
    Mode,
    Premises,
    free_port,
)
from tests.scenarios.proposals import Idea
from tests.scenarios.seeing import Workspace

Way = Literal["api", "queue"]
AT_ONCE = Pace(posts=Rate(per_second=100, burst=100), updates=Rate(per_second=100, burst=100))
"""Stories do not wait for rate limits; those that are about them set Slack's own pace."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How a desk is set up: which database, how Slack calls, how the agent proposes."""

    database: str
    folder: Path
    mode: Mode = "socket"
    way: Way = "api"
    pace: Pace = AT_ONCE
    ack_seconds: float = 3.0
    reload_seconds: float = 0.1
    """How often the manifest's files are looked at."""
    apart: bool = False
    """Whether the bot runs in a process of its own, so that it can be killed."""


@dataclass(frozen=True)
class Desk:
    """The whole of it."""

    setting: Setting
    premises: Premises
    workspace: Workspace
    sandbox: Sandbox
    agent: AsyncKeyturn
    finns_agent: AsyncKeyturn
    bot: BotHere | BotProcess
    queue: SqlQueue | None
    own_store: SqlStore | None
    """A second look into the database, where the bot's own is in another process."""

    def __getattr__(self, name: str) -> Seat:
        """Give a person by first name: `desk.ana`."""
        name = name.removesuffix("_")
        if name in PEOPLE:
            return Seat(PEOPLE[name], self.workspace)
        raise AttributeError(name)

    @property
    def store(self) -> SqlStore:
        if isinstance(self.bot, BotHere):
            return self.bot.store
        assert self.own_store is not None
        return self.own_store

    async def agent_proposes(self, idea: Idea, **more: Any) -> Matter:
        """Propose, by the way this desk is set up for; each telling is a proposal of its own."""
        details: Any = {"idempotency_key": uuid4().hex, **idea.details, **more}
        if self.queue is not None:
            propose = self.queue.propose
            proposal = (
                await asyncio.to_thread(propose, idea.action, idea.parameters, **details)
            ).id
        else:
            proposal = (await self.agent.propose(idea.action, idea.parameters, **details)).id
        return Matter(proposal, idea.channel, self)

    async def knows_everybody(self) -> None:
        """Wait until the bot has looked everybody up who reviews, so that no more is asked."""

        async def asked() -> bool:
            calls = await self.workspace.calls("users.info")
            users = {str(call["arguments"]["user"]) for call in calls}
            holders = await self.store.read(lambda look: look.staff.holders())
            return bool(holders) and users >= {each.user for each in holders}

        await self.workspace.until_so(asked, "everybody looked up")

    async def finns_agent_proposes(self, idea: Idea) -> Matter:
        """Let an agent propose that Finn owns."""
        proposed = await self.finns_agent.propose(idea.action, idea.parameters)
        return Matter(proposed.id, idea.channel, self)


@asynccontextmanager
async def desk_of(setting: Setting, slack_away: int = 0) -> AsyncIterator[Desk]:
    """Set a desk up, and clear it away; Slack may be away for the first calls."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/slack/events" if setting.mode == "http" else None
    options = Options(request_url=url, rate_limits=False, ack_seconds=setting.ack_seconds)
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox(options))
        if slack_away:
            sandbox.box.faults.planned.append(Fault("http_503", times=slack_away))
        premises = Premises(
            setting.database,
            setting.folder,
            sandbox.api_url,
            port,
            setting.mode,
            setting.reload_seconds,
        )
        premises.furnish()
        bot = BotProcess(premises) if setting.apart else BotHere(premises, setting.pace)
        await bot.start()
        stack.push_async_callback(bot.stop)
        client = await stack.enter_async_context(
            httpx.AsyncClient(base_url=sandbox.url, timeout=30.0)
        )
        api = f"http://127.0.0.1:{port}"
        yield Desk(
            setting=setting,
            premises=premises,
            workspace=Workspace(client),
            sandbox=sandbox,
            agent=await stack.enter_async_context(AsyncKeyturn(api, KEY)),
            finns_agent=await stack.enter_async_context(AsyncKeyturn(api, FINNS_KEY)),
            bot=bot,
            own_store=await _second_look(setting, stack) if setting.apart else None,
            queue=stack.enter_context(SqlQueue(setting.database, agent=AGENT))
            if setting.way == "queue"
            else None,
        )


async def _second_look(setting: Setting, stack: AsyncExitStack) -> SqlStore:
    store = await open_store(setting.database, workspace="default")
    stack.push_async_callback(store.close)
    return store
