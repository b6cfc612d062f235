"""Drive a sandbox over HTTP as a person would, and connect real Bolt apps to it."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

import httpx
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Sandbox

PATIENCE = 10.0


class Clock:
    """A clock that only moves when it is told to."""

    def __init__(self) -> None:
        self.at = 1_732_158_000.0

    def __call__(self) -> float:
        return self.at

    def passes(self, seconds: float) -> None:
        self.at += seconds


class Driver:
    """What a person can do, and what a test can look at."""

    def __init__(self, url: str) -> None:
        nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # it is on this machine, without TLS
        self.http = httpx.AsyncClient(
            base_url=url, timeout=PATIENCE, trust_env=False, verify=nobody
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.http.aclose()

    async def state(self) -> dict[str, Any]:
        return await self.look("state")

    async def asks(self, door: str, **body: Any) -> dict[str, Any]:
        response = await self.http.post(f"/_sandbox/{door}", json=body)
        return {"status_code": response.status_code, **response.json()}

    async def look(self, door: str, **query: Any) -> dict[str, Any]:
        seen: dict[str, Any] = (await self.http.get(f"/_sandbox/{door}", params=query)).json()
        return seen

    async def clicks(self, user: str, card: dict[str, Any], action_id: str, **more: Any) -> Any:
        place = {"channel": card["channel"], "ts": card["ts"]}
        return await self.asks("click", user=user, action_id=action_id, **{**place, **more})

    async def view_of(self, user: str) -> dict[str, Any]:
        top: dict[str, Any] = (await self.state())["views"][user][-1]
        return top

    async def until(
        self, happened: Callable[[dict[str, Any]], bool | Awaitable[bool]]
    ) -> dict[str, Any]:
        """Return the state in which something has happened, waiting for it event by event."""
        while True:
            state = await self.state()
            verdict = happened(state)
            if await verdict if isinstance(verdict, Awaitable) else verdict:
                return state
            answer = await self.look("events", after=state["cursor"], timeout=PATIENCE)
            assert answer["events"], "the sandbox fell silent before it happened"


def web_client(sandbox: Sandbox) -> AsyncWebClient:
    return AsyncWebClient(
        token=sandbox.options.workspace().app.bot_token,
        base_url=sandbox.api_url,
        retry_handlers=[],
        timeout=5,
    )


def an_app(client: AsyncWebClient) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id="T0KEYTURN",
            bot_user_id="U0KEYTURN",
            bot_id="B0KEYTURN",
            bot_token=client.token,
        )

    return AsyncApp(
        client=client,
        authorize=authorize,
        signing_secret="sandbox-signing-secret",
        process_before_response=True,
    )


@asynccontextmanager
async def connected(app: AsyncApp, sandbox: Sandbox) -> AsyncIterator[AsyncSocketModeHandler]:
    handler = AsyncSocketModeHandler(app, "xapp-sandbox", ping_interval=1)
    handler.client.web_client.base_url = sandbox.api_url
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def a_button(action_id: str = "approve", **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": plain("Approve"), **more}


def a_card(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"type": "header", "block_id": "top", "text": plain("Approve refund of $480.00?")},
        {"type": "actions", "block_id": "buttons", "elements": list(elements or [a_button()])},
    ]


def an_input(block_id: str, **element: Any) -> dict[str, Any]:
    made = {"type": "plain_text_input", "action_id": f"{block_id}_value", **element}
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": made}


def a_modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("A form"),
        "submit": plain("Save"),
        "blocks": list(blocks or [an_input("reason")]),
        **more,
    }
