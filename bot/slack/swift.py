"""Buttons go within a second: a clicked card is redrawn through the click's own address.

The relay redraws every card anyway; this only spares the person the wait for its turn.
"""

import asyncio

import structlog

from blocks.card import card
from bot.asked import Request, Sight
from bot.messenger import Draft, Undelivered
from bot.review import Review
from bot.slack.gateway import SlackGateway
from store.decision import version_of

log = structlog.get_logger()


class SwiftRedraw:
    """Redraws clicked cards in the background, at best effort."""

    def __init__(self, review: Review, gateway: SlackGateway) -> None:
        self._review = review
        self._gateway = gateway
        self._under_way: set[asyncio.Task[None]] = set()

    def start(self, request: Request, response_url: str | None) -> None:
        """Begin to redraw the card a person clicked; the click is answered meanwhile."""
        if response_url is None:
            return
        task = asyncio.create_task(self._redraw(request, response_url))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def finish(self) -> None:
        """Wait for what was begun."""
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _redraw(self, request: Request, response_url: str) -> None:
        sight = await self._review.look(request)
        if not isinstance(sight, Sight):
            return
        shown = card(sight.checkpoint, sight.aftermath, sight.card, sight.checkpoint.updated_at)
        try:
            await self._gateway.replace_at(
                response_url, Draft(blocks=shown.blocks, text=shown.text)
            )
        except Undelivered as error:
            log.info("swift_redraw_lost", code=error.code)
        # Had the relay drawn something newer meanwhile, this would have covered it.
        await self._review.redraw_if_moved(request, version_of(sight.checkpoint, sight.aftermath))
