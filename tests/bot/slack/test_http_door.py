"""Who may speak to us over HTTP: nobody whose signature does not fit the very bytes."""

import hmac
import time
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bot.slack.app import BODY_LIMIT, SIGNATURE, STAMP, HttpDoor, build_app, build_client

SECRET = "a-secret-of-the-tests"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
CHALLENGE = b'{"type":"url_verification","challenge":"c"}'


@pytest.fixture
async def slack() -> AsyncIterator[httpx.AsyncClient]:
    app = build_app(build_client("xoxb-test", "http://127.0.0.1:9/api/"), SECRET)
    routes = [Route("/slack/events", HttpDoor(app, SECRET).handle, methods=["POST"])]
    transport = httpx.ASGITransport(Starlette(routes=routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


async def sends(
    slack: httpx.AsyncClient,
    body: bytes | AsyncIterator[bytes],
    *,
    kind: str = JSON,
    stamp: str | None = None,
    signature: str | bytes = "v0=00",
) -> httpx.Response:
    headers: dict[str, str | bytes] = {
        "content-type": kind,
        STAMP: stamp or str(int(time.time())),
        SIGNATURE: signature,
    }
    raw = [(name.encode(), _bytes(value)) for name, value in headers.items()]
    return await slack.post("/slack/events", content=body, headers=raw)


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()


def signed(body: bytes, stamp: str) -> str:
    whole = f"v0:{stamp}:".encode() + body
    return "v0=" + hmac.new(SECRET.encode(), whole, sha256).hexdigest()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{bad", JSON),
        (b"[1]", JSON),
        (CHALLENGE, JSON),
        (b"payload=%7Bbad", FORM),
        (b"payload=%7B%7D", FORM),
        (b"\xff\xfe", FORM),
        (b"ssl_check=1&token=x", FORM),
    ],
)
async def test_what_is_not_signed_is_turned_away_unread(
    slack: httpx.AsyncClient, body: bytes, kind: str
) -> None:
    assert (await sends(slack, body, kind=kind)).status_code == 401


@pytest.mark.parametrize("stamp", ["9" * 400, "9" * 13, "-1", "1e3", "soon"])
async def test_a_malformed_timestamp_is_turned_away(slack: httpx.AsyncClient, stamp: str) -> None:
    answer = await sends(slack, CHALLENGE, stamp=stamp, signature=signed(CHALLENGE, stamp))
    assert answer.status_code == 401


@pytest.mark.parametrize("signature", ["", "v0=", "v1=00", b"v0=\xfc\xff"])
async def test_a_malformed_signature_is_turned_away(
    slack: httpx.AsyncClient, signature: str | bytes
) -> None:
    assert (await sends(slack, CHALLENGE, signature=signature)).status_code == 401


async def test_what_slack_signed_is_heard_and_what_is_old_is_not(slack: httpx.AsyncClient) -> None:
    now = str(int(time.time()))
    heard = await sends(slack, CHALLENGE, stamp=now, signature=signed(CHALLENGE, now))
    assert (heard.status_code, heard.json()) == (200, {"challenge": "c"})
    old = str(int(time.time()) - 600)
    late = await sends(slack, CHALLENGE, stamp=old, signature=signed(CHALLENGE, old))
    assert late.status_code == 401


async def test_a_body_without_end_is_read_only_so_far(slack: httpx.AsyncClient) -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        for _ in range(100):
            read += 100_000
            yield bytes(100_000)

    async def body() -> AsyncIterator[bytes]:
        for chunk in endless():
            yield chunk

    assert (await sends(slack, body())).status_code == 413
    assert read <= BODY_LIMIT + 200_000
