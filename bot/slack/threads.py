"""Listens to what people write under cards. What is returned from is acknowledged, and kept."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.reviewing.comments import Comments
from bot.slack.connection import Workplace
from bot.slack.replies import read_reply


def watch_threads(app: AsyncApp, comments: Comments, workplace: Workplace) -> None:
    """Keep the replies of people; Slack sends again what is not kept in time."""

    async def said(body: dict[str, Any]) -> None:
        reply = read_reply(body) if workplace.is_ours(body) else None
        home = workplace.home
        # What we said ourselves is no comment, also where nothing marks it as a program's.
        if reply is not None and home is not None and reply.user != home.user:
            ours = home.user is None or reply.under in {None, home.user}
            await comments.keep(reply, under_us=ours)

    app.event("message")(said)
