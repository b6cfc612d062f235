"""Messages, threads and whispers, in the order in which they were said."""

import secrets
from collections import defaultdict, deque
from typing import Any

from sandbox.live.feed import Feed
from sandbox.live.journal import Journal
from sandbox.live.timestamps import Timestamps
from sandbox.rules.blocks import elements_of
from sandbox.shapes import Json, SlackError

_WHISPERS_KEPT = 500
_VERSIONS_KEPT = 20


class Messages:
    """Keep what was said, and tell the feed."""

    def __init__(self, journal: Journal, feed: Feed) -> None:
        self._journal = journal
        self._feed = feed
        self.stamps = Timestamps()
        self._said: dict[str, dict[str, Json]] = defaultdict(dict)
        self._replied: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        self._before: dict[tuple[str, str], deque[Json]] = defaultdict(_few)
        self.whispers: deque[Json] = deque(maxlen=_WHISPERS_KEPT)
        for key, message in journal.all("message"):
            self._shelve(key.partition(":")[0], message)
            self.stamps.seen(message["ts"])

    def post(self, channel: str, message: Json, now: float) -> Json:
        """Say something in a channel and return it with its timestamp."""
        said = {**message, "ts": self.stamps.next(now)}
        self._keep(channel, said)
        self._feed.tell("message", channel=channel, ts=said["ts"], thread_ts=said.get("thread_ts"))
        return said

    def change(self, channel: str, message: Json) -> None:
        """Replace what a message says."""
        self._before[(channel, message["ts"])].append(self._said[channel][message["ts"]])
        self._keep(channel, message)
        self._feed.tell("message_changed", channel=channel, ts=message["ts"])

    def remove(self, channel: str, ts: str) -> None:
        """Take a message away."""
        gone = self._said[channel].pop(ts)
        self._replied[(channel, gone.get("thread_ts") or ts)].pop(ts, None)
        self._journal.put("message", f"{channel}:{ts}", None)
        self._feed.tell("message_deleted", channel=channel, ts=ts)

    def whisper(self, user: str, channel: str, message: Json, now: float) -> Json:
        """Show a message to one person only."""
        said = {
            **message,
            "ts": self.stamps.next(now),
            "is_ephemeral": True,
            "channel": channel,
            "to": user,
        }
        self.whispers.append(said)
        self._feed.tell("ephemeral", channel=channel, ts=said["ts"], user=user)
        return said

    def whisper_of(self, user: str, ts: str) -> Json | None:
        """Return a whisper that a person still sees."""
        return next((one for one in self.whispers if one["ts"] == ts and one["to"] == user), None)

    def unwhisper(self, whisper: Json) -> None:
        """Take a whisper away."""
        self.whispers.remove(whisper)
        self._feed.tell("ephemeral_deleted", channel=whisper["channel"], ts=whisper["ts"])

    def rewhisper(self, whisper: Json, changes: Json) -> None:
        """Replace what a whisper says."""
        whisper.update(changes)
        self._feed.tell("ephemeral_changed", channel=whisper["channel"], ts=whisper["ts"])

    def get(self, channel: str, ts: str) -> Json:
        """Return a message, or refuse."""
        found = self._said[channel].get(ts)
        if found is None:
            raise SlackError("message_not_found")
        return found

    def versions(self, channel: str, ts: str) -> list[Json]:
        """Return what a message said before it was changed, oldest first."""
        return list(self._before.get((channel, ts), ()))

    def find(self, channel: str, ts: str) -> Json | None:
        """Return a message if it is there."""
        return self._said[channel].get(ts)

    def in_channel(self, channel: str) -> list[Json]:
        """Return a channel's own messages, oldest first, without the replies in threads."""
        return [
            self.with_thread(channel, one)
            for one in self._said[channel].values()
            if one.get("thread_ts") in {None, one["ts"]} or one.get("subtype") == "thread_broadcast"
        ]

    def thread(self, channel: str, ts: str) -> list[Json]:
        """Return a thread: its first message and the replies."""
        replies = self._replies(channel, ts)
        return [self.with_thread(channel, self.get(channel, ts)), *replies]

    def with_thread(self, channel: str, message: Json) -> Json:
        """Return a message with what Slack adds when it has replies."""
        replies = self._replies(channel, message["ts"])
        if not replies:
            return message
        users = list(dict.fromkeys(one["user"] for one in replies))
        return {
            **message,
            "thread_ts": message["ts"],
            "reply_count": len(replies),
            "reply_users_count": len(users),
            "latest_reply": replies[-1]["ts"],
            "reply_users": users,
            "is_locked": False,
            "subscribed": False,
        }

    def _replies(self, channel: str, ts: str) -> list[Json]:
        said = self._said[channel]
        return [said[one] for one in self._replied.get((channel, ts), ())]

    def _keep(self, channel: str, message: Json) -> None:
        self._journal.put("message", f"{channel}:{message['ts']}", message)
        self._shelve(channel, message)

    def _shelve(self, channel: str, message: Json) -> None:
        ts, thread_ts = message["ts"], message.get("thread_ts")
        self._said[channel][ts] = message
        if thread_ts and thread_ts != ts:
            self._replied[(channel, thread_ts)][ts] = None


def _few() -> deque[Json]:
    return deque(maxlen=_VERSIONS_KEPT)


def with_ids(blocks: Any) -> list[Json]:
    """Return blocks with the block_ids and action_ids that Slack makes up when there are none."""
    filled = []
    for block in blocks:
        copy = {**block, "block_id": block.get("block_id") or secrets.token_urlsafe(4)[:5]}
        for element, place in elements_of(copy):
            if "action_id" not in element:
                copy = _replaced(copy, place, {**element, "action_id": secrets.token_urlsafe(4)})
        filled.append(copy)
    return filled


def _replaced(block: Json, place: str, element: Json) -> Json:
    key, _, position = place.partition("/")
    if not position:
        return {**block, key: element}
    items = list(block[key])
    items[int(position)] = element
    return {**block, key: items}
