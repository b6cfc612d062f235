"""The courier: one delivery to the app, the way the sandbox is configured, faults included."""

import asyncio
import secrets
from collections import deque
from typing import Protocol

from sandbox.delivery.reply import SILENT, Reply
from sandbox.live.box import Box
from sandbox.live.faults import DELIVER
from sandbox.shapes import Json

_KEPT = 1_000


class Delivery(Protocol):
    """A way to reach the app."""

    async def deliver(self, kind: str, payload: Json, extra: dict[str, str]) -> Reply:
        """Deliver once and wait for the acknowledgement."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class Courier:
    """Deliver interactions once and events until they are acknowledged or given up."""

    def __init__(self, box: Box, delivery: Delivery) -> None:
        self._box = box
        self._delivery = delivery
        self._tasks: set[asyncio.Task[None]] = set()
        self.log: deque[Json] = deque(maxlen=_KEPT)

    async def deliver(self, kind: str, payload: Json) -> Reply:
        """Deliver an interaction or a command; it is never sent again by itself."""
        fault = self._box.faults.take(DELIVER)
        if fault is not None and fault.kind == "deaf":
            await asyncio.sleep(self._box.options.ack_seconds)
            return self._logged(kind, payload, self._silent())
        reply = await self._delivery.deliver(kind, payload, {})
        if fault is not None and fault.kind == "duplicate":
            reply = await self._delivery.deliver(kind, payload, {})
        if fault is not None and fault.kind == "lost_ack":
            reply = self._silent()
        return self._logged(kind, payload, reply)

    async def again(self, number: int) -> Reply:
        """Deliver a delivery from the log once more, byte for byte the same payload."""
        entry = next(one for one in self.log if one["n"] == number)
        reply = await self._delivery.deliver(entry["kind"], entry["payload"], {})
        return self._logged(entry["kind"], entry["payload"], reply)

    def send_event(self, event: Json) -> None:
        """Send an event in the background."""
        task = asyncio.get_running_loop().create_task(self._event(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop what is under way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._delivery.close()

    async def verify_url(self) -> Json:
        """Ask the request URL to answer a challenge, as Slack does when it is set."""
        challenge = secrets.token_urlsafe(24)
        payload = {
            "token": self._box.app.verification_token,
            "challenge": challenge,
            "type": "url_verification",
        }
        reply = await self._delivery.deliver("events_api", payload, {})
        answered = reply.body.get("challenge") if isinstance(reply.body, dict) else reply.body
        return {"verified": answered == challenge, **reply.report()}

    async def _event(self, event: Json) -> None:
        payload = _wrapped(self._box, event)
        extra: dict[str, str] = {}
        reason = ""
        for attempt, pause in enumerate((None, *self._box.options.event_retries)):
            if pause is not None:
                await asyncio.sleep(pause)
                extra = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
            reply = await self._delivery.deliver("events_api", payload, extra)
            self._logged("events_api", payload, reply)
            if reply.acked:
                return
            reason = "http_error" if reply.status else "http_timeout"

    def _logged(self, kind: str, payload: Json, reply: Reply) -> Reply:
        number = self.log[-1]["n"] + 1 if self.log else 1
        self.log.append({"n": number, "kind": kind, "payload": payload, **reply.report()})
        self._box.feed.tell("delivery", number=number, delivered=kind, acked=reply.acked)
        return reply

    def _silent(self) -> Reply:
        return Reply(acked=False, problem=SILENT.format(seconds=self._box.options.ack_seconds))


def _wrapped(box: Box, event: Json) -> Json:
    return {
        "token": box.app.verification_token,
        "team_id": box.team,
        "context_team_id": box.team,
        "context_enterprise_id": None,
        "api_app_id": box.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev0{secrets.token_hex(5).upper()}",
        "event_time": int(box.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": box.team,
                "user_id": box.app.user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{secrets.token_hex(16)}",
    }
