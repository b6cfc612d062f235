"""What a decision asks the database for: on every database, nothing twice."""

from dataclasses import dataclass
from typing import cast

import pytest

from manifests.vocabulary import ChannelId
from store import door
from store.checkpoint import Approved, Checkpoint
from store.commands import Approve
from store.effects import KEYTURN
from store.ports import Card, Cards, Transaction
from store.proposal import ProposalId
from store.sql import SqlStore
from tests.contracts.conftest import House
from tests.store.making import NOON, a_person, an_intake, on

P1 = ProposalId("p1")


@dataclass
class Counted:
    """The cards of a transaction, and how often they were asked for."""

    cards: Cards
    times: int = 0

    def of(self, proposal: ProposalId) -> tuple[Card, ...]:
        """List a proposal's cards."""
        self.times += 1
        return self.cards.of(proposal)

    def ensure(self, proposal: ProposalId, channel: ChannelId) -> Card:
        """Give the one card of a proposal in a channel."""
        self.times += 1
        return self.cards.ensure(proposal, channel)


@pytest.fixture
async def store(house: House) -> SqlStore:
    return await house.opens(lambda: NOON)


async def test_a_decision_reads_the_cards_once_whatever_it_tells_under_them(
    store: SqlStore,
) -> None:
    await store.write(lambda tx: door.take_in(tx, an_intake()))
    ana = a_person("ana", "finance")

    def approved(tx: Transaction) -> int:
        checkpoint = tx.checkpoints.get(P1)
        assert checkpoint is not None
        tx.cards, known = cast("Cards", Counted(tx.cards)), tx.cards
        try:
            after = door.act(tx, P1, Approve(**on(checkpoint, ana)), KEYTURN)
            assert isinstance(after, Checkpoint)
            assert isinstance(after.state, Approved)
            return cast("Counted", tx.cards).times
        finally:
            tx.cards = known

    assert await store.write(approved) == 1
    waiting = await store.read(lambda look: look.outbox.waiting(NOON))
    assert waiting[0] > 1
