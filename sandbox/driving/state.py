"""What a person sees, as JSON."""

from dataclasses import asdict
from typing import Any

from sandbox.live.box import Box
from sandbox.live.people import Channel
from sandbox.shapes import Json

_SHOWN = 200


def whole_state(box: Box) -> Json:
    """Return everything in the workspace."""
    return {
        "sandbox": True,
        "cursor": box.feed.last,
        "team": {"id": box.team, "name": box.roster.workspace.name},
        "app": _app(box),
        **box.roster.listing(),
        "messages": {name: box.messages.in_channel(name) for name in box.roster.channels},
        "threads": {name: _threads(box, name) for name in box.roster.channels},
        "ephemerals": _whispers(box),
        "views": {user: stack for user, stack in box.stacks.open.items() if stack},
        "homes": box.stacks.homes,
    }


def seen_state(box: Box, user: str, channel: str | None) -> Json:
    """Return what one person sees, with the messages of the channel they look at."""
    mine = [one for one in box.roster.channels.values() if user in one.members]
    known = channel if channel in {one.id for one in mine} else None
    return {
        "sandbox": True,
        "cursor": box.feed.last,
        "team": {"id": box.team, "name": box.roster.workspace.name},
        "app": _app(box),
        **box.roster.listing(),
        "channels": [{**asdict(one), **_unread(box, user, one)} for one in mine],
        "places": _named(box),
        "channel": known,
        "messages": box.messages.in_channel(known)[-_SHOWN:] if known else [],
        "threads": _threads(box, known) if known else {},
        "ephemerals": [one for one in box.messages.whispers if one["to"] == user],
        "views": box.stacks.open.get(user, []),
        "home": box.stacks.homes.get(user),
        "tour": [asdict(one) for one in box.options.tour],
    }


def _named(box: Box) -> dict[str, str]:
    """Name the channels that anybody may know of, also who is not in them."""
    channels = box.roster.channels.values()
    return {one.id: one.name for one in channels if not one.is_private and not one.is_im}


def _app(box: Box) -> Json:
    return {
        "id": box.app.id,
        "name": box.app.name,
        "user": box.app.user,
        "command": box.app.command,
        "shortcuts": [asdict(one) for one in box.app.shortcuts],
    }


def _threads(box: Box, channel: str) -> dict[str, list[Json]]:
    heads = [one["ts"] for one in box.messages.in_channel(channel) if one.get("reply_count")]
    return {ts: box.messages.thread(channel, ts)[1:] for ts in heads}


def _whispers(box: Box) -> dict[str, list[Json]]:
    people: dict[str, list[Json]] = {}
    for whisper in box.messages.whispers:
        people.setdefault(whisper["to"], []).append(whisper)
    return people


def _unread(box: Box, user: str, channel: Channel) -> dict[str, Any]:
    seen = box.reads.get(f"{user}:{channel.id}", "")
    new = [
        one
        for one in box.messages.in_channel(channel.id)
        if one["ts"] > seen and one["user"] != user
    ]
    return {"unread": len(new), "last": new[-1]["ts"] if new else seen}
