"""What Slack sends of messages in channels, parsed once at the door: replies by people."""

from collections.abc import Mapping
from typing import Any

from bot.reviewing.comments import Comment
from bot.slack.payloads import Body
from manifests.vocabulary import ChannelId, UserId

_WRITTEN = frozenset({None, "file_share", "thread_broadcast", "me_message"})
_CHANGED = "message_changed"
_DELETED = "message_deleted"


def read_reply(body: Body) -> Comment | None:
    """Read what a person wrote in a thread; None for everything else that channels hold."""
    event = body.get("event")
    if not isinstance(event, Mapping):
        return None
    subtype = event.get("subtype")
    if subtype in _WRITTEN:
        return _comment(event, event, "")
    if subtype == _CHANGED:
        return _changed(event)
    if subtype == _DELETED:
        return _comment(event, event.get("previous_message"), "deleted")
    return None


def _changed(event: Mapping[str, Any]) -> Comment | None:
    """Read other words in place of those before; links that unfold change none."""
    after, before = event.get("message"), event.get("previous_message")
    if not isinstance(after, Mapping) or not isinstance(before, Mapping):
        return None
    same = after.get("text") == before.get("text")
    return None if same else _comment(event, after, "changed")


def _comment(event: Mapping[str, Any], message: object, change: str) -> Comment | None:
    if not isinstance(message, Mapping):
        return None
    user, ts, thread = (message.get(name) for name in ("user", "ts", "thread_ts"))
    channel, under = event.get("channel"), message.get("parent_user_id")
    by_program = message.get("bot_id") or message.get("subtype") == "bot_message"
    known = isinstance(user, str) and isinstance(channel, str) and isinstance(thread, str)
    if by_program or not known or ts == thread:
        return None
    version = (message.get("edited") or {}).get("ts", "") if change == "changed" else ""
    return Comment(
        key=f"comment:{channel}:{ts}:{change}:{version}",
        user=UserId(str(user)),
        channel=ChannelId(str(channel)),
        thread=str(thread),
        ts=str(ts),
        text=str(message.get("text") or ""),
        change=change,
        under=UserId(under) if isinstance(under, str) else None,
    )
