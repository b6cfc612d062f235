"""The demo as its visitors find it: the console, the workspace, and what its agent knows."""

import asyncio
import io
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx
from rich.console import Console

from bot.demo.agent import Pace
from bot.demo.stage import Stage, play
from bot.program.draining import Drain
from keyturn import AsyncKeyturn
from store.sql import SqlStore, open_store
from tests.scenarios.matter import Matter
from tests.scenarios.people import PEOPLE, Seat
from tests.scenarios.seeing import CHANNELS, Json, Shown, Workspace

QUICK = Pace(
    between_proposals=0, between_acts=0, before_executing=1.5, executing=0, looking_around=0.2
)
WITHIN = 60.0

T = TypeVar("T")
_FOOTER = re.compile(r"^(\S+) · revision ")


@dataclass(frozen=True)
class Playing:
    """The demo while it plays."""

    said: io.StringIO
    workspace: Workspace

    async def says(self, *words: str) -> None:
        """Wait until the console has said all of this."""

        def so(state: Json) -> bool:
            return all(each in self.said.getvalue() for each in words)

        await self.until(so, f"the console says {words}")

    async def until(self, found: Callable[[Json], T | None], what: str) -> T:
        """Wait until something can be seen; Slack's own pace holds the first cards back."""
        until = asyncio.get_running_loop().time() + WITHIN
        while not (seen := found(state := await self.workspace.state())):
            late = asyncio.get_running_loop().time() > until
            assert not late, f"{what}: not so. The console said:\n{self.said.getvalue()}"
            heard = {"after": state["cursor"], "timeout": 0.1}
            await self.workspace.client.get("/_sandbox/events", params=heard)
        return seen


@asynccontextmanager
async def playing(folder: Path, *, fresh: bool = False) -> AsyncIterator[Playing]:
    """Run the demo for as long as the block lasts."""
    said, drain = io.StringIO(), Drain()
    stage = Stage(
        folder=folder,
        sandbox_port=0,
        api_port=0,
        live_port=0,
        fresh=fresh,
        pace=QUICK,
        console=Console(file=said, width=300),
    )
    running = asyncio.create_task(play(stage, drain))
    try:
        async with asyncio.timeout(WITHIN):
            while "Open http" not in said.getvalue():
                assert not running.done(), running.result()
                await asyncio.sleep(0.05)
        url = said.getvalue().split("Open ")[1].split(": ")[0]
        async with httpx.AsyncClient(base_url=url, timeout=30) as client:
            yield Playing(said, Workspace(client))
    finally:
        drain.start()
        await running


@dataclass(frozen=True)
class Visit:
    """Somebody who tries what the demo suggests."""

    demo: Playing
    agent: AsyncKeyturn
    store: SqlStore
    queue: None = None

    @property
    def workspace(self) -> Workspace:
        return self.demo.workspace

    def of(self, name: str) -> Seat:
        """Give a person by first name."""
        return Seat(PEOPLE[name], self.workspace)

    async def finds(self, channel: str, words: str) -> Matter:
        """Wait for the first card in a channel that says something, as the page looks for it."""

        def found(state: Json) -> str | None:
            shown = (Shown(each) for each in state["messages"].get(channel, []))
            named = (_FOOTER.match(_last_line(each)) for each in shown if each.says(words))
            return next((each[1] for each in named if each), None)

        proposal = await self.demo.until(found, f"a card with “{words}” in {channel}")
        name = next(each for each, known in CHANNELS.items() if known == channel)
        return Matter(proposal, name, self)


@asynccontextmanager
async def visiting(folder: Path) -> AsyncIterator[Visit]:
    """Run the demo until its agent has proposed all it has for today."""
    async with AsyncExitStack() as stack:
        demo = await stack.enter_async_context(playing(folder))
        await demo.says("That is all for today")
        said = dict(
            line.removeprefix("export ").split("=", 1)
            for line in (folder / "demo.env").read_text().splitlines()
        )
        key = (folder / "agent.key").read_text().strip()
        agent = await stack.enter_async_context(AsyncKeyturn(said["KEYTURN_URL"], key))
        store = await open_store(said["KEYTURN_DATABASE_URL"], workspace="demo")
        stack.push_async_callback(store.close)
        yield Visit(demo, agent, store)


def _last_line(shown: Shown) -> str:
    return shown.words.rsplit("\n", 1)[-1]
