"""A whole Keyturn on a desk: the bot, a workspace in a box, an agent, and people who click.

Everything is real: the bot runs as `keyturn run` does, Slack is the sandbox over HTTP, the agent
uses the client. A test reads as what people do and see.
"""

import asyncio
import hashlib
import socket
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import httpx
import yaml

from bot.draining import Drain
from bot.settings import Settings
from bot.wiring import running
from keyturn import AsyncDecided, AsyncKeyturn, Decision
from keyturn.queue import SqlQueue
from manifests.loading import SHIPPED
from sandbox import Options, Sandbox

PATIENCE = 20.0
AGENT = "support-agent"
KEY = "keyturn_a_key_for_the_desk_only"
PEOPLE = {
    "ana": "U0ANA",
    "ben": "U0BEN",
    "cora": "U0CORA",
    "dev": "U0DEV",
    "elif": "U0ELIF",
    "finn": "U0FINN",
    "gus": "U0GUS",
    "hana": "U0HANA",
}
CHANNELS = {
    "#support-review": "C0SUPPORT",
    "#finance-approvals": "C0FINANCE",
    "#executive-approvals": "C0EXEC",
    "#ops-alerts": "C0OPS",
    "#keyturn-admins": "C0ADMINS",
    "#sre-review": "C0SRE",
    "#fallback-review": "C0FALLBACK",
}

Mode = Literal["socket", "http"]
Way = Literal["api", "queue"]


@dataclass(frozen=True, slots=True)
class Setting:
    """How a desk is set up: which database, how Slack calls, how the agent proposes."""

    database: str
    folder: Path
    mode: Mode = "socket"
    way: Way = "api"
    manifests: Path = SHIPPED
    rate_limits: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as people see it: all its words, and what can be clicked."""

    message: Mapping[str, Any]

    @property
    def ts(self) -> str:
        """Name the message."""
        return str(self.message["ts"])

    @property
    def words(self) -> str:
        """Join everything that can be read on it."""
        return "\n".join(_words(self.message.get("blocks", [])))

    @property
    def buttons(self) -> dict[str, str]:
        """Map the labels of its buttons to their action ids."""
        return {
            element["text"]["text"]: element["action_id"]
            for block in self.message.get("blocks", [])
            for element in [*block.get("elements", []), block.get("accessory") or {}]
            if element.get("type") == "button"
        }

    def says(self, words: str) -> bool:
        """Say whether these words can be read on it."""
        return words in self.words


def _words(value: Any) -> list[str]:
    """Collect texts in reading order."""
    if isinstance(value, list):
        return [word for each in value for word in _words(each)]
    if not isinstance(value, dict):
        return []
    own = value.get("text")
    found = [own] if isinstance(own, str) else []
    return found + [word for key, each in value.items() if key != "value" for word in _words(each)]


@dataclass(frozen=True, slots=True)
class Slack:
    """The sandbox, driven over HTTP."""

    client: httpx.AsyncClient

    async def state(self) -> dict[str, Any]:
        """Read everything there is."""
        return dict((await self.client.get("/_sandbox/state")).json())

    async def do(self, what: str, **body: Any) -> dict[str, Any]:
        """Do something as a person, and give the sandbox's answer."""
        return dict((await self.client.post(f"/_sandbox/{what}", json=body)).json())

    async def until(self, found: Callable[[dict[str, Any]], Any], what: str) -> Any:
        """Wait until something can be seen, and give it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            state = await self.state()
            seen = found(state)
            if seen:
                return seen
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"{what}: not seen within {PATIENCE:.0f} s")
            await self.client.get(
                "/_sandbox/events", params={"after": state["cursor"], "timeout": min(left, 1.0)}
            )


@dataclass(frozen=True, slots=True)
class Seat:
    """One person at the desk."""

    user: str
    desk: "Desk"

    async def clicks(
        self, label: str, proposal: str, channel: str, **more: Any
    ) -> dict[str, Any]:
        """Click a button by its label, confirming whatever dialog it shows."""
        card = await self.desk.card(proposal, channel, lambda seen: label in seen.buttons)
        return await self.desk.slack.do(
            "click",
            user=self.user,
            channel=CHANNELS[channel],
            ts=card.ts,
            action_id=card.buttons[label],
            confirmed=True,
            **more,
        )

    async def chooses(self, option: str, proposal: str, channel: str) -> dict[str, Any]:
        """Choose from the card's overflow menu."""
        card = await self.desk.card(proposal, channel)
        return await self.desk.slack.do(
            "click",
            user=self.user,
            channel=CHANNELS[channel],
            ts=card.ts,
            action_id="more",
            option=option,
        )

    async def modal(self) -> dict[str, Any]:
        """Wait for the modal that is open in front of this person."""
        views = await self.desk.slack.until(
            lambda state: state["views"].get(self.user), f"a modal for {self.user}"
        )
        return dict(views[-1])

    async def submits(self, **values: Any) -> dict[str, Any]:
        """Fill the open modal and submit it."""
        view = await self.modal()
        return await self.desk.slack.do(
            "submit", user=self.user, view_id=view["id"], values=values
        )

    async def whispers(self) -> list[str]:
        """Read what only this person can see."""
        state = await self.desk.slack.state()
        return [str(each.get("text", "")) for each in state["ephemerals"].get(self.user, [])]

    async def hears(self, words: str) -> None:
        """Wait for a whisper."""
        await self.desk.slack.until(
            lambda state: any(
                words in str(each) for each in state["ephemerals"].get(self.user, [])
            ),
            f"“{words}” whispered to {self.user}",
        )


