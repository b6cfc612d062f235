"""The ASGI application: which address leads where, and what every answer carries."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import cast

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api.endpoints import Endpoints
from bot.api.monitoring import Monitoring
from bot.api.openapi import written
from bot.api.problems import BROKEN, BY_STATUS, CONFLICT, NOT_READY, TurnedDown, problem
from bot.program.observability import Metrics
from store.sql import StoreUnavailable

_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)

log = structlog.get_logger()


def agents_api(
    endpoints: Endpoints, monitoring: Monitoring, more: Sequence[BaseRoute] = ()
) -> ASGIApp:
    """Build the application; `more` are routes that something else answers, such as Slack's."""
    routes = (*_v1(endpoints), *_around(monitoring), *more)
    answers = {
        TurnedDown: _turned_down,
        HTTPException: _not_routed,
        StoreUnavailable: _not_available,
    }
    starlette = Starlette(
        routes=routes, exception_handlers=cast("Mapping[type[Exception], _Answer]", answers)
    )
    return Envelope(starlette, monitoring.metrics)


_Answer = Callable[[Request, Exception], Awaitable[Response]]


def _v1(endpoints: Endpoints) -> list[Route]:
    one = "/v1/proposals/{id}"
    return [
        Route("/v1/proposals", _both(endpoints.page, endpoints.propose), methods=["GET", "POST"]),
        Route("/v1/questions", endpoints.questions, methods=["GET"]),
        Route("/v1/denials", endpoints.deny, methods=["POST"]),
        Route(one, endpoints.show, methods=["GET"]),
        Route(f"{one}/answers", endpoints.answer, methods=["POST"]),
        Route(f"{one}/information", endpoints.inform, methods=["POST"]),
        Route(f"{one}/withdraw", endpoints.withdraw, methods=["POST"]),
        Route(f"{one}/consume", endpoints.consume, methods=["POST"]),
        Route(f"{one}/outcome", endpoints.report, methods=["POST"]),
    ]


def _both(
    get: Callable[[Request], Awaitable[Response]], post: Callable[[Request], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    async def either(request: Request) -> Response:
        return await (post if request.method == "POST" else get)(request)

    return either


def _around(monitoring: Monitoring) -> list[Route]:
    async def openapi(_: Request) -> Response:
        return Response(written(), media_type="application/json")

    return [
        Route("/healthz", monitoring.health, methods=["GET"]),
        Route("/readyz", monitoring.readiness, methods=["GET"]),
        Route("/metrics", monitoring.figures, methods=["GET"]),
        Route("/openapi.json", openapi, methods=["GET"]),
    ]


async def _turned_down(_: Request, error: TurnedDown) -> Response:
    return problem(error)


async def _not_routed(request: Request, error: HTTPException) -> Response:
    kind = BY_STATUS.get(error.status_code, CONFLICT)
    words = f"{request.method} {request.url.path[:200]} leads nowhere; see /openapi.json."
    return problem(TurnedDown(kind, words), error.headers)


async def _not_available(_: Request, error: StoreUnavailable) -> Response:
    log.error("store_unavailable", problem=str(error))
    words = "The database cannot be used at the moment; send the same request again later."
    return problem(TurnedDown(NOT_READY, words), {"Retry-After": "2"})


class Envelope:
    """Adds what every answer carries, times it, and answers for what broke."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            # Starlette raises again after answering; here the answer is ours, the trace the log's.
            log.exception("request_failed", path=scope["path"], error=type(error).__name__)
            if not status:
                broken = TurnedDown(BROKEN, "It was logged; the same request may be sent again.")
                await problem(broken)(scope, receive, sending)
        finally:
            seconds = time.perf_counter() - began
            if b"wait=" not in scope["query_string"]:
                self._metrics.answered(_name(scope), status, seconds)


def _name(scope: Scope) -> str:
    """Name an address without the ids in it, so that the figures stay few."""
    route = scope.get("route")
    return f"{scope['method']} {route.path}" if isinstance(route, Route) else "other"
