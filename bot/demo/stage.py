"""Everything the demo needs, in one folder and one program."""

import asyncio
import json
import shlex
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from pydantic import SecretStr
from rich.console import Console

from bot.agents.keys import create_key, read_file
from bot.demo.agent import DemoAgent, Pace
from bot.demo.alone import alone_in, demand_free
from bot.demo.console import AgentConsole
from bot.demo.ledger import Ledger
from bot.demo.live import live_page
from bot.demo.scene import Act
from bot.demo.story import ANOTHER, story
from bot.demo.tour import TOUR
from bot.program.draining import Drain
from bot.program.observability import set_up_logging
from bot.settings import Settings
from bot.wiring import running
from keyturn import AsyncKeyturn
from keyturn.queue import SqlQueue
from manifests.loading import SHIPPED
from manifests.loading_keys import AgentEntry
from manifests.vocabulary import AgentName
from sandbox import Options, Sandbox, seed_workspace

AGENT = AgentName("support-agent")
LEDGER = AgentName("ledger")
OWN_ACTIONS = Path(__file__).with_name("actions.yaml")
# Good for the sandbox only, which takes no others.
SANDBOX_BOT = "xoxb-sandbox"
SANDBOX_APP = "xapp-sandbox"
SANDBOX_SIGNING = "sandbox-signing-secret"
MADE_BY_THE_DEMO = (
    "agent.key",
    "ledger.key",
    "agents.yaml",
    "another.json",
    "bot.log",
    "demo.env",
    "keyturn.db",
    "keyturn.db-shm",
    "keyturn.db-wal",
    "sandbox.db",
    "sandbox.db-shm",
    "sandbox.db-wal",
)


class Keys(NamedTuple):
    """The keys of the programs that play along."""

    agent: str
    ledger: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where the demo plays and where it keeps what it makes."""

    folder: Path
    sandbox_port: int = 8765
    api_port: int = 8766
    live_port: int = 8767
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
            manifests=self.manifests,
            http_port=self.api_port,
            agent_keys_file=self.folder / "agents.yaml",
        )

    @property
    def database_url(self) -> str:
        """Say where the bot and the agent's queue are."""
        return f"sqlite:///{self.folder.resolve() / 'keyturn.db'}"

    @property
    def manifests(self) -> Path:
        """Say where the rules are, which the viewer may change."""
        return self.folder / "manifests"

    @property
    def ports(self) -> dict[str, int]:
        """Give every port under the option that chooses it."""
        return {
            "--port": self.sandbox_port,
            "--api-port": self.api_port,
            "--live-port": self.live_port,
        }

    def set_up(self) -> Keys:
        """Make the folder, or find it as an earlier run left it, and give everybody's key."""
        if self.fresh:
            for name in MADE_BY_THE_DEMO:
                with suppress(FileNotFoundError):
                    (self.folder / name).unlink()
            shutil.rmtree(self.manifests, ignore_errors=True)
        (self.folder / "another.json").write_text(json.dumps(ANOTHER, indent=2) + "\n")
        if not self.manifests.exists():
            self._write_rules()
        return Keys(self._key(AGENT, "agent.key"), self._key(LEDGER, "ledger.key"))

    def _write_rules(self) -> None:
        """Copy the rules that come with Keyturn, and add the demo's own actions."""
        own = self.manifests / "actions"
        own.mkdir(parents=True)
        shutil.copy(SHIPPED / "roles.yaml", self.manifests)
        for each in sorted((SHIPPED / "actions").glob("*.yaml")):
            shutil.copy(each, own)
        shutil.copy(OWN_ACTIONS, own / "demo.yaml")

    def write_environment(self, slack_api_url: str, url: str) -> None:
        """Write down what `keyturn keys`, `doctor` and the like need to look at this demo."""
        folder = self.folder.resolve()
        said = {
            "KEYTURN_WORKSPACE": "demo",
            "KEYTURN_DATABASE_URL": self.database_url,
            "KEYTURN_MANIFESTS": str(folder / "manifests"),
            "KEYTURN_AGENT_KEYS_FILE": str(folder / "agents.yaml"),
            "KEYTURN_URL": url,
            "SLACK_API_URL": slack_api_url,
            "SLACK_BOT_TOKEN": SANDBOX_BOT,
            "SLACK_APP_TOKEN": SANDBOX_APP,
            "SLACK_SIGNING_SECRET": SANDBOX_SIGNING,
        }
        lines = [f"export {name}={shlex.quote(value)}\n" for name, value in said.items()]
        (self.folder / "demo.env").write_text("".join(lines))

    def _key(self, name: AgentName, file: str) -> str:
        """Find a key that an earlier run made, or make one."""
        kept, ring = self.folder / file, self.folder / "agents.yaml"
        if kept.exists() and ring.exists() and name in read_file(ring):
            return kept.read_text().strip()
        entry = AgentEntry(actions="*" if name == AGENT else ())
        key = create_key(ring, name, entry)
        kept.touch(mode=0o600)
        kept.write_text(key + "\n")
        return key


