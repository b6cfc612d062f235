"""T11 and T12: a letter goes to a public address or nowhere, and it proves who sent it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from standardwebhooks import Webhook, WebhookVerificationError

from bot.agents.addresses import NotACallback, callback_url, is_public
from bot.agents.keys import Agent
from bot.agents.webhooks import (
    BODY_AT_MOST,
    Answer,
    Forbidden,
    Letter,
    Unanswered,
    WebhookSender,
    seconds_until,
    verification_secret,
)
from keyturn.webhooks import NotFromKeyturn, verify
from manifests.vocabulary import AgentName
from tests.bot.peer import Peer, a_peer

GROUND = b"g" * 32
SECRET = verification_secret(GROUND, "billing")
NEXT = verification_secret(GROUND, "billing", 2)
BODY = '{"id":"p1","version":3,"status":"approved","parameters":{"amount":"480.00"}}'
LETTER = Letter(id="msg_p1_3", body=BODY, secrets=(SECRET,))
HOST = "hooks.example.com"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def an_agent(*hosts: str) -> Agent:
    return Agent(name=AgentName("billing"), callback_hosts=frozenset(hosts))


def at(peer: Peer, host: str = "127.0.0.1") -> Agent:
    return an_agent(f"{host}:{peer.port}")


class Names(AbstractResolver):
    """A name server that answers as it is told, each time the next answer."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self.answers = answers
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [
            ResolveResult(
                hostname=host,
                host=each,
                port=port,
                family=socket.AF_INET6 if ":" in each else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for each in found
        ]

    async def close(self) -> None:
        pass


def a_sender(names: Names | None = None, **settings: Any) -> WebhookSender:
    settings = {"allow": ("127.0.0.1",)} | settings
    if names is None:
        return WebhookSender(**settings)
    return WebhookSender(resolver=lambda: names, **settings)


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with a_peer() as found:
        yield found


@pytest.fixture
async def internal() -> AsyncIterator[Peer]:
    """A server that only the machine itself may reach."""
    async with a_peer("127.0.0.2") as found:
        yield found


async def test_a_letter_convinces_the_librarys_own_verifier(peer: Peer) -> None:
    letter = Letter(id="msg_p1_3", body=BODY, secrets=(SECRET, NEXT))
    assert await a_sender().send(at(peer), peer.url(), letter) == Answer(204)
    [request] = peer.requests
    assert request.headers["content-type"] == "application/json"
    for secret in (SECRET, NEXT):
        told = Webhook(secret).verify(request.body, request.headers)
        assert told["parameters"] == {"amount": "480.00"}
    with pytest.raises(WebhookVerificationError):
        Webhook(verification_secret(GROUND, "another")).verify(request.body, request.headers)


async def test_the_agents_own_check_tells_a_letter_from_a_forgery(peer: Peer) -> None:
    forged = Letter(id="msg_p1_3", body=BODY, secrets=(verification_secret(b"f" * 32, "billing"),))
    await a_sender().send(at(peer), peer.url(), LETTER)
    await a_sender().send(at(peer), peer.url(), forged)
    real, fake = peer.requests
    assert verify(real.body, real.headers, SECRET).parameters == {"amount": "480.00"}
    with pytest.raises(NotFromKeyturn):
        verify(fake.body, fake.headers, SECRET)


def test_each_agent_and_each_number_has_a_secret_of_its_own() -> None:
    every = {verification_secret(GROUND, name, n) for name in ("a", "b", "a1") for n in (1, 2, 11)}
    assert len(every) == 9
    assert all(each.startswith("whsec_") for each in every)
    assert verification_secret(GROUND, "a") == verification_secret(GROUND, "a", 1)
    assert SECRET not in repr(LETTER)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.9.10", "0.0.0.0", "10.1.2.3", "172.31.0.1", "192.168.1.1"),
        *("169.254.169.254", "169.254.170.2", "100.64.0.1", "100.100.100.200", "192.0.0.192"),
        *("168.63.129.16", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9"),
        *("192.88.99.1", "224.0.0.1", "224.0.1.1", "239.255.255.250", "240.0.0.1"),
        *("255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8"),
        *("::ffff:0:127.0.0.1", "fe80::1", "fe80::1%1", "fec0::1", "fc00::1", "fd00:ec2::254"),
        *("ff02::1", "ff0e::1", "2002:7f00:1::", "2002:0808:0808::1", "2001::1", "2001:db8::1"),
        *("3fff::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "5f00::1"),
    ],
)
async def test_no_name_leads_to_an_address_that_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))
    sender = a_sender(Names((address,)), allow=())
    with pytest.raises(Forbidden, match="not public"):
        await sender.send(an_agent(HOST), f"https://{HOST}/hook", LETTER)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450::1", "64:ff9b::808:808"]
)
def test_the_internet_at_large_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "0x7f.0.0.1", "0x7f000001", "0177.0.0.1", "2130706433"),
        *("127.1", "0", "0.0.0.0", "[::1]", "[::]", "[::ffff:7f00:1]", "[::ffff:127.0.0.1]"),
        *("[64:ff9b::7f00:1]", "[2002:7f00:1::1]"),
    ],
)
async def test_no_notation_reaches_the_loopback(peer: Peer, host: str) -> None:
    listed = an_agent(host.strip("[]"), f"{host.strip('[]')}:{peer.port}")
    with pytest.raises(Forbidden):
        await a_sender(allow=()).send(listed, peer.url(host, scheme="https"), LETTER)
    assert peer.connections == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.0.0.1"])
