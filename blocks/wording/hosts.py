"""Addresses from agents: the host in full, as the network sees it, before anything else."""

import string
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from blocks.limits import URL, clip
from blocks.wording.text import visible

_CLEAN = frozenset(string.ascii_letters + string.digits + "-._~:/?#[]@!$&'()*+,;=%")


@dataclass(frozen=True, slots=True)
class Address:
    """An address in words; `url` only where following it leads where the words say."""

    text: str
    url: str | None = None


def address_of(raw: str, limit: int) -> Address:
    """Read an agent's address; what is not plainly http(s) stays text."""
    parts = _parts(raw)
    shown = clip(visible(raw[:limit]), limit)
    if parts is None or parts.hostname is None:
        return Address(shown)
    host = network_name(parts.hostname)
    if _needs_care(raw, parts, host):
        return Address(f"{host} (written as {shown})")
    plain_start = f"{parts.scheme}://{parts.netloc}"
    if len(raw) > limit:
        shown = clip(raw, max(limit, len(plain_start) + 1))
    return Address(shown, raw if len(raw) <= URL else None)


def network_name(host: str) -> str:
    """Write a host the way it is resolved: foreign letters as punycode."""
    return ".".join(_label(label) for label in host.split("."))


def _label(label: str) -> str:
    if label.isascii():
        return visible(label)
    return "xn--" + label.encode("punycode", "replace").decode("ascii")


def _parts(raw: str) -> SplitResult | None:
    try:
        parts = urlsplit(raw)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} else None


def _needs_care(raw: str, parts: SplitResult, host: str) -> bool:
    """Say whether an address could be read as leading to another host than it does."""
    return "@" in parts.netloc or host != parts.hostname or not _CLEAN.issuperset(raw)
