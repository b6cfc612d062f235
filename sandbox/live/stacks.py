"""Views: the stack of modals that each person has open, and each person's App Home."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from sandbox.live.feed import Feed
from sandbox.live.journal import Journal
from sandbox.live.messages import with_ids
from sandbox.live.people import Application
from sandbox.rules import limits
from sandbox.shapes import Json, SlackError

_ABSENT = ("title", "submit", "close")


@dataclass
class Stacks:
    """Open, push, update and close views, as Slack would."""

    app: Application
    team: str
    journal: Journal
    feed: Feed
    open: dict[str, list[Json]] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.homes.update(dict(self.journal.all("home")))

    def start(self, user: str, view: Json) -> Json:
        """Open a modal in place of whatever the person had open."""
        made = self._made(view)
        made["root_view_id"] = made["id"]
        self._unique(made)
        self.open[user] = [made]
        self.feed.tell("view", user=user, view_id=made["id"])
        return made

    def push(self, user: str, view: Json) -> Json:
        """Put a modal on top of the person's stack."""
        stack = self.open.get(user, [])
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= limits.VIEW_STACK:
            raise SlackError("push_limit_reached")
        made = self._made(view)
        self._unique(made)
        made["root_view_id"], made["previous_view_id"] = stack[0]["id"], stack[-1]["id"]
        stack.append(made)
        self.feed.tell("view", user=user, view_id=made["id"])
        return made

    def replace(self, view_id: str, view: Json) -> Json:
        """Replace the view of an id wherever it is open."""
        user, found = self.find(view_id)
        kept = {key: found[key] for key in ("id", "root_view_id", "previous_view_id", "state")}
        fresh = self._made(view)
        self._unique(fresh, besides=view_id)
        found.clear()
        found.update({**fresh, **kept})
        if found["type"] == "home":
            self.journal.put("home", user, found)
        self.feed.tell("view", user=user, view_id=view_id)
        return found

    def publish(self, user: str, view: Json) -> Json:
        """Set a person's App Home."""
        made = self._made(view)
        if user in self.homes:
            made["id"] = self.homes[user]["id"]
        self._unique(made, besides=made["id"])
        made["root_view_id"] = made["id"]
        self.homes[user] = made
        self.journal.put("home", user, made)
        self.feed.tell("home", user=user)
        return made

    def find(self, view_id: str | None, external_id: str | None = None) -> tuple[str, Json]:
        """Return who sees a view, and the view."""
        for user, view in self._all():
            if view["id"] == view_id or (external_id and view["external_id"] == external_id):
                return user, view
        raise SlackError("not_found")

    def close(self, user: str, view_id: str) -> Json:
        """Close one view and show the one below it."""
        stack = self.open.get(user, [])
        gone = next((one for one in stack if one["id"] == view_id), None)
        if gone is None:
            raise SlackError("not_found")
        stack.remove(gone)
        self.feed.tell("view_closed", user=user, view_id=view_id)
        return gone

    def clear(self, user: str) -> list[Json]:
        """Close everything a person has open, and return it."""
        gone = self.open.pop(user, [])
        self.feed.tell("view_closed", user=user, view_id=None)
        return gone

    def _all(self) -> list[tuple[str, Json]]:
        modals = [(user, view) for user, stack in self.open.items() for view in stack]
        return modals + list(self.homes.items())

    def _unique(self, made: Json, besides: str | None = None) -> None:
        taken = {view["external_id"] for _, view in self._all() if view["id"] != besides}
        if made["external_id"] and made["external_id"] in taken:
            raise SlackError("duplicate_external_id")

    def _made(self, view: Json) -> Json:
        made: dict[str, Any] = {
            "id": f"V0{secrets.token_hex(5).upper()}",
            "team_id": self.team,
            "type": view["type"],
            "blocks": with_ids(view.get("blocks", [])),
            "private_metadata": view.get("private_metadata") or "",
            "callback_id": view.get("callback_id") or "",
            "external_id": view.get("external_id") or "",
            "state": {"values": {}},
            "hash": secrets.token_hex(8),
            **{key: view.get(key) for key in _ABSENT},
            "clear_on_close": bool(view.get("clear_on_close")),
            "notify_on_close": bool(view.get("notify_on_close")),
            "submit_disabled": bool(view.get("submit_disabled")),
            "root_view_id": "",
            "previous_view_id": None,
            "app_id": self.app.id,
            "app_installed_team_id": self.team,
            "bot_id": self.app.bot_id,
        }
        return made
