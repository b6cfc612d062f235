"""Loops outlive a database that goes away for a while."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from store.sql import StoreUnavailable

PAUSES = (0.5, 1.0, 2.0, 5.0)

log = structlog.get_logger()


async def enduring(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Run a loop, and run it again after the database could not be used; nothing else is caught."""
    failures = 0
    while True:
        try:
            await run()
        except StoreUnavailable as error:
            log.warning("loop_paused", loop=name, problem=str(error))
            await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
            failures += 1
        else:
            return
