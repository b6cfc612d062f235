"""Choosing a shortcut: one of the app's own entries in Slack's menus."""

from sandbox.acting.clicks import actor, member_of
from sandbox.acting.payloads import global_shortcut, message_shortcut
from sandbox.delivery.courier import Courier
from sandbox.live.box import Box
from sandbox.live.people import Person
from sandbox.shapes import DriverError, Json


async def choose(
    box: Box, courier: Courier, user: str, callback_id: str, place: tuple[str, str] | None
) -> Json:
    """Choose a shortcut, on the message at a place (channel, ts) or from anywhere."""
    person = actor(box, user)
    _refuse_unknown(box, callback_id, on_messages=place is not None)
    if place is None:
        payload = global_shortcut(box, person, callback_id)
    else:
        payload = _on_message(box, person, callback_id, place)
    reply = await courier.deliver("interactive", payload)
    return {"ok": True, **reply.report(), "trigger_id": payload["trigger_id"]}


def _on_message(box: Box, person: Person, callback_id: str, place: tuple[str, str]) -> Json:
    name, ts = place
    channel = member_of(box, person, name)
    message = box.messages.find(channel.id, ts)
    if message is None:
        # Slack offers no shortcuts on a whisper, which is not a message that others could see.
        raise DriverError(f"There is no message {ts} in #{channel.name} to choose it on.", 404)
    return message_shortcut(box, person, channel, message, callback_id)


def _refuse_unknown(box: Box, callback_id: str, *, on_messages: bool) -> None:
    offered = [one for one in box.app.shortcuts if one.on_messages == on_messages]
    if callback_id not in {one.callback_id for one in offered}:
        names = ", ".join(f"{one.callback_id} ({one.name})" for one in offered)
        where = "on a message" if on_messages else "from anywhere"
        raise DriverError(f"{callback_id} cannot be chosen {where}; there is: {names}.", 404)
