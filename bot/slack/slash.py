"""The slash command: a verb and words, answered to the person alone.

A handler commits before it returns, so what was acknowledged is done; Slack delivers a command
that was not acknowledged again only if the person types it again.
"""

import re
from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from blocks.telling.notices import answer
from blocks.types import Message
from bot.slack.connection import Workplace
from bot.slack.payloads import Body, key_of
from bot.typed import SlashRequest, Verb
from manifests.mistakes import did_you_mean
from manifests.vocabulary import ChannelId, UserId
from store.ports import Store

HELP = "help"
ANY_NAME = re.compile(r"/\S+")
"""The command is called what the Slack app's own manifest calls it."""

log = structlog.get_logger()


class Slash:
    """Finds the verb that was typed and answers with what it says."""

    def __init__(self, store: Store, workplace: Workplace, verbs: Mapping[str, Verb]) -> None:
        self._store = store
        self._workplace = workplace
        self._verbs = verbs

    def attach(self, app: AsyncApp) -> None:
        """Listen to the app's command."""
        app.command(ANY_NAME)(self.listen)

    async def listen(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Answer one command; only the person who typed it sees the answer."""
        home = self._workplace.home
        if home is None or not home.sent(body):
            log.warning("command_unreadable", why="It is not for this app.")
            await ack(text="Keyturn is still starting. Please type it again in a moment.")
            return
        said = await self._answer(body)
        await ack(response_type="ephemeral", text=said.text, blocks=said.blocks)

    async def _answer(self, body: Body) -> Message:
        name = str(body.get("command", "/keyturn"))
        first, _, rest = str(body.get("text", "")).strip().partition(" ")
        verb = self._verbs.get(first.lower())
        if verb is None:
            return answer(self._help(name, first))
        request = SlashRequest(
            key=key_of(body),
            user=UserId(str(body["user_id"])),
            channel=ChannelId(str(body["channel_id"])),
            words=rest.strip(),
        )
        known = await self._store.read(lambda look: look.clicks.answer_to(request.key))
        said = known if known is not None else await verb.handler(request)
        return answer(said, moments=verb.tells_moments) if isinstance(said, str) else said

    def _help(self, name: str, asked: str) -> str:
        """List the verbs; a word that is none of them gets the nearest one as a hint."""
        lines = [f"{name} {verb.usage} — {verb.does}" for verb in self._verbs.values()]
        lines.append(f"{name} {HELP} — shows this list")
        if asked.lower() in {"", HELP}:
            return "\n".join(lines)
        hint = did_you_mean(asked, [*self._verbs, HELP], "These are all there are:")
        return "\n".join([f"“{asked}” is nothing {name} can do. {hint}", *lines])
