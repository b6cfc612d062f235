"""Check that a webhook comes from the gateway, and read the decision in it."""

import base64
import binascii
import hmac
import json
import time
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256

from keyturn.decision import Decision
from keyturn.errors import KeyturnError, UnexpectedReply
from keyturn.reading import read_decision

TOLERANCE = 300.0
"""Seconds that a letter may have been under way, and that two clocks may differ."""
_PREFIX = "whsec_"
_VERSION = "v1,"


class NotFromKeyturn(KeyturnError):
    """A webhook that nobody signed who may, or too long ago; answer 401 and do nothing else."""


def verify(
    body: bytes,
    headers: Mapping[str, str],
    secrets: str | Iterable[str],
    *,
    clock: Callable[[], float] = time.time,
) -> Decision:
    """Give the decision in a webhook, or raise `NotFromKeyturn`.

    `body` is the raw body as it came. `secrets` are the agent's verification secrets, each
    `whsec_…`: one, or two while one replaces the other. The same decision may come more than once,
    and an older one after a newer one: act on a proposal's highest `version` only, and once.
    """
    named = {name.lower(): value for name, value in headers.items()}
    letter, sent_at = named.get("webhook-id", ""), named.get("webhook-timestamp", "")
    if not letter or not (sent_at.isascii() and sent_at.isdigit()):
        raise NotFromKeyturn("the webhook carries no webhook-id, or no webhook-timestamp")
    if abs(clock() - int(sent_at[:12])) > TOLERANCE:
        raise NotFromKeyturn("the webhook was signed too long ago, or one of two clocks is wrong")
    signed = f"{letter}.{sent_at}.".encode() + body
    if not _any_matches(signed, named.get("webhook-signature", ""), _keys(secrets)):
        raise NotFromKeyturn("no signature of the webhook fits one of these secrets")
    return _decision(body)


def _keys(secrets: str | Iterable[str]) -> list[bytes]:
    given = [secrets] if isinstance(secrets, str) else list(secrets)
    if not given or not all(each.startswith(_PREFIX) for each in given):
        raise ValueError(f"give one verification secret or more, each beginning with {_PREFIX}")
    keys = [base64.b64decode(each.removeprefix(_PREFIX), validate=True) for each in given]
    if not all(keys):
        raise ValueError("a verification secret is empty, so anybody could sign with it")
    return keys


def _any_matches(signed: bytes, signatures: str, keys: list[bytes]) -> bool:
    shown = [_read(each) for each in signatures.split(" ") if each.startswith(_VERSION)]
    right = [hmac.new(key, signed, sha256).digest() for key in keys]
    return any(hmac.compare_digest(one, other) for one in shown for other in right)


def _read(signature: str) -> bytes:
    try:
        return base64.b64decode(signature.removeprefix(_VERSION), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _decision(body: bytes) -> Decision:
    try:
        return read_decision(json.loads(body))
    except ValueError as error:
        raise UnexpectedReply(f"the webhook holds no JSON: {body[:200]!r}") from error
