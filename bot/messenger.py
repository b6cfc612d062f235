"""What the bot needs of a chat workspace, and how sending to it can fail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from pydantic import JsonValue

from manifests.manifest import UserGroupId
from manifests.vocabulary import ChannelId, Standing, UserId
from store.digest import canonical

SKEW = timedelta(minutes=1)
"""How far the workspace's clock may be from ours."""


class Undelivered(Exception):
    """Something was not said, and `code` says why in the workspace's own word."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Retryable(Undelivered):
    """It certainly did not arrive and may be sent again, after as many seconds as the peer said."""

    def __init__(self, code: str, after: float | None = None) -> None:
        self.after = after
        super().__init__(code)


class Uncertain(Undelivered):
    """It may have arrived: look for it before sending it again."""


class Hindered(Undelivered):
    """It did not arrive, and nobody knows how long that lasts: this one alone is tried slowly."""


class Permanent(Undelivered):
    """Sending the same again cannot help."""


class Malformed(Permanent):
    """The workspace does not take these blocks; plainer ones may do."""


class Unreachable(Permanent):
    """This channel cannot be posted to; another one may do."""


class Gone(Permanent):
    """The message to change is no longer there."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a message stands."""

    channel: ChannelId
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message to send; its `marker` can be found in the history, so it holds ids only."""

    blocks: Sequence[Mapping[str, JsonValue]]
    text: str
    marker: str = ""
    thread: str | None = None

    @property
    def drawn(self) -> str:
        """Write the blocks down in canonical form, as a card's row and the audit log keep them."""
        return canonical([dict(block) for block in self.blocks]).decode()


@dataclass(frozen=True, slots=True)
class Account:
    """What the workspace says of one user."""

    user: UserId
    name: str
    standing: Standing
    timezone: str = "UTC"
    """Where they say they are, as an IANA name."""


def posted_at(ts: str) -> datetime:
    """Read the moment of posting from a message's ts, which is the workspace's own clock."""
    return datetime.fromtimestamp(float(ts), UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Where to look for messages that may have arrived."""

    channel: ChannelId
    marker: str
    since: datetime
    thread: str | None = None


class Messenger(Protocol):
    """One chat workspace. Every method raises `Undelivered` when it fails."""

    async def post(self, channel: ChannelId, draft: Draft) -> str:
        """Post a message and give its ts."""

    async def update(self, channel: ChannelId, ts: str, draft: Draft) -> None:
        """Replace a message's content."""

    async def delete(self, channel: ChannelId, ts: str) -> None:
        """Remove a message of our own."""

    async def whisper(
        self, channel: ChannelId, user: UserId, words: str, *, thread: str | None = None
    ) -> None:
        """Say something that only one person sees, in a channel or in a thread of it."""

    async def direct(self, user: UserId) -> ChannelId:
        """Open the direct messages with one person, or find them open."""

    async def permalink(self, channel: ChannelId, ts: str) -> str | None:
        """Give the address of a message; None where the workspace has no such addresses."""

    async def publish_home(self, user: UserId, view: Mapping[str, JsonValue]) -> None:
        """Put a view into a person's App Home; nowhere, where the workspace has no homes."""

    async def find(self, search: Search) -> tuple[str, ...]:
        """List the ts of our own messages with a marker, oldest first."""

    async def marker_at(self, channel: ChannelId, ts: str) -> str | None:
        """Read the marker of a message; None where it is none of ours, or has none."""

    async def upload(self, name: str, content: bytes) -> str:
        """Bring a file that nobody sees yet, and give its id; `Permanent` where none is taken."""

    async def share(self, file: str, title: str, channel: ChannelId, thread: str) -> None:
        """Show an uploaded file in a thread; that can be done only once with each."""

    async def has_file(self, name: str, search: Search) -> bool:
        """Say whether a file of ours by this name was shared in a thread."""

    async def account(self, user: UserId) -> Account:
        """Look a user up."""

    async def group(self, group: UserGroupId) -> frozenset[UserId]:
        """List the members of a user group."""
