"""Buttons go within a second: a clicked card is redrawn through the click's own address.

The relay redraws every card anyway; this only spares the person the wait for its turn. So clicks
that are still to be answered go first, though only for a moment.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import structlog

from blocks.cards.card import card
from bot.messenger import Draft, Undelivered
from bot.reviewing.asked import Request, Sight
from bot.reviewing.review import Review
from bot.slack.gateway import SlackGateway
from store.decision import version_of

AT_ONCE = 4
"""Cards redrawn at the same time."""
PATIENCE = 0.3
"""Seconds for which a redraw lets clicks go first."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One card that somebody clicked."""

    request: Request
    response_url: str
    since: float
    """When the first of the clicks came that this redraw is for."""


class SwiftRedraw:
    """Redraws clicked cards in the background, at best effort."""

    def __init__(
        self,
        review: Review,
        gateway: SlackGateway,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._review = review
        self._gateway = gateway
        self._monotonic = monotonic
        self._under_way: set[asyncio.Task[None]] = set()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._lost: set[str] = set()
        self._wanted: dict[str, _Wanted] = {}
        self._answering = 0
        self._calm = asyncio.Event()
        self._calm.set()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Let what is done meanwhile go before redraws: somebody waits for its answer."""
        self._answering += 1
        self._calm.clear()
        try:
            yield
        finally:
            self._answering -= 1
            if not self._answering:
                self._calm.set()

    def start(self, request: Request, response_url: str | None) -> None:
        """Begin to redraw the card a person clicked; the click is answered meanwhile.

        Several clicks on one card are one redraw, through the address of the last of them.
        """
        if response_url is None:
            return
        earlier = self._wanted.get(request.nonce)
        since = self._monotonic() if earlier is None else earlier.since
        self._wanted[request.nonce] = _Wanted(request, response_url, since)
        if earlier is None:
            self.begin(self._in_turn(request.nonce))

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin something that a click's answer need not wait for."""
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def finish(self) -> None:
        """Wait for what was begun."""
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _in_turn(self, nonce: str) -> None:
        async with self._turns:
            left = self._wanted[nonce].since + PATIENCE - self._monotonic()
            if self._answering and left > 0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(left):
                        await self._calm.wait()
            await self._redraw(self._wanted.pop(nonce))

    async def _redraw(self, wanted: _Wanted) -> None:
        request = wanted.request
        sight = await self._review.look(request)
        if not isinstance(sight, Sight):
            return
        shown = card(
            sight.checkpoint,
            sight.aftermath,
            sight.card,
            sight.checkpoint.updated_at,
            sight.paused,
        )
        draft = Draft(blocks=shown.blocks, text=shown.text)
        version = version_of(sight.checkpoint, sight.aftermath)
        try:
            await self._gateway.replace_at(wanted.response_url, draft)
        except Undelivered as error:
            self._lose(error.code)
            await self._review.note_drawn(request, version, None)
        else:
            await self._review.note_drawn(request, version, draft.drawn)

    def _lose(self, code: str) -> None:
        """Log why redraws are lost, once for each reason: the relay draws those cards."""
        if code not in self._lost:
            self._lost.add(code)
            log.info("swift_redraw_lost", code=code)
