"""Clicking: finding the element, its confirm dialog, and telling the app."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.acting.payloads import clicked, message_click, view_click
from sandbox.acting.values import STATEFUL, chosen_value, initial_state, state_with
from sandbox.delivery.courier import Courier
from sandbox.live.box import Box
from sandbox.live.people import Channel, Person
from sandbox.rules.blocks import elements_of
from sandbox.shapes import DriverError, Json, SlackError


@dataclass(frozen=True)
class Click:
    """One click as a driver describes it."""

    user: str
    action_id: str
    channel: str | None = None
    ts: str | None = None
    view_id: str | None = None
    block_id: str | None = None
    chosen: Any = None
    confirmed: bool = False
    stale: bool = False
    values: Json = field(default_factory=dict)
    payload: Json = field(default_factory=dict)
    action: Json = field(default_factory=dict)


_CHANGED = "The card has changed: there is no {name!r} on it now. It offers: {offers}."
_GONE = "The message {ts} is not in {channel}."


async def click(box: Box, courier: Courier, asked: Click) -> Json:
    """Click an element as a person and report how the app answered."""
    person = actor(box, asked.user, forged=asked.stale)
    if asked.view_id or not asked.channel:
        payload = _in_view(box, person, asked)
    else:
        payload = _in_message(box, person, asked)
    reply = await courier.deliver("interactive", merged(payload, asked.payload))
    return {"ok": True, **reply.report(), "trigger_id": payload["trigger_id"]}


def actor(box: Box, user: str, *, forged: bool = False) -> Person:
    """Return the person who acts, if they can act at all."""
    person = box.roster.people.get(user)
    if person is None:
        raise DriverError(f"There is no person {user!r} in this workspace.", 404)
    if (person.deleted or person.is_bot) and not forged:
        raise DriverError(f"{person.name} cannot act: the account is no active member's.", 403)
    return person


def member_of(box: Box, person: Person, name: str, *, forged: bool = False) -> Channel:
    """Return the channel in which a person acts, if they are a member of it."""
    try:
        channel = box.roster.channel(name)
    except SlackError:
        raise DriverError(f"There is no channel {name!r}.", 404) from None
    if person.id not in channel.members and not forged:
        raise DriverError(f"{person.name} is not a member of #{channel.name}.", 403)
    return channel


def merged(payload: Json, changes: Json) -> Json:
    """Return a payload with a driver's changes laid over it, for forgeries."""
    result = dict(payload)
    for key, value in changes.items():
        old = result.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        result[key] = merged(old, value) if both and isinstance(old, dict) else value
    return result


def _in_message(box: Box, person: Person, asked: Click) -> Json:
    channel = member_of(box, person, asked.channel or "", forged=asked.stale)
    message, block_id, element = _message_element(box, person, channel, asked)
    value = _chosen(asked, element)
    values = box.choices.setdefault((person.id, message["ts"]), {})
    values.update(state_with(message.get("blocks", []), values, {}))
    if element["type"] in STATEFUL:
        values.setdefault(block_id, {})[element["action_id"]] = value
    made = clicked(box, element, block_id, value)
    return message_click(box, person, channel, message, action=made, values=values)


def _message_element(
    box: Box, person: Person, channel: Channel, asked: Click
) -> tuple[Json, str, Json]:
    ts = asked.ts or ""
    message = box.messages.find(channel.id, ts) or box.messages.whisper_of(person.id, ts)
    if asked.stale:
        return _stale(box, channel, message, asked)
    if message is None:
        raise DriverError(_GONE.format(ts=ts, channel=channel.name), 404)
    block_id, element = _element(message.get("blocks", []), asked)
    return message, block_id, element


def _stale(
    box: Box, channel: Channel, message: Json | None, asked: Click
) -> tuple[Json, str, Json]:
    versions = box.messages.versions(channel.id, asked.ts or "")
    for version in [*([message] if message else []), *reversed(versions)]:
        found = _found(version.get("blocks", []), asked)
        if found is not None:
            return version, found[0], found[1]
    element = {"type": "button", "action_id": asked.action_id, **asked.action}
    bare = message or {"type": "message", "ts": asked.ts or "0.0", "text": "", "blocks": []}
    return bare, asked.block_id or "stale", element


def _in_view(box: Box, person: Person, asked: Click) -> Json:
    view = _seen_view(box, person, asked)
    block_id, element = _element(view["blocks"], asked)
    value = _chosen(asked, element)
    known = view["state"]["values"] or initial_state(view["blocks"])
    values = state_with(view["blocks"], known, asked.values)
    if element["type"] in STATEFUL:
        values.setdefault(block_id, {})[element["action_id"]] = value
    view["state"] = {"values": values}
    return view_click(box, person, view, [clicked(box, element, block_id, value)])


def _seen_view(box: Box, person: Person, asked: Click) -> Json:
    home = box.stacks.homes.get(person.id)
    if home and asked.view_id in {None, home["id"]}:
        return home
    stack = box.stacks.open.get(person.id, [])
    if not stack or stack[-1]["id"] != asked.view_id:
        raise DriverError("That view is not the one on top for this person.", 409)
    return stack[-1]


def _element(blocks: list[Json], asked: Click) -> tuple[str, Json]:
    found = _found(blocks, asked)
    if found is None:
        offers = ", ".join(_named(one) for block in blocks for one, _ in elements_of(block))
        raise DriverError(_CHANGED.format(name=asked.action_id, offers=offers or "nothing"))
    return found


def _found(blocks: list[Json], asked: Click) -> tuple[str, Json] | None:
    for block in flat(blocks):
        for element, _ in elements_of(block):
            same_block = asked.block_id in {None, block["block_id"]}
            if same_block and element.get("action_id") == asked.action_id:
                return block["block_id"], element
    return None


def flat(blocks: list[Json]) -> list[Json]:
    """Return blocks and the blocks inside containers."""
    return [one for block in blocks for one in (block, *flat(block.get("child_blocks", [])))]


def _named(element: Json) -> str:
    words = element.get("text", {}).get("text") if element["type"] == "button" else None
    return f"{element.get('action_id')} ({words})" if words else str(element.get("action_id"))


def _chosen(asked: Click, element: Json) -> Json:
    dialog = element.get("confirm")
    if dialog and not (asked.confirmed or asked.stale):
        title, words = dialog["title"]["text"], dialog["text"]["text"]
        raise DriverError(f"A dialog asks first: {title}: {words}", 409, confirm=dialog)
    if element["type"] == "button":
        return {}
    return chosen_value(element, asked.chosen)
