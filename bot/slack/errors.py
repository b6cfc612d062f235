"""Slack's ways of failing, named by what to do about them. One table."""

import asyncio

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
    "message_not_found": Gone,
    "cant_update_message": Gone,
    "edit_window_closed": Gone,
}

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


def _of_answer(error: SlackApiError) -> Undelivered:
    response = error.response
    if isinstance(response, aiohttp.ClientResponse):
        return Uncertain(NO_ANSWER)  # no JSON at all: something between us and Slack spoke
    status = response.status_code
    if status == 429:
        return Retryable("ratelimited", _retry_after(response.headers))
    if status >= 500:
        return Uncertain(f"http_{status}")
    code = _code(response.data)
    if code in _TOO_FAST:
        return Retryable(code, _retry_after(response.headers))
    if code in _UNCERTAIN:
        return Uncertain(code)
    if code in _WAIT:
        return Retryable(code, _WAIT[code])
    # Slack has more codes than any list, and most of them pass.
    return _KINDS.get(code, Hindered)(code)


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
