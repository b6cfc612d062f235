"""HTTP as both clients speak it, apart from who waits for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

import httpx

from keyturn.decision import Question
from keyturn.flow import Answer, Lost, Reply, Request

CONNECT_WITHIN = 5.0
MANY_WAITERS = httpx.Limits(max_connections=None, max_keepalive_connections=20)

Said = Answer | str | None
"""What an agent may say to a question: an answer, its text alone, or nothing."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the gateway is and who is calling; the key is never shown."""

    url: str
    headers: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Address({self.url!r})"


def address(url: str, key: str) -> Address:
    """Check the gateway's address and the agent's key."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{url!r} is no gateway's address: it looks like http://127.0.0.1:8766")
    if not key or not key.isascii() or not key.isprintable():
        raise ValueError("an agent's key is plain text; keyturn keys create NAME prints one")
    headers = {
        "Authorization": f"Bearer {key}",
        "Accept": "application/json, application/problem+json",
        "User-Agent": f"keyturn/{version('keyturn')}",
    }
    return Address(url.rstrip("/"), headers)


def options(request: Request) -> dict[str, Any]:
    """Put a request into httpx's words."""
    return {
        "method": request.method,
        "url": request.path,
        "params": dict(request.query),
        "json": request.body,
        "timeout": httpx.Timeout(request.timeout, connect=min(request.timeout, CONNECT_WITHIN)),
    }


def reply(response: httpx.Response) -> Reply:
    """Read a response; a body that is no JSON is None."""
    try:
        body = response.json()
    except ValueError:
        body = None
    return Reply(response.status_code, body, _seconds(response.headers.get("Retry-After")))


def lost(error: httpx.TransportError) -> Lost:
    """Say why no response came."""
    return Lost(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)


def answer_of(said: Said) -> Answer | None:
    """Take an agent's words for what they are."""
    return Answer(said) if isinstance(said, str) else said


def seconds(timeout: float | timedelta | None) -> float | None:
    """Give a length of time in seconds, not below none."""
    if isinstance(timeout, timedelta):
        timeout = timeout.total_seconds()
    return None if timeout is None else max(0.0, timeout)


def no_answer(question: Question) -> None:
    """Leave a question to somebody else; people go on when its time is up."""


def _seconds(text: str | None) -> float | None:
    try:
        return max(0.0, float(text)) if text else None
    except ValueError:
        return None  # a date, which a gateway of ours never sends
