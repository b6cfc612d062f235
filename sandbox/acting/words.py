"""Saying things: messages, slash commands, opening the App Home, and answers by response_url."""

import uuid
from typing import Any

from sandbox.acting.clicks import actor, member_of
from sandbox.acting.mentions import mentioned
from sandbox.acting.payloads import slash_command
from sandbox.api.chat import authored, keep_change, rewritten, take_away
from sandbox.api.judging import accepted_blocks, accepted_text
from sandbox.delivery.courier import Courier
from sandbox.live.box import Box
from sandbox.live.people import Channel
from sandbox.live.triggers import ResponseUrl
from sandbox.shapes import DriverError, Json, SlackError


def say(box: Box, user: str, name: str, words: str, thread_ts: str | None) -> Json:
    """Say something in a channel or a thread, as a person."""
    person = actor(box, user)
    channel = member_of(box, person, name)
    if channel.is_archived:
        raise DriverError(f"#{channel.name} is archived; nobody can write in it.", 409)
    if not words.strip():
        raise DriverError("There is nothing to say: the text is empty.", 422)
    message: Json = {
        "type": "message",
        "user": person.id,
        "client_msg_id": str(uuid.uuid4()),
        "team": person.team,
        "text": words,
    }
    if thread_ts:
        parent = box.messages.find(channel.id, thread_ts)
        message |= {"thread_ts": thread_ts, "parent_user_id": parent["user"] if parent else None}
    said = box.messages.post(channel.id, message, box.now())
    box.read_up_to(person.id, channel.id, said["ts"])
    box.message_event(channel, {**said, "event_ts": said["ts"]})
    return {"ok": True, "channel": channel.id, "ts": said["ts"]}


def revise(box: Box, user: str, place: tuple[str, str], new: str) -> Json:
    """Change the words of a message that the person wrote."""
    channel, message = _own(box, user, place)
    if not new.strip():
        raise DriverError("There is nothing to say: the text is empty.", 422)
    edited = {"user": user, "ts": box.messages.stamps.next(box.now())}
    keep_change(box, channel, message, {**message, "text": new, "edited": edited})
    return {"ok": True, "channel": channel.id, "ts": message["ts"]}


def unsay(box: Box, user: str, place: tuple[str, str]) -> Json:
    """Take away a message that the person wrote."""
    channel, message = _own(box, user, place)
    take_away(box, channel, message)
    return {"ok": True, "channel": channel.id, "ts": message["ts"]}


def _own(box: Box, user: str, place: tuple[str, str]) -> tuple[Channel, Json]:
    person = actor(box, user)
    channel = member_of(box, person, place[0])
    message = box.messages.find(channel.id, place[1])
    if message is None:
        raise DriverError(f"There is no message {place[1]} in #{channel.name}.", 404)
    if message["user"] != person.id:
        raise DriverError(f"{person.name} did not write that message.", 403)
    return channel, message


async def command(
    box: Box, courier: Courier, user: str, name: str, *, command_name: str, words: str
) -> Json:
    """Type a slash command and show what the app answers."""
    person = actor(box, user)
    channel = member_of(box, person, name)
    if command_name != box.app.command:
        raise DriverError(f"{command_name} is not a command here; there is {box.app.command}.", 404)
    said = mentioned(box.roster, words)
    payload = slash_command(box, person, channel, command_name, said)
    reply = await courier.deliver("slash_commands", payload)
    if not reply.acked:
        failed = "operation_timeout" if reply.status is None else "dispatch_failed"
        text = f'{command_name} failed with the error "{failed}"'
        box.messages.whisper(user, channel.id, _slackbot(box, text), box.now())
    elif reply.body:
        answer = reply.body if isinstance(reply.body, dict) else {"text": str(reply.body)}
        _speak(box, channel, user, answer, None)
    return {"ok": True, **reply.report()}


def open_home(box: Box, user: str, tab: str) -> Json:
    """Open the app's home as a person."""
    person = actor(box, user)
    event: Json = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": box.roster.direct(person.id).id,
        "tab": tab,
        "event_ts": box.messages.stamps.next(box.now()),
    }
    home = box.stacks.homes.get(person.id)
    box.event("app_home_opened", {**event, "view": home} if home and tab == "home" else event)
    return {"ok": True, "view": home}


def respond(box: Box, name: str, body: Any) -> None:
    """Answer an interaction through its response URL."""
    if not isinstance(body, dict):
        raise SlackError("invalid_payload")
    url = box.response_urls.use(name, box.now())
    channel = box.roster.channel(url.channel)
    if channel.is_archived:
        raise SlackError("is_archived")
    if body.get("delete_original"):
        _delete(box, channel, url)
    elif body.get("replace_original") and url.ts:
        _replace(box, channel, url, body)
    else:
        thread_ts = body.get("thread_ts") or url.thread_ts
        _speak(box, channel, url.user, body, thread_ts)


def _speak(box: Box, channel: Channel, user: str, body: Json, thread_ts: str | None) -> None:
    message = _worded(box, body)
    if thread_ts:
        message["thread_ts"] = thread_ts
    if body.get("response_type") == "in_channel":
        posted = box.messages.post(channel.id, message, box.now())
        box.message_event(channel, {**posted, "event_ts": posted["ts"]})
    else:
        box.messages.whisper(user, channel.id, message, box.now())


def _worded(box: Box, body: Json) -> Json:
    said, blocks = accepted_text(body), accepted_blocks(body)
    if not said and not blocks:
        raise SlackError("no_text")
    return authored(box, said, blocks)


def _delete(box: Box, channel: Channel, url: ResponseUrl) -> None:
    whisper = box.messages.whisper_of(url.user, url.ts or "")
    if whisper is not None:
        box.messages.unwhisper(whisper)
    elif url.ts:
        take_away(box, channel, box.messages.get(channel.id, url.ts))


def _replace(box: Box, channel: Channel, url: ResponseUrl, body: Json) -> None:
    fresh = _worded(box, body)
    whisper = box.messages.whisper_of(url.user, url.ts or "")
    if whisper is not None:
        whisper.pop("blocks", None)
        box.messages.rewhisper(whisper, fresh)
        return
    message = box.messages.get(channel.id, url.ts or "")
    changed = rewritten(box, message, fresh["text"], fresh.get("blocks"), text_sent=True)
    keep_change(box, channel, message, changed)


def _slackbot(box: Box, text: str) -> Json:
    return {
        "type": "message",
        "user": "USLACKBOT",
        "username": "Slackbot",
        "team": box.team,
        "text": text,
    }