async def test_the_same_notations_do_reach_it_without_the_gate(peer: Peer, host: str) -> None:
    """So that the test above says something."""
    assert await a_sender().send(at(peer, host), peer.url(host), LETTER) == Answer(204)


async def test_a_name_that_changes_its_answer_is_no_use(peer: Peer, internal: Peer) -> None:
    names = Names(("127.0.0.1",), ("127.0.0.2",), ("169.254.169.254",))
    sender, listed = a_sender(names), an_agent(f"{HOST}:{peer.port}", f"{HOST}:{internal.port}")
    assert await sender.send(listed, peer.url(HOST), LETTER) == Answer(204)
    assert names.asked == 1, "looked up once, for the connection itself"
    for _ in range(2):
        with pytest.raises(Forbidden, match="not public"):
            await sender.send(listed, internal.url(HOST), LETTER)
    assert (peer.connections, internal.connections) == (1, 0)


async def test_a_private_address_among_others_is_passed_over(peer: Peer, internal: Peer) -> None:
    sender = a_sender(Names(("::1", "10.0.0.1", "127.0.0.1")))
    assert await sender.send(at(peer, HOST), peer.url(HOST), LETTER) == Answer(204)
    assert (peer.connections, internal.connections) == (1, 0)


async def test_what_is_not_an_address_is_not_looked_up_again() -> None:
    with pytest.raises(Forbidden):
        await a_sender(Names(("localhost",))).send(an_agent(HOST), f"https://{HOST}/hook", LETTER)


async def test_plain_http_goes_nowhere_but_where_it_is_allowed() -> None:
    sender = a_sender(Names(("8.8.8.8",)))
    with pytest.raises(Forbidden):
        await sender.send(an_agent(f"{HOST}:80"), f"http://{HOST}/hook", LETTER)
    with pytest.raises(Forbidden, match="https"):
        await a_sender(allow=()).send(an_agent(f"{HOST}:80"), f"http://{HOST}/hook", LETTER)


async def test_a_redirect_is_not_followed(peer: Peer, internal: Peer) -> None:
    sender = a_sender(allow=("127.0.0.1", "127.0.0.2"))
    for status in (301, 302, 303, 307, 308):
        peer.will_answer(status, location=internal.url("127.0.0.2"))
        assert await sender.send(at(peer), peer.url(), LETTER) == Answer(status)
    assert internal.connections == 0


async def test_an_answer_that_never_ends_is_cut_off(peer: Peer) -> None:
    peer.replies.append(peer.drip)
    async with asyncio.timeout(20):
        assert await a_sender(timeout=60).send(at(peer), peer.url(), LETTER) == Answer(200)


async def test_an_answer_without_measure_is_cut_off(peer: Peer) -> None:
    peer.replies.append(peer.flood)
    assert await a_sender().send(at(peer), peer.url(), LETTER) == Answer(200)
    assert peer.sent < 1_000 * BODY_AT_MOST


async def test_an_answer_that_never_begins_is_not_waited_for(peer: Peer) -> None:
    peer.replies.append(peer.drip_headers)
    with pytest.raises(Unanswered, match="in time"):
        await a_sender(timeout=0.2).send(at(peer), peer.url(), LETTER)


async def test_a_broken_answer_is_none(peer: Peer) -> None:
    peer.replies.extend([peer.hang_up, b"SSH-2.0-OpenSSH_9\r\n\r\n"])
    for _ in range(2):
        with pytest.raises(Unanswered, match="broke off"):
            await a_sender().send(at(peer), peer.url(), LETTER)


async def test_nobody_listens() -> None:
    async with a_peer() as gone:
        pass
    with pytest.raises(Unanswered, match="Nobody"):
        await a_sender().send(at(gone), gone.url(), LETTER)


async def test_a_name_that_nobody_knows(peer: Peer) -> None:
    class Nobody(Names):
        async def resolve(self, *_: object, **__: object) -> list[ResolveResult]:
            raise OSError("no such name")

    with pytest.raises(Unanswered, match="looked up"):
        await a_sender(Nobody()).send(an_agent(HOST), f"https://{HOST}/hook", LETTER)


