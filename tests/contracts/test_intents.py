"""What was rejected is found by what was wanted, and counted exactly."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from manifests.vocabulary import ActionName, AgentName, Digest
from store import door
from store.checkpoint import ByRule, Follows, NeedsInformation, Signature
from store.commands import Reject
from store.digest import revision_digest
from store.effects import KEYTURN
from store.intents import Intent, first_intent, intent_of
from store.ports import Reading, Transaction
from store.proposal import Proposal, ProposalId
from store.retention import Kept
from store.sql import SqlStore
from tests.contracts.conftest import House
from tests.store.making import (
    HOUR,
    NOON,
    a_person,
    a_plan,
    a_proposal,
    an_intake,
    on,
)

P1, P2 = ProposalId("p1"), ProposalId("p2")
WANTED = Intent(Digest("sha256:content"), Digest("sha256:target"))
OTHER = Intent(Digest("sha256:another"), Digest("sha256:target"))
NOTHING = (None, None)


def remember(intent: Digest, proposal: ProposalId, at: datetime, tx: Transaction) -> None:
    tx.intents.remember(intent, proposal, at)


def count(proposal: ProposalId, tx: Transaction) -> None:
    tx.intents.count(WANTED.content, proposal, NOON)


def rejected(intent: Intent, look: Reading) -> tuple[ProposalId | None, ProposalId | None]:
    return look.intents.rejected(intent)


async def test_a_rejection_is_found_by_its_content_and_by_its_target(store: SqlStore) -> None:
    assert await store.read(partial(rejected, WANTED)) == NOTHING
    for intent in (WANTED.content, WANTED.target):
        await store.write(partial(remember, intent, P1, NOON))
    assert await store.read(partial(rejected, WANTED)) == (P1, P1)
    assert await store.read(partial(rejected, OTHER)) == (None, P1)
    await store.write(partial(remember, WANTED.target, P2, NOON + HOUR))
    assert await store.read(partial(rejected, WANTED)) == (P1, P2)


async def test_the_latest_of_one_moment_is_always_the_same(store: SqlStore) -> None:
    for proposal in (P2, P1):
        await store.write(partial(remember, WANTED.target, proposal, NOON))
    assert await store.read(partial(rejected, OTHER)) == (None, P2)


async def test_what_follows_is_counted_also_of_what_was_forgotten(store: SqlStore) -> None:
    async def followed(proposal: ProposalId) -> int:
        return await store.read(lambda look: look.intents.followed(WANTED.content, proposal))

    await store.write(partial(remember, WANTED.content, P1, NOON))
    assert await followed(P1) == 0
    for proposal in (P1, P1, P2):
        await store.write(partial(count, proposal))
    await store.write(partial(remember, WANTED.content, P1, NOON))
    assert (await followed(P1), await followed(P2)) == (2, 1)


async def test_two_instances_give_no_number_twice(house: House) -> None:
    stores = await house.opens(clock=lambda: NOON), await house.opens(clock=lambda: NOON)

    def number(tx: Transaction) -> int:
        found = tx.intents.followed(WANTED.content, P1) + 1
        tx.intents.count(WANTED.content, P1, NOON)
        return found

    numbers = await asyncio.gather(*(stores[each % 2].write(number) for each in range(60)))
    assert sorted(numbers) == list(range(1, 61))


async def test_another_workspace_rejected_nothing(house: House, store: SqlStore) -> None:
    await store.write(partial(remember, WANTED.content, P1, NOON))
    elsewhere = House(house.url)
    other = await elsewhere.opens()
    try:
        assert await other.read(partial(rejected, WANTED)) == NOTHING
    finally:
        await other.close()


async def test_a_no_is_remembered_in_the_transaction_that_says_it(house: House) -> None:
    store = await house.opens(clock=lambda: NOON)
    opening = an_intake(a_proposal(), a_plan(target='[["order","4711"]]'))
    checkpoint = await store.write(lambda tx: door.take_in(tx, opening))
    ana = a_person("ana", "finance")
    no = Reject(**on(checkpoint, ana), reason="Paid already.", category="duplicate")
    await store.write(lambda tx: door.act(tx, checkpoint.id, no, KEYTURN))
    wanted = first_intent(checkpoint)
    assert wanted.content != wanted.target
    assert await store.read(partial(rejected, wanted)) == (P1, P1)
    other = intent_of(AgentName("somebody"), opening.proposal, opening.digest, "")
    assert await store.read(partial(rejected, other)) == NOTHING


async def test_a_no_without_a_target_is_found_in_every_spelling(house: House) -> None:
    def sent(amount: Any, note: str = "Rent ") -> Proposal:
        parameters = {"amount": amount, "lines": [{"note": note, "count": 2}]}
        return a_proposal().model_copy(update={"parameters": parameters})

    def intent(proposal: Proposal) -> Intent:
        digest = revision_digest(proposal.action, proposal.parameters)
        return intent_of(opening.parties.agent, proposal, digest, "")

    store = await house.opens(clock=lambda: NOON)
    opening = an_intake(sent("50000.00"), a_plan(target=""))
    checkpoint = await store.write(lambda tx: door.take_in(tx, opening))
    no = Reject(**on(checkpoint, a_person("ana", "finance")), reason="No.", category="other")
    await store.write(lambda tx: door.act(tx, checkpoint.id, no, KEYTURN))
    assert await store.read(partial(rejected, intent(sent("50000.00")))) == (P1, P1)
    for again in (sent("50000.0"), sent("50000"), sent(50000), sent("50000", "  rent")):
        assert await store.read(partial(rejected, intent(again))) == (None, P1)
    for other in (sent("5000.00"), sent("50000.00", "Rents")):
        assert await store.read(partial(rejected, intent(other))) == NOTHING


async def test_old_intents_are_dropped_a_page_at_a_time(store: SqlStore) -> None:
    for each in range(5):
        at = NOON + timedelta(days=each)
        await store.write(partial(remember, WANTED.content, ProposalId(f"p{each}"), at))

    def outlived(look: Reading) -> int:
        return len(look.retention.outlived(Kept.INTENTS, NOON + timedelta(days=3), 2))

    def drop(tx: Transaction) -> None:
        tx.retention.drop(
            Kept.INTENTS, tx.retention.outlived(Kept.INTENTS, NOON + timedelta(days=3), 2)
        )

    for left in (2, 1, 0):
        assert await store.read(outlived) == left
        await store.write(drop)
    assert await store.read(partial(rejected, WANTED)) == (ProposalId("p4"), None)


async def test_what_it_follows_and_who_asked_are_read_as_they_were_written(
    house: House,
) -> None:
    store = await house.opens(clock=lambda: NOON)
    ana = a_person("ana", "finance")
    who = Signature(user=ana.user, person=ana.id, name=ana.name, at=NOON)
    follows = Follows(
        proposal=P1,
        number=2,
        named=True,
        same=False,
        action=ActionName("process_refund"),
        parameters={"amount": "480.00"},
        by=who,
        why="Too much.",
    )
    asked = an_intake(plan=a_plan(ask_first="Which order is it?"), proposal_id="p2")
    opening = replace(asked, follows=follows, workspace=house.workspace)
    taken = await store.write(lambda tx: door.take_in(tx, opening))
    read = await store.read(lambda look: look.checkpoints.get(P2))
    assert read == taken
    assert read is not None
    assert isinstance(read.state, NeedsInformation)
    assert read.state.asker == ByRule(at=NOON)
    assert read.exchanges[0].asker == ByRule(at=NOON)
