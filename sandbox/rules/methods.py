"""The table of Web API methods: token, scope, required arguments and rate."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Rate:
    """How many calls a minute, how many at once, and what they are counted by."""

    a_minute: float
    burst: int
    per: str | None = None


TIER_2: Final = Rate(20, 20)
TIER_3: Final = Rate(50, 50)
TIER_4: Final = Rate(100, 100)
# "About one a second and channel, with short bursts."
POSTING: Final = Rate(60, 5, per="channel")
HUNDREDS: Final = Rate(600, 600)


@dataclass(frozen=True)
class Method:
    """What Slack asks of a caller before it looks at the call."""

    rate: Rate
    scope: str | None = None
    required: tuple[str, ...] = ()
    caller: str = "bot"


METHODS: Final[Mapping[str, Method]] = {
    "api.test": Method(HUNDREDS, caller=""),
    "auth.test": Method(HUNDREDS),
    "apps.connections.open": Method(TIER_3, "connections:write", caller="app"),
    "blocks.validate": Method(TIER_3, required=("blocks",)),
    "bots.info": Method(TIER_3, "users:read"),
    "chat.delete": Method(TIER_3, "chat:write", ("channel", "ts")),
    "chat.getPermalink": Method(HUNDREDS, required=("channel", "message_ts")),
    "chat.postEphemeral": Method(TIER_4, "chat:write", ("channel", "user")),
    "chat.postMessage": Method(POSTING, "chat:write", ("channel",)),
    "chat.update": Method(TIER_3, "chat:write", ("channel", "ts")),
    "conversations.history": Method(TIER_3, "channels:history", ("channel",)),
    "conversations.info": Method(TIER_3, "channels:read", ("channel",)),
    "conversations.join": Method(TIER_3, "channels:join", ("channel",)),
    "conversations.list": Method(TIER_2, "channels:read"),
    "conversations.members": Method(TIER_4, "channels:read", ("channel",)),
    "conversations.open": Method(TIER_3, "im:write"),
    "conversations.replies": Method(TIER_3, "channels:history", ("channel", "ts")),
    "files.completeUploadExternal": Method(TIER_4, "files:write", ("files",)),
    "files.getUploadURLExternal": Method(TIER_4, "files:write", ("filename", "length")),
    "reactions.add": Method(TIER_3, "reactions:write", ("channel", "name", "timestamp")),
    "team.info": Method(TIER_3, "team:read"),
    "usergroups.list": Method(TIER_2, "usergroups:read"),
    "usergroups.users.list": Method(TIER_2, "usergroups:read", ("usergroup",)),
    "users.info": Method(TIER_4, "users:read", ("user",)),
    "users.list": Method(TIER_2, "users:read"),
    "users.lookupByEmail": Method(TIER_3, "users:read.email", ("email",)),
    "views.open": Method(TIER_4, required=("view",)),
    "views.publish": Method(TIER_4, required=("user_id", "view")),
    "views.push": Method(TIER_4, required=("view",)),
    "views.update": Method(TIER_4, required=("view",)),
}
# Which scope stands in when the conversation is private or a direct message.
PRIVATE_SCOPES: Final[Mapping[str, str]] = {
    "channels:history": "groups:history",
    "channels:read": "groups:read",
}
DIRECT_SCOPES: Final[Mapping[str, str]] = {
    "channels:history": "im:history",
    "channels:read": "im:read",
}
ALL_SCOPES: Final = frozenset(
    {method.scope for method in METHODS.values() if method.scope}
    | set(PRIVATE_SCOPES.values())
    | set(DIRECT_SCOPES.values())
    | {"commands"}
)
# What Slack says for an argument that is missing, where it is not `invalid_arguments`.
MISSING: Final[Mapping[tuple[str, str], str]] = {
    ("chat.postMessage", "channel"): "channel_not_found",
    ("chat.update", "channel"): "channel_not_found",
    ("chat.update", "ts"): "message_not_found",
    ("conversations.info", "channel"): "channel_not_found",
    ("usergroups.users.list", "usergroup"): "no_such_subteam",
    ("users.info", "user"): "user_not_found",
    ("users.lookupByEmail", "email"): "users_not_found",
}
