"""What governs every proposal is looked at when it is announced, and every few seconds."""

from collections.abc import Awaitable, Callable

import structlog

from bot.governing.asking import TOPIC
from store.ports import Store
from store.sql import StoreUnavailable

log = structlog.get_logger()


class Watching:
    """Takes several looks in turn, for as long as the program runs."""

    def __init__(self, store: Store, every: float, *looks: Callable[[], Awaitable[None]]) -> None:
        self._store = store
        self._every = every
        self._looks = looks

    async def run(self) -> None:
        """Look until cancelled."""
        with self._store.watch(TOPIC) as news:
            while True:
                for look in self._looks:
                    await self._take(look)
                await news.wait(self._every)

    async def _take(self, look: Callable[[], Awaitable[None]]) -> None:
        try:
            await look()
        except StoreUnavailable:
            raise
        except Exception:
            # What is in force stays in force; a fault here must not end reviews and intake.
            log.exception("governing_look_failed")
