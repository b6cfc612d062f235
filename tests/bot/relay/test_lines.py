"""What is said in a thread is drawn when it can be said, and not when it was meant to be."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import pytest

from bot.clock.reminding import remind
from bot.messenger import Draft, Messenger
from bot.relay.lines import Lines
from manifests.vocabulary import ChannelId
from store import door
from store.commands import Approve, Command, Escalate
from store.effects import KEYTURN
from store.ports import Errand, Outgoing, Transaction
from store.sql import SqlStore, migrate, open_store
from tests.store.making import FINANCE, HOUR, NOON, a_checkpoint, an_intake, on
from tests.store.scenes import MINUTE, ana
from tests.store.staffed import Clock, staff_up

HALF_TIME = NOON + HOUR / 2


@dataclass
class Workspace:
    """Takes every message, and keeps what was said."""

    said: list[str] = field(default_factory=list)

    async def post(self, channel: ChannelId, draft: Draft) -> str:
        """Keep a message in one channel."""
        self.said.append(draft.text)
        return f"{len(self.said)}.0"


@dataclass
class Thread:
    """The thread under the card of one proposal, of which half the time has passed."""

    store: SqlStore
    clock: Clock
    workspace: Workspace = field(default_factory=Workspace)

    async def catches_up(self) -> list[str]:
        """Say everything that waits to be said there."""
        lines = Lines(self.store, cast(Messenger, self.workspace))
        while (waiting := await self.store.write(_next)) is not None:
            if waiting.errand is Errand.THREAD:
                await lines.tell_thread(waiting)
        return [each for each in self.workspace.said if each.startswith("Reminder")]


def _next(tx: Transaction) -> Outgoing | None:
    found = tx.outbox.next_in(FINANCE.channel, tx.now())
    if found is not None:
        tx.outbox.done(found)
    return found


@pytest.fixture
async def thread(tmp_path: Path) -> AsyncIterator[Thread]:
    url, clock = f"sqlite:///{tmp_path}/keyturn.db", Clock()
    await asyncio.to_thread(migrate, url)
    store = await open_store(url, workspace="T1", clock=clock)

    def opened(tx: Transaction) -> None:
        staff_up(tx, finance="ana ben", deputy="dan")
        door.take_in(tx, an_intake())
        for card in tx.cards.of(an_intake().id):
            tx.cards.put(replace(card, ts="1.0"))

    await store.write(opened)
    clock.at = HALF_TIME
    await store.write(lambda tx: remind(tx, an_intake().id))
    yield Thread(store, clock)
    await store.close()


async def test_a_reminder_is_told_while_it_is_waited_for(thread: Thread) -> None:
    (told,) = await thread.catches_up()
    assert "it still waits for a decision; 50% of the time" in told


MINUTES_LATER = HALF_TIME + MINUTE
SEEN = on(a_checkpoint(), ana(MINUTES_LATER))
DONE: dict[str, Command] = {
    "approved": Approve(**SEEN),
    "escalated": Escalate(**SEEN, reason="Too large for me."),
}


@pytest.mark.parametrize("meanwhile", sorted(DONE))
async def test_a_reminder_that_was_held_up_calls_nobody_to_what_is_done(
    thread: Thread, meanwhile: str
) -> None:
    thread.clock.at, done = MINUTES_LATER, DONE[meanwhile]
    await thread.store.write(lambda tx: door.act(tx, an_intake().id, done, KEYTURN))
    assert await thread.catches_up() == []
    assert thread.workspace.said, "what happened instead"
