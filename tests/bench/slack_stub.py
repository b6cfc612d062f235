"""The least of Slack's Web API that the bot calls, without limits: `… slack_stub PORT`.

The sandbox keeps Slack's rules and draws a page; here it would only compete for the processors.
"""

import itertools
import json
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send

TEAM = "T0KEYTURN"
APP = "A0KEYTURN"
_USER = re.compile(rb"U0[A-Z]+")
_stamps = itertools.count(1)

Reply = Mapping[str, Any]


def _account(body: bytes) -> Reply:
    found = _USER.search(body)
    user = found.group().decode() if found else "U0NOBODY"
    profile = {"real_name": user.title(), "display_name": user.title()}
    return {"user": {"id": user, "team_id": TEAM, "name": user.lower(), "profile": profile}}


def _posted(_: bytes) -> Reply:
    return {"ts": f"1790000000.{next(_stamps):06d}"}


def _nothing_more(_: bytes) -> Reply:
    return {}


_HOME: Reply = {"team_id": TEAM, "user_id": "U0KEYTURN", "bot_id": "B0KEYTURN"}
METHODS: Mapping[str, Callable[[bytes], Reply]] = {
    "auth.test": lambda _: _HOME,
    "bots.info": lambda _: {"bot": {"id": "B0KEYTURN", "app_id": APP}},
    "users.info": _account,
    "usergroups.users.list": lambda _: {"users": []},
    "chat.postMessage": _posted,
}


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer every method with what the bot reads of its answer."""
    pieces = []
    while True:
        message = await receive()
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            break
    method = scope["path"].rpartition("/")[2]
    reply = METHODS.get(method, _nothing_more)(b"".join(pieces))
    body = json.dumps({"ok": True, **reply}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def serve(port: int) -> None:
    """Serve until it is told to stop."""
    uvicorn.run(application, port=port, lifespan="off", log_level="warning", access_log=False)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
