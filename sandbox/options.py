"""How one sandbox is to be run."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.live.people import Workspace
from sandbox.live.seed import seed_workspace
from sandbox.rules.methods import ALL_SCOPES

# The events an app of this kind subscribes to; message.* is decided by the kind of conversation.
SUBSCRIBED = frozenset(
    {
        "app_home_opened",
        "channel_archive",
        "channel_rename",
        "channel_shared",
        "channel_unarchive",
        "channel_unshared",
        "member_joined_channel",
        "member_left_channel",
        "message.channels",
        "message.groups",
        "message.im",
        "subteam_members_changed",
        "subteam_updated",
        "user_change",
    }
)


@dataclass(frozen=True)
class Step:
    """One thing the page suggests to try: as whom, where, and what; `find` is on its message."""

    title: str
    words: str
    user: str
    channel: str
    find: str = ""


@dataclass(frozen=True)
class Options:
    """Everything that can be chosen about a sandbox; the defaults suit tests.

    `port` 0 takes a free port. With `request_url` interactions go there as signed HTTP requests,
    without it they go over Socket Mode. `state` names the file that keeps the workspace.
    `clock` gives seconds since 1970. `event_retries` are the pauses before an event is sent again.
    `tour` is what the page suggests to try.
    """

    port: int = 0
    request_url: str | None = None
    state: Path | None = None
    rate_limits: bool = False
    paid_plan: bool = True
    workspace: Callable[[], Workspace] = seed_workspace
    clock: Callable[[], float] = time.time
    scopes: frozenset[str] = ALL_SCOPES
    events: frozenset[str] = SUBSCRIBED
    ack_seconds: float = 3.0
    tour: tuple[Step, ...] = ()
    event_retries: tuple[float, ...] = field(default=(0.0, 60.0, 300.0))