@dataclass
class Desk:
    """The whole of it."""

    setting: Setting
    slack: Slack
    agent: AsyncKeyturn
    sandbox: Sandbox
    bot: "BotProgram"
    queue: SqlQueue | None = None
    proposals: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Seat:
        """Give a person by first name: `desk.ana`."""
        if name in PEOPLE:
            return Seat(PEOPLE[name], self)
        raise AttributeError(name)

    async def agent_proposes(self, action: str, parameters: Any = None, **details: Any) -> str:
        """Propose by the way this desk is set up for, and give the proposal's id."""
        if self.setting.way == "queue":
            assert self.queue is not None
            queued = await asyncio.to_thread(self.queue.propose, action, parameters, **details)
            proposal = queued.id
        else:
            proposal = (await self.agent.propose(action, parameters, **details)).id
        self.proposals.append(proposal)
        return proposal

    async def decision(self, proposal: str) -> AsyncDecided:
        """Read how a proposal stands, as its agent does."""
        return await self.agent.read(proposal)

    async def agent_hears(self, proposal: str, status: str) -> Decision:
        """Wait until the agent is told this status, by the way it proposed."""
        if self.setting.way == "queue":
            assert self.queue is not None
            heard = await asyncio.to_thread(self.queue.pending(proposal).wait, PATIENCE)
            assert heard.status == status, heard
            return heard
        decision = await self.agent.pending(proposal).wait(PATIENCE)
        assert decision.status == status, decision
        return decision

    async def stands(self, proposal: str, status: str) -> AsyncDecided:
        """Wait until a proposal has this status, open or closed."""
        deadline = time.monotonic() + PATIENCE
        seen = await self._read_when_known(proposal, deadline)
        while seen.status != status:
            assert time.monotonic() < deadline, f"{proposal} is {seen.status}, not {status}"
            seen = await self.agent.change(seen, 1.0)
        return seen

    async def _read_when_known(self, proposal: str, deadline: float) -> AsyncDecided:
        with self.bot.watching(proposal) as watch:
            while True:
                page = await self.agent.page(limit="200")
                if any(each.id == proposal for each in page.decisions):
                    return await self.decision(proposal)
                assert time.monotonic() < deadline, f"{proposal} was never taken in"
                await watch.wait(0.2)

    async def card(
        self,
        proposal: str,
        channel: str,
        when: Callable[[Shown], bool] = lambda seen: True,
    ) -> Shown:
        """Wait for the proposal's card in a channel, in the shape asked for."""

        def found(state: dict[str, Any]) -> Shown | None:
            messages = state["messages"].get(CHANNELS[channel], [])
            cards = [Shown(each) for each in messages if _about(each, proposal)]
            assert len(cards) <= 1, f"{len(cards)} cards for {proposal} in {channel}"
            return next((card for card in cards if when(card)), None)

        return await self.slack.until(found, f"the card of {proposal} in {channel}")

    async def card_says(self, proposal: str, channel: str, words: str) -> Shown:
        """Wait until a card says something."""
        return await self.card(proposal, channel, lambda seen: seen.says(words))

    async def thread(self, proposal: str, channel: str, words: str) -> None:
        """Wait until the thread under a card says something."""
        card = await self.card(proposal, channel)
        await self.slack.until(
            lambda state: any(
                words in Shown(each).words or words in str(each.get("text"))
                for each in state["threads"].get(CHANNELS[channel], {}).get(card.ts, [])
            ),
            f"“{words}” in the thread of {proposal}",
        )


