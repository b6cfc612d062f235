"""The living workspace: everything that a running sandbox knows."""

from collections import deque
from collections.abc import Callable

from sandbox.live.faults import Faults
from sandbox.live.feed import Feed
from sandbox.live.journal import FileJournal, Journal, NoJournal
from sandbox.live.messages import Messages
from sandbox.live.people import Channel
from sandbox.live.roster import Roster
from sandbox.live.stacks import Stacks
from sandbox.live.triggers import ResponseUrls, Triggers
from sandbox.options import Options
from sandbox.rules.rates import Rates
from sandbox.shapes import Json

_CALLS_KEPT = 2_000


class Box:
    """Hold the state of one workspace; no network, no page."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.now = options.clock
        self.url = "http://127.0.0.1"
        self.journal: Journal = FileJournal(options.state) if options.state else NoJournal()
        self.feed = Feed()
        self.roster = Roster(options.workspace(), self.journal)
        self.app = self.roster.app
        self.team = self.roster.workspace.team
        self.messages = Messages(self.journal, self.feed)
        self.stacks = Stacks(self.app, self.team, self.journal, self.feed)
        self.triggers = Triggers()
        self.response_urls = ResponseUrls()
        self.faults = Faults()
        self.rates = Rates()
        self.rate_limits = options.rate_limits
        self.paid_plan = options.paid_plan
        self.calls: deque[Json] = deque(maxlen=_CALLS_KEPT)
        self.files: dict[str, Json] = dict(self.journal.all("file"))
        self.tickets: dict[str, float] = {}
        # What each person chose in a message's menus, which Slack keeps in their client.
        self.choices: dict[tuple[str, str], Json] = {}
        self.reads: dict[str, str] = {key: body["ts"] for key, body in self.journal.all("read")}
        self.on_event: Callable[[Json], None] = lambda _: None

    def event(self, subscription: str, event: Json) -> None:
        """Tell the app of an event if it subscribes to it."""
        if subscription in self.options.events:
            self.on_event(event)

    def message_event(self, channel: Channel, event: Json) -> None:
        """Tell the app what was said, if it is a member of the conversation."""
        if self.app.user not in channel.members:
            return
        kind = "im" if channel.is_im else "group" if channel.is_private else "channel"
        plural = {"im": "im", "group": "groups", "channel": "channels"}[kind]
        self.event(
            f"message.{plural}",
            {"type": "message", "channel": channel.id, "channel_type": kind, **event},
        )

    def read_up_to(self, user: str, channel: str, ts: str) -> None:
        """Remember what a person has seen."""
        key = f"{user}:{channel}"
        if ts > self.reads.get(key, ""):
            self.reads[key] = ts
            self.journal.put("read", key, {"ts": ts})

    def close(self) -> None:
        """Let waiting readers go and close the file."""
        self.feed.close()
        self.journal.close()
