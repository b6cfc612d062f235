"""The endpoints with which a person acts: click, submit, close, slash, say, open the home."""

from starlette.requests import Request

from sandbox.acting import clicks, forms, shortcuts, words
from sandbox.delivery.courier import Courier
from sandbox.driving.asked import asked_json, mapping, needed, optional
from sandbox.driving.state import seen_state, whole_state
from sandbox.live.box import Box
from sandbox.shapes import DriverError, Json

_LONGEST_WAIT = 60.0


class PersonDoors:
    """What somebody at the page, or a test in their place, may ask."""

    def __init__(self, box: Box, courier: Courier) -> None:
        self._box = box
        self._courier = courier

    async def state(self, request: Request) -> Json:
        """Return the workspace, or what one person sees of it."""
        user = request.query_params.get("user")
        if user is None:
            return whole_state(self._box)
        return seen_state(self._box, user, request.query_params.get("channel"))

    async def events(self, request: Request) -> Json:
        """Wait until something happened after a number."""
        try:
            after = int(request.query_params.get("after", "0"))
            seconds = float(request.query_params.get("timeout", "25"))
        except ValueError:
            raise DriverError("'after' and 'timeout' must be numbers.", 400) from None
        events = await self._box.feed.wait(after, min(seconds, _LONGEST_WAIT))
        return {"ok": True, "events": events, "cursor": max(self._box.feed.last, after)}

    async def click(self, request: Request) -> Json:
        """Click an element in a message, a modal or an App Home."""
        body = await asked_json(request)
        asked = clicks.Click(
            user=needed(body, "user"),
            action_id=needed(body, "action_id"),
            channel=optional(body, "channel"),
            ts=optional(body, "ts"),
            view_id=optional(body, "view_id"),
            block_id=optional(body, "block_id"),
            chosen=body.get("option", body.get("value")),
            confirmed=bool(body.get("confirmed")),
            stale=bool(body.get("stale")),
            values=mapping(body, "values"),
            payload=mapping(body, "payload"),
            action=mapping(body, "action"),
        )
        return await clicks.click(self._box, self._courier, asked)

    async def submit(self, request: Request) -> Json:
        """Submit the modal on top."""
        body = await asked_json(request)
        user, view_id = needed(body, "user"), needed(body, "view_id")
        values = mapping(body, "values")
        return await forms.submit(self._box, self._courier, user, view_id, values)

    async def close(self, request: Request) -> Json:
        """Close the modal on top, or all of them."""
        body = await asked_json(request)
        user, view_id = needed(body, "user"), needed(body, "view_id")
        everything = bool(body.get("all"))
        return await forms.close(self._box, self._courier, user, view_id, everything=everything)

    async def slash(self, request: Request) -> Json:
        """Type a slash command."""
        body = await asked_json(request)
        return await words.command(
            self._box,
            self._courier,
            needed(body, "user"),
            needed(body, "channel"),
            command_name=optional(body, "command") or self._box.app.command,
            words=optional(body, "text") or "",
        )

    async def shortcut(self, request: Request) -> Json:
        """Choose one of the app's shortcuts, from anywhere or on a message."""
        body = await asked_json(request)
        channel = optional(body, "channel")
        place = (channel, needed(body, "ts")) if channel else None
        return await shortcuts.choose(
            self._box, self._courier, needed(body, "user"), needed(body, "callback_id"), place
        )

    async def say(self, request: Request) -> Json:
        """Say something in a channel or a thread."""
        body = await asked_json(request)
        user, channel = needed(body, "user"), needed(body, "channel")
        return words.say(
            self._box, user, channel, needed(body, "text"), optional(body, "thread_ts")
        )

    async def revise(self, request: Request) -> Json:
        """Change the words of one's own message."""
        body = await asked_json(request)
        place = needed(body, "channel"), needed(body, "ts")
        return words.revise(self._box, needed(body, "user"), place, needed(body, "text"))

    async def unsay(self, request: Request) -> Json:
        """Take one's own message away."""
        body = await asked_json(request)
        place = needed(body, "channel"), needed(body, "ts")
        return words.unsay(self._box, needed(body, "user"), place)

    async def open_home(self, request: Request) -> Json:
        """Open the app's home."""
        body = await asked_json(request)
        return words.open_home(self._box, needed(body, "user"), optional(body, "tab") or "home")

    async def read(self, request: Request) -> Json:
        """Mark a channel as read up to its last message."""
        body = await asked_json(request)
        channel = needed(body, "channel")
        said = self._box.messages.in_channel(channel)
        if said:
            self._box.read_up_to(needed(body, "user"), channel, said[-1]["ts"])
        return {"ok": True}