def _about(message: Mapping[str, Any], proposal: str) -> bool:
    """Say whether a message is the card of a proposal: its buttons or footer name it."""
    return message.get("thread_ts") in (None, message.get("ts")) and proposal in str(
        message.get("blocks")
    )


class BotProgram:
    """The bot, which can be stopped and started again over the same database."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._stack = AsyncExitStack()
        self._store: Any = None

    async def start(self) -> None:
        """Run it."""
        running_bot = running(self.settings, Drain())
        bot = await self._stack.enter_async_context(running_bot)
        self._store = bot.store

    async def stop(self) -> None:
        """Drain it."""
        await self._stack.aclose()

    def watching(self, proposal: str) -> Any:
        """Watch a proposal as long-polls do."""
        return self._store.watch(f"proposal:{proposal}")


def free_port() -> int:
    """Find a port that nobody has."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def write_keys(folder: Path) -> Path:
    """Write the agents' key file."""
    path = folder / "agents.yaml"
    hashed = hashlib.sha256(KEY.encode()).hexdigest()
    agents = {AGENT: {"key_sha256": hashed, "owner": "U0IVO", "actions": "*"}}
    path.write_text(yaml.safe_dump({"agents": agents}))
    path.chmod(0o600)
    return path


def settings_of(setting: Setting, sandbox: Sandbox, port: int) -> Settings:
    """Write down the settings that `keyturn run` would read."""
    return Settings.model_validate(
        {
            "SLACK_BOT_TOKEN": "xoxb-sandbox",
            "SLACK_APP_TOKEN": "xapp-sandbox",
            "SLACK_SIGNING_SECRET": "sandbox-signing-secret",
            "SLACK_API_URL": sandbox.api_url,
            "KEYTURN_SLACK_MODE": setting.mode,
            "KEYTURN_DATABASE_URL": setting.database,
            "KEYTURN_MANIFESTS": setting.manifests,
            "KEYTURN_HTTP_PORT": port,
            "KEYTURN_AGENT_KEYS_FILE": write_keys(setting.folder),
        }
    )


@asynccontextmanager
async def desk_of(setting: Setting) -> AsyncIterator[Desk]:
    """Set a desk up, and clear it away."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/slack/events" if setting.mode == "http" else None
    options = Options(request_url=url, rate_limits=setting.rate_limits)
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox(options))
        bot = BotProgram(settings_of(setting, sandbox, port))
        await bot.start()
        stack.push_async_callback(bot.stop)
        client = await stack.enter_async_context(
            httpx.AsyncClient(base_url=sandbox.url, timeout=30.0)
        )
        agent = await stack.enter_async_context(AsyncKeyturn(f"http://127.0.0.1:{port}", KEY))
        desk = Desk(setting, Slack(client), agent, sandbox, bot)
        if setting.way == "queue":
            desk.queue = stack.enter_context(SqlQueue(setting.database, agent=AGENT))
        yield desk
