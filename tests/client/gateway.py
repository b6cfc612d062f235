"""A small gateway over real HTTP that keeps the agents' contract, and fails on demand."""

import asyncio
import json
import socket
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

KEY = "kt_test_key"
CLOSED = {
    "approved",
    "approved_with_edits",
    "auto_approved",
    "answered",
    "rejected",
    "expired",
    "withdrawn",
    "blocked",
}
GRANTED = {"approved", "approved_with_edits", "auto_approved"}

Decision = dict[str, Any]
Fault = Callable[[Response], Response]


class Refused(Exception):
    """A request that is answered with a problem."""

    def __init__(self, status: int, slug: str, detail: str = "", **more: Any) -> None:
        self.status = status
        self.body = {
            "type": f"urn:keyturn:problem:{slug}",
            "title": slug.replace("-", " ").capitalize(),
            "status": status,
            "detail": detail,
            **more,
        }


class CutOff(Response):
    """A reply that breaks off, as when a proxy or the gateway dies while it is sent."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-length", b"1000"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


class Gateway:
    """Proposals in a dictionary; a test decides them from its own thread."""

    def __init__(self) -> None:
        self.proposals: dict[str, Decision] = {}
        self.bodies: dict[str, Decision] = {}
        self.requests: Counter[str] = Counter()
        self.faults: deque[Fault] = deque()
        self.first_status = "pending_review"
        self.confirms = True
        self._changed = asyncio.Condition()
        self._closing = False
        self.loop: asyncio.AbstractEventLoop
        self.app = Starlette(
            routes=[
                Route("/v1/proposals", self._propose, methods=["POST"]),
                Route("/v1/proposals", self._list),
                Route("/v1/proposals/{id}", self._read),
                Route("/v1/proposals/{id}/{verb}", self._act, methods=["POST"]),
            ]
        )

    def decide(self, proposal: str, status: str, **fields: Any) -> None:
        """Change a proposal as people would, and wake whoever waits for it."""

        async def change() -> None:
            async with self._changed:
                self._set(proposal, status=status, **fields)

        asyncio.run_coroutine_threadsafe(change(), self.loop).result(5)

    def when_asked(self, count: int = 1) -> None:
        """Wait until this many long-polls are parked."""

        async def parked() -> None:
            async with self._changed:
                await self._changed.wait_for(lambda: self.requests["parked"] >= count)

        asyncio.run_coroutine_threadsafe(parked(), self.loop).result(5)

    def release(self) -> None:
        """Answer whoever is parked, as a gateway does before it stops."""

        async def close() -> None:
            async with self._changed:
                self._closing = True
                self._changed.notify_all()

        asyncio.run_coroutine_threadsafe(close(), self.loop).result(5)

    async def _propose(self, request: Request) -> Response:
        return await self._answer(request, self._taken_in)

    async def _list(self, request: Request) -> Response:
        return await self._answer(request, self._page)

    async def _read(self, request: Request) -> Response:
        return await self._answer(request, self._held)

    async def _act(self, request: Request) -> Response:
        return await self._answer(request, self._acted)

    async def _answer(self, request: Request, handle: Callable[[Request], Any]) -> Response:
        self.requests[f"{request.method} {request.url.path.split('/')[-1]}"] += 1
        try:
            if request.headers.get("authorization") != f"Bearer {KEY}":
                raise Refused(401, "unknown-key", "This key is not known.")
            async with self._changed:
                response: Response = JSONResponse(await handle(request))
        except Refused as refused:
            kind = "application/problem+json"
            response = JSONResponse(refused.body, refused.status, media_type=kind)
        return self.faults.popleft()(response) if self.faults else response

    async def _taken_in(self, request: Request) -> Decision:
        body = await request.json()
        key = body["idempotency_key"]
        for known, held in self.bodies.items():
            if held["idempotency_key"] == key:
                if held != body:
                    raise Refused(409, "key-reused", "Another proposal has it.", existing=known)
                return self.proposals[known]
        if body["action"] == "forbidden":
            raise Refused(403, "action-not-allowed", "This key may not propose forbidden.")
        if isinstance(body["parameters"].get("amount"), float):
            wrong = {"where": "/parameters/amount", "problem": "is a float", "hint": "send a text"}
            raise Refused(422, "invalid-fields", "One field is wrong.", errors=[wrong])
        name = f"p{len(self.proposals) + 1}"
        self.bodies[name] = body
        self.proposals[name] = a_decision(
            id=name,
            status=self.first_status,
            action=body["action"],
            parameters=body["parameters"],
            idempotency_key=key,
        )
        return self.proposals[name]

    async def _page(self, request: Request) -> Decision:
        newest = sorted(self.proposals.values(), key=lambda one: one["id"], reverse=True)
        wanted = request.query_params.get("status")
        return {
            "proposals": [one for one in newest if wanted in {None, one["status"]}],
            "next_cursor": None,
        }

    async def _held(self, request: Request) -> Decision:
        name = self._known(request)
        seen = int(request.query_params.get("after_version", self.proposals[name]["version"]))
        named = "after_version" in request.query_params
        hold = float(request.query_params.get("wait", 0))

        def is_news() -> bool:
            now = self.proposals[name]
            over = now["status"] in CLOSED and not (named and now["status"] in GRANTED)
            return now["version"] > seen or over or self._closing

        if hold and not is_news():
            self.requests["parked"] += 1
            self._changed.notify_all()
            with suppress(TimeoutError):
                async with asyncio.timeout(hold):
                    await self._changed.wait_for(is_news)
        return self.proposals[name]

    async def _acted(self, request: Request) -> Decision:
        name, verb = self._known(request), request.path_params["verb"]
        body = await request.json()
        return getattr(self, f"_{verb}")(name, body)  # type: ignore[no-any-return]

    def _answers(self, name: str, body: Decision) -> Decision:
        asked = self.proposals[name]["question"]
        if asked is None:
            raise Refused(409, "not-asked", "Nobody asked anything.")
        changed = body.get("parameters") or self.proposals[name]["parameters"]
        self.proposals[name]["answer"] = body["answer"]
        return self._set(name, status="pending_review", question=None, parameters=changed)

    def _withdraw(self, name: str, body: Decision) -> Decision:
        if self.proposals[name]["status"] in CLOSED:
            raise Refused(409, "already-closed", "It is decided.")
        return self._set(name, status="withdrawn", reason=body["reason"])

    def _consume(self, name: str, body: Decision) -> Decision:
        held = self.proposals[name]
        if body["digest"] != held["digest"] or body["execution_token"] != held["execution_token"]:
            raise Refused(409, "wrong-digest", "That is not what was approved.")
        claimed = held["after"]["consumed"]
        if claimed and claimed["attempt"] != body["attempt"]:
            raise Refused(409, "already-consumed", f"{claimed['attempt']} executes it.")
        if not self.confirms:
            return held
        return self._follow(name, consumed={"attempt": body["attempt"], "at": MOMENT})

    def _outcome(self, name: str, body: Decision) -> Decision:
        undone = {"rolled_back": "done", "rollback_failed": "failed"}.get(body["outcome"])
        if undone is not None:
            asked = self.proposals[name]["after"]["rollback"]
            if asked is None:
                raise Refused(409, "no-rollback-requested", "Nobody asked to roll this back.")
            told = {**asked, "state": undone, "detail": body.get("detail")}
            return self._follow(name, rollback=told)
        outcome = {"outcome": body["outcome"], "detail": body.get("detail"), "at": MOMENT}
        return self._follow(name, outcome=outcome)

    def _follow(self, name: str, **what: Any) -> Decision:
        return self._set(name, after={**self.proposals[name]["after"], **what})

    def _set(self, name: str, **fields: Any) -> Decision:
        held = self.proposals[name]
        self.proposals[name] = {**held, **fields, "version": held["version"] + 1}
        self._changed.notify_all()
        return self.proposals[name]

    def _known(self, request: Request) -> str:
        name = str(request.path_params["id"])
        if name not in self.proposals:
            raise Refused(404, "not-found", f"There is no proposal {name}.")
        return name


MOMENT = "2026-11-02T09:30:00+00:00"
NOTHING_YET: Decision = {
    "consumed": None,
    "outcome": None,
    "recalled": None,
    "vetoed": None,
    "rollback": None,
    "lapsed_at": None,
    "veto_closed_at": None,
}


def a_decision(**fields: Any) -> Decision:
    """Write a decision as the gateway does."""
    return {
        "id": "p1",
        "version": 1,
        "status": "pending_review",
        "revision": 1,
        "digest": "d1",
        "action": "process_refund",
        "parameters": {},
        "edited": False,
        "guidance": None,
        "decided_by": [],
        "decided_at": None,
        "reason": None,
        "category": None,
        "note": None,
        "question": None,
        "execution_token": "token",
        "execute_before": None,
        "oversight": "in_the_loop",
        "veto_until": None,
        "mode": "execute",
        "executed_by": None,
        "overrides": None,
        "deadline": MOMENT,
        "workflow": None,
        "idempotency_key": "k1",
        "after": NOTHING_YET,
        **json.loads(json.dumps(fields)),
    }


def cut_off(_: Response) -> Response:
    """Do what was asked, and lose the reply."""
    return CutOff()


def busy(_: Response) -> Response:
    """Do what was asked, and answer as an overloaded proxy does."""
    return Response("try later", 503, {"Retry-After": "0"})


def a_web_page(_: Response) -> Response:
    """Answer as something that is no gateway."""
    return Response("<html>Welcome</html>", media_type="text/html")


class Server:
    """A real HTTP server in a thread of its own; which gateway it serves may change."""

    def __init__(self) -> None:
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self.serve(Gateway())

    def serve(self, gateway: Gateway) -> None:
        """Hand every request from now on to this gateway."""
        gateway.loop = self._loop
        self._gateway = gateway

    @contextmanager
    def running(self, port: int = 0) -> Iterator["Server"]:
        """Listen on a port of 127.0.0.1; connections queue from the start."""
        with socket.socket() as listening:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(("127.0.0.1", port))
            listening.listen()
            self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            config = uvicorn.Config(
                self._pass_on, interface="asgi3", log_config=None, lifespan="off", ws="none"
            )
            server = uvicorn.Server(config)
            thread = threading.Thread(target=self._run, args=[server, listening], name="gateway")
            thread.start()
            try:
                yield self
            finally:
                self._gateway.release()
                server.should_exit = True
                thread.join(10)
                assert not thread.is_alive()

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._gateway.app(scope, receive, send)

    def _run(self, server: uvicorn.Server, listening: socket.socket) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(server.serve(sockets=[listening]))
        self._loop.close()


@contextmanager
def serving(gateway: Gateway, port: int = 0) -> Iterator[str]:
    """Serve one gateway on a server of its own, so that a test can take it away."""
    server = Server()
    server.serve(gateway)
    with server.running(port):
        yield server.url
