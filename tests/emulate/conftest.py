"""A desk whose Slack is somebody else's stand-in: one stand-in a module, one bot a story."""

import hashlib
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
import yaml

from keyturn import AsyncKeyturn
from keyturn.queue import SqlQueue
from manifests.vocabulary import ChannelId
from store.sql import SqlStore
from tests.emulate.emulator import Emulator, emulating
from tests.emulate.recorder import Recorder, recording
from tests.emulate.sending import Courier
from tests.emulate.workspace import ForeignWorkspace
from tests.fixtures.services import service_missing
from tests.scenarios.desk import AT_ONCE
from tests.scenarios.matter import Matter
from tests.scenarios.people import PEOPLE, Seat
from tests.scenarios.programs import AGENT, FINNS_KEY, KEY, BotHere, Mode, Premises, free_port
from tests.scenarios.proposals import Idea

HERE = Path(__file__).parent
PROGRAMS = Path(os.environ.get("KEYTURN_TEST_EMULATE", HERE.parents[1] / ".artifacts" / "emulate"))
INSTALL = "npm install --prefix .artifacts/emulate emulate@0.12.2 node@24"

NEWCOMERS = {f"agent-{at}": f"keyturn_a_key_for_agent_{at}_only" for at in range(100)}

Furnish = Callable[[Path], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the group, so that it can be run by itself."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("emulate")


@dataclass(frozen=True)
class ForeignDesk:
    """The bot, an agent, people, and a Slack that nobody here wrote; told like any other desk."""

    workspace: ForeignWorkspace
    premises: Premises
    agent: AsyncKeyturn
    finns_agent: AsyncKeyturn
    bot: BotHere
    address: str
    keys: Iterator[str]
    """Of agents that have not proposed anything yet."""
    queue: SqlQueue | None = None
    proposed: list[str] = field(default_factory=list)

    async def again(self, agent: AsyncKeyturn) -> "ForeignDesk":
        """Sit down at it as if nothing had happened before, with an agent that nobody knows yet."""
        before = self.workspace
        anew = await ForeignWorkspace.begin(
            before.emulator, before.recorder, before.courier, before.noted
        )
        return replace(self, agent=agent, workspace=anew, proposed=[])

    def __getattr__(self, name: str) -> Seat:
        """Give a person by first name: `desk.ana`."""
        name = name.removesuffix("_")
        if name in PEOPLE:
            return Seat(PEOPLE[name], self.workspace)
        raise AttributeError(name)

    @property
    def store(self) -> SqlStore:
        return self.bot.store

    async def agent_proposes(self, idea: Idea, **more: Any) -> Matter:
        """Propose; each telling is a proposal of its own."""
        details: Any = {"idempotency_key": uuid4().hex, **idea.details, **more}
        proposed = await self.agent.propose(idea.action, idea.parameters, **details)
        self.proposed.append(proposed.id)
        return Matter(proposed.id, idea.channel, self)

    async def knows_everybody(self) -> None:
        """Wait until the bot has looked everybody up who reviews."""

        async def asked() -> bool:
            calls = await self.workspace.calls("users.info")
            users = {str(call["arguments"]["user"]) for call in calls}
            holders = await self.store.read(lambda look: look.staff.holders())
            return bool(holders) and users >= {each.user for each in holders}

        await self.workspace.until_so(asked, "everybody looked up")


@dataclass(frozen=True, slots=True)
class Foreign:
    """The stand-in that a module's stories share, with the recorder before it."""

    emulator: Emulator
    recorder: Recorder

    @asynccontextmanager
    async def desk(
        self, folder: Path, *, mode: Mode = "http", furnish: Furnish | None = None
    ) -> AsyncIterator[ForeignDesk]:
        """Set a desk up; `furnish` may change the manifests in their folder first."""
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        self.recorder.asked.clear()
        database = f"sqlite:///{folder}/keyturn.db"
        premises = Premises(database, folder, self.recorder.url, port, mode)
        premises.furnish()
        _hire(folder / "agents.yaml")
        if furnish is not None:
            furnish(folder / "manifests")
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(httpx.AsyncClient(timeout=10))
            courier = Courier(client, f"{url}/slack/events")
            bot = BotHere(premises, AT_ONCE)
            await bot.start()
            stack.push_async_callback(bot.stop)
            agent, finns = [
                await stack.enter_async_context(AsyncKeyturn(url, key)) for key in (KEY, FINNS_KEY)
            ]

            async def noted(channel: str, ts: str) -> bool:
                card = await bot.store.read(lambda look: look.cards.at(ChannelId(channel), ts))
                return card is not None

            workspace = await ForeignWorkspace.begin(self.emulator, self.recorder, courier, noted)
            yield ForeignDesk(workspace, premises, agent, finns, bot, url, iter(NEWCOMERS.values()))


def _hire(file: Path) -> None:
    """Let the newcomers in, owned like the agent that every desk has."""
    known = yaml.safe_load(file.read_text("utf-8"))["agents"]
    hired = {
        name: {**known[AGENT], "key_sha256": hashlib.sha256(key.encode()).hexdigest()}
        for name, key in NEWCOMERS.items()
    }
    file.write_text(yaml.safe_dump({"agents": {**known, **hired}}), "utf-8")


@pytest.fixture(scope="session")
def emulate() -> Path:
    """Find the stand-in and the Node.js it needs."""
    for part in ("emulate/dist/index.js", "node/bin/node"):
        if not (PROGRAMS / "node_modules" / part).exists():
            service_missing("emulate", f"{INSTALL}; or name the folder in KEYTURN_TEST_EMULATE")
    return PROGRAMS


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def foreign(
    emulate: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Foreign]:
    """Run the stand-in for the stories of a module."""
    async with (
        emulating(emulate, tmp_path_factory.mktemp("emulate")) as emulator,
        recording(emulator) as recorder,
    ):
        yield Foreign(emulator, recorder)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_desk(
    foreign: Foreign, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[ForeignDesk]:
    """Run one bot in HTTP mode for the stories of a module."""
    async with foreign.desk(tmp_path_factory.mktemp("desk"), furnish=_list_engineers) as desk:
        yield desk


def _list_engineers(manifests: Path) -> None:
    """List whom elsewhere a user group counts in: this workspace has none."""
    grouped, listed = (
        "    user_group: S0ENG\n    members: [U0LENA]",
        "    members: [U0LENA, U0MIRA]",
    )
    file = manifests / "roles.yaml"
    text = file.read_text("utf-8")
    assert text.count(grouped) == 1
    file.write_text(text.replace(grouped, listed), "utf-8")


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared_desk: ForeignDesk) -> AsyncIterator[ForeignDesk]:
    """Begin another story at the shared desk, and clear away what it leaves open."""
    async with AsyncKeyturn(shared_desk.address, next(shared_desk.keys)) as agent:
        desk = await shared_desk.again(agent)
        yield desk
        for proposal in desk.proposed:
            if not (await agent.read(proposal)).closed:
                await agent.pending(proposal).withdraw("The story is over.")
