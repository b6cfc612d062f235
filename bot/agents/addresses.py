"""Where a decision may be sent: which addresses an agent may name, and which of them are public."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from yarl import URL

from bot.agents.keys import Agent

Address = IPv4Address | IPv6Address

HTTPS_PORT = 443
# The library's own lists differ between versions of Python, so what matters stands here, too.
_NOT_PUBLIC_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "168.63.129.16/32",  # a cloud's own services, at an address that looks public
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
        ),
    )
)
_PUBLIC_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # Teredo and other tunnels: what they lead to is not written in them
            "2001:db8::/32",
            "2002::/16",  # 6to4, which holds an IPv4 address of anybody's choice
            "3fff::/20",
        ),
    )
)
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 addresses as networks without IPv4 write them; the last 32 bits are the real ones."""


class NotACallback(ValueError):
    """Nothing may be sent to this address: what is wrong with it, and what to do."""

    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(f"{problem} {hint}")
        self.problem = problem
        self.hint = hint


def is_public(address: Address) -> bool:
    """Say whether an address belongs to the internet at large and to one host there."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _NOT_PUBLIC_4)
    if address in _TRANSLATED:
        return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    listed = any(address in network for network in _NOT_PUBLIC_6)
    return address in _PUBLIC_6 and address.is_global and not listed


def read_address(text: str) -> Address | None:
    """Read an address as a socket names it; a name or an odd notation is none."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def callback_url(agent: Agent, callback: str, *, plain: bool = False) -> URL:
    """Read a callback that its agent may name, or raise `NotACallback`.

    Ports other than 443 are listed beside their host. `plain` takes http, too, for development.
    """
    url = _read(callback)
    if url.scheme != "https" and not (plain and url.scheme == "http"):
        raise NotACallback("A callback is an https address.", "Send https://HOST/PATH.")
    host = url.raw_host or ""
    with_port = f"{host}:{url.port}"
    usual = url.scheme == "https" and url.port == HTTPS_PORT
    if with_port not in agent.callback_hosts and not (usual and host in agent.callback_hosts):
        named = host if usual or host not in agent.callback_hosts else with_port
        hint = "Add it under callback_hosts in the agents' key file."
        raise NotACallback(f"{named} is not a callback host of {agent.name}.", hint)
    return url


def _read(callback: str) -> URL:
    """Read an address the one way that every reader agrees on."""
    if not callback.isascii() or not callback.isprintable() or set(callback) & set(" \\"):
        problem = "A callback holds visible ASCII characters only, and no blanks or backslashes."
        raise NotACallback(problem, "Write others as %XX, and a host's name in its xn-- form.")
    try:
        url, parts = URL(callback), urlsplit(callback)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise NotACallback("This is no address.", "Send https://HOST/PATH.") from None
    if not host or not url.raw_host:
        raise NotACallback("A callback is an https address.", "Send https://HOST/PATH.")
    if "@" in parts.netloc:
        problem = "A callback carries no user name and no password."
        raise NotACallback(problem, "Check its signature instead.")
    if host != url.raw_host:
        raise NotACallback(f"{host} can be read in several ways.", "Send a plain host name.")
    return url
