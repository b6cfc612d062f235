"""The bot as a program: in this process, or in one of its own that can be killed."""

import asyncio
import hashlib
import os
import re
import shutil
import signal
import socket
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Mapping
from contextlib import AsyncExitStack, closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol

import httpx
import yaml

from bot.program.draining import Drain
from bot.program.pacing import Pace
from bot.settings import Settings
from bot.wiring import Bot, running
from manifests.loading import SHIPPED
from store.sql import SqlStore
from tests.scenarios.seeing import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
OWN_ACTIONS = Path(__file__).with_name("actions")

AGENT, KEY = "support-agent", "keyturn_a_key_for_the_desk_only"
FINNS_AGENT, FINNS_KEY = "finns-agent", "keyturn_a_key_for_finns_agent_only"
ENGINE, ENGINES_KEY = "opa", "keyturn_a_key_for_the_policy_engine"
OWNERS = {AGENT: ("U0IVO", KEY), FINNS_AGENT: ("U0FINN", FINNS_KEY)}

Mode = Literal["socket", "http"]


@dataclass(frozen=True, slots=True)
class Premises:
    """Where a bot runs: its database, its folder, and the Slack it speaks to."""

    database: str
    folder: Path
    api_url: str
    port: int
    mode: Mode = "socket"
    reload_seconds: float = 0.1

    def environment(self) -> dict[str, str]:
        """Write down what `keyturn run` would find in its environment."""
        return {
            "SLACK_BOT_TOKEN": "xoxb-sandbox",
            "SLACK_APP_TOKEN": "xapp-sandbox",
            "SLACK_SIGNING_SECRET": "sandbox-signing-secret",
            "SLACK_API_URL": self.api_url,
            "KEYTURN_SLACK_MODE": self.mode,
            "KEYTURN_DATABASE_URL": self.database,
            "KEYTURN_MANIFESTS": str(self.folder / "manifests"),
            "KEYTURN_HTTP_PORT": str(self.port),
            "KEYTURN_RELOAD_SECONDS": str(self.reload_seconds),
            "KEYTURN_AGENT_KEYS_FILE": str(self.folder / "agents.yaml"),
        }

    def furnish(self) -> None:
        """Write the manifests and the agents' keys."""
        actions = self.folder / "manifests" / "actions"
        shutil.copytree(SHIPPED / "actions", actions)
        roles = (SHIPPED / "roles.yaml").read_text("utf-8")
        (self.folder / "manifests" / "roles.yaml").write_text(_for_stories(roles), "utf-8")
        shutil.copytree(OWN_ACTIONS, actions, dirs_exist_ok=True)
        agents = {
            name: {
                "key_sha256": hashlib.sha256(key.encode()).hexdigest(),
                "owner": owner,
                "actions": "*",
            }
            for name, (owner, key) in OWNERS.items()
        }
        engine = {"key_sha256": hashlib.sha256(ENGINES_KEY.encode()).hexdigest(), "kind": "engine"}
        keys = self.folder / "agents.yaml"
        keys.write_text(yaml.safe_dump({"agents": {**agents, ENGINE: engine}}))
        keys.chmod(0o600)


def _for_stories(roles: str) -> str:
    """Let approvals reach agents at once, and no digest come, at whatever time a story is told."""
    later = datetime.now(UTC) + timedelta(hours=12)
    digest = re.compile(r"^  digest: .*$", re.MULTILINE)
    written, found = digest.subn(f'  digest: {{at: "{later:%H:%M}", timezone: UTC}}', roles)
    assert found == 1
    return written.replace("defaults:\n", "defaults:\n  release_delay: none\n", 1)


class BotProgram(Protocol):
    """A bot that can be stopped and started again over the same database."""

    async def start(self) -> None:
        """Run it, and return once it answers."""

    async def stop(self) -> None:
        """Drain it."""


class BotHere:
    """The bot in this process, as `keyturn run` runs it."""

    def __init__(self, premises: Premises, pace: Pace) -> None:
        self._settings = Settings.model_validate(premises.environment())
        self._pace = pace
        self._stack = AsyncExitStack()
        self._bot: Bot | None = None

    async def start(self) -> None:
        self._bot = await self._stack.enter_async_context(
            running(self._settings, Drain(), self._pace)
        )

    async def stop(self) -> None:
        await self._stack.aclose()

    @property
    def store(self) -> SqlStore:
        assert self._bot is not None
        return self._bot.store


class BotProcess:
    """The bot in a process of its own: `keyturn run`, which can be killed at any moment."""

    def __init__(self, premises: Premises) -> None:
        self._premises = premises
        self._process: Process | None = None

    async def start(self) -> None:
        log = (self._premises.folder / "bot.log").open("ab")
        with closing(log):
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "run",
                cwd=self._premises.folder,
                env=self._environment(),
                stdout=log,
                stderr=log,
            )
        await self._answers()

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    @property
    def pid(self) -> int:
        """Say which process it is."""
        assert self._process is not None
        return self._process.pid

    async def kill(self) -> None:
        """End it at once, as a power cut would."""
        await self._end(signal.SIGKILL)

    async def _answers(self) -> None:
        """Wait until it takes requests, or say what it wrote when it does not."""
        assert self._process is not None
        deadline = time.monotonic() + PATIENCE
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self._premises.port}") as asking:
            while True:
                with suppress(httpx.TransportError):
                    if (await asking.get("/healthz")).is_success:
                        return
                written = (self._premises.folder / "bot.log").read_text()
                assert self._process.returncode is None, written
                assert time.monotonic() < deadline, written
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._process.wait(), 0.05)

    async def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.send_signal(how)
        await asyncio.wait_for(process.wait(), 20)

    def _environment(self) -> Mapping[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}}
        return {**kept, "PYTHONPATH": str(ROOT), **self._premises.environment()}


def free_port() -> int:
    """Find a port that nobody has."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
