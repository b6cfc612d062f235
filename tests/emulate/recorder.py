"""Stands before the stand-in: hands every call on, remembers it, and may lack a method."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import ClientSession, web

from tests.emulate.emulator import Emulator, Json
from tests.scenarios.programs import free_port

MISSING = "unknown_method"
"""Answered as the stand-in answers for what it does not know: 404 and no JSON."""
LOST = "lost_reply"
"""It is done, and whoever asked never hears of it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One call: the method, with what, and what was answered."""

    method: str
    arguments: Json
    told: Json

    @property
    def done(self) -> bool:
        return bool(self.told.get("ok"))


@dataclass(slots=True)
class Trouble:
    """What a method answers in place of its own answer, and how often still."""

    kind: str
    method: str
    times: int
    channel: str | None


@dataclass(slots=True)
class Recorder:
    """Everything that the bot asked, and what is to go wrong."""

    url: str
    emulator: Emulator
    asked: list[Asked] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    """Set, and replaced, at the next call."""
    touched: Counter[str] = field(default_factory=Counter)
    """How often something was said or changed in each conversation."""

    def of(self, *methods: str) -> list[Asked]:
        """List the calls of some methods that were carried out."""
        return [each for each in self.asked if each.method in methods and each.done]

    def wake(self) -> None:
        """Let whoever waits look again."""
        self.moved.set()
        self.moved = asyncio.Event()

    async def hand_on(self, request: web.Request, session: ClientSession) -> web.StreamResponse:
        """Hand one call on, and remember what was answered."""
        body = await request.read()
        method, arguments = request.path.rpartition("/")[2], _arguments(request, body)
        trouble = self._trouble(method, arguments)
        if trouble is not None and trouble.kind != LOST:
            return self._refused(Asked(method, arguments, {"ok": False, "error": trouble.kind}))
        kept = {"Authorization", "Content-Type"}
        headers = {name: value for name, value in request.headers.items() if name in kept}
        target = str(self.emulator.client.base_url).rstrip("/") + request.path_qs
        sent = self.emulator.theirs(body)
        async with session.request(request.method, target, data=sent, headers=headers) as answer:
            told = self.emulator.ours(await answer.read())
            self._remember(Asked(method, arguments, _json(told)))
            if trouble is not None and request.transport is not None:
                request.transport.close()
            return web.Response(body=told, status=answer.status, content_type=answer.content_type)

    def _refused(self, asked: Asked) -> web.Response:
        self._remember(asked)
        if asked.told["error"] == MISSING:
            return web.Response(text="404 Not Found", status=404)
        return web.json_response(asked.told)

    def _remember(self, asked: Asked) -> None:
        self.asked.append(asked)
        if asked.method.startswith("chat.") and asked.done:
            self.touched[str(asked.told.get("channel"))] += 1
        self.wake()

    def _trouble(self, method: str, arguments: Json) -> Trouble | None:
        for each in self.troubles:
            here = each.channel in {None, arguments.get("channel")}
            if each.method == method and here and each.times > 0:
                each.times -= 1
                return each
        return None


@asynccontextmanager
async def recording(emulator: Emulator) -> AsyncIterator[Recorder]:
    """Stand before the stand-in."""
    port = free_port()
    recorder = Recorder(f"http://127.0.0.1:{port}/api/", emulator)
    async with ClientSession() as session:

        async def hand_on(request: web.Request) -> web.StreamResponse:
            return await recorder.hand_on(request, session)

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", hand_on)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield recorder
        finally:
            await runner.cleanup()


def _arguments(request: web.Request, body: bytes) -> Json:
    """Read what was asked with, whichever way it was written."""
    if request.content_type == "application/json":
        return _json(body)
    return {name: _opened(value) for name, value in parse_qsl(body.decode())}


def _opened(value: str) -> Any:
    """Read what a form holds as JSON text: blocks, and views."""
    if value[:1] in {"[", "{"}:
        with suppress(ValueError):
            return json.loads(value)
    return value


def _json(told: bytes) -> Json:
    with suppress(ValueError):
        value = json.loads(told)
        if isinstance(value, Mapping):
            return dict(value)
    return {}
