"""A stand-in for Slack that nobody here wrote: npm `emulate`, and how to call it.

Its people and channels are those of the stories; it gives them ids of its own, which are translated
at its door and mean nothing to anybody. The app's token has the scopes that the app's own manifest
asks for, and no other.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

from manifests.loading import SHIPPED
from tests.scenarios.programs import free_port
from tests.scenarios.seeing import PATIENCE

Json = dict[str, Any]

TOKEN = "xoxb-sandbox"
CARETAKER = "xoxp-caretaker"
"""The token of somebody who may do whatever a workspace's owner may."""
SIGNING_SECRET = "sandbox-signing-secret"
APP, BOT, BOT_USER = "A0KEYTURN", "B0KEYTURN", "U0KEYTURN"
PEOPLE = {
    "U0ANA": "Ana Ruiz",
    "U0BEN": "Ben Okafor",
    "U0CORA": "Cora Lindqvist",
    "U0DEV": "Dev Patel",
    "U0ELIF": "Elif Kaya",
    "U0FINN": "Finn Maguire",
    "U0JUN": "Jun Arai",
    "U0KOFI": "Kofi Mensah",
    "U0LENA": "Lena Voss",
    "U0MIRA": "Mira Solano",
}
ROOMS = {
    "C0SUPPORT": "support-review",
    "C0FINANCE": "finance-approvals",
    "C0EXEC": "executive-approvals",
    "C0SRE": "sre-review",
    "C0ENG": "engineering-review",
    "C0FALLBACK": "fallback-review",
    "C0OPS": "ops-alerts",
    "C0ADMINS": "keyturn-admins",
}


@dataclass
class Emulator:
    """A running stand-in, and what it calls our people and channels."""

    client: httpx.AsyncClient
    ids: dict[str, str] = field(default_factory=dict)
    """What stories call people and channels, and what the stand-in does."""

    async def call(self, method: str, token: str = TOKEN, **arguments: Any) -> Json:
        """Call a method, as the app or as whoever holds the token."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        body = self.theirs(json.dumps(arguments).encode())
        answer = await self.client.post(f"/api/{method}", content=body, headers=headers)
        told: Json = json.loads(self.ours(answer.content))
        assert told.get("ok"), (method, told)
        return told

    async def as_person(self, user: str, method: str, **arguments: Any) -> Json:
        """Call a method as one person of the workspace."""
        return await self.call(method, token_of(user), **arguments)

    async def history(self, channel: str) -> list[Json]:
        """List a conversation's messages, oldest first."""
        token = _reader(channel)
        told = await self.call("conversations.history", token, channel=channel, limit=1000)
        return list(reversed(told["messages"]))

    async def replies(self, channel: str, ts: str) -> list[Json]:
        """List the answers under a message, oldest first."""
        told = await self.call("conversations.replies", _reader(channel), channel=channel, ts=ts)
        return [each for each in told["messages"] if each["ts"] != ts]

    async def direct(self, user: str) -> str:
        """Give the conversation of the app with one person."""
        told = await self.call("conversations.open", users=user)
        return str(told["channel"]["id"])

    async def trigger(self, user: str, view: str | None = None) -> str:
        """Make the trigger of somebody's click, perhaps inside a view."""
        inside = {} if view is None else {"view_id": view}
        told = await self.call("views.generateTriggerId", user_id=user, **inside)
        return str(told["trigger_id"])

    def theirs(self, body: bytes) -> bytes:
        """Write the stand-in's ids in the place of ours; else it stays as it is."""
        for ours, theirs in self.ids.items():
            body = body.replace(ours.encode(), theirs.encode())
        return body

    def ours(self, body: bytes) -> bytes:
        """Write our ids in the place of the stand-in's."""
        for ours, theirs in self.ids.items():
            body = body.replace(theirs.encode(), ours.encode())
        return body


def _reader(channel: str) -> str:
    """Say by whose token a conversation is read: the stand-in lets each call so often only."""
    return CARETAKER if channel in ROOMS else TOKEN


def token_of(user: str) -> str:
    """Name the token of one person."""
    return f"xoxp-{user}"


@asynccontextmanager
async def emulating(programs: Path, folder: Path) -> AsyncIterator[Emulator]:
    """Run the stand-in with our people and channels."""
    port = free_port()
    seed = folder / "emulate.yaml"
    seed.write_text(yaml.safe_dump({"slack": _seed()}))
    bin_ = programs / "node_modules"
    log = (folder / "emulate.log").open("wb")
    process = await asyncio.create_subprocess_exec(
        bin_ / "node" / "bin" / "node",
        bin_ / "emulate" / "dist" / "index.js",
        *("start", "--service", "slack", "--port", str(port), "--seed", str(seed)),
        stdout=log,
        stderr=log,
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
            emulator = Emulator(client)
            await _answers(client, folder / "emulate.log")
            await _settle(emulator)
            yield emulator
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), 10)
        log.close()


def _seed() -> Json:
    return {
        "team": {"name": "Keyturn", "domain": "keyturn"},
        "users": [
            {"name": _handle(user), "real_name": name, "email": f"{_handle(user)}@example.com"}
            for user, name in PEOPLE.items()
        ],
        "channels": [{"name": name} for name in ROOMS.values()],
        "signing_secret": SIGNING_SECRET,
        "strict_scopes": True,
        "oauth_apps": [_app()],
        "tokens": [
            {
                "token": TOKEN,
                "type": "bot",
                "user_id": BOT_USER,
                "app_id": APP,
                "client_id": "1.2",
                "bot_id": BOT,
                "bot_user_id": BOT_USER,
                "scopes": _scopes(),
            },
            {"token": CARETAKER, "type": "user", "user": "admin"},
            *({"token": token_of(user), "type": "user", "user": _handle(user)} for user in PEOPLE),
        ],
    }


def _app() -> Json:
    return {
        "client_id": "1.2",
        "client_secret": "unused",
        "app_id": APP,
        "name": "Keyturn",
        "redirect_uris": ["http://127.0.0.1/unused"],
        "scopes": _scopes(),
        "bot_id": BOT,
        "bot_user_id": BOT_USER,
        "bot_name": "keyturn",
    }


def _scopes() -> list[str]:
    """Read what the app asks for when it is installed."""
    app = yaml.safe_load((SHIPPED / "slack_app.yaml").read_text("utf-8"))
    return list(app["oauth_config"]["scopes"]["bot"])


def _handle(user: str) -> str:
    return user.removeprefix("U0").lower()


async def _answers(client: httpx.AsyncClient, log: Path) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    deadline = time.monotonic() + PATIENCE
    while True:
        with suppress(httpx.TransportError):
            if (await client.post("/api/auth.test", headers=headers)).json().get("ok"):
                return
        assert time.monotonic() < deadline, f"it does not answer; see {log}"
        await asyncio.sleep(0.05)


async def _settle(emulator: Emulator) -> None:
    """Learn the stand-in's ids, and invite the app to every channel."""
    people = (await emulator.call("users.list", CARETAKER))["members"]
    rooms = (await emulator.call("conversations.list", CARETAKER, limit=200))["channels"]
    users = {each["name"]: each["id"] for each in people}
    channels = {each["name"]: each["id"] for each in rooms}
    emulator.ids |= {user: users[_handle(user)] for user in PEOPLE}
    emulator.ids |= {room: channels[name] for room, name in ROOMS.items()}
    for room in ROOMS:
        await emulator.call("conversations.invite", CARETAKER, channel=room, users=BOT_USER)
