"""Buttons go within a second: a clicked card is redrawn through the click's own address.

The relay redraws every card anyway; this only spares the person the wait for its turn.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from blocks.card import card
from bot.asked import Request, Sight
from bot.messenger import Draft, Undelivered
from bot.review import Review
from bot.slack.gateway import SlackGateway
from store.decision import version_of

AT_ONCE = 4
"""Cards redrawn at the same time; under many clicks, those still to be answered go first."""

log = structlog.get_logger()


class SwiftRedraw:
    """Redraws clicked cards in the background, at best effort."""

    def __init__(self, review: Review, gateway: SlackGateway) -> None:
        self._review = review
        self._gateway = gateway
        self._under_way: set[asyncio.Task[None]] = set()
        self._turns = asyncio.Semaphore(AT_ONCE)

    def start(self, request: Request, response_url: str | None) -> None:
        """Begin to redraw the card a person clicked; the click is answered meanwhile."""
        if response_url is None:
            return
        self.begin(self._in_turn(request, response_url))

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin something that a click's answer need not wait for."""
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def finish(self) -> None:
        """Wait for what was begun."""
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _in_turn(self, request: Request, response_url: str) -> None:
        async with self._turns:
            await self._redraw(request, response_url)

    async def _redraw(self, request: Request, response_url: str) -> None:
        sight = await self._review.look(request)
        if not isinstance(sight, Sight):
            return
        shown = card(sight.checkpoint, sight.aftermath, sight.card, sight.checkpoint.updated_at)
        draft = Draft(blocks=shown.blocks, text=shown.text)
        version = version_of(sight.checkpoint, sight.aftermath)
        try:
            await self._gateway.replace_at(response_url, draft)
        except Undelivered as error:
            log.info("swift_redraw_lost", code=error.code)
            await self._review.note_drawn(request, version, None)
        else:
            await self._review.note_drawn(request, version, draft.drawn)
