"""What happened, one event after the other, for those who wait for it."""

import asyncio
from collections import deque
from typing import Any

from sandbox.shapes import Json

_KEPT = 5_000


class Feed:
    """Number events and wake whoever waits for the next one."""

    def __init__(self) -> None:
        self._events: deque[Json] = deque(maxlen=_KEPT)
        self._waiting: set[asyncio.Future[None]] = set()
        self._closed = False
        self.last = 0

    def tell(self, kind: str, **details: Any) -> int:
        """Record an event and return its number."""
        self.last += 1
        self._events.append({"n": self.last, "kind": kind, **details})
        self._wake()
        return self.last

    def after(self, number: int) -> list[Json]:
        """Return the events later than a number."""
        return [event for event in self._events if event["n"] > number]

    async def wait(self, number: int, seconds: float) -> list[Json]:
        """Return the events later than a number, as soon as there are any."""
        if self.last > number or self._closed:
            return self.after(number)
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            await asyncio.wait_for(waiter, seconds)
        except TimeoutError:
            return []
        finally:
            self._waiting.discard(waiter)
        return self.after(number)

    def close(self) -> None:
        """Let everybody who waits go."""
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
