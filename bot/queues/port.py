"""What intake needs of a queue, whatever carries it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from store.ports import Message, Transaction


class Queue(Protocol):
    """Messages under lease: each is given to one consumer at a time, and again if it dies.

    A message is gone only by `settle` or, for a broker outside the database, by `acknowledge`
    after the commit; between the two it may come again, and intake knows it by its key.
    """

    async def receive(self, limit: int) -> tuple[Message, ...]:
        """Lease up to this many messages, oldest first; none when nothing waits."""

    def settle(self, tx: Transaction, message: Message) -> None:
        """Remove a message in the transaction that took it in, where both share a database."""

    async def acknowledge(self, messages: Sequence[Message]) -> None:
        """Tell a broker, after the commit, that these were taken in or buried."""

    async def release(self, message: Message, not_before: datetime) -> None:
        """Give a message back for a later attempt."""

    async def news(self, seconds: float) -> bool:
        """Wait until something may have come, or for this long."""
