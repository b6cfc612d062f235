"""Running the sandbox: inside another program, or on its own."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette

from sandbox.api.door import DROP
from sandbox.application import Desk
from sandbox.live.box import Box
from sandbox.live.people import Workspace
from sandbox.options import Options

HOST = "127.0.0.1"
_BACKLOG = 2_048


class PortBusyError(OSError):
    """The port is taken; the message is one sentence for a person."""


def create_app(workspace: Workspace, options: Options | None = None) -> Starlette:
    """Return the sandbox as a Starlette application, for a server of one's own."""
    base = options or Options()
    chosen = Options(**{**vars(base), "workspace": lambda: workspace})
    return Desk(Box(chosen)).application


class Sandbox:
    """A workspace in a box, running on 127.0.0.1 while the `async with` lasts."""

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        self.url = ""
        self._desk: Desk | None = None
        self._server: _Server | None = None
        self._running: asyncio.Task[None] | None = None

    @property
    def api_url(self) -> str:
        """Return the Web API's base, for slack_sdk's `base_url`."""
        return f"{self.url}/api/"

    @property
    def box(self) -> Box:
        """Return the living workspace."""
        if self._desk is None:
            raise RuntimeError("The sandbox is not running; use it in an `async with`.")
        return self._desk.box

    async def start(self) -> None:
        """Bind the port and answer requests."""
        listener = _bound(self.options.port)
        self.url = f"http://{HOST}:{listener.getsockname()[1]}"
        box = Box(self.options)
        box.url = self.url
        self._desk = Desk(box)
        config = uvicorn.Config(
            _cuttable(self._desk.application),
            log_level="error",
            log_config=None,  # how the program logs is the program's own affair
            access_log=False,
            lifespan="off",
            date_header=False,
            ws="websockets-sansio",
            ws_ping_interval=10,
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config)
        self._running = asyncio.create_task(self._server.serve([listener]))
        ready = asyncio.create_task(self._server.ready.wait())
        await asyncio.wait({ready, self._running}, return_when=asyncio.FIRST_COMPLETED)
        if self._running.done():
            ready.cancel()
            self._running.result()

    async def stop(self) -> None:
        """Close connections, answer what is parked, and write the last of the state."""
        if self._desk is None or self._server is None or self._running is None:
            return
        await self._desk.close()
        self._server.leave.set()
        await self._running
        self._desk.box.close()
        self._desk = None

    async def wait(self) -> None:
        """Return when the sandbox has stopped."""
        if self._running is not None:
            await asyncio.wait([self._running])

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()


async def serve(options: Options) -> None:
    """Run a sandbox until the task is cancelled."""
    async with Sandbox(options) as sandbox:
        await sandbox.wait()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self.leave = asyncio.Event()

    async def main_loop(self) -> None:
        """Wait to be stopped, without a tick ten times a second."""
        await self.leave.wait()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say when requests are answered."""
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the program around the sandbox."""
        yield


def _bound(port: int) -> socket.socket:
    # asyncio switches Nagle off only where the protocol is named; without it answers take 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise PortBusyError(
            f"Port {port} on {HOST} cannot be used ({error.strerror}); "
            "stop the program that holds it or choose another port."
        ) from None
    listener.setblocking(False)
    return listener


Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def _cuttable(application: Starlette) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """Give the application a way to cut the connection, which ASGI itself does not have."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        cycle = getattr(send, "__self__", None)
        transport = getattr(cycle, "transport", None)
        if transport is not None:
            scope[DROP] = transport.abort
        await application(scope, receive, send)

    return served
