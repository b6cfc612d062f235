"""Delivery over Socket Mode: the app connects to us, and we hand it envelopes."""

import asyncio
import json
import secrets
import time
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from sandbox.delivery.reply import NOBODY, SILENT, Reply
from sandbox.live.box import Box
from sandbox.rules import limits
from sandbox.shapes import Json

_TICKET_SECONDS = 30.0
_HOST = "sandbox-link-1"


@dataclass(eq=False)
class Connection:
    """One open WebSocket of the app."""

    socket: WebSocket
    name: str = field(default_factory=lambda: secrets.token_hex(4))
    deaf: bool = False
    delivered: int = 0


class SocketDelivery:
    """Hold the app's connections and give each envelope to one of them."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._acks: dict[str, asyncio.Future[Json]] = {}
        self._turn = 0
        self.connections: list[Connection] = []

    async def serve(self, socket: WebSocket) -> None:
        """Speak Socket Mode on one connection until it closes."""
        opened = self._box.tickets.pop(socket.query_params.get("ticket", ""), None)
        if opened is None or self._box.now() - opened > _TICKET_SECONDS:
            await socket.close(1008, "The ticket is unknown, used or too old.")
            return
        await socket.accept()
        if len(self.connections) >= limits.SOCKETS:
            await _send(socket, {"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return
        connection = Connection(socket)
        self.connections.append(connection)
        try:
            await _send(socket, self._hello())
            self._box.feed.tell("socket", connection=connection.name, open=True)
            await self._listen(socket)
        finally:
            self.connections.remove(connection)
            self._box.feed.tell("socket", connection=connection.name, open=False)

    async def deliver(self, kind: str, payload: Json, extra: dict[str, str]) -> Reply:
        """Hand an envelope to one connection and wait for its acknowledgement."""
        connection = self._next()
        if connection is None:
            return Reply(acked=False, problem=NOBODY)
        envelope = {
            "envelope_id": secrets.token_hex(16),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
            **_retries(kind, extra),
        }
        begun = time.perf_counter()
        ack: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._acks[envelope["envelope_id"]] = ack
        try:
            if not connection.deaf:
                connection.delivered += 1
                await _send(connection.socket, envelope)
            answer = await asyncio.wait_for(ack, self._box.options.ack_seconds)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            seconds = self._box.options.ack_seconds
            return Reply(acked=False, problem=SILENT.format(seconds=seconds))
        finally:
            del self._acks[envelope["envelope_id"]]
        ms = (time.perf_counter() - begun) * 1000
        return Reply(acked=True, body=answer.get("payload"), status=200, ms=ms)

    async def disconnect(self, reason: str, *, cut: bool) -> int:
        """Ask every connection to reconnect, or cut them without a word; return how many."""
        told = list(self.connections)
        for connection in told:
            if cut:
                await connection.socket.close(1011)
            else:
                farewell = {"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}}
                await _send(connection.socket, farewell)
        return len(told)

    def deafen(self, *, deaf: bool) -> int:
        """Let deliveries vanish on every present connection, or hear again."""
        for connection in self.connections:
            connection.deaf = deaf
        return len(self.connections)

    async def close(self) -> None:
        """Close every connection."""
        for connection in list(self.connections):
            if connection.socket.application_state is WebSocketState.CONNECTED:
                await connection.socket.close(1001)

    async def _listen(self, socket: WebSocket) -> None:
        while True:
            try:
                said = json.loads(await socket.receive_text())
            except (WebSocketDisconnect, RuntimeError):
                return
            except ValueError:
                continue
            ack = self._acks.get(str(said.get("envelope_id", ""))) if _is_object(said) else None
            if ack is not None and not ack.done():
                ack.set_result(said)

    def _next(self) -> Connection | None:
        if not self.connections:
            return None
        self._turn += 1
        return self.connections[self._turn % len(self.connections)]

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {
                "host": _HOST,
                "build_number": 1,
                "approximate_connection_time": 18_060,
            },
            "connection_info": {"app_id": self._box.app.id},
        }


def _retries(kind: str, extra: dict[str, str]) -> Json:
    if kind != "events_api":
        return {}
    return {
        "retry_attempt": int(extra.get("X-Slack-Retry-Num", "0")),
        "retry_reason": extra.get("X-Slack-Retry-Reason", ""),
    }


def _is_object(said: object) -> bool:
    return isinstance(said, dict)


async def _send(socket: WebSocket, message: Json) -> None:
    await socket.send_text(json.dumps(message))
