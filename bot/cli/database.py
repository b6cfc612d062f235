"""A short look into the store, for commands that only read."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from bot.settings import Settings, read_settings
from store.ports import Reading
from store.sql import open_store

T = TypeVar("T")


def look(query: Callable[[Reading], T]) -> T:
    """Run one query on the database of the settings."""
    return asyncio.run(_asked(read_settings(), query))


async def _asked(settings: Settings, query: Callable[[Reading], T]) -> T:
    store = await open_store(settings.database_url, workspace=settings.workspace)
    try:
        return await store.read(query)
    finally:
        await store.close()
