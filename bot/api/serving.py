"""The HTTP server: bound before anything starts, drained before anything ends."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from bot.program.draining import Drain

ANSWER_WITHIN = 10
"""Seconds that requests under way may still take once the program stops."""


class PortTaken(Exception):
    """The address cannot be listened on; the message is one sentence that says what to do."""


def bound(host: str, port: int) -> socket.socket:
    """Take the port now, so that a busy one is noticed before anything else has started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named in full: asyncio turns Nagle off only on a socket that names TCP (40 ms an answer).
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(2048)
    except OSError as error:
        listening.close()
        raise PortTaken(
            f"Nothing can listen on {host}:{port} ({error.strerror or error}); set "
            "KEYTURN_HTTP_PORT to a free port, or stop the program that has it."
        ) from error
    listening.setblocking(False)
    return listening


class HttpServer:
    """Serves the application on a socket that is bound already."""

    def __init__(self, app: ASGIApp, listening: socket.socket, drain: Drain) -> None:
        self._listening = listening
        self._drain = drain
        self._server = _Server(
            uvicorn.Config(
                app,
                access_log=False,  # a query string may hold what an agent sent
                log_config=None,
                lifespan="off",
                server_header=False,
                timeout_graceful_shutdown=ANSWER_WITHIN,
                h11_max_incomplete_event_size=64 * 1024,
            )
        )

    @property
    def url(self) -> str:
        """Say where it listens."""
        host, port = self._listening.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def serve(self) -> None:
        """Serve until the drain starts, then answer what is under way and stop."""
        serving = asyncio.create_task(self._server.serve(sockets=[self._listening]))
        draining = asyncio.create_task(self._drain.wait())
        try:
            await asyncio.wait({serving, draining}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._server.should_exit = True
            draining.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await draining
            await serving


class _Server(uvicorn.Server):
    """Leaves signals to the program: it knows what else must be drained."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signal."""
        yield
