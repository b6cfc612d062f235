"""The app's entries in Slack's menus: what waits for me, find a proposal, this one in full."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from blocks.forms import modals
from blocks.home_ids import Looking, Shortcut
from blocks.ids import Unreadable
from blocks.lists import home as drawing
from bot.reviewing.home import Home
from bot.slack.connection import Workplace
from bot.slack.home_payloads import Chosen, read_chosen
from bot.slack.windows import Asker, Windows

NO_PROPOSAL = (
    "This message shows no proposal. Choose it on a card or another message of Keyturn's, or on "
    "anything said in the thread under a card."
)

log = structlog.get_logger()


class Shortcuts:
    """Opens the window that each entry stands for."""

    def __init__(self, home: Home, windows: Windows, workplace: Workplace) -> None:
        self._home = home
        self._windows = windows
        self._workplace = workplace

    def attach(self, app: AsyncApp) -> None:
        """Listen to every entry there is."""
        for shortcut in Shortcut:
            app.shortcut(shortcut.value)(self.choose)

    async def choose(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Answer one choice."""
        chosen = read_chosen(body) if self._workplace.is_ours(body) else Unreadable("Not for us.")
        if isinstance(chosen, Unreadable):
            log.warning("payload_unreadable", why=chosen.why, kind=body.get("type"))
        else:
            await self._answer(chosen)
        await ack()

    async def _answer(self, chosen: Chosen) -> None:
        asker = Asker(key=chosen.key, user=chosen.user, trigger=chosen.trigger)
        match chosen.shortcut:
            case Shortcut.MY_QUEUE:
                await self._windows.lists(asker, Looking())
            case Shortcut.FIND:
                await self._windows.show(asker, drawing.find())
            case Shortcut.ABOUT:
                await self._about(asker, chosen)

    async def _about(self, asker: Asker, chosen: Chosen) -> None:
        channel = chosen.channel
        card = None if channel is None else await self._home.shown_by(channel, chosen.messages)
        if card is not None:
            await self._windows.card(asker, card)
        elif chosen.about is not None:
            await self._windows.proposal(asker, chosen.about)
        else:
            await self._windows.show(asker, modals.notice("No proposal", NO_PROPOSAL))
