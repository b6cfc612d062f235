"""The payloads of interactions, field for field as Slack sends them."""

from typing import Any

from sandbox.live.box import Box
from sandbox.live.people import Channel, Person
from sandbox.live.triggers import ResponseUrl
from sandbox.shapes import Json


def common(box: Box, person: Person) -> Json:
    """Return what every interaction carries."""
    return {
        "team": {"id": box.team, "domain": box.roster.workspace.domain},
        "user": {
            "id": person.id,
            "username": person.handle,
            "name": person.handle,
            "team_id": person.team,
        },
        "api_app_id": box.app.id,
        "token": box.app.verification_token,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def message_click(
    box: Box, person: Person, channel: Channel, message: Json, *, action: Json, values: Json
) -> Json:
    """Return the block_actions payload of a click in a message."""
    whispered = bool(message.get("is_ephemeral"))
    container: Json = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": channel.id,
        "is_ephemeral": whispered,
    }
    if message.get("thread_ts"):
        container["thread_ts"] = message["thread_ts"]
    payload = {
        "type": "block_actions",
        **common(box, person),
        "container": container,
        "trigger_id": box.triggers.issue(person.id, box.now()),
        "channel": {"id": channel.id, "name": shown_name(channel)},
        "state": {"values": values},
        "response_url": response_url(box, person.id, channel.id, message),
        "actions": [action],
    }
    if whispered:
        return payload
    return {**payload, "message": box.messages.with_thread(channel.id, message)}


def view_click(box: Box, person: Person, view: Json, actions: list[Json]) -> Json:
    """Return the block_actions payload of a click in a modal or an App Home."""
    return {
        "type": "block_actions",
        **common(box, person),
        "container": {"type": "view", "view_id": view["id"]},
        "trigger_id": box.triggers.issue(person.id, box.now(), view["id"]),
        "view": view,
        "actions": actions,
    }


def view_submission(box: Box, person: Person, view: Json) -> Json:
    """Return the payload of a submitted modal."""
    return {
        "type": "view_submission",
        **common(box, person),
        "trigger_id": box.triggers.issue(person.id, box.now(), view["id"]),
        "view": view,
        "response_urls": [],
    }


def view_closed(box: Box, person: Person, view: Json, *, cleared: bool) -> Json:
    """Return the payload of a modal that was closed without submitting."""
    return {"type": "view_closed", **common(box, person), "view": view, "is_cleared": cleared}


def slash_command(box: Box, person: Person, channel: Channel, command: str, text: str) -> Json:
    """Return the fields of a slash command."""
    return {
        "token": box.app.verification_token,
        "team_id": box.team,
        "team_domain": box.roster.workspace.domain,
        "channel_id": channel.id,
        "channel_name": shown_name(channel),
        "user_id": person.id,
        "user_name": person.handle,
        "command": command,
        "text": text,
        "api_app_id": box.app.id,
        "is_enterprise_install": "false",
        "response_url": response_url(box, person.id, channel.id, {}),
        "trigger_id": box.triggers.issue(person.id, box.now()),
    }


def global_shortcut(box: Box, person: Person, callback_id: str) -> Json:
    """Return the payload of a shortcut chosen from anywhere."""
    return {
        "type": "shortcut",
        **common(box, person),
        "callback_id": callback_id,
        "trigger_id": box.triggers.issue(person.id, box.now()),
        "action_ts": box.messages.stamps.next(box.now()),
    }


def message_shortcut(
    box: Box, person: Person, channel: Channel, message: Json, callback_id: str
) -> Json:
    """Return the payload of a shortcut chosen on a message."""
    return {
        **global_shortcut(box, person, callback_id),
        "type": "message_action",
        "response_url": response_url(box, person.id, channel.id, message),
        "channel": {"id": channel.id, "name": shown_name(channel)},
        "message": box.messages.with_thread(channel.id, message),
        "message_ts": message["ts"],
    }


def response_url(box: Box, user: str, channel: str, message: Json) -> str:
    """Issue a response URL for an interaction."""
    url = ResponseUrl(
        user=user,
        channel=channel,
        ts=message.get("ts"),
        thread_ts=message.get("thread_ts"),
        ephemeral=bool(message.get("is_ephemeral")),
        at=box.now(),
    )
    return f"{box.url}/response/{box.response_urls.issue(url)}"


def shown_name(channel: Channel) -> str:
    """Return the name that payloads give a conversation."""
    return "directmessage" if channel.is_im else channel.name


def clicked(box: Box, element: Json, block_id: str, value: Json) -> Json:
    """Return one entry of `actions`: the element, what was chosen, and when."""
    kept: dict[str, Any] = {
        key: element[key]
        for key in ("text", "value", "style", "confirm", "placeholder", "url")
        if key in element and not (key == "text" and element["type"] != "button")
    }
    initial = {key: one for key, one in element.items() if key.startswith("initial_")}
    return {
        "action_id": element["action_id"],
        "block_id": block_id,
        **kept,
        **initial,
        **value,
        "type": element["type"],
        "action_ts": box.messages.stamps.next(box.now()),
    }
