"""Which way of Slack's failing is to be met how."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.messenger import Hindered, Retryable, Uncertain, Undelivered, Unreachable
from bot.relay.verdicts import SLOW, Halt, Later, after_failure
from bot.slack.errors import named


def answered(data: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Any:
    return AsyncSlackResponse(
        client=AsyncWebClient(),
        http_verb="POST",
        api_url="http://127.0.0.1/api/chat.postMessage",
        req_args={},
        data=data,  # type: ignore[arg-type]  # whatever a proxy may answer
        headers=dict(headers or {}),
        status_code=status,
    )


def met(answer: Any) -> Undelivered:
    return named(SlackApiError("no", answer))  # type: ignore[no-untyped-call]  # Slack's own


def refused(code: str, **more: Any) -> Undelivered:
    return met(answered({"ok": False, "error": code}, **more))


@pytest.mark.parametrize(
    "code", ["access_denied", "message_limit_exceeded", "missing_scope", "no_code_of_ours"]
)
def test_a_code_nobody_has_listed_is_tried_again_slowly_and_alone(code: str) -> None:
    error = refused(code)
    assert isinstance(error, Hindered)
    waits = [after_failure(error, attempts) for attempts in range(8)]
    assert waits == [Later(each) for each in (*SLOW, *[SLOW[-1]] * 3)]


@pytest.mark.parametrize("code", ["ratelimited", "rate_limited"])
def test_both_spellings_of_too_fast_pause_the_lane(code: str) -> None:
    error = refused(code, headers={"Retry-After": "7"})
    assert isinstance(error, Retryable)
    assert after_failure(error, 0) == Halt(7.0)


def test_a_token_that_does_not_work_pauses_the_lane() -> None:
    assert isinstance(after_failure(refused("token_revoked"), 0), Halt)


def test_an_answer_that_is_no_answer_may_have_been_a_post() -> None:
    assert isinstance(met(answered("<html>")), Uncertain)
    assert isinstance(refused("is_archived"), Unreachable)


def test_an_error_of_the_library_is_no_verdict_on_the_card() -> None:
    assert isinstance(named(SlackRequestError("no")), Hindered)


@pytest.mark.parametrize(("status", "kind"), [("200 OK", Uncertain), ("404 Not Found", Hindered)])
async def test_a_page_may_have_been_a_post_unless_the_method_is_not_there(
    status: str, kind: type[Undelivered]
) -> None:
    async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\n"
        writer.write(f"{head}Content-Length: 6\r\n\r\n<html>".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(page, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        client = AsyncWebClient(base_url=f"http://127.0.0.1:{port}/api/", retry_handlers=[])
        with pytest.raises(SlackApiError) as caught:
            await client.api_call("auth.test", data={})
    assert isinstance(caught.value.response, aiohttp.ClientResponse)
    assert isinstance(named(caught.value), kind)
