"""Slack's payloads, parsed once at the door. A `dict` of Slack's stops here."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from blocks.ids import Button, ButtonValue, Menu, MenuValue, Modal, ModalContext, Unreadable
from bot.reviewing.asked import Request
from manifests.vocabulary import ChannelId, UserId

Body = Mapping[str, Any]
MARKER = "keyturn_marker"
"""The event type of our messages' metadata."""


@dataclass(frozen=True, slots=True)
class Home:
    """The one workspace and app that payloads may come from."""

    team: str
    app: str | None
    user: str | None = None
    """Whom the workspace names as having said what the app said."""

    def sent(self, body: Body) -> bool:
        """Say whether a payload names this app; a person of another team is judged by standing."""
        app = body.get("api_app_id")
        return self.app is None or app is None or app == self.app


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """One click on a card's button or on an option of its menu."""

    request: Request
    meaning: Button | Menu
    trigger: str
    response_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A click on a page button inside a view."""

    request: Request
    view_id: str
    view_hash: str
    modal: Modal
    context: ModalContext
    page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A click on a button inside a view: what to do with one step, or with a question."""

    request: Request
    view_id: str
    view_hash: str
    context: ModalContext
    meaning: Button
    about: str
    """JSON pointer of the step; of another button, whatever it carries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One submitted modal."""

    request: Request
    modal: Modal
    context: ModalContext
    state: Mapping[str, Any] = field(default_factory=dict)


def read_click(body: Body) -> Click | Unreadable:
    """Read a click on a card."""
    try:
        action = body["actions"][0]
        meaning, value = _meaning(action)
        if isinstance(value, Unreadable):
            return value
        container = body.get("container", {})
        channel = body.get("channel", {}).get("id") or container.get("channel_id")
        message = body.get("message", {}).get("ts") or container["message_ts"]
        request = Request(
            key=key_of(body),
            user=UserId(body["user"]["id"]),
            channel=ChannelId(channel),
            message=message,
            proposal=value.proposal,
            revision=value.revision,
            nonce=value.nonce,
        )
        return Click(
            request=request,
            meaning=meaning,
            trigger=str(body.get("trigger_id", "")),
            response_url=body.get("response_url"),
        )
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        return Unreadable(f"The click lacks {error}.")


def _meaning(action: Body) -> tuple[Button | Menu, ButtonValue | Unreadable]:
    # Where a message has several of a button, a number tells them apart.
    button = Button(str(action["action_id"]).partition(".")[0])
    if button is not Button.MORE:
        return button, ButtonValue.decode(action["value"])
    chosen = MenuValue.decode(action["selected_option"]["value"])
    return (button, chosen) if isinstance(chosen, Unreadable) else (chosen.menu, chosen.button)


def read_turn(body: Body) -> Turn | Unreadable:
    """Read a click on a page button."""
    try:
        view = body["view"]
        context = ModalContext.decode(view["private_metadata"])
        if isinstance(context, Unreadable):
            return context
        return Turn(
            request=_from_view(body, context),
            view_id=view["id"],
            view_hash=view["hash"],
            modal=Modal(view["callback_id"]),
            context=context,
            page=int(body["actions"][0]["value"]),
        )
    except (KeyError, IndexError, TypeError, ValueError) as error:
        return Unreadable(f"The page button lacks {error}.")


def read_pick(body: Body) -> Pick | Unreadable:
    """Read a click on a button inside a view."""
    try:
        view, action = body["view"], body["actions"][0]
        context = ModalContext.decode(view["private_metadata"])
        if isinstance(context, Unreadable):
            return context
        return Pick(
            request=_from_view(body, context),
            view_id=view["id"],
            view_hash=view["hash"],
            context=context,
            meaning=Button(action["action_id"]),
            about=str(action["value"]),
        )
    except (KeyError, IndexError, TypeError, ValueError) as error:
        return Unreadable(f"The button lacks {error}.")


def read_submission(body: Body) -> Submission | Unreadable:
    """Read a submitted modal."""
    try:
        view = body["view"]
        context = ModalContext.decode(view["private_metadata"])
        if isinstance(context, Unreadable):
            return context
        return Submission(
            request=_from_view(body, context),
            modal=Modal(view["callback_id"]),
            context=context,
            state=view["state"]["values"],
        )
    except (KeyError, TypeError, ValueError) as error:
        return Unreadable(f"The submission lacks {error}.")


def _from_view(body: Body, context: ModalContext) -> Request:
    return Request(
        key=key_of(body),
        user=UserId(body["user"]["id"]),
        channel=context.channel,
        message=context.message_ts,
        proposal=context.proposal,
        revision=context.revision,
        digest=context.digest,
        nonce=context.nonce,
        opened_at=context.opened_at,
        aloud=False,
    )


def key_of(body: Body) -> str:
    """Tell this request from every other: its trigger, or a digest of all it says."""
    trigger = body.get("trigger_id")
    if trigger:
        return f"trigger:{trigger}"
    whole = json.dumps(body, sort_keys=True, default=str).encode()
    return f"body:{hashlib.sha256(whole).hexdigest()}"


def marker_of(message: Mapping[str, Any]) -> str | None:
    """Read what we wrote on a message of ours to find it by; it holds ids only."""
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return payload.get("marker") if metadata.get("event_type") == MARKER else None
