"""The embedded queue: the table `inbox` of the store's own database."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from store.ports import Message, Store, Transaction, Watch

LEASE = timedelta(seconds=60)


class SqlQueue:
    """Leases rows of the inbox; a row leaves in the very transaction that takes it in."""

    def __init__(self, store: Store, holder: str, watch: Watch, lease: timedelta = LEASE) -> None:
        self._store = store
        self._holder = holder
        self._watch = watch
        self._lease = lease
        self._idle = False

    async def receive(self, limit: int) -> tuple[Message, ...]:
        """Lease up to this many messages, oldest first."""

        def claimed(tx: Transaction) -> tuple[Message, ...]:
            now = tx.now()
            return tx.inbox.claim(self._holder, now, now + self._lease, limit)

        # An idle program commits nothing; a busy one does not look first.
        if self._idle and not await self._store.read(lambda look: look.inbox.has_work(look.now())):
            return ()
        messages = await self._store.write(claimed)
        self._idle = not messages
        return messages

    def settle(self, tx: Transaction, message: Message) -> None:
        """Remove a message in the transaction that took it in."""
        tx.inbox.delete(message)

    async def acknowledge(self, messages: Sequence[Message]) -> None:
        """Do nothing more: the commit was the acknowledgement."""

    async def release(self, message: Message, not_before: datetime) -> None:
        """Give a message back for a later attempt."""
        await self._store.write(lambda tx: tx.inbox.release(message, not_before))

    async def news(self, seconds: float) -> bool:
        """Wait until somebody enqueued, or for this long."""
        return await self._watch.wait(seconds)
