"""The Starlette application: every address that the sandbox answers."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from sandbox.acting.words import respond
from sandbox.api.arguments import form_parts
from sandbox.api.door import call_method
from sandbox.api.files import take_content
from sandbox.delivery.courier import Courier
from sandbox.delivery.http import HttpDelivery
from sandbox.delivery.sockets import SocketDelivery
from sandbox.driving.asked import asked_json
from sandbox.driving.controls import ControlDoors, as_driver_error
from sandbox.driving.people import PersonDoors
from sandbox.live.box import Box
from sandbox.live.faults import UPLOAD
from sandbox.shapes import DriverError, Json, SlackError

PAGE = Path(__file__).parent / "page"
# Whatever a message says, the page loads and runs nothing but its own files.
_ONLY_OURS = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
# Whatever a file says, it is text: nothing guesses that it is a page, and nothing in it runs.
_ONLY_READ = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
Door = Callable[[Request], Awaitable[Json]]


class Desk:
    """The parts of one running sandbox, put together."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.sockets = SocketDelivery(box)
        url = box.options.request_url
        self.courier = Courier(box, HttpDelivery(box, url) if url else self.sockets)
        box.on_event = self.courier.send_event
        self.application = Starlette(routes=self._routes())

    async def close(self) -> None:
        """Stop deliveries, wake waiting readers, close the file."""
        self.box.feed.close()
        await self.courier.close()
        await self.sockets.close()

    def _routes(self) -> list[Route | Mount | WebSocketRoute]:
        return [
            Route("/", _page),
            Route("/archives/{rest:path}", _page),
            Route("/files/{file_id}", self._file),
            Route("/api/{method}", self._method, methods=["GET", "POST"]),
            Route("/response/{name}", self._response, methods=["POST"]),
            Route("/upload/{file_id}/{ticket}", self._upload, methods=["POST", "PUT"]),
            WebSocketRoute("/link/", self._link),
            *self._driving(),
            Mount("/page", StaticFiles(directory=PAGE)),
        ]

    def _driving(self) -> list[Route]:
        people = PersonDoors(self.box, self.courier)
        controls = ControlDoors(self.box, self.courier, self.sockets)
        doors: dict[str, tuple[Door, list[str]]] = {
            "state": (people.state, ["GET"]),
            "events": (people.events, ["GET"]),
            "click": (people.click, ["POST"]),
            "submit": (people.submit, ["POST"]),
            "close": (people.close, ["POST"]),
            "slash": (people.slash, ["POST"]),
            "shortcut": (people.shortcut, ["POST"]),
            "say": (people.say, ["POST"]),
            "revise": (people.revise, ["POST"]),
            "unsay": (people.unsay, ["POST"]),
            "open_home": (people.open_home, ["POST"]),
            "read": (people.read, ["POST"]),
            "faults": (controls.faults, ["GET", "POST", "DELETE"]),
            "calls": (controls.calls, ["GET", "DELETE"]),
            "deliveries": (controls.deliveries, ["GET"]),
            "redeliver": (controls.redeliver, ["POST"]),
            "sockets": (controls.sockets, ["GET", "POST"]),
            "verify_url": (controls.verify_url, ["POST"]),
            "switches": (controls.switches, ["GET", "POST"]),
            "channel": (controls.channel, ["POST"]),
            "person": (controls.person, ["POST"]),
            "group": (controls.group, ["POST"]),
        }
        return [
            Route(f"/_sandbox/{name}", _guarded(door), methods=methods)
            for name, (door, methods) in doors.items()
        ]

    async def _method(self, request: Request) -> Response:
        return await call_method(self.box, request)

    async def _link(self, socket: WebSocket) -> None:
        await self.sockets.serve(socket)

    async def _response(self, request: Request) -> Response:
        try:
            body = await asked_json(request)
            respond(self.box, request.path_params["name"], body)
        except DriverError:
            return JSONResponse({"ok": False, "error": "invalid_payload"}, 400)
        except SlackError as refusal:
            gone = refusal.code in {"expired_url", "used_url"}
            return JSONResponse(refusal.answer(), 404 if gone else 400)
        return PlainTextResponse("ok")

    async def _upload(self, request: Request) -> Response:
        content = await _uploaded(request)
        fault = self.box.faults.take(UPLOAD)
        if fault is not None and fault.kind.startswith("http_"):
            status = int(fault.kind.removeprefix("http_"))
            return PlainTextResponse("The sandbox was asked to fail.", status)
        wrong = take_content(self.box, **request.path_params, content=content)
        return PlainTextResponse(wrong or f"OK - {len(content)}", 400 if wrong else 200)

    async def _file(self, request: Request) -> Response:
        file = self.box.files.get(request.path_params["file_id"])
        if file is None or file["content"] is None:
            return PlainTextResponse("There is no such file in this sandbox.", 404)
        return PlainTextResponse(file["content"], headers=_ONLY_READ)


async def _uploaded(request: Request) -> bytes:
    kind = request.headers.get("content-type", "")
    body = await request.body()
    if not kind.startswith("multipart/form-data"):
        return body
    return next((content for _, content in form_parts(kind, body)), b"")


async def _page(_: Request) -> Response:
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": _ONLY_OURS}
    return FileResponse(PAGE / "index.html", headers=headers)


def _same_site(request: Request) -> None:
    """Refuse other sites' pages, which a browser would let press buttons here."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise DriverError("Only the sandbox's own page may do this.", 403)


def _guarded(door: Door) -> Callable[[Request], Awaitable[Response]]:
    async def guarded(request: Request) -> Response:
        try:
            _same_site(request)
            return JSONResponse(await door(request))
        except SlackError as refusal:
            error = as_driver_error(refusal)
        except DriverError as refusal:
            error = refusal
        return JSONResponse(error.answer(), error.status)

    return guarded
