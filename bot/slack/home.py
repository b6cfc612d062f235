"""The App Home: every opening, click and form in it reads the store anew and believes nothing."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from blocks.forms import modals
from blocks.forms.reading import FieldErrors
from blocks.home_ids import HomeButton, HomeModal, Looking
from blocks.ids import Unreadable
from blocks.lists import batch, leaving
from blocks.lists import home as drawing
from blocks.state import text
from blocks.types import View as Drawn
from bot.messenger import Undelivered
from bot.people.leave import Leave
from bot.reviewing.batch import NOWHERE, Batches, Ticked
from bot.reviewing.home import Home
from bot.reviewing.homes import Homes
from bot.slack.connection import Workplace
from bot.slack.gateway import SlackGateway
from bot.slack.home_payloads import (
    Press,
    Sent,
    Surface,
    read_opened,
    read_press,
    read_sent,
)
from bot.slack.payloads import Body
from bot.slack.responses import Response, errors, refused, update
from bot.slack.swift import SwiftRedraw
from bot.slack.windows import Asker, Windows
from bot.typed import SlashRequest
from bot.verbs.away import Away, Part
from manifests.vocabulary import ActionName, UserId
from store.board import View
from store.proposal import ProposalId
from store.refusals import Refusal

T = TypeVar("T")
ANY_OF_OURS = re.compile(rf"^({'|'.join(HomeButton)})(\..+)?$")
_INPUT_OF: Mapping[Part, str] = {
    Part.BEGINNING: leaving.FROM,
    Part.END: leaving.UNTIL,
    Part.STAND_IN: leaving.TO,
}

log = structlog.get_logger()


class HomeListeners:
    """Answers what people do in their own lists."""

    def __init__(
        self,
        *,
        home: Home,
        homes: Homes,
        batches: Batches,
        away: Away,
        windows: Windows,
        gateway: SlackGateway,
        swift: SwiftRedraw,
        workplace: Workplace,
    ) -> None:
        self._home = home
        self._homes = homes
        self._batches = batches
        self._away = away
        self._windows = windows
        self._gateway = gateway
        self._swift = swift
        self._workplace = workplace
        self._presses: Mapping[HomeButton, Callable[[Press], Awaitable[None]]] = {
            HomeButton.GO: self._look,
            HomeButton.SEVERITY: self._look,
            HomeButton.ACTION: self._look,
            HomeButton.AGENT: self._look,
            HomeButton.OPEN: self._open,
            HomeButton.FIND: self._ask_what_to_find,
            HomeButton.SEVERAL: self._offer_several,
            HomeButton.AWAY: self._ask_about_leave,
            HomeButton.COME_BACK: self._come_back,
        }
        self.forms: Mapping[HomeModal, Callable[[Sent], Awaitable[Response]]] = {
            HomeModal.FIND: self._find,
            HomeModal.SEVERAL: self._approve_several,
            HomeModal.AWAY: self._leave,
        }

    def attach(self, app: AsyncApp) -> None:
        """Listen to the home's opening, to whatever is drawn in it, and to what opens from it."""
        app.event("app_home_opened")(self.opened)
        app.action(ANY_OF_OURS)(self.press)
        app.view(re.compile(rf"^(?:{'|'.join(self.forms)})$"))(self.submit)

    async def opened(self, body: dict[str, Any]) -> None:
        """Draw the home that somebody opened; Slack need not wait for it."""
        found = read_opened(body) if self._workplace.is_ours(body) else None
        if found is not None:
            self._swift.begin(self._homes.open(*found))

    async def press(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Answer a click in a list."""
        press = self._read(read_press, body)
        if isinstance(press, Press):
            await self._presses[press.button](press)
        await ack()

    async def submit(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Answer a form."""
        sent = self._read(read_sent, body)
        if isinstance(sent, Unreadable):
            await ack(**update(modals.notice("Not understood", sent.why)))
            return
        await ack(**await self.forms[sent.modal](sent))

    def acted(self, user: UserId) -> None:
        """Draw somebody's home anew after they did something elsewhere, at best effort."""
        if self._homes.is_watched(user):
            self._swift.begin(self._homes.refresh(user))

    def _read(self, read: Callable[[Body], T | Unreadable], body: Body) -> T | Unreadable:
        found = (
            read(body) if self._workplace.is_ours(body) else Unreadable("It is not for this app.")
        )
        if isinstance(found, Unreadable):
            log.warning("payload_unreadable", why=found.why, kind=body.get("type"))
        return found

    async def _look(self, press: Press) -> None:
        if press.surface.is_modal:
            await self._redraw(press.user, press.looking, press.surface)
        else:
            await self._homes.show(press.user, press.looking)

    async def _redraw(self, user: UserId, looking: Looking, surface: Surface) -> None:
        lists = await self._home.lists(user, looking)
        view = (
            modals.notice("Keyturn", lists.words)
            if isinstance(lists, Refusal)
            else drawing.modal(lists)
        )
        await self._replace(surface, view)

    async def _replace(self, surface: Surface, view: Drawn) -> None:
        """Put another view in a modal's place, unless that changed meanwhile."""
        try:
            await self._gateway.update_view(surface.view_id, surface.view_hash, view)
        except Undelivered as error:
            log.info("list_not_redrawn", code=error.code)

    async def _open(self, press: Press) -> None:
        await self._windows.proposal(_asker(press), ProposalId(press.value))

    async def _ask_what_to_find(self, press: Press) -> None:
        if press.surface.is_modal:
            # Slack stacks three modals and no more, so what is looked for takes the list's place.
            await self._replace(press.surface, drawing.find())
        else:
            await self._windows.show(_asker(press), drawing.find())

    async def _offer_several(self, press: Press) -> None:
        offer = await self._home.offer(press.user, ActionName(press.value))
        view = (
            modals.notice("Approve several", offer.words)
            if isinstance(offer, Refusal)
            else batch.several(offer.checkpoints, offer.left, offer.now)
        )
        await self._windows.show(_asker(press), view)

    async def _ask_about_leave(self, press: Press) -> None:
        known = await self._home.leaving(press.user)
        view = (
            modals.notice("Out of office", known.words)
            if isinstance(known, Refusal)
            else leaving.leave_form(known)
        )
        await self._windows.show(_asker(press), view)

    async def _come_back(self, press: Press) -> None:
        await self._away.come_back(_typed(press.key, press.user))
        await self._look(press)

    async def _find(self, sent: Sent) -> Response:
        words = text(sent.state, HomeModal.FIND) or ""
        looking = Looking(tab=View.EVERYTHING, text=" ".join(words.split())[:200])
        lists = await self._home.lists(sent.user, looking)
        return refused(lists) if isinstance(lists, Refusal) else update(drawing.modal(lists))

    async def _approve_several(self, sent: Sent) -> Response:
        if sent.several is None:
            return update(modals.notice("Not understood", "Nothing was offered here."))
        items = batch.read_several(sent.several, sent.state)
        if not items:
            return errors(FieldErrors(batch.nothing_ticked()))
        ticked = Ticked(sent.key, sent.user, items, sent.several.opened_at)
        told = await self._batches.approve(ticked)
        self.acted(sent.user)
        return update(batch.result(told))

    async def _leave(self, sent: Sent) -> Response:
        wish = leaving.read_leave_form(sent.state)
        leave = Leave(starts_at=wish.starts_at, ends_at=wish.ends_at, to=wish.to)
        said = await self._away.leave(_typed(sent.key, sent.user), leave)
        if said.wrong is not None:
            return errors(FieldErrors({_INPUT_OF[said.wrong]: said.words}))
        self.acted(sent.user)
        return update(leaving.gone(said.words))


def _asker(press: Press) -> Asker:
    return Asker(
        key=press.key, user=press.user, trigger=press.trigger, on_top=press.surface.is_modal
    )


def _typed(key: str, user: UserId) -> SlashRequest:
    return SlashRequest(key=key, user=user, channel=NOWHERE, words="")
