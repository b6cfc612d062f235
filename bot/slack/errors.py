"""Slack's ways of failing, named by what to do about them. One table."""

import asyncio
import json
import re
from contextlib import suppress

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.messenger import (
    Gone,
    Hindered,
    Malformed,
    Permanent,
    Retryable,
    Uncertain,
    Undelivered,
    Unreachable,
)

_KINDS: dict[str, type[Permanent]] = {
    "invalid_blocks": Malformed,
    "invalid_blocks_format": Malformed,
    "msg_blocks_too_long": Malformed,
    "msg_too_long": Malformed,
    "too_many_attachments": Malformed,
    "channel_not_found": Unreachable,
    "not_in_channel": Unreachable,
    "is_archived": Unreachable,
    "restricted_action": Unreachable,
    "restricted_action_read_only_channel": Unreachable,
    "user_disabled": Unreachable,
    "user_not_found": Unreachable,
    "user_not_visible": Unreachable,
    "cannot_dm_bot": Unreachable,
    "im_disabled": Unreachable,
    "message_not_found": Gone,
    "cant_update_message": Gone,
    "edit_window_closed": Gone,
}

_NO_FILES = frozenset(
    {
        # Said of a file these are final: nobody waits for a file as people wait for a card.
        "unknown_method",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "access_denied",
        "ekm_access_denied",
        "file_type_not_allowed",
        "file_upload_size_restricted",
        "file_uploads_disabled",
        "file_uploads_except_images_disabled",
        "posting_to_channel_denied",
        "snippet_too_large",
        "unknown_snippet_type",
    }
)

TOKEN_MENDED_WITHIN = 5.0
"""Seconds until a token is tried again; soon, because cards wait for whoever mends it."""

_WAIT: dict[str, float] = {
    # An operator must act; decisions go on, and the cards follow when the token works again.
    "token_revoked": TOKEN_MENDED_WITHIN,
    "token_expired": TOKEN_MENDED_WITHIN,
    "invalid_auth": TOKEN_MENDED_WITHIN,
    "not_authed": TOKEN_MENDED_WITHIN,
    "account_inactive": TOKEN_MENDED_WITHIN,
    "service_unavailable": 5.0,
    "team_added_to_org": TOKEN_MENDED_WITHIN,
}

_TOO_FAST = frozenset({"ratelimited", "rate_limited"})
NO_ANSWER = "no_answer"
UNKNOWN_METHOD = "unknown_method"
NOT_FOUND = 404
WORD = re.compile(r"[a-z_]{1,50}")
"""What Slack's codes look like; anything else may be a page of whoever stands between."""
_UNCERTAIN = frozenset({"internal_error", "fatal_error", "request_timeout", NO_ANSWER})


def named(error: Exception) -> Undelivered:
    """Say what to do about an exception of slack_sdk or of the connection."""
    if isinstance(error, SlackApiError):
        return _of_answer(error)
    if isinstance(error, aiohttp.ClientConnectorError):
        return Retryable("connection_refused")
    if isinstance(error, aiohttp.ClientError | asyncio.TimeoutError | OSError):
        return Uncertain(NO_ANSWER)
    return Hindered(type(error).__name__)


def refusal_at(status: int, said: str) -> Undelivered | None:
    """Read what came back from a click's own address; None where it was taken.

    Slack answers `ok`, or what is wrong as bare words or as JSON, and not always with a status.
    """
    told = said.strip()
    with suppress(ValueError, AttributeError):
        answer = json.loads(told)
        told = "ok" if answer.get("ok") else str(answer.get("error", told))
    taken = status < 300 and told in {"ok", ""}
    return None if taken else Hindered(told if WORD.fullmatch(told) else f"http_{status}")


def of_file(error: Undelivered) -> Undelivered:
    """Say what to do about a failure when it is a file that was not taken."""
    refused = isinstance(error, Hindered) and error.code in _NO_FILES
    return Permanent(error.code) if refused else error


def _of_answer(error: SlackApiError) -> Undelivered:
    response = error.response
    if isinstance(response, aiohttp.ClientResponse):
        return _of_page(response.status)
    status = response.status_code
    if status == 429:
        return Retryable("ratelimited", _retry_after(response.headers))
    if status >= 500:
        return Uncertain(f"http_{status}")
    code = _code(response.data)
    if code == NO_ANSWER:
        return _of_page(status)
    if code in _TOO_FAST:
        return Retryable(code, _retry_after(response.headers))
    if code in _UNCERTAIN:
        return Uncertain(code)
    if code in _WAIT:
        return Retryable(code, _WAIT[code])
    # Slack has more codes than any list, and most of them pass.
    return _KINDS.get(code, Hindered)(code)


def _of_page(status: int) -> Undelivered:
    """No JSON at all: whoever answers does not know the method, or something between us spoke."""
    return Hindered(UNKNOWN_METHOD) if status == NOT_FOUND else Uncertain(NO_ANSWER)


def _code(data: object) -> str:
    return str(data.get("error", NO_ANSWER)) if isinstance(data, dict) else NO_ANSWER


def _retry_after(headers: object) -> float:
    """Read Retry-After in whatever case it came; one second where it is missing or broken."""
    pairs = headers.items() if isinstance(headers, dict) else ()
    for name, value in pairs:
        if str(name).lower() == "retry-after":
            first = value[0] if isinstance(value, list) else value
            return float(first) if str(first).replace(".", "", 1).isdigit() else 1.0
    return 1.0
