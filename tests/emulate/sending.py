"""What Slack sends to an app, made here and signed as Slack signs it: the stand-in sends nothing.

Field for field after Slack's documentation of interactions, slash commands and events.
"""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
from slack_sdk.signature import SignatureVerifier

from tests.emulate.emulator import APP, SIGNING_SECRET, Json

TEAM = "T000000001"
FORM = "application/x-www-form-urlencoded"
_TYPED = {"plain_text_input", "number_input", "email_text_input", "url_text_input"}
_ONE = {"static_select", "radio_buttons", "overflow"}
_MANY = {"checkboxes", "multi_static_select"}
_PLAIN = {
    "users_select": "user",
    "datepicker": "date",
    "timepicker": "time",
    "datetimepicker": "date_time",
}


@dataclass(frozen=True, slots=True)
class Courier:
    """Brings the app what Slack would send it."""

    client: httpx.AsyncClient
    address: str
    """Where the bot takes requests of Slack's."""

    async def interaction(self, user: str, payload: Json) -> httpx.Response:
        """Bring a click, a submitted view or a shortcut."""
        whole = {
            "team": {"id": TEAM, "domain": "keyturn"},
            "user": {"id": user, "team_id": TEAM, "username": user.lower()},
            "api_app_id": APP,
            "token": "unused",
            "enterprise": None,
            "is_enterprise_install": False,
            **payload,
        }
        return await self._send(urlencode({"payload": json.dumps(whole)}), FORM)

    async def command(self, user: str, channel: str, text: str, trigger: str) -> httpx.Response:
        """Bring what somebody typed after /keyturn."""
        fields = {
            "token": "unused",
            "team_id": TEAM,
            "team_domain": "keyturn",
            "channel_id": channel,
            "channel_name": "a-channel",
            "user_id": user,
            "user_name": user.lower(),
            "command": "/keyturn",
            "text": text,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": "http://127.0.0.1:9/not-used",
            "trigger_id": trigger,
        }
        return await self._send(urlencode(fields), FORM)

    async def event(self, event: Json) -> httpx.Response:
        """Bring what happened in the workspace."""
        whole = {
            "type": "event_callback",
            "token": "unused",
            "team_id": TEAM,
            "api_app_id": APP,
            "event_id": f"Ev{uuid4().hex}",
            "event_time": int(time.time()),
            "event": event,
        }
        return await self._send(json.dumps(whole), "application/json")

    async def _send(self, body: str, kind: str) -> httpx.Response:
        stamp = str(int(time.time()))
        signature = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=stamp, body=body)
        headers = {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature or "",
        }
        return await self.client.post(self.address, content=body, headers=headers)


def elements_of(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """List what can be clicked or filled in, with the block it stands in."""
    for block in blocks:
        beside = [block[name] for name in ("accessory", "element") if name in block]
        for element in [*block.get("elements", []), *beside]:
            if "action_id" in element:
                yield element, block


def pressed(element: Json, block: Json, chosen: str | None) -> Json:
    """Write the one entry of `actions` that a click has."""
    entry = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": f"{time.time():.6f}",
    }
    if element["type"] == "button":
        return {**entry, "text": element["text"], "value": element.get("value", "")}
    return {**entry, "selected_option": _option(element, chosen)}


def state_of(blocks: list[Json], given: Mapping[str, Any]) -> Json:
    """Write `state.values` of a form, from what was typed under its inputs' block ids."""
    return {
        block["block_id"]: {element["action_id"]: _value(element, block, given)}
        for element, block in elements_of(blocks)
        if block["type"] == "input"
    }


def _value(element: Json, block: Json, given: Mapping[str, Any]) -> Json:
    kind, touched = element["type"], block["block_id"] in given
    typed = given.get(block["block_id"])
    if kind in _TYPED:
        return {"type": kind, "value": typed if touched else element.get("initial_value")}
    if kind in _ONE:
        chosen = _option(element, typed) if touched else element.get("initial_option")
        return {"type": kind, "selected_option": chosen}
    if kind in _MANY:
        ticked = [_option(element, each) for each in typed or []]
        return {
            "type": kind,
            "selected_options": ticked if touched else element.get("initial_options", []),
        }
    name = _PLAIN[kind]
    return {
        "type": kind,
        f"selected_{name}": typed if touched else element.get(f"initial_{name}"),
    }


def _option(element: Json, wanted: str | None) -> Json:
    """Find an option by its value or by what people read."""
    found = [
        each for each in element["options"] if wanted in {each.get("value"), each["text"]["text"]}
    ]
    assert len(found) == 1, f"{wanted}: {[each['text']['text'] for each in element['options']]}"
    return dict(found[0])
