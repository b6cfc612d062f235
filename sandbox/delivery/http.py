"""Delivery as signed HTTP requests to the app's request URL."""

import json
import time
from urllib.parse import urlencode

import httpx

from sandbox.delivery.reply import FAILED, SILENT, UNREACHABLE, Reply
from sandbox.delivery.signing import signed_headers
from sandbox.live.box import Box
from sandbox.shapes import Json

_FORM = "application/x-www-form-urlencoded"


class HttpDelivery:
    """Post every delivery to one URL, signed, and read the answer as the acknowledgement."""

    def __init__(self, box: Box, url: str) -> None:
        self._box = box
        self._url = url
        self._client = httpx.AsyncClient(
            trust_env=False, limits=httpx.Limits(max_keepalive_connections=100)
        )

    async def deliver(self, kind: str, payload: Json, extra: dict[str, str]) -> Reply:
        """Send one delivery and wait for its answer."""
        body, content_type = _encoded(kind, payload)
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **extra,
            **signed_headers(self._box.app.signing_secret, body, self._box.now()),
        }
        begun = time.perf_counter()
        seconds = self._box.options.ack_seconds
        try:
            answer = await self._client.post(
                self._url, content=body, headers=headers, timeout=seconds
            )
        except httpx.TimeoutException:
            return Reply(acked=False, problem=SILENT.format(seconds=seconds))
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            return Reply(acked=False, problem=UNREACHABLE.format(reason=reason))
        return _reply(answer, (time.perf_counter() - begun) * 1000)

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()


def _encoded(kind: str, payload: Json) -> tuple[bytes, str]:
    if kind == "interactive":
        return urlencode({"payload": json.dumps(payload)}).encode(), _FORM
    if kind == "slash_commands":
        fields = {key: _field(value) for key, value in payload.items() if value is not None}
        return urlencode(fields).encode(), _FORM
    return json.dumps(payload).encode(), "application/json"


def _field(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _reply(answer: httpx.Response, ms: float) -> Reply:
    if not answer.is_success:
        problem = FAILED.format(status=answer.status_code)
        return Reply(acked=False, status=answer.status_code, problem=problem, ms=ms)
    try:
        body = answer.json() if answer.content else None
    except ValueError:
        body = answer.text
    return Reply(acked=True, body=body, status=answer.status_code, ms=ms)
