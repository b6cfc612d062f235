"""What lives for a short while: trigger ids and response URLs."""

import secrets
from dataclasses import dataclass, field

from sandbox.rules import limits
from sandbox.shapes import SlackError

# Long enough after its three seconds to still say why a trigger is refused.
_REMEMBERED = 600.0
_MOST_URLS = 20_000


@dataclass
class Trigger:
    """The right to open one view for one person, for three seconds."""

    user: str
    at: float
    from_view: str | None = None
    used: bool = False


@dataclass
class Triggers:
    """Give out trigger ids and take each back once."""

    live: dict[str, Trigger] = field(default_factory=dict)
    count: int = 0

    def issue(self, user: str, now: float, from_view: str | None = None) -> str:
        """Return a new trigger id."""
        self.count += 1
        if self.count % 512 == 0:
            self.live = {k: one for k, one in self.live.items() if now - one.at < _REMEMBERED}
        name = f"{int(now)}.{self.count}.{secrets.token_hex(16)}"
        self.live[name] = Trigger(user, now, from_view)
        return name

    def exchange(self, name: str, now: float) -> Trigger:
        """Use a trigger id up, or refuse it with Slack's reason."""
        trigger = self.live.get(name)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if now - trigger.at > limits.TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger


@dataclass
class ResponseUrl:
    """The right to answer an interaction a few times, for half an hour."""

    user: str
    channel: str
    ts: str | None
    thread_ts: str | None
    ephemeral: bool
    at: float
    uses: int = 0


@dataclass
class ResponseUrls:
    """Give out response URLs and count their uses."""

    live: dict[str, ResponseUrl] = field(default_factory=dict)

    def issue(self, url: ResponseUrl) -> str:
        """Return the secret part of a new response URL."""
        name = secrets.token_urlsafe(18)
        if len(self.live) >= _MOST_URLS:
            self.live.pop(next(iter(self.live)))
        self.live[name] = url
        return name

    def use(self, name: str, now: float) -> ResponseUrl:
        """Use a response URL once, or refuse it with Slack's reason."""
        url = self.live.get(name)
        if url is None or now - url.at > limits.RESPONSE_URL_SECONDS:
            raise SlackError("expired_url")
        if url.uses >= limits.RESPONSE_URL_USES:
            raise SlackError("used_url")
        url.uses += 1
        return url
