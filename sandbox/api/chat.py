"""chat.*: saying things, changing them, taking them back."""

from typing import Any

from sandbox.api.arguments import flag, text
from sandbox.api.judging import accepted_blocks, accepted_metadata, accepted_text
from sandbox.live.box import Box
from sandbox.live.people import Channel
from sandbox.rules import limits
from sandbox.shapes import Json, SlackError


def post_message(box: Box, arguments: Json) -> Json:
    """Post a message as the app."""
    channel = writable(box, text(arguments, "channel"))
    said = accepted_text(arguments)
    blocks = accepted_blocks(arguments)
    if not said and not blocks:
        raise SlackError("no_text")
    message = authored(box, said, blocks)
    if metadata := accepted_metadata(arguments):
        message["metadata"] = metadata
    if thread_ts := text(arguments, "thread_ts"):
        message |= _reply(box, channel, thread_ts, flag(arguments, "reply_broadcast"))
    posted = box.messages.post(channel.id, message, box.now())
    box.message_event(channel, {**visible(posted), "event_ts": posted["ts"]})
    return {"channel": channel.id, "ts": posted["ts"], "message": visible(posted)}


def update(box: Box, arguments: Json) -> Json:
    """Change one of the app's own messages."""
    channel, message = _own(box, arguments, "cant_update_message")
    said = accepted_text(arguments)
    if len(text(arguments, "text")) > limits.UPDATE_TEXT:
        raise SlackError("msg_too_long")
    blocks = accepted_blocks(arguments)
    if not said and blocks is None:
        raise SlackError("no_text")
    changed = rewritten(box, message, said, blocks, text_sent="text" in arguments)
    if metadata := accepted_metadata(arguments):
        changed["metadata"] = metadata
    keep_change(box, channel, message, changed)
    return {
        "channel": channel.id,
        "ts": changed["ts"],
        "text": changed["text"],
        "message": visible(changed),
    }


def delete(box: Box, arguments: Json) -> Json:
    """Take one of the app's own messages away."""
    channel, message = _own(box, arguments, "cant_delete_message")
    take_away(box, channel, message)
    return {"channel": channel.id, "ts": message["ts"]}


def post_ephemeral(box: Box, arguments: Json) -> Json:
    """Show a message to one person only."""
    channel = writable(box, text(arguments, "channel"))
    user = text(arguments, "user")
    if user not in channel.members or box.roster.people[user].deleted:
        raise SlackError("user_not_in_channel")
    said, blocks = accepted_text(arguments), accepted_blocks(arguments)
    if not said and not blocks:
        raise SlackError("no_text")
    message = authored(box, said, blocks)
    if thread_ts := text(arguments, "thread_ts"):
        message["thread_ts"] = thread_ts
    shown = box.messages.whisper(user, channel.id, message, box.now())
    return {"message_ts": shown["ts"]}


def get_permalink(box: Box, arguments: Json) -> Json:
    """Return a link to a message; here it opens the sandbox's page on it."""
    channel = box.roster.channel(text(arguments, "channel"))
    message = box.messages.get(channel.id, text(arguments, "message_ts"))
    link = f"{box.url}/archives/{channel.id}/p{message['ts'].replace('.', '')}"
    root = message.get("thread_ts", message["ts"])
    reply = "" if root == message["ts"] else f"?thread_ts={root}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link + reply}


def authored(box: Box, said: str, blocks: list[Json] | None) -> Json:
    """Return a message written by the app, not yet posted."""
    message: Json = {
        "type": "message",
        "user": box.app.user,
        "bot_id": box.app.bot_id,
        "app_id": box.app.id,
        "team": box.team,
        "text": said,
        "bot_profile": {
            "id": box.app.bot_id,
            "app_id": box.app.id,
            "user_id": box.app.user,
            "name": box.app.name,
            "team_id": box.team,
            "deleted": False,
            "updated": 1_700_000_000,
            "icons": dict.fromkeys(_ICONS, f"{box.url}/page/bot.svg"),
        },
    }
    return {**message, "blocks": blocks} if blocks else message


_ICONS = ("image_36", "image_48", "image_72")


def rewritten(
    box: Box, message: Json, said: str, blocks: list[Json] | None, *, text_sent: bool
) -> Json:
    """Return a message with new words: text without blocks takes the blocks away."""
    changed = {
        **message,
        "edited": {"user": box.app.user, "ts": box.messages.stamps.next(box.now())},
    }
    if text_sent:
        changed["text"] = said
        changed.pop("blocks", None)
    if blocks is not None:
        changed["blocks"] = blocks
    if not changed.get("blocks"):
        changed.pop("blocks", None)
    return changed


def keep_change(box: Box, channel: Channel, before: Json, after: Json) -> None:
    """Keep a changed message and tell the app that it changed."""
    box.messages.change(channel.id, after)
    _hidden(
        box, channel, "message_changed", message=visible(after), previous_message=visible(before)
    )


def take_away(box: Box, channel: Channel, message: Json) -> None:
    """Remove a message and tell the app that it went."""
    box.messages.remove(channel.id, message["ts"])
    _hidden(
        box,
        channel,
        "message_deleted",
        deleted_ts=message["ts"],
        previous_message=visible(message),
    )


def visible(message: Json) -> Json:
    """Return a message as others are shown it."""
    return {key: value for key, value in message.items() if value is not None}


def writable(box: Box, name: str) -> Channel:
    """Return a channel that the app may write in, or refuse."""
    channel = box.roster.channel(name)
    if channel.is_archived:
        raise SlackError("is_archived")
    if box.app.user not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _hidden(box: Box, channel: Channel, subtype: str, **rest: Any) -> None:
    stamp = box.messages.stamps.next(box.now())
    event = {"subtype": subtype, "hidden": True, "ts": stamp, "event_ts": stamp, **rest}
    box.message_event(channel, event)


def _own(box: Box, arguments: Json, code: str) -> tuple[Channel, Json]:
    channel = box.roster.channel(text(arguments, "channel"))
    message = box.messages.get(channel.id, text(arguments, "ts"))
    if channel.is_archived and code == "cant_update_message":
        raise SlackError("is_archived")
    if message.get("bot_id") != box.app.bot_id:
        raise SlackError(code)
    return channel, message


def _reply(box: Box, channel: Channel, thread_ts: str, broadcast: bool) -> Json:  # noqa: FBT001
    parent = box.messages.find(channel.id, thread_ts)
    if parent is None:
        # Slack posts a reply to nothing as a message of its own thread; the app cannot tell.
        return {"thread_ts": thread_ts}
    root = parent.get("thread_ts") or parent["ts"]
    reply: Json = {"thread_ts": root, "parent_user_id": parent["user"]}
    return {**reply, "subtype": "thread_broadcast"} if broadcast else reply
