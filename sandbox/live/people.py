"""Who and where: people, channels, user groups, and the app, as plain data."""

from dataclasses import dataclass, field


@dataclass
class Person:
    """One member of the workspace, or the app's own bot user."""

    id: str
    handle: str
    name: str
    title: str = ""
    colour: str = "4a154b"
    email: str = ""
    tz: str = "Europe/Copenhagen"
    team: str = "T0KEYTURN"
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    deleted: bool = False


@dataclass
class Channel:
    """One conversation: a channel, a private one, or a direct message."""

    id: str
    name: str
    topic: str = ""
    members: list[str] = field(default_factory=list)
    is_private: bool = False
    is_im: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    created: int = 1_700_000_000


@dataclass
class UserGroup:
    """A user group, which people mention by its handle."""

    id: str
    handle: str
    name: str
    members: list[str] = field(default_factory=list)
    disabled: bool = False


@dataclass(frozen=True)
class Shortcut:
    """One entry that the app has put into Slack's menus: everywhere, or on every message."""

    callback_id: str
    name: str
    on_messages: bool = False


@dataclass(frozen=True)
class Application:
    """The one app that is installed: its identities and its (public, sandbox-only) secrets."""

    id: str = "A0KEYTURN"
    bot_id: str = "B0KEYTURN"
    user: str = "U0KEYTURN"
    name: str = "Keyturn"
    command: str = "/keyturn"
    shortcuts: tuple[Shortcut, ...] = (
        Shortcut("my_queue", "What waits for me"),
        Shortcut("find_proposal", "Find a proposal"),
        Shortcut("open_proposal", "Open in full", on_messages=True),
    )
    bot_token: str = "xoxb-sandbox"
    app_token: str = "xapp-sandbox"
    signing_secret: str = "sandbox-signing-secret"
    verification_token: str = "sandbox-verification-token"


@dataclass
class Workspace:
    """Everything a workspace is before anybody says a word."""

    team: str = "T0KEYTURN"
    name: str = "Keyturn Sandbox"
    domain: str = "keyturn-sandbox"
    app: Application = field(default_factory=Application)
    people: list[Person] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    groups: list[UserGroup] = field(default_factory=list)
