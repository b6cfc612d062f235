"""Who waits for news of what, inside this process."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class Subscription:
    """A subscription that misses nothing from the moment it was made."""

    def __init__(self) -> None:
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Tell that the topic was announced."""
        self._news.set()

    async def wait(self, seconds: float) -> bool:
        """Wait until the topic was announced, or for this long; say whether it was."""
        if not self._news.is_set():
            try:
                async with asyncio.timeout(seconds):
                    await self._news.wait()
            except TimeoutError:
                return False
        self._news.clear()
        return True


class Bulletin:
    """Topics and their subscriptions; used on the event loop's thread only."""

    def __init__(self) -> None:
        self._watched: dict[str, set[Subscription]] = {}

    @contextmanager
    def subscribed(self, topic: str) -> Iterator[Subscription]:
        """Keep a subscription for as long as the block runs."""
        subscription = Subscription()
        self._watched.setdefault(topic, set()).add(subscription)
        try:
            yield subscription
        finally:
            others = self._watched[topic]
            others.discard(subscription)
            if not others:
                del self._watched[topic]

    def announce(self, topics: Iterable[str]) -> None:
        """Wake whoever watches one of these topics."""
        for topic in topics:
            for subscription in self._watched.get(topic, ()):
                subscription.wake()

    def announce_everything(self) -> None:
        """Wake everybody, because something changed and nobody knows what: look again."""
        self.announce(tuple(self._watched))
