"""The kill switch holds at once; the cards of what it stopped follow, a few at a time."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.governing.unused import LANE
from bot.relay.unused import AT_ONCE, Unused
from manifests.vocabulary import Scrutiny
from store import door
from store.lifecycle import Intake
from store.ports import Errand, Outgoing, Transaction
from tests.bot.office import Instance, Office, elif_, gus, office
from tests.store.making import a_plan, a_proposal, an_intake

MANY = 2 * AT_ONCE + 5
SCOPE = "agent:refunds"
APPROVED = a_plan(scrutiny=Scrutiny.AUTO_APPROVE, announce=True)


@dataclass
class Approvals:
    """Approvals that wait to be used, each with a card, and one of another agent's."""

    here: Office
    one: Instance

    async def left(self) -> Outgoing | None:
        """Say what is left to do of going through them."""
        return await self.one.store.read(lambda look: look.outbox.next_in(LANE, look.now()))

    async def redrawn(self) -> set[str]:
        """Name the proposals whose cards were asked for again since they came in, and forget it."""
        return await self.one.store.write(_taken)


def _taken(tx: Transaction) -> set[str]:
    found: set[str] = set()
    while (one := tx.outbox.next_in("C_FINANCE", tx.now())) is not None:
        if one.errand is Errand.CARD:
            found.add(str(one.proposal))
        tx.outbox.done(one)
    return found


@pytest.fixture
async def approvals(tmp_path: Path) -> AsyncIterator[Approvals]:
    async with office(f"sqlite:///{tmp_path}/keyturn.db", tmp_path / "manifests") as here:
        one = await here.starts()

        def take_in(tx: Transaction) -> None:
            for number in range(MANY):
                door.take_in(tx, _approval(f"p{number:03}", "refunds"))
            door.take_in(tx, _approval("other", "billing"))

        await one.store.write(take_in)
        made = Approvals(here, one)
        assert len(await made.redrawn()) == MANY + 1
        yield made


def _approval(name: str, agent: str) -> Intake:
    proposal = a_proposal(idempotency_key=name)
    return an_intake(proposal, APPROVED, proposal_id=name, agent=agent)


async def test_a_pause_holds_before_any_card_is_drawn_anew(approvals: Approvals) -> None:
    one = approvals.one
    await one.store.write(lambda tx: one.pausing.paused(tx, SCOPE, "it loops", elif_()))
    assert await approvals.redrawn() == set()
    left = await approvals.left()
    assert left is not None
    assert left.body == {"scope": SCOPE}


async def test_a_few_at_a_time_every_one_is_drawn_anew_and_no_other(approvals: Approvals) -> None:
    one, unused = approvals.one, Unused(approvals.one.store)
    await one.store.write(lambda tx: one.pausing.paused(tx, SCOPE, "it loops", elif_()))
    found: list[set[str]] = []
    while left := await approvals.left():
        await unused.redraw(left)
        found.append(await approvals.redrawn())
    assert max(map(len, found)) <= AT_ONCE
    assert sorted(name for page in found for name in page) == [f"p{at:03}" for at in range(MANY)]


async def test_whoever_dies_between_leaves_the_rest_to_the_next(approvals: Approvals) -> None:
    """The relay fell over after the commit, before it could say that the errand was done."""
    one = approvals.one
    await one.store.write(lambda tx: one.pausing.paused(tx, SCOPE, "it loops", gus()))
    first = await approvals.left()
    assert first is not None
    await Unused(one.store).redraw(first)
    other = await approvals.here.starts()
    unused = Unused(other.store)
    while left := await approvals.left():
        assert left.body != first.body
        await unused.redraw(left)
    assert await approvals.redrawn() == {f"p{at:03}" for at in range(MANY)}
