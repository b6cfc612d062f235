"""Bringing a file's bytes to the address that Slack names for them, and to no other."""

from http import HTTPStatus

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.messenger import Hindered, Permanent

SNIPPET_AT_MOST = 1_000_000
"""Bytes up to which Slack shows a text as a snippet; a longer one is a file to open."""
_FILES = frozenset({"files.slack.com", "files.slack-gov.com"})
_SLACK = ("slack.com", "slack-gov.com")
_UPLOADING = aiohttp.ClientTimeout(total=4.0)


def upload_address(told: str, api_url: str) -> URL:
    """Read an address to upload to, or raise `Permanent`: it comes from outside.

    Slack's own are https://files.slack.com. Where SLACK_API_URL names something else (a sandbox, a
    stand-in), its own scheme, host and port will do as well.
    """
    try:
        url, ours = URL(told), URL(api_url)
        if url.user is None and url.password is None:
            if url.scheme == "https" and url.is_default_port() and url.host in _FILES:
                return url
            if not _is_slack(ours) and url.origin() == ours.origin():
                return url
    except ValueError:
        pass
    raise Permanent("upload_address_refused")


def _is_slack(url: URL) -> bool:
    host = url.host or ""
    return any(host == each or host.endswith(f".{each}") for each in _SLACK)


async def bring(client: AsyncWebClient, address: URL, content: bytes) -> None:
    """Bring the bytes, following nobody anywhere; whatever fails here is seen by nobody."""
    try:
        async with (
            aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(), timeout=_UPLOADING, trust_env=False
            ) as session,
            session.post(
                address,
                data=content,
                proxy=client.proxy,
                ssl=client.ssl or True,
                allow_redirects=False,
            ) as response,
        ):
            status = response.status
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise Hindered("upload_failed") from error
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        raise Permanent("upload_redirected")
    if status != HTTPStatus.OK:
        raise Hindered(f"upload_http_{status}")
