"""Every morning each channel is told once what may wait and still does, and what is held back."""

from datetime import date
from functools import partial

import structlog

from bot.judging.live_manifest import LiveManifest
from store.morning import due_day, leftovers, queue
from store.ports import Store

log = structlog.get_logger()


class Digests:
    """Queues digests at the manifest's time of day; looking again queues none twice."""

    def __init__(self, store: Store, manifest: LiveManifest) -> None:
        self._store = store
        self._manifest = manifest
        self._done: date | None = None

    async def look(self) -> int:
        """Queue the digests that are due, and count them."""
        digest_at = self._manifest.current.digest_at
        day = await self._store.read(lambda look: due_day(digest_at, look.now()))
        if day is None or day == self._done:
            return 0
        left_over = await self._store.read(lambda look: leftovers(look.board))
        queued = 0
        for channel, left in left_over.items():
            queued += await self._store.write(partial(queue, day=day, channel=channel, left=left))
        self._done = day
        log.info("digests_queued", day=day.isoformat(), channels=queued)
        return queued
