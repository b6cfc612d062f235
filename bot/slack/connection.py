"""The link to Slack: waited for while it is away, refused only for a bad token."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import aiohttp
import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.messenger import Undelivered
from bot.slack.app import find_home
from bot.slack.payloads import Body, Home

BAD_TOKEN = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
)
RETRY = (1.0, 2.0, 5.0, 15.0, 30.0)

log = structlog.get_logger()


class TokenRefused(Exception):
    """Slack does not know the token; the message says which one and what to do."""


class Door(Protocol):
    """How Slack reaches us."""

    async def open(self) -> None:
        """Let Slack in."""

    async def connected(self) -> bool:
        """Say whether Slack can reach us."""

    async def close(self) -> None:
        """Let nobody in any more."""


class NotReady(Exception):
    """Something came before we know whether it is for us."""


class Workplace:
    """Which workspace and app we are in, once Slack has said so."""

    def __init__(self) -> None:
        self._home: Home | None = None
        self._found = asyncio.Event()

    @property
    def home(self) -> Home | None:
        """Give the workspace and the app, if they are known yet."""
        return self._home

    def is_ours(self, body: Body) -> bool:
        """Say whether a payload is for this app; raise `NotReady` while nobody can say."""
        if self._home is None:
            # Not acknowledged, so that the person is told to try again, or Slack sends it again.
            raise NotReady("Slack has not said yet which workspace this is.")
        return self._home.sent(body)

    def settle(self, home: Home) -> None:
        """Take Slack's word for where we are."""
        self._home = home
        self._found.set()

    async def settled(self) -> Home:
        """Wait until it is known."""
        await self._found.wait()
        assert self._home is not None
        return self._home


class Connection:
    """Brings the link up and keeps asking while Slack is away; everything else works meanwhile."""

    def __init__(self, client: AsyncWebClient, workplace: Workplace, door: Door) -> None:
        self._client = client
        self._workplace = workplace
        self._door = door

    async def check_token(self) -> None:
        """Find out where we are now if Slack answers, and raise `TokenRefused` for a bad token."""
        try:
            self._workplace.settle(await find_home(self._client))
        except Undelivered as error:
            if error.code in BAD_TOKEN:
                raise TokenRefused(
                    f"Slack refuses SLACK_BOT_TOKEN ({error.code}): copy the bot token anew from "
                    "your Slack app's page “OAuth & Permissions”."
                ) from error
            log.warning("slack_away", code=error.code)

    async def bring_up(self) -> None:
        """Go on until the workspace is known and the door is open."""
        if self._workplace.home is None:
            await _until_done("slack_away", self._find_home)
        await _until_done("slack_door_closed", self._door.open)

    async def trouble(self) -> str | None:
        """Say what is wrong with the link, for the readiness check."""
        if self._workplace.home is None:
            return "Slack has not answered yet"
        return None if await self._door.connected() else "not connected"

    async def close(self) -> None:
        """Close the door."""
        await self._door.close()

    async def _find_home(self) -> None:
        self._workplace.settle(await find_home(self._client))


async def _until_done(event: str, attempt: Callable[[], Awaitable[None]]) -> None:
    tries, said = 0, ""
    while True:
        try:
            await attempt()
        except (Undelivered, SlackClientError, aiohttp.ClientError, OSError) as error:
            # Whatever keeps us from Slack is waited out: decisions and intake go on without it.
            if str(error) != said:
                said = str(error)
                log.warning(event, why=said)
            await asyncio.sleep(RETRY[min(tries, len(RETRY) - 1)])
            tries += 1
        else:
            return
