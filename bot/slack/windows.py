"""Modals that open over whatever a person looks at: their lists, or one proposal in full."""

import asyncio
from dataclasses import dataclass, replace

import structlog

from blocks.forms import modals
from blocks.home_ids import Looking
from blocks.ids import Menu, ModalContext
from blocks.lists import home as drawing
from blocks.lists.entries import way_to_answer, way_to_card
from blocks.lists.finding import kept_back
from blocks.types import Block, View
from bot.messenger import Undelivered
from bot.reviewing.asked import Request
from bot.reviewing.home import Home, Opening
from bot.reviewing.review import Review
from bot.slack.gateway import SlackGateway
from bot.slack.openings import OPENINGS
from bot.slack.swift import SwiftRedraw
from manifests.vocabulary import ChannelId, UserId
from store.asking import question_in
from store.ports import Card
from store.proposal import ProposalId
from store.refusals import Refusal

LINK_WITHIN = 0.5
"""Seconds."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks for a window, by which trigger, and whether one is open already."""

    key: str
    user: UserId
    trigger: str
    on_top: bool = False


class Windows:
    """Opens them; what cannot be shown is said in their place."""

    def __init__(
        self, home: Home, review: Review, gateway: SlackGateway, swift: SwiftRedraw
    ) -> None:
        self._home = home
        self._review = review
        self._gateway = gateway
        self._swift = swift

    async def show(self, asker: Asker, view: View) -> None:
        """Open a view; a trigger that is too old leaves the person to click again."""
        try:
            await self._gateway.open_view(asker.trigger, view, on_top=asker.on_top)
        except Undelivered as error:
            log.warning("view_not_opened", code=error.code, view=view.get("callback_id"))

    async def lists(self, asker: Asker, looking: Looking) -> None:
        """Open a person's lists."""
        lists = await self._home.lists(asker.user, looking)
        if isinstance(lists, Refusal):
            await self.show(asker, modals.notice("Keyturn", lists.words))
        else:
            await self.show(asker, drawing.modal(lists))

    async def proposal(self, asker: Asker, proposal: ProposalId) -> None:
        """Open everything about one proposal, if this person may see it."""
        request = _request(asker, proposal)
        opening = await self._home.open(request)
        if isinstance(opening, Refusal):
            await self._review.turn_down(request, opening)
            await self.show(asker, modals.notice("Not shown", opening.words))
            return
        await self._open(asker, opening, await self._with_its_place(opening))

    async def card(self, asker: Asker, card: Card) -> None:
        """Open everything about the proposal on a card, for somebody who has that before them."""
        request = replace(
            _request(asker, card.proposal),
            channel=card.shown_in or card.channel,
            message=card.ts,
            nonce=card.nonce,
        )
        sight = await self._review.look(request)
        if isinstance(sight, Refusal):
            await self.show(asker, modals.notice("Not shown", sight.words))
            return
        refusal = await self._review.may_read(request, sight)
        if refusal is not None:
            await self.show(asker, modals.notice("Not shown", refusal.words))
            return
        if question_in(sight.checkpoint, card.channel) is not None:
            # A question shows less than the whole, which only those it concerns may see.
            await self.proposal(asker, card.proposal)
            return
        revision = sight.checkpoint.revision.number
        opening = Opening(sight, replace(request, revision=revision))
        await self._open(asker, opening, _drawn(opening))

    async def _open(self, asker: Asker, opening: Opening, view: View) -> None:
        await self.show(asker, view)
        self._swift.begin(self._review.note_view(opening.request, Menu.VIEW))

    async def _with_its_place(self, opening: Opening) -> View:
        """Draw everything about it, with the way to the card, which alone can decide."""
        request, sight = opening.request, opening.sight
        view, back = _drawn(opening), kept_back(sight.checkpoint, sight.aftermath)
        # Its pages go with its blocks, for the later ones would show the rest.
        view = {**view, "blocks": [*back]} if back else view
        blocks = view["blocks"]
        if request.message is None or not isinstance(blocks, list):
            return view
        permalink = await self._permalink(request.channel, request.message)
        return {**view, "blocks": [*_way(opening, permalink), *blocks]}

    async def _permalink(self, channel: ChannelId, ts: str) -> str | None:
        """Ask for the card's address, but not for long: the trigger has only three seconds."""
        try:
            async with asyncio.timeout(LINK_WITHIN):
                return await self._gateway.permalink(channel, ts)
        except (Undelivered, TimeoutError) as error:
            log.info("no_permalink", why=str(error))
            return None


def _request(asker: Asker, proposal: ProposalId) -> Request:
    return Request(
        key=asker.key,
        user=asker.user,
        channel=ChannelId(""),
        message=None,
        proposal=proposal,
        revision=0,
        nonce="",
        aloud=False,
    )


def _way(opening: Opening, permalink: str | None) -> list[Block]:
    sight, channel = opening.sight, opening.request.channel
    if opening.asked:
        return way_to_answer(sight.checkpoint, sight.card, channel, permalink)
    return [way_to_card(sight.checkpoint.state, channel, permalink)]


def _drawn(opening: Opening) -> View:
    sight, request = opening.sight, opening.request
    revision = sight.checkpoint.revision
    context = ModalContext(
        proposal=request.proposal,
        revision=revision.number,
        digest=revision.digest,
        channel=request.channel,
        message_ts=request.message,
        nonce=request.nonce,
        opened_at=sight.now,
    )
    return OPENINGS[Menu.VIEW](sight, context)
