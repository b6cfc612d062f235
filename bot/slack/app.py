"""The Bolt app: who may speak to us over HTTP or Socket Mode, and what an unknown request gets."""

import asyncio
import hmac
import time
from hashlib import sha256

import aiohttp
import structlog
from pydantic_core import from_json
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import (
    to_async_bolt_request,
    to_starlette_response,
)
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.messenger import Hindered, Permanent
from bot.slack.errors import named
from bot.slack.forms import payload_of
from bot.slack.payloads import Home

TIMEOUT = 3
"""Seconds a call to Slack may take; a lane's lease is three times as long."""
STAMP = "x-slack-request-timestamp"
SIGNATURE = "x-slack-signature"
STAMP_DIGITS = 12
OLDEST = 300
"""Seconds that a signature is good for, so that nobody sends again what they once overheard."""
BODY_LIMIT = 1_000_000
"""Bytes; a click carries its whole message, which is far smaller."""
PING = 5.0
"""Seconds between looks at a Socket Mode connection; a dead one is replaced by the next look."""

log = structlog.get_logger()


def build_client(token: str, api_url: str) -> AsyncWebClient:
    """Make the Web API client; it never retries, because a repeated post is a second card."""
    return AsyncWebClient(token=token, base_url=api_url, timeout=TIMEOUT, retry_handlers=[])


def build_app(client: AsyncWebClient, signing_secret: str) -> AsyncApp:
    """Make the app; its listeners finish before Slack is answered.

    Left to itself, Bolt asks Slack about its token before the first listener runs, and where that
    fails it acknowledges a click that nobody has seen.
    """

    async def authorize(
        enterprise_id: str | None, team_id: str | None, user_id: str | None
    ) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            bot_token=client.token,
        )

    return AsyncApp(
        name="keyturn",  # without one Bolt reads every source file on the stack to find its caller
        # Bolt warns of a token that it leaves to `authorize`, so it gets a client without one.
        client=AsyncWebClient(base_url=client.base_url, timeout=TIMEOUT, retry_handlers=[]),
        authorize=authorize,
        signing_secret=signing_secret or "socket-mode-only",
        process_before_response=True,
        raise_error_for_unhandled_request=False,
    )


async def find_home(client: AsyncWebClient) -> Home:
    """Ask Slack which workspace and app the token belongs to, or raise `Undelivered`."""
    try:
        told = await client.auth_test()
    except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
        raise named(error) from error
    # Some say at once which app the token is of, and others only which bot.
    app = str(told.get("app_id") or "") or await _app_id(client, told.get("bot_id"))
    user = str(told.get("user_id") or "") or None
    return Home(team=str(told["team_id"]), app=app, user=user)


async def _app_id(client: AsyncWebClient, bot: object) -> str | None:
    """Ask which app the bot is; a workspace that cannot say is believed on its signature alone."""
    try:
        answer = await client.api_call("bots.info", data={"bot": bot})
        return str(answer["bot"]["app_id"])
    except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
        trouble = named(error)
        if not isinstance(trouble, Permanent | Hindered):
            raise trouble from error
        log.warning("app_id_unknown", why=trouble.code)
    except KeyError:
        log.warning("app_id_unknown", why="the answer does not name it")
    return None


class HttpDoor:
    """Takes signed requests; whatever cannot be verified gets 401 and changes nothing."""

    def __init__(self, app: AsyncApp, signing_secret: str) -> None:
        self._app = app
        self._signing_secret = signing_secret.encode()

    async def open(self) -> None:
        """Stand open: the agents' HTTP server routes Slack here."""

    async def connected(self) -> bool:
        """Say that Slack may call whenever it likes."""
        return True

    async def close(self) -> None:
        """Do nothing: the HTTP server closes."""

    async def handle(self, request: Request) -> Response:
        """Answer one request of Slack's; nothing in it is read before its signature is."""
        stamp = request.headers.get(STAMP, "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= STAMP_DIGITS):
            return PlainTextResponse("The request's timestamp is missing or malformed.", 401)
        if abs(time.time() - int(stamp)) > OLDEST:
            return PlainTextResponse("The request's timestamp is too old.", 401)
        body = await _body(request)
        if body is None:
            return PlainTextResponse(f"The request is larger than {BODY_LIMIT} bytes.", 413)
        if not self._is_signed(body, stamp, request.headers.get(SIGNATURE, "")):
            return PlainTextResponse("The request's signature does not fit it.", 401)
        return to_starlette_response(await self._app.async_dispatch(_asked(request, body)))

    def _is_signed(self, body: bytes, stamp: str, signature: str) -> bool:
        """Compare the signature with the raw bytes'."""
        signed = hmac.new(self._signing_secret, f"v0:{stamp}:".encode() + body, sha256)
        return hmac.compare_digest(f"v0={signed.hexdigest()}".encode(), signature.encode())


async def _body(request: Request) -> bytes | None:
    """Read a request's body as it comes, and no more of it than any of Slack's can have."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)


def _asked(request: Request, body: bytes) -> AsyncBoltRequest:
    """Read a verified request as Bolt wants it."""
    payload = payload_of(body)
    if payload is None or not payload.startswith("{"):
        return to_async_bolt_request(request, body)
    try:
        # Three times as fast as Bolt's own reading; a click carries the whole card.
        read = from_json(payload)
    except ValueError:
        return to_async_bolt_request(request, body)
    # Bolt takes what was read already, and verified, only as if it came over Socket Mode.
    return AsyncBoltRequest(body=read, mode="socket_mode")


class SocketDoor:
    """Keeps a Socket Mode connection; losing it loses nothing: nothing is only in memory."""

    def __init__(self, app: AsyncApp, app_token: str, api_url: str) -> None:
        web_client = AsyncWebClient(token=app_token, base_url=api_url, timeout=TIMEOUT)
        self._web_client = web_client
        self._handler = AsyncSocketModeHandler(
            app, app_token, web_client=web_client, ping_interval=PING
        )
        self._under_way: set[asyncio.Task[None]] = set()
        # The client hands envelopes over one by one and waits for each to be answered; one slow
        # look-up would then hold up everybody's clicks.
        self._handler.client.socket_mode_request_listeners = [self._begin]

    async def open(self) -> None:
        """Connect, and stay connected from here on; raise where there is nothing to connect to."""
        # Left to itself, the client asks for an address again and again, and logs each failure.
        told = await self._web_client.apps_connections_open(app_token=self._handler.app_token)
        self._handler.client.wss_uri = str(told["url"])
        await self._handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt's own

    async def connected(self) -> bool:
        """Say whether a connection stands."""
        return bool(await self._handler.client.is_connected())

    async def close(self) -> None:
        """Answer what came, and let the connection go."""
        self._handler.client.socket_mode_request_listeners = []
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._handler.close_async()  # type: ignore[no-untyped-call]  # Bolt's own

    async def _begin(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        task = asyncio.create_task(self._answer(client, request))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _answer(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        try:
            await self._handler.handle(client, request)  # type: ignore[arg-type]  # its own client
        except (aiohttp.ClientError, OSError) as error:
            # What was done stands; Slack tells the person, and a click that comes again is known.
            log.warning("envelope_not_acknowledged", why=str(error))
