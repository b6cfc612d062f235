"""The endpoints with which a test or a demo changes the workspace and makes it misbehave."""

from dataclasses import asdict, fields
from typing import Any

from starlette.requests import Request

from sandbox.delivery.courier import Courier
from sandbox.delivery.sockets import SocketDelivery
from sandbox.driving.asked import asked_json, listed, mapping, needed
from sandbox.live.box import Box
from sandbox.live.faults import Fault
from sandbox.live.people import Channel, Person, UserGroup
from sandbox.shapes import DriverError, Json, SlackError

_SWITCHES = ("rate_limits", "paid_plan")


class ControlDoors:
    """What no person in Slack could do, but a test must."""

    def __init__(self, box: Box, courier: Courier, sockets: SocketDelivery) -> None:
        self._box = box
        self._courier = courier
        self._sockets = sockets

    async def faults(self, request: Request) -> Json:
        """Plan a fault, list what is planned, or forget it all."""
        if request.method == "POST":
            body = await asked_json(request)
            self._box.faults.planned.append(_fault(body))
        elif request.method == "DELETE":
            self._box.faults.planned.clear()
        return {"ok": True, "faults": self._box.faults.listing()}

    async def calls(self, request: Request) -> Json:
        """List the Web API calls that the app made, oldest first."""
        method = request.query_params.get("method")
        calls = [one for one in self._box.calls if method in {None, one["method"]}]
        if request.method == "DELETE":
            self._box.calls.clear()
        return {"ok": True, "calls": calls}

    async def deliveries(self, _: Request) -> Json:
        """List what was delivered to the app, oldest first."""
        return {"ok": True, "deliveries": list(self._courier.log)}

    async def redeliver(self, request: Request) -> Json:
        """Deliver a delivery once more."""
        number = (await asked_json(request)).get("n")
        if not isinstance(number, int) or number not in {one["n"] for one in self._courier.log}:
            raise DriverError(f"There is no delivery number {number!r}.", 404)
        return {"ok": True, **(await self._courier.again(number)).report()}

    async def sockets(self, request: Request) -> Json:
        """List the app's connections; disconnect, cut, deafen them, or let them hear."""
        reached = 0
        if request.method == "POST":
            body = await asked_json(request)
            reached = await self._socket_action(needed(body, "action"), body)
        connections = [
            {"name": one.name, "deaf": one.deaf, "delivered": one.delivered}
            for one in self._sockets.connections
        ]
        return {"ok": True, "reached": reached, "connections": connections}

    async def verify_url(self, _: Request) -> Json:
        """Challenge the request URL."""
        return {"ok": True, **await self._courier.verify_url()}

    async def switches(self, request: Request) -> Json:
        """Set or show the switches: rate_limits and paid_plan."""
        body = await asked_json(request) if request.method == "POST" else {}
        for name, value in body.items():
            if name not in _SWITCHES or not isinstance(value, bool):
                raise DriverError(f"The switches are {', '.join(_SWITCHES)}: true or false.", 400)
            setattr(self._box, name, value)
        self._box.rates.forget()
        return {"ok": True, **{name: getattr(self._box, name) for name in _SWITCHES}}

    async def channel(self, request: Request) -> Json:
        """Create or change a channel: name, members, is_archived, is_ext_shared and so on."""
        body = await asked_json(request)
        identifier, changes = needed(body, "id"), mapping(body, "changes")
        old = self._box.roster.channels.get(identifier)
        fresh = _changed(old or Channel(identifier, identifier.lower()), changes)
        self._box.roster.keep_channel(fresh)
        self._tell_channel(old or fresh, fresh)
        self._box.feed.tell("channel", channel=identifier)
        return {"ok": True, "channel": asdict(fresh)}

    async def person(self, request: Request) -> Json:
        """Create or change a person: deleted, is_admin, name and so on."""
        body = await asked_json(request)
        identifier, changes = needed(body, "id"), mapping(body, "changes")
        old = self._box.roster.people.get(identifier)
        fresh = _changed(old or Person(identifier, identifier.lower(), identifier), changes)
        self._box.roster.keep_person(fresh)
        stamp = self._box.messages.stamps.next(self._box.now())
        described = {"id": fresh.id, "deleted": fresh.deleted, "name": fresh.handle}
        event = {"type": "user_change", "user": described, "event_ts": stamp}
        self._box.event("user_change", {**event, "cache_ts": int(self._box.now())})
        self._box.feed.tell("person", user=identifier)
        return {"ok": True, "person": asdict(fresh)}

    async def group(self, request: Request) -> Json:
        """Set the members of a user group, creating it if need be."""
        body = await asked_json(request)
        identifier, members = needed(body, "id"), listed(body, "members")
        handle = identifier.lower()
        old = self._box.roster.groups.get(identifier) or UserGroup(identifier, handle, handle)
        fresh = _changed(old, {"members": members})
        self._box.roster.keep_group(fresh)
        self._tell_group(old, fresh)
        return {"ok": True, "group": asdict(fresh)}

    async def _socket_action(self, action: str, body: Json) -> int:
        match action:
            case "disconnect":
                reason = str(body.get("reason", "refresh_requested"))
                return await self._sockets.disconnect(reason, cut=False)
            case "cut":
                return await self._sockets.disconnect("", cut=True)
            case "deafen" | "hear":
                return self._sockets.deafen(deaf=action == "deafen")
            case _:
                raise DriverError("The actions are disconnect, cut, deafen and hear.", 400)

    def _tell_channel(self, old: Channel, fresh: Channel) -> None:
        stamp = self._box.messages.stamps.next(self._box.now())
        about = {"channel": fresh.id, "event_ts": stamp}
        if old.name != fresh.name:
            named = {"id": fresh.id, "name": fresh.name, "created": fresh.created}
            self._box.event("channel_rename", {"type": "channel_rename", "channel": named})
        if old.is_archived != fresh.is_archived:
            kind = "channel_archive" if fresh.is_archived else "channel_unarchive"
            self._box.event(kind, {"type": kind, "user": "U0ELIF", **about})
        if old.is_ext_shared != fresh.is_ext_shared:
            kind = "channel_shared" if fresh.is_ext_shared else "channel_unshared"
            self._box.event(kind, {"type": kind, **about})
        for kind, user in _moves(old.members, fresh.members):
            event = {"type": kind, "user": user, "channel_type": "C", "team": self._box.team}
            self._box.event(kind, {**event, **about})

    def _tell_group(self, old: UserGroup, fresh: UserGroup) -> None:
        added = [one for one in fresh.members if one not in old.members]
        removed = [one for one in old.members if one not in fresh.members]
        event = {
            "type": "subteam_members_changed",
            "subteam_id": fresh.id,
            "team_id": self._box.team,
            "date_previous_update": int(self._box.now()),
            "date_update": int(self._box.now()),
            "added_users": added,
            "added_users_count": len(added),
            "removed_users": removed,
            "removed_users_count": len(removed),
            "event_ts": self._box.messages.stamps.next(self._box.now()),
        }
        self._box.event("subteam_members_changed", event)


def _fault(body: Json) -> Fault:
    needed(body, "kind")
    known = {one.name for one in fields(Fault)}
    if strange := sorted(set(body) - known):
        raise DriverError(f"A fault has no {', '.join(strange)}.", 400, known=sorted(known))
    for name in ("times", "retry_after", "delay"):
        if not isinstance(body.get(name, 1), int | float):
            raise DriverError(f"The field {name!r} of a fault is a number.", 400)
    return Fault(**body)


def _moves(old: list[str], fresh: list[str]) -> list[tuple[str, str]]:
    joined = [("member_joined_channel", one) for one in fresh if one not in old]
    return joined + [("member_left_channel", one) for one in old if one not in fresh]


def _changed(old: Any, changes: Json) -> Any:
    known = {one.name for one in fields(old)} - {"id"}
    if strange := sorted(set(changes) - known):
        raise DriverError(f"There is no field {', '.join(strange)}.", 400, known=sorted(known))
    return type(old)(**{**asdict(old), **changes})


def as_driver_error(refusal: SlackError) -> DriverError:
    """Return a refusal by the Web API as one that a driver understands."""
    return DriverError(f"Slack would refuse this: {refusal.code}.", 409, **refusal.answer())
