"""The messenger over Slack's Web API. It never retries by itself: that is the outbox's work."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import aiohttp
import structlog
from pydantic import JsonValue
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from blocks.telling import notices
from bot.messenger import Account, Draft, Gone, Hindered, Retryable, Search, Undelivered
from bot.slack.connection import Workplace
from bot.slack.errors import UNKNOWN_METHOD, named, of_file, refusal_at
from bot.slack.payloads import MARKER, marker_of
from bot.slack.uploads import SNIPPET_AT_MOST, bring, upload_address
from manifests.manifest import UserGroupId
from manifests.vocabulary import ChannelId, Standing, UserId

PAGES = 5
OPEN_WITHIN = 1.3
"""Seconds; with the look-up of the person before it, the trigger's three are not exceeded."""
SWIFT = 3
"""Seconds to wait for an address that Slack gave with a click."""

log = structlog.get_logger()

# slack_sdk types its answers loosely; everything that leaves this module is typed.
Answer = Any


class SlackGateway:
    """One workspace behind one bot token; reads go as POST forms, which every stand-in takes."""

    def __init__(self, client: AsyncWebClient, workplace: Workplace) -> None:
        self._client = client
        self._workplace = workplace
        self._session: aiohttp.ClientSession | None = None
        self._no_permalinks = False
        self._no_homes = False

    async def close(self) -> None:
        """Let kept connections go."""
        if self._session is not None:
            await self._session.close()

    def _kept_session(self) -> aiohttp.ClientSession:
        """Keep connections between redraws, which follow each other; a lost one is drawn later."""
        if self._session is None or self._session.closed:
            timeout = aiohttp.ClientTimeout(total=SWIFT)
            connector = aiohttp.TCPConnector(keepalive_timeout=SWIFT)
            self._session = aiohttp.ClientSession(timeout=timeout, connector=connector)
        return self._session

    async def post(self, channel: ChannelId, draft: Draft) -> str:
        """Post a message once and give its ts."""
        sent = await self._call(
            self._client.chat_postMessage,
            channel=channel,
            **_content(draft),
            **({"thread_ts": draft.thread} if draft.thread else {}),
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(sent["ts"])

    async def update(self, channel: ChannelId, ts: str, draft: Draft) -> None:
        """Replace a message's blocks, text and marker."""
        await self._call(self._client.chat_update, channel=channel, ts=ts, **_content(draft))

    async def delete(self, channel: ChannelId, ts: str) -> None:
        """Remove a message of our own."""
        await self._call(self._client.chat_delete, channel=channel, ts=ts)

    async def whisper(
        self, channel: ChannelId, user: UserId, words: str, *, thread: str | None = None
    ) -> None:
        """Post an ephemeral message; an agent may have chosen some of its words."""
        message = notices.whisper(words)
        await self._call(
            self._client.chat_postEphemeral,
            channel=channel,
            user=user,
            text=message.text,
            blocks=[*message.blocks],
            **({"thread_ts": thread} if thread else {}),
        )

    async def direct(self, user: UserId) -> ChannelId:
        """Open the direct messages with one person, or find them open."""
        told = await self._read("conversations.open", users=user)
        return ChannelId(str(told["channel"]["id"]))

    async def permalink(self, channel: ChannelId, ts: str) -> str | None:
        """Give the address of a message; None where nobody answers to the method."""
        if self._no_permalinks:
            return None
        try:
            told = await self._read("chat.getPermalink", channel=channel, message_ts=ts)
        except Hindered as error:
            if error.code != UNKNOWN_METHOD:
                raise
            self._no_permalinks = True
            log.warning("method_missing", method="chat.getPermalink", so="messages carry no links")
            return None
        return str(told["permalink"])

    async def find(self, search: Search) -> tuple[str, ...]:
        """Walk the channel's or the thread's recent history for our marker."""
        found = [
            str(message["ts"])
            async for message in self._said(search)
            if marker_of(message) == search.marker
        ]
        return tuple(sorted(found))

    async def marker_at(self, channel: ChannelId, ts: str) -> str | None:
        """Look at the first message of a thread; others may write our marker on theirs."""
        home = self._workplace.home
        if home is None:
            raise Retryable("slack_away")
        where = {"channel": channel, "ts": ts, "include_all_metadata": "true"}
        try:
            told = await self._read("conversations.replies", **where, limit="1")
        except Gone:
            return None
        first = told["messages"][0]
        ours = str(first["ts"]) == ts and home.user in {None, first.get("user")}
        return marker_of(first) if ours else None

    async def upload(self, name: str, content: bytes) -> str:
        """Announce a file of plain text and bring its bytes; nobody sees it before it is shared."""
        snippet = {"snippet_type": "text"} if len(content) <= SNIPPET_AT_MOST else {}
        announced = {"filename": name, "length": str(len(content)), **snippet}
        try:
            place = await self._read("files.getUploadURLExternal", **announced)
        except Undelivered as error:
            raise of_file(error) from error
        address = upload_address(str(place.get("upload_url")), self._client.base_url)
        await bring(self._client, address, content)
        return str(place["file_id"])

    async def share(self, file: str, title: str, channel: ChannelId, thread: str) -> None:
        """Show an uploaded file in a thread."""
        where = {"channel_id": channel, "thread_ts": thread}
        files = json.dumps([{"id": file, "title": title}])
        try:
            await self._read("files.completeUploadExternal", files=files, **where)
        except Undelivered as error:
            raise of_file(error) from error

    async def has_file(self, name: str, search: Search) -> bool:
        """Look for a file of our own in a thread; others may give theirs the same name."""
        home = self._workplace.home
        if home is None:
            raise Retryable("slack_away")
        async for message in self._said(search):
            for each in message.get("files") or ():
                if each.get("name") == name and home.user in {None, each.get("user")}:
                    return True
        return False

    async def account(self, user: UserId) -> Account:
        """Look up what Slack says of a user."""
        home = self._workplace.home
        if home is None:
            raise Retryable("slack_away")
        told = await self._read("users.info", user=user)
        profile = told["user"]
        shown = profile.get("profile", {})
        # A display name is whatever its owner likes it to be, also somebody else's.
        name = shown.get("real_name") or profile.get("real_name") or shown.get("display_name")
        return Account(
            user=user,
            name=str(name or profile.get("name") or user),
            standing=standing_of(profile, home.team),
            timezone=str(profile.get("tz") or "UTC"),
        )

    async def group(self, group: UserGroupId) -> frozenset[UserId]:
        """List a user group's members."""
        told = await self._read("usergroups.users.list", usergroup=group)
        return frozenset(UserId(user) for user in told["users"])

    async def open_view(
        self, trigger: str, view: Mapping[str, JsonValue], *, on_top: bool = False
    ) -> None:
        """Open a modal, perhaps on top of another; its trigger is good for 3 seconds, once."""
        opening = self._client.views_push if on_top else self._client.views_open
        try:
            async with asyncio.timeout(OPEN_WITHIN):
                await self._call(opening, trigger_id=trigger, view=dict(view))
        except TimeoutError as error:
            raise named(error) from error

    async def update_view(
        self, view_id: str, view_hash: str, view: Mapping[str, JsonValue]
    ) -> None:
        """Replace an open modal, unless it changed meanwhile."""
        await self._call(
            self._client.views_update, view_id=view_id, hash=view_hash, view=dict(view)
        )

    async def publish_home(self, user: UserId, view: Mapping[str, JsonValue]) -> None:
        """Put a view into a person's App Home; where nobody answers to the method, nowhere."""
        if self._no_homes:
            return
        try:
            await self._call(self._client.views_publish, user_id=user, view=dict(view))
        except Hindered as error:
            if error.code != UNKNOWN_METHOD:
                raise
            self._no_homes = True
            log.warning("method_missing", method="views.publish", so="nobody has an App Home")

    async def replace_at(self, response_url: str, draft: Draft) -> None:
        """Replace a clicked message through its own address, which no rate limit counts."""
        webhook = AsyncWebhookClient(
            response_url, timeout=SWIFT, session=self._kept_session(), retry_handlers=[]
        )
        answer = await self._call(
            webhook.send,
            text=draft.text,
            blocks=[dict(block) for block in draft.blocks],
            replace_original=True,
        )
        # The client raises for nothing that was answered; an address may be too old, or used up.
        refused = refusal_at(answer.status_code, str(answer.body))
        if refused is not None:
            raise refused

    async def _said(self, search: Search) -> AsyncIterator[Answer]:
        """Walk a channel's or a thread's messages, a few pages of them."""
        cursor = ""
        for _ in range(PAGES):
            page = await self._history(search, cursor)
            for message in page["messages"]:
                yield message
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    async def _history(self, search: Search, cursor: str) -> Answer:
        where: dict[str, str] = {"channel": search.channel, "include_all_metadata": "true"}
        where["oldest"] = f"{search.since.timestamp():.6f}"
        if search.thread is not None:
            where["ts"] = search.thread
        if cursor:
            where["cursor"] = cursor
        method = "conversations.history" if search.thread is None else "conversations.replies"
        return await self._read(method, **where, limit="100")

    async def _read(self, method: str, **arguments: str) -> Answer:
        """Ask a method as a POST form; GET forms are not answered everywhere."""
        answer = await self._call(self._client.api_call, method, data=arguments)
        return answer.data

    async def _call(
        self,
        method: Callable[..., Awaitable[Answer]],
        *arguments: object,
        **named_arguments: object,
    ) -> Answer:
        try:
            return await method(*arguments, **named_arguments)
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise named(error) from error


def _content(draft: Draft) -> dict[str, Any]:
    metadata = {"event_type": MARKER, "event_payload": {"marker": draft.marker}}
    blocks = [dict(block) for block in draft.blocks]
    return {
        "text": draft.text,
        "blocks": blocks,
        **({"metadata": metadata} if draft.marker else {}),
    }


def standing_of(user: Mapping[str, Any], home_team: str) -> Standing:
    """Name what Slack's flags say, the most excluding one first."""
    if user.get("deleted"):
        return Standing.DEACTIVATED
    if user.get("is_bot") or user.get("is_workflow_bot") or user.get("id") == "USLACKBOT":
        return Standing.BOT
    if user.get("is_stranger") or user.get("team_id") != home_team:
        return Standing.EXTERNAL
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Standing.GUEST
    return Standing.MEMBER
