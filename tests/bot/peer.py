"""The other end of a callback: a real server on the loopback that can behave badly."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Misbehaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Request:
    """What came in: the path, the headers by their names in lower case, the raw body."""

    path: str
    headers: dict[str, str]
    body: bytes

    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Peer:
    """Answers as its replies say, then with 204."""

    port: int = 0
    connections: int = 0
    requests: list[Request] = field(default_factory=list)
    replies: deque[bytes | Misbehaviour] = field(default_factory=deque)
    sent: int = 0
    """Bytes of a body without end that the other side took."""

    def url(self, host: str = "127.0.0.1", path: str = "/hook", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def will_answer(self, *statuses: int, **headers: str) -> None:
        self.replies.extend(answer(status, **headers) for status in statuses)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            self.requests.append(await _read(reader))
            reply = self.replies.popleft() if self.replies else answer(204)
            if isinstance(reply, bytes):
                writer.write(reply)
                await writer.drain()
            else:
                await reply(writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def drip(self, writer: asyncio.StreamWriter) -> None:
        """Answer, then never end the body."""
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    async def flood(self, writer: asyncio.StreamWriter) -> None:
        """Answer, then send as much as is taken."""
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n")
        while self.sent < 1_000_000_000:
            writer.write(b"x" * 65_536)
            await writer.drain()
            self.sent += 65_536

    async def drip_headers(self, writer: asyncio.StreamWriter) -> None:
        """Begin an answer that never gets to its status."""
        while True:
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)

    async def hang_up(self, writer: asyncio.StreamWriter) -> None:
        """Take the letter and break off."""
        writer.close()


def answer(status: int, **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", "content-length: 0", "connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@asynccontextmanager
async def a_peer(address: str = "127.0.0.1") -> AsyncIterator[Peer]:
    """Listen on a free port of one loopback address."""
    peer = Peer()
    under_way: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(peer.serve(reader, writer))
        under_way[task] = writer

    server = await asyncio.start_server(serve, address, 0)
    peer.port = server.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        server.close()
        for task, writer in under_way.items():
            task.cancel()
            writer.close()
        await asyncio.gather(*under_way, return_exceptions=True)
        await server.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    headers = {}
    for each in lines:
        name, _, value = each.partition(":")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(first.split(" ")[1], headers, body)
