"""Closing time: what waits is answered, what was begun is finished."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Drain:
    """Lets waiting end early once the program stops."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Task[bool]] = set()
        self._started = asyncio.Event()

    @property
    def started(self) -> bool:
        """Say whether the program is stopping."""
        return self._started.is_set()

    def start(self) -> None:
        """End every wait now, and every later one at once."""
        self._started.set()
        for task in self._waiting:
            task.cancel()

    async def wait(self) -> None:
        """Wait until the program stops."""
        await self._started.wait()

    async def unless_stopping(self, waiting: Coroutine[Any, Any, bool]) -> bool:
        """Wait for something, but not past closing time; say whether it came."""
        if self.started:
            waiting.close()
            return False
        task = asyncio.ensure_future(waiting)
        self._waiting.add(task)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled() and self._started.is_set():
                return False
            task.cancel()
            raise
        finally:
            self._waiting.discard(task)