async def test_nothing_is_said_before_the_other_side_has_proved_its_name(peer: Peer) -> None:
    seen = bytearray()

    async def listen(reader: Any, writer: Any) -> None:
        seen.extend(await reader.read(4096))
        writer.close()

    peer.serve = listen  # type: ignore[method-assign]
    with pytest.raises(Unanswered):
        await a_sender().send(at(peer), peer.url(scheme="https"), LETTER)
    assert seen[:1] == b"\x16", "a TLS handshake, and nothing in clear"
    assert b"480.00" not in seen


async def test_the_environments_proxies_are_not_used(
    peer: Peer, internal: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, internal.url("127.0.0.2", ""))
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    sender = a_sender(allow=("127.0.0.1", "127.0.0.2"))
    assert await sender.send(at(peer), peer.url(), LETTER) == Answer(204)
    assert (peer.connections, internal.connections) == (1, 0)


async def test_nothing_is_kept_between_two_letters(peer: Peer) -> None:
    peer.will_answer(200, set_cookie="session=1; Path=/")
    sender = a_sender()
    for _ in range(2):
        await sender.send(at(peer), peer.url(), LETTER)
    assert peer.connections == 2
    assert "cookie" not in peer.requests[1].headers


async def test_the_list_of_hosts_holds_at_the_time_of_sending(peer: Peer) -> None:
    sender = a_sender()
    await sender.send(at(peer), peer.url(), LETTER)
    with pytest.raises(Forbidden, match="not a callback host"):
        await sender.send(an_agent("elsewhere.example"), peer.url(), LETTER)
    assert peer.connections == 1


@pytest.mark.parametrize(
    "callback",
    [
        *("", "x", "https:", "https://", "https:///x", f"//{HOST}/x", f"http://{HOST}/x"),
        *(f"ftp://{HOST}/x", "file:///etc/passwd", f"https:{HOST}/x", f"https://{HOST}.evil.com/"),
        *(f"https://{HOST}@evil.com/", f"https://evil.com@{HOST}/", f"https://@{HOST}/"),
        *(f"https://a:b@{HOST}/", f"https://{HOST}\\@evil.com/", f"https://evil.com\\.{HOST}/"),
        *(f"https://{HOST}./x", f"https://sub.{HOST}/x", "https://example.com/x"),
        *(f"https://{HOST}:80/x", f"https://{HOST}:0/x", f"https://{HOST}:8443/x"),
        *(f"https://{HOST}:99999/x", f"https://{HOST}:x/", "https://[::1", "https://[::1]x/"),
        *(f"https://{HOST}\n/x", f"https://{HOST}\t/x", f" https://{HOST}/x", f"https://{HOST}/ x"),
        *(f"https://{HOST}/\x00", f"https://{HOST}%2eevil.com/", "https://ｈooks.example.com/x"),
        *("https://hooks。example。com/x", f"https://{HOST}/ä", "https://[fe80::1%25eth0]/x"),
    ],
    ids=repr,
)
def test_an_address_its_agent_may_not_name_is_refused(callback: str) -> None:
    with pytest.raises(NotACallback) as refused:
        callback_url(an_agent(HOST), callback)
    assert refused.value.problem
    assert refused.value.hint


@pytest.mark.parametrize(
    ("callback", "hosts"),
    [
        (f"https://{HOST}/x?a=b#c", (HOST,)),
        (f"https://{HOST}:443/x", (HOST,)),
        (f"HTTPS://{HOST.upper()}/x", (HOST,)),
        (f"https://{HOST}:8443/x", (f"{HOST}:8443",)),
        (f"https://{HOST}/x", (f"{HOST}:443",)),
        ("https://xn--bcher-kva.example/x", ("xn--bcher-kva.example",)),
    ],
)
def test_an_address_its_agent_may_name_is_taken(callback: str, hosts: tuple[str, ...]) -> None:
    assert callback_url(an_agent(*hosts), callback).scheme == "https"


def test_an_address_that_two_readers_read_differently_is_refused() -> None:
    both = an_agent("::ffff:7f00:1", "::ffff:127.0.0.1")
    with pytest.raises(NotACallback, match="several ways"):
        callback_url(both, "https://[::ffff:127.0.0.1]/x")


def test_a_port_of_its_own_does_not_open_the_others() -> None:
    with pytest.raises(NotACallback, match=f"{HOST} is not"):
        callback_url(an_agent(f"{HOST}:8443"), f"https://{HOST}/x")


def test_an_exception_for_development_is_an_ip_address() -> None:
    with pytest.raises(ValueError, match="localhost"):
        WebhookSender(allow=("localhost",))


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        *(("", None), ("120", 120.0), ("0", 0.0), ("-5", None), ("1.5", None), ("soon", None)),
        *(("9" * 400, 999_999_999.0), ("²", None), ("Sat, 21 Nov 2026 12:01:00 GMT", 60.0)),
        *(("Sat, 21 Nov 2026 11:00:00 GMT", 0.0), ("Sat, 21 Nov 2026 12:01:00 -0000", 60.0)),
    ],
)
def test_a_wish_to_wait_is_read(asked: str, seconds: float | None) -> None:
    assert seconds_until(asked, NOON) == seconds
