"""Sends decisions to agents' callbacks: signed, to public addresses only, once a call.

Signatures follow Standard Webhooks: an agent checks `webhook-id`, `webhook-timestamp` and
`webhook-signature` over the raw body with its verification secret, as `keyturn.webhooks` does.
"""

import asyncio
import base64
import hmac
import socket
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from ipaddress import ip_address
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver
from standardwebhooks import Webhook
from yarl import URL

from bot.agents.addresses import Address, NotACallback, callback_url, is_public, read_address
from bot.agents.keys import Agent
from store.ports import Reading

WEBHOOK_KEY = "webhook"
"""The installation's secret that the agents' verification secrets are derived from."""
SECRET_PREFIX = "whsec_"
TIMEOUT = 5.0
"""Seconds for a whole letter; an errand may take a little longer than that."""
READING = 1.0
"""Seconds to let an agent finish its answer, of which only the status matters."""
BODY_AT_MOST = 64 * 1024
CHUNK = 8 * 1024

AddrInfo = tuple[int, int, int, str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What an agent is told; the same `id` again is the same letter."""

    id: str
    body: str
    secrets: Sequence[str] = field(repr=False)
    """Each signs once, so that an agent may go over from one to the next."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, and the seconds the other side asks us to wait."""

    status: int
    retry_after: float | None = None


class Unanswered(Exception):
    """It may or may not have arrived; sending it again later is harmless."""


class Forbidden(Exception):
    """It was not sent, because it may not go there."""


def verification_secret(installation_secret: bytes, agent: str, number: int = 1) -> str:
    """Derive the secret that one agent checks our signatures with; hand it to that agent only.

    `installation_secret` is `look.secret(WEBHOOK_KEY)`. The numbers in force are the agent's
    `webhook_secrets` in the key file. To rotate: list the next number beside the present one, give
    the agent its secret, and take the old number out once the agent checks with the new one.
    """
    derived = hmac.new(installation_secret, f"{agent}/{number}".encode(), sha256).digest()
    return SECRET_PREFIX + base64.b64encode(derived).decode()


def secrets_of(look: Reading, agent: Agent) -> tuple[str, ...]:
    """Give the secrets that sign for an agent now, in the key file's order."""
    ground = look.secret(WEBHOOK_KEY)
    return tuple(verification_secret(ground, agent.name, each) for each in agent.webhook_secrets)


class WebhookSender:
    """Sends letters. Nothing is kept between two: no connection, no cookie, no looked-up name."""

    def __init__(
        self,
        *,
        allow: Collection[str] = (),
        resolver: Callable[[], AbstractResolver] = aiohttp.ThreadedResolver,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        timeout: float = TIMEOUT,
    ) -> None:
        """Take `allow`, for tests and development alone: addresses to reach though not public.

        They are IP addresses, such as 127.0.0.1, and may be reached over plain http, too.
        """
        self._allow = frozenset(map(ip_address, allow))
        self._resolver = resolver
        self._clock = clock
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def send(self, agent: Agent, callback: str, letter: Letter) -> Answer:
        """Send one letter to a callback its agent may name now; raise `Forbidden`, `Unanswered`."""
        try:
            url = callback_url(agent, callback, plain=bool(self._allow))
        except NotACallback as error:
            raise Forbidden(str(error)) from None
        gate = _Gate(self._allow, plain=url.scheme == "http")
        with _told_apart(gate):
            return await self._post(url, letter, gate)

    async def _post(self, url: URL, letter: Letter, gate: "_Gate") -> Answer:
        async with (
            self._session(gate) as session,
            session.post(
                url,
                data=letter.body.encode(),
                headers=signed_headers(letter, self._clock()),
                allow_redirects=False,
            ) as response,
        ):
            asked = response.headers.get("retry-after", "")
            answer = Answer(response.status, seconds_until(asked, self._clock()))
            with suppress(aiohttp.ClientError, TimeoutError):
                await _read_a_little(response)
            return answer

    def _session(self, gate: "_Gate") -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=self._resolver(),
            use_dns_cache=False,
            force_close=True,
            socket_factory=gate.open_socket,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=self._timeout,
            trust_env=False,
            auto_decompress=False,
            headers={"user-agent": "Keyturn", "content-type": "application/json"},
        )


class _Gate:
    """Opens sockets to public addresses only.

    It sees the very address that is connected to, after every name was looked up and every
    notation read, so a name that changes its answer, or an odd way to write 127.0.0.1, is no use.
    """

    def __init__(self, allow: frozenset[Address], *, plain: bool) -> None:
        self._allow = allow
        self._plain = plain
        self.refused: list[str] = []

    def open_socket(self, info: AddrInfo) -> socket.socket:
        """Open a socket for one address, or refuse to."""
        family, kind, protocol, _, peer = info
        address = read_address(str(peer[0]))
        if address is not None and self._may_reach(address):
            return socket.socket(family, kind, protocol)
        self.refused.append(str(peer[0]))
        raise PermissionError(f"{peer[0]} is not a public address")

    def _may_reach(self, address: Address) -> bool:
        return address in self._allow or (is_public(address) and not self._plain)


@contextmanager
def _told_apart(gate: _Gate) -> Iterator[None]:
    """Name a failure by what to do about it, in words that hold nothing the other side chose."""
    try:
        yield
    except aiohttp.InvalidURL as error:
        raise Forbidden("Its host is written in a way that is not taken.") from error
    except aiohttp.ClientConnectorDNSError as error:
        raise Unanswered("Its host's name could not be looked up.") from error
    except aiohttp.ClientSSLError as error:
        raise Unanswered("No trusted encryption could be agreed on.") from error
    except aiohttp.ClientConnectorError as error:
        if gate.refused:
            where = ", ".join(gate.refused)
            raise Forbidden(f"Its host's name leads to {where}, which is not public.") from error
        raise Unanswered("Nobody could be connected to.") from error
    except TimeoutError as error:
        raise Unanswered("It did not answer in time.") from error
    except aiohttp.ClientError as error:
        raise Unanswered(f"It broke off ({type(error).__name__}).") from error


def signed_headers(letter: Letter, now: datetime) -> dict[str, str]:
    """Write the headers that prove who sent a letter, and when."""
    signatures = (Webhook(secret).sign(letter.id, now, letter.body) for secret in letter.secrets)
    return {
        "webhook-id": letter.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def seconds_until(asked: str, now: datetime) -> float | None:
    """Read a Retry-After: seconds, or a date; None for anything else."""
    if asked.isascii() and asked.isdigit():
        return float(asked[:9])
    try:
        moment = parsedate_to_datetime(asked)
    except (TypeError, ValueError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


async def _read_a_little(response: aiohttp.ClientResponse) -> None:
    """Let the other side finish a short answer; a long one is cut off."""
    size = 0
    async with asyncio.timeout(READING):
        async for chunk in response.content.iter_chunked(CHUNK):
            size += len(chunk)
            if size >= BODY_AT_MOST:
                return
