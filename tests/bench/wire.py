"""The load: keep-alive connections that send what was written beforehand and time the answers."""

import asyncio
import gc
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

_HEAD_ENDS = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a body, and the moment the last byte came."""

    status: int
    body: bytes
    at: float


@dataclass(frozen=True, slots=True)
class Load:
    """What became of many requests."""

    seconds: float
    latencies: tuple[float, ...]
    statuses: Mapping[int, int]

    @property
    def per_second(self) -> float:
        """Say how many were answered a second."""
        return len(self.latencies) / self.seconds

    def all_were(self, status: int) -> "Load":
        """Refuse a figure that counts failures."""
        if set(self.statuses) != {status}:
            raise RuntimeError(f"Not every answer was {status}: {dict(self.statuses)}")
        return self


def request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """Write one HTTP request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + _HEAD_ENDS + body


class Connection(asyncio.Protocol):
    """One keep-alive connection; one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._answer: asyncio.Future[Answer] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take hold of the way out."""
        # uvloop's transports are transports in all but their ancestry.
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail whatever still waits."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("The server hung up."))

    def data_received(self, data: bytes) -> None:
        """Resolve the answer once it is complete."""
        self._buffer += data
        head, found, body = self._buffer.partition(_HEAD_ENDS)
        if not found or len(body) < _length(head):
            return
        self._buffer = b""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(Answer(int(head[9:12]), body, time.perf_counter()))

    @property
    def waiting(self) -> asyncio.Future[Answer]:
        """Give the answer that is still to come."""
        assert self._answer is not None
        return self._answer

    def send(self, written: bytes) -> asyncio.Future[Answer]:
        """Send one request and give its answer to come."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(written)
        return self._answer

    def close(self) -> None:
        """Hang up, and wait for nothing more."""
        if self._answer is not None:
            self._answer.cancel()
        if self._transport is not None:
            self._transport.close()


def _length(head: bytes) -> int:
    lowered = head.lower()
    found = lowered.find(_LENGTH)
    if found < 0:
        return 0
    return int(lowered[found + len(_LENGTH) :].split(b"\r\n", 1)[0])


async def connected(port: int, count: int) -> list[Connection]:
    """Open connections to a server of this machine."""
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(Connection, "127.0.0.1", port) for _ in range(count)]
    return [connection for _, connection in made]


async def flooded(port: int, requests: Sequence[bytes], connections: int) -> Load:
    """Send all requests over so many connections, each as soon as it is free."""
    lines = await connected(port, connections)
    waiting = iter(requests)
    latencies: list[float] = []
    statuses: Counter[int] = Counter()

    async def sending(line: Connection) -> None:
        for written in waiting:
            began = time.perf_counter()
            answer = await line.send(written)
            latencies.append(answer.at - began)
            statuses[answer.status] += 1

    with undisturbed():
        began = time.perf_counter()
        await asyncio.gather(*map(sending, lines))
        seconds = time.perf_counter() - began
    for line in lines:
        line.close()
    return Load(seconds, tuple(latencies), statuses)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep the load generator's own garbage collection out of what it times."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
