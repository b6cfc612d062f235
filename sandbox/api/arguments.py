"""Reading the arguments of a Web API call: JSON, forms, or a query string."""

import json
from email.parser import BytesParser
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from sandbox.shapes import Json, SlackError


async def read_arguments(request: Request) -> Json:
    """Return a call's arguments, whichever way they were sent."""
    arguments: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind == "application/json":
        arguments.update(_json_body(await request.body()))
    elif kind == "application/x-www-form-urlencoded":
        form = (await request.body()).decode("utf-8", "replace")
        arguments.update(parse_qsl(form, keep_blank_values=True))
    elif kind == "multipart/form-data":
        parts = form_parts(request.headers["content-type"], await request.body())
        arguments.update({name: part.decode("utf-8", "replace") for name, part in parts})
    return arguments


def form_parts(content_type: str, body: bytes) -> list[tuple[str, bytes]]:
    """Return the named parts of a multipart form."""
    whole = b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body
    parts = []
    for part in BytesParser().parsebytes(whole).walk():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            parts.append((name, content))
    return parts


def _json_body(body: bytes) -> Json:
    try:
        parsed = json.loads(body or b"{}")
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(parsed, dict):
        raise SlackError("json_not_object")
    return parsed


def structure(arguments: Json, name: str, code: str) -> Any:
    """Return an argument that is JSON, parsed if it came as text; refuse with the code."""
    value = arguments.get(name)
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    try:
        return json.loads(value)
    except ValueError:
        raise SlackError(code) from None


def text(arguments: Json, name: str, default: str = "") -> str:
    """Return an argument as text."""
    value = arguments.get(name)
    return default if value is None else str(value)


def flag(arguments: Json, name: str, *, default: bool = False) -> bool:
    """Return an argument as true or false, as forms write them."""
    value = arguments.get(name)
    if value is None:
        return default
    return value if isinstance(value, bool) else str(value).lower() in {"1", "true"}


def whole(arguments: Json, name: str, default: int, code: str = "invalid_arguments") -> int:
    """Return an argument as a whole number, or refuse."""
    try:
        return int(arguments.get(name) or default)
    except ValueError:
        raise SlackError(code) from None