async def play(stage: Stage, drain: Drain) -> None:
    """Run the sandbox, the bot and the programs that use it until the drain starts."""
    stage.folder.mkdir(parents=True, exist_ok=True)
    with alone_in(stage.folder):
        demand_free(stage.ports)
        await _play(stage, drain)


async def _play(stage: Stage, drain: Drain) -> None:
    keys = stage.set_up()
    with _logging_into(stage.folder / "bot.log"):
        options = Options(port=stage.sandbox_port, state=stage.folder / "sandbox.db", tour=TOUR)
        async with (
            Sandbox(options) as box,
            running(stage.settings(box.api_url), drain) as bot,
            live_page(stage.live_port) as live,
        ):
            stage.write_environment(box.api_url, bot.url)
            console = AgentConsole(stage.console, lambda: datetime.now(UTC), _names())
            console.announce(*_welcome(stage, box.url))
            async with _working(stage, bot.url, keys, story(live), console):
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
    stage: Stage, api_url: str, keys: Keys, acts: tuple[Act, ...], console: AgentConsole
) -> AsyncIterator[None]:
    """Let the programs work for as long as the block runs; a fault of theirs ends the demo."""
    queue = await asyncio.to_thread(SqlQueue, stage.database_url, AGENT)
    async with AsyncKeyturn(api_url, keys.agent) as own, AsyncKeyturn(api_url, keys.ledger) as its:
        agent = DemoAgent(gateway=own, queue=queue, console=console, story=acts, pace=stage.pace)
        try:
            async with asyncio.TaskGroup() as group:
                finished = partial(console.announce, *_afterwards(stage))
                tasks = [
                    group.create_task(agent.work(finished)),
                    group.create_task(Ledger(its, console).work()),
                ]
                yield
                for task in tasks:
                    task.cancel()
        finally:
            await asyncio.to_thread(queue.close)


def _names() -> dict[str, str]:
    """Give the names of the people in the demo's workspace by their accounts."""
    return {each.id: each.name for each in seed_workspace().people}


def _welcome(stage: Stage, sandbox_url: str) -> list[str]:
    return [
        "",
        f"  Open {sandbox_url}: a sandbox workspace with Slack-like channels.",
        "  Be any of the people there, click on cards, and watch the agent below.",
        "  The list “Try” in the sidebar takes you from one thing to the next.",
        f"  Everything is kept in {stage.folder}; Ctrl-C stops it, --fresh forgets it.",
    ]


def _afterwards(stage: Stage) -> list[str]:
    return [
        "",
        "  That is all for today; the agent goes on listening. From another terminal:",
        "",
        "    # so that keyturn keys, doctor, deadletters and the like look at this demo:",
        f"    source {stage.folder}/demo.env",
        f"    KEYTURN_API_KEY=$(cat {stage.folder}/agent.key) \\",
        f"      .venv/bin/keyturn propose {stage.folder}/another.json",
        "",
        f"  The rules are in {stage.folder}/manifests, and you may change them.",
        "",
    ]
