"""Reading what a driver asks, with errors that say what is wrong."""

import json
from typing import Any

from starlette.requests import Request

from sandbox.shapes import DriverError, Json


async def asked_json(request: Request) -> Json:
    """Return a request's JSON object."""
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError:
        raise DriverError("The body is not JSON.", 400) from None
    if not isinstance(body, dict):
        raise DriverError("The body must be a JSON object.", 400)
    return body


def needed(body: Json, name: str) -> str:
    """Return a field that must be there as text."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise DriverError(f"The field {name!r} is missing; it is a string.", 400)
    return value


def optional(body: Json, name: str) -> str | None:
    """Return a field as text, or None."""
    value = body.get(name)
    return None if value is None else str(value)


def mapping(body: Json, name: str) -> Json:
    """Return a field that is an object, empty when it is absent."""
    value: Any = body.get(name) or {}
    if not isinstance(value, dict):
        raise DriverError(f"The field {name!r} must be an object.", 400)
    return value


def listed(body: Json, name: str) -> list[str]:
    """Return a field that is a list of strings, empty when it is absent."""
    value: Any = body.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise DriverError(f"The field {name!r} must be a list of strings.", 400)
    return value
