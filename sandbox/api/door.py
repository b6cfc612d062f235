"""The door of the Web API: token, scope, rate, faults, and then the method."""

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sandbox.api.arguments import read_arguments, text
from sandbox.api.table import ANSWERS
from sandbox.live.box import Box
from sandbox.live.faults import Fault
from sandbox.rules.methods import DIRECT_SCOPES, METHODS, MISSING, PRIVATE_SCOPES
from sandbox.shapes import Json, SlackError

# Under this key of the ASGI scope the server puts a function that cuts the connection.
DROP = "sandbox.drop"
_REFUSED_BLOCKS = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
_CODES = {"channel_archived": "is_archived"}


async def call_method(box: Box, request: Request) -> Response:
    """Answer one Web API call."""
    method = request.path_params["method"]
    try:
        arguments = await read_arguments(request)
    except SlackError as refusal:
        return JSONResponse(refusal.answer())
    fault = box.faults.take(method, text(arguments, "channel"))
    if fault is not None:
        return await _misbehave(box, request, method, arguments, fault)
    return _answer(box, request, method, arguments)


def _answer(box: Box, request: Request, method: str, arguments: Json) -> Response:
    try:
        answer = {"ok": True, **_allowed(box, request, method, arguments)}
    except SlackError as refusal:
        answer = refusal.answer()
    _remember(box, method, arguments, answer)
    wait = answer.pop("retry_after", None)
    if wait is not None:
        return JSONResponse(answer, 429, {"Retry-After": str(wait)})
    return JSONResponse(answer, headers={"x-oauth-scopes": ",".join(sorted(box.options.scopes))})


def _allowed(box: Box, request: Request, method: str, arguments: Json) -> Json:
    if method not in ANSWERS:
        raise SlackError("unknown_method", req_method=method)
    token = _token(request, arguments)
    _check_token(box, method, token)
    _check_scope(box, method, text(arguments, "channel"))
    if box.rate_limits:
        wait = box.rates.wait(method, text(arguments, "channel"), box.now())
        if wait is not None:
            raise SlackError("ratelimited", retry_after=wait)
    for name in METHODS[method].required:
        value = arguments.get(name)
        if value is None or value == "":
            _refuse_missing(method, name)
    return ANSWERS[method](box, arguments)


def _refuse_missing(method: str, name: str) -> None:
    if code := MISSING.get((method, name)):
        raise SlackError(code)
    line = f"[ERROR] missing required field: {name}"
    raise SlackError("invalid_arguments", response_metadata={"messages": [line]})


def _token(request: Request, arguments: Json) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    sent = str(arguments.pop("token", "") or "")
    return token.strip() if scheme.lower() == "bearer" else sent


def _check_token(box: Box, method: str, token: str) -> None:
    wanted = METHODS[method].caller
    if not wanted:
        return
    if not token:
        raise SlackError("not_authed")
    kinds = {box.app.bot_token: "bot", box.app.app_token: "app"}
    if token not in kinds:
        raise SlackError("invalid_auth")
    if kinds[token] != wanted:
        raise SlackError("not_allowed_token_type")


def _check_scope(box: Box, method: str, name: str) -> None:
    needed = METHODS[method].scope
    if needed is None or needed == "connections:write":
        return
    channel = box.roster.channels.get(name)
    if channel and channel.is_im:
        needed = DIRECT_SCOPES.get(needed, needed)
    elif channel and channel.is_private:
        needed = PRIVATE_SCOPES.get(needed, needed)
    if needed not in box.options.scopes:
        provided = ",".join(sorted(box.options.scopes))
        raise SlackError("missing_scope", needed=needed, provided=provided)


async def _misbehave(
    box: Box, request: Request, method: str, arguments: Json, fault: Fault
) -> Response:
    if fault.kind in {"slow", "timeout"}:
        await asyncio.sleep(fault.delay)
    if fault.kind == "slow":
        return _answer(box, request, method, arguments)
    if fault.kind in {"lost_reply", "late_500"}:
        _answer(box, request, method, arguments)
    if fault.kind in {"lost_reply", "timeout"}:
        return await _dropped(request)
    if fault.kind.startswith("http_") or fault.kind == "late_500":
        status = int(fault.kind.removeprefix("http_")) if fault.kind[:5] == "http_" else 500
        return PlainTextResponse("The sandbox was asked to fail.", status)
    return _coded(box, method, arguments, fault)


def _coded(box: Box, method: str, arguments: Json, fault: Fault) -> Response:
    answer: Json = {"ok": False, "error": _CODES.get(fault.kind, fault.kind)}
    if fault.kind == "invalid_blocks":
        messages = [f"[ERROR] {_REFUSED_BLOCKS}"]
        answer |= {"errors": [_REFUSED_BLOCKS], "response_metadata": {"messages": messages}}
    _remember(box, method, arguments, answer)
    if fault.kind == "ratelimited":
        return JSONResponse(answer, 429, {"Retry-After": str(fault.retry_after)})
    return JSONResponse(answer)


async def _dropped(request: Request) -> Response:
    drop: Callable[[], None] | None = request.scope.get(DROP)
    if drop is None:
        return PlainTextResponse("This server cannot cut connections.", 500)
    drop()
    # Let the loop notice that the connection is gone; the response below then goes nowhere.
    await asyncio.sleep(0.01)
    return Response()


def _remember(box: Box, method: str, arguments: Json, answer: Json) -> None:
    called = {"method": method, "arguments": arguments, "answer": dict(answer), "at": box.now()}
    box.calls.append(called)
