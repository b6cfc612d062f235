"""The workspace's people, channels and groups, as they are now."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from sandbox.live.journal import Journal
from sandbox.live.people import Channel, Person, UserGroup, Workspace
from sandbox.shapes import Json, SlackError


class Roster:
    """Look people, channels and groups up, and change them for good."""

    def __init__(self, workspace: Workspace, journal: Journal) -> None:
        self.workspace = workspace
        self.app = workspace.app
        self._journal = journal
        self.people = {one.id: one for one in workspace.people}
        self.channels = {one.id: one for one in workspace.channels}
        self.groups = {one.id: one for one in workspace.groups}
        self._recall()

    def person(self, identifier: str, code: str = "user_not_found") -> Person:
        """Return a person, or refuse with the method's code."""
        found = self.people.get(identifier)
        if found is None:
            raise SlackError(code)
        return found

    def channel(self, name: str) -> Channel:
        """Return a channel by id, by name, or a person's direct messages by the person's id."""
        found = self.channels.get(name) or self._by_name(name.removeprefix("#"))
        if found is None and name in self.people:
            found = self.direct(name)
        if found is None:
            raise SlackError("channel_not_found")
        return found

    def direct(self, user: str) -> Channel:
        """Return the direct messages between the app and a person, opening them if need be."""
        identifier = _direct(user)
        if not self.has_direct(user):
            members = [user, self.app.user]
            self.keep_channel(Channel(identifier, "", members=members, is_im=True))
        return self.channels[identifier]

    def has_direct(self, user: str) -> bool:
        """Tell whether a person and the app have direct messages already."""
        return _direct(user) in self.channels

    def keep_person(self, person: Person) -> None:
        """Put a person on the roster and in the journal."""
        self.people[person.id] = person
        self._journal.put("person", person.id, asdict(person))

    def keep_channel(self, channel: Channel) -> None:
        """Put a channel on the roster and in the journal."""
        self.channels[channel.id] = channel
        self._journal.put("channel", channel.id, asdict(channel))

    def keep_group(self, group: UserGroup) -> None:
        """Put a user group on the roster and in the journal."""
        self.groups[group.id] = group
        self._journal.put("group", group.id, asdict(group))

    def listing(self) -> Json:
        """Return everybody and everything, as plain JSON."""
        return {
            "people": [asdict(one) for one in self.people.values()],
            "channels": [asdict(one) for one in self.channels.values()],
            "groups": [asdict(one) for one in self.groups.values()],
        }

    def _by_name(self, name: str) -> Channel | None:
        return next((one for one in self.channels.values() if name and one.name == name), None)

    def _recall(self) -> None:
        kinds: list[tuple[str, dict[str, Any], Callable[..., Any]]] = [
            ("person", self.people, Person),
            ("channel", self.channels, Channel),
            ("group", self.groups, UserGroup),
        ]
        for kind, shelf, build in kinds:
            shelf.update({key: build(**body) for key, body in self._journal.all(kind)})


def _direct(user: str) -> str:
    return f"D{user.removeprefix('U')}"
