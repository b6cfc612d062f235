"""What Slack sends from a person's own lists, parsed once at the door and not yet believed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from blocks.home_ids import HomeButton, HomeModal, Looking, Several, Shortcut
from blocks.ids import Unreadable
from blocks.lists.home import ANY
from bot.slack.payloads import Body, key_of, marker_of
from manifests.vocabulary import ChannelId, UserId
from store.proposal import ProposalId

_FILTERS = {
    HomeButton.SEVERITY: "severity",
    HomeButton.ACTION: "action",
    HomeButton.AGENT: "agent",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """Where a list is shown: in the App Home, or in a modal that can be drawn anew."""

    view_id: str
    view_hash: str
    is_modal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """One click in a list."""

    key: str
    user: UserId
    button: HomeButton
    value: str
    looking: Looking
    """Where the click leads; for what leads nowhere else, where it was made."""
    trigger: str
    surface: Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One submitted modal that opened from a list."""

    key: str
    user: UserId
    modal: HomeModal
    state: Mapping[str, Any]
    several: Several | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One of the app's entries in Slack's menus, chosen anywhere or on a message."""

    key: str
    user: UserId
    shortcut: Shortcut
    trigger: str
    channel: ChannelId | None = None
    messages: tuple[str, ...] = ()
    """The ts of the message, and of the one whose thread it stands in."""
    about: ProposalId | None = None
    """The proposal that a message of ours says it is about."""


def read_press(body: Body) -> Press | Unreadable:
    """Read a click in a list; where it leads must be somewhere that we could have led."""
    try:
        view, action = body["view"], body["actions"][0]
        button = HomeButton(str(action["action_id"]).partition(".")[0])
        value = str(action["value"] if "value" in action else action["selected_option"]["value"])
        here = Looking.decode(view["private_metadata"])
        looking = here if isinstance(here, Unreadable) else _led(button, value, here)
        if isinstance(looking, Unreadable):
            return looking
        return Press(
            key=key_of(body),
            user=UserId(body["user"]["id"]),
            button=button,
            value=value,
            looking=looking,
            trigger=str(body.get("trigger_id", "")),
            surface=Surface(
                view_id=view["id"], view_hash=view["hash"], is_modal=view["type"] == "modal"
            ),
        )
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        return Unreadable(f"The click lacks {error}.")


def _led(button: HomeButton, value: str, here: Looking) -> Looking | Unreadable:
    if button is HomeButton.GO:
        return Looking.decode(value)
    if button not in _FILTERS:
        return here
    try:
        return here.changed(**{_FILTERS[button]: None if value == ANY else value})
    except ValidationError:
        return Unreadable("There is no such filter.")


def read_sent(body: Body) -> Sent | Unreadable:
    """Read a submitted modal."""
    try:
        view = body["view"]
        modal = HomeModal(view["callback_id"])
        several = Several.decode(view["private_metadata"]) if modal is HomeModal.SEVERAL else None
        if isinstance(several, Unreadable):
            return several
        return Sent(
            key=key_of(body),
            user=UserId(body["user"]["id"]),
            modal=modal,
            state=view["state"]["values"],
            several=several,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return Unreadable(f"The submission lacks {error}.")


def read_chosen(body: Body) -> Chosen | Unreadable:
    """Read a shortcut; on a message of a thread it is about the message above the thread, too."""
    try:
        message = body.get("message") or {}
        channel = (body.get("channel") or {}).get("id")
        stamps = (message.get("ts") or body.get("message_ts"), message.get("thread_ts"))
        return Chosen(
            key=key_of(body),
            user=UserId(body["user"]["id"]),
            shortcut=Shortcut(body["callback_id"]),
            trigger=str(body["trigger_id"]),
            channel=None if channel is None else ChannelId(channel),
            about=_about(message),
            messages=tuple(dict.fromkeys(str(each) for each in stamps if each)),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return Unreadable(f"The shortcut lacks {error}.")


def _about(message: Body) -> ProposalId | None:
    proposal, slash, _ = str(marker_of(message) or "").partition("/")
    return ProposalId(proposal) if slash else None


def read_opened(body: Body) -> tuple[UserId, Looking] | None:
    """Read who opened their App Home, and what it showed them last; None for another tab of it."""
    try:
        event = body["event"]
        if event["tab"] != "home":
            return None
        user, view = UserId(str(event["user"])), event.get("view") or {}
        shown = Looking.decode(str(view.get("private_metadata") or "{}"))
    except (KeyError, TypeError, AttributeError):
        return None
    # Another day may have come since: the list is kept, and read from its beginning.
    return user, Looking() if isinstance(shown, Unreadable) else shown.changed()
