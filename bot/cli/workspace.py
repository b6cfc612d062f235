"""A short word with Slack's Web API, for commands that only ask."""

import asyncio

import httpx
from pydantic import SecretStr

from bot.settings import Settings

TRIES = 3
LONGEST_WAIT = 60.0
"""Seconds; who is told to wait longer is told so instead."""


def connected(settings: Settings, token: SecretStr) -> httpx.AsyncClient:
    """Make a connection that speaks as the bot."""
    headers = {"Authorization": f"Bearer {token.get_secret_value()}"}
    return httpx.AsyncClient(base_url=settings.slack_api_url, headers=headers, timeout=10)


async def ask(slack: httpx.AsyncClient, method: str, **arguments: str) -> dict[str, object]:
    """Ask as a form by POST, which every stand-in for Slack understands; empty without an answer.

    Whoever asks too fast is told how long to wait, and does.
    """
    for _ in range(TRIES):
        try:
            answer = await slack.post(method, data=arguments)
            if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
                await asyncio.sleep(min(float(answer.headers.get("retry-after", 1)), LONGEST_WAIT))
                continue
            told = answer.json()
        except (httpx.HTTPError, ValueError):
            return {}
        return told if isinstance(told, dict) else {}
    return {}
