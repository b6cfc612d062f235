"""Everything the demo needs, in one folder and one program."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console

from bot.demo.agent import DemoAgent, Pace
from bot.demo.console import AgentConsole
from bot.demo.story import ANOTHER, STORY
from bot.draining import Drain
from bot.keys import create_key
from bot.observability import set_up_logging
from bot.settings import Settings
from bot.wiring import running
from keyturn import AsyncKeyturn
from keyturn.queue import SqlQueue
from manifests.loading import SHIPPED
from manifests.loading_keys import AgentEntry
from manifests.vocabulary import AgentName
from sandbox import Options, Sandbox

AGENT = AgentName("support-agent")
# Good for the sandbox only, which takes no others.
SANDBOX_BOT = "xoxb-sandbox"
SANDBOX_APP = "xapp-sandbox"
SANDBOX_SIGNING = "sandbox-signing-secret"
MADE_BY_THE_DEMO = (
    "agent.key",
    "agents.yaml",
    "another.json",
    "bot.log",
    "keyturn.db",
    "keyturn.db-shm",
    "keyturn.db-wal",
    "sandbox.db",
    "sandbox.db-shm",
    "sandbox.db-wal",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where the demo plays and where it keeps what it makes."""

    folder: Path
    sandbox_port: int = 8765
    api_port: int = 8766
    fresh: bool = False
    pace: Pace = field(default_factory=Pace)
    console: Console = field(default_factory=Console)

    def settings(self, slack_api_url: str) -> Settings:
        """Give the bot's settings; nothing is read from the environment."""
        return Settings(
            slack_bot_token=SecretStr(SANDBOX_BOT),
            slack_app_token=SecretStr(SANDBOX_APP),
            slack_signing_secret=SecretStr(SANDBOX_SIGNING),
            slack_api_url=slack_api_url,
            workspace="demo",
            database_url=self.database_url,
            manifests=SHIPPED,
            http_port=self.api_port,
            agent_keys_file=self.folder / "agents.yaml",
        )

    @property
    def database_url(self) -> str:
        """Say where the bot and the agent's queue are."""
        return f"sqlite:///{self.folder.resolve() / 'keyturn.db'}"

    def set_up(self) -> str:
        """Make the folder, or find it as an earlier run left it, and give the agent's key."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.fresh:
            for name in MADE_BY_THE_DEMO:
                with suppress(FileNotFoundError):
                    (self.folder / name).unlink()
        (self.folder / "another.json").write_text(json.dumps(ANOTHER, indent=2) + "\n")
        kept = self.folder / "agent.key"
        if kept.exists() and (self.folder / "agents.yaml").exists():
            return kept.read_text().strip()
        key = create_key(self.folder / "agents.yaml", AGENT, AgentEntry(actions="*"))
        kept.touch(mode=0o600)
        kept.write_text(key + "\n")
        return key


async def play(stage: Stage, drain: Drain) -> None:
    """Run the sandbox, the bot and the agent until the drain starts."""
    key = stage.set_up()
    with _logging_into(stage.folder / "bot.log"):
        options = Options(port=stage.sandbox_port, state=stage.folder / "sandbox.db")
        async with (
            Sandbox(options) as box,
            running(stage.settings(box.api_url), drain) as bot,
        ):
            console = AgentConsole(stage.console, lambda: datetime.now(UTC))
            console.announce(*_welcome(stage, box.url))
            async with _working(stage, bot.url, key, console):
                await drain.wait()
            console.announce("", "Stopping. Start it again and it goes on from here.")


@contextmanager
def _logging_into(path: Path) -> Iterator[None]:
    """Keep the console for the agent; the last lines, after the file is closed, go to it again."""
    with path.open("a", encoding="utf-8") as log:
        set_up_logging("info", "json", log)
        try:
            yield
        finally:
            set_up_logging("warning", "console")


@asynccontextmanager
async def _working(
    stage: Stage, api_url: str, key: str, console: AgentConsole
) -> AsyncIterator[None]:
    """Let the agent work for as long as the block runs; a fault of its own ends the demo."""
    queue = await asyncio.to_thread(SqlQueue, stage.database_url, AGENT)
    async with AsyncKeyturn(api_url, key) as gateway:
        agent = DemoAgent(
            gateway=gateway, queue=queue, console=console, story=STORY, pace=stage.pace
        )
        try:
            async with asyncio.TaskGroup() as group:
                task = group.create_task(
                    agent.work(lambda: console.announce(*_afterwards(stage, api_url)))
                )
                yield
                task.cancel()
        finally:
            await asyncio.to_thread(queue.close)


def _welcome(stage: Stage, sandbox_url: str) -> list[str]:
    return [
        "",
        f"  Open {sandbox_url}: a sandbox workspace with Slack-like channels.",
        "  Be any of the people there, click on cards, and watch the agent below.",
        f"  Everything is kept in {stage.folder}; Ctrl-C stops it, --fresh forgets it.",
        "  Propose something of your own from another terminal:",
        f"    KEYTURN_API_KEY=$(cat {stage.folder}/agent.key) .venv/bin/keyturn \\",
        f"      propose {stage.folder}/another.json",
        "",
    ]


def _afterwards(stage: Stage, api_url: str) -> list[str]:
    return [
        "",
        "  That was the story. The agent goes on listening: ask for a rollback on a closed card,",
        "  or propose something yourself, from another terminal:",
        "",
        f"    KEYTURN_URL={api_url} KEYTURN_API_KEY=$(cat {stage.folder}/agent.key) \\",
        f"      keyturn propose {stage.folder}/another.json",
        "",
    ]
