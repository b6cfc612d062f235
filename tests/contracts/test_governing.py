"""Which manifest is in force and what is paused, on every kind of database."""

import asyncio
from dataclasses import replace
from functools import partial

import pytest

from manifests.vocabulary import ActionName, AgentName, Digest
from store.governing import EVERYTHING, Candidate, Live, Pause, Version
from store.ports import Transaction
from store.proposal import ProposalId
from store.sql import SqlStore
from tests.contracts.conftest import House
from tests.store.making import HOUR, NOON

FIRST = Version(digest=Digest("sha256:1"), files={"roles.yaml": "# é\nroles: {}\n"}, stored_at=NOON)
LIVE = Live(digest=FIRST.digest, since=NOON, judged="f1")
REFUNDS, PAY = AgentName("refunds"), ActionName("pay")


async def test_a_version_is_read_back_as_it_was(store: SqlStore) -> None:
    await store.write(lambda tx: tx.manifests.keep(FIRST))
    assert await store.read(lambda look: look.manifests.version(FIRST.digest)) == FIRST
    assert await store.read(lambda look: look.manifests.version(Digest("sha256:2"))) is None


async def test_a_version_that_is_kept_again_stays_as_it_was(store: SqlStore) -> None:
    later = replace(FIRST, files={"roles.yaml": "roles: {} # other"}, stored_at=NOON + HOUR)
    await store.write(lambda tx: tx.manifests.keep(FIRST))
    await store.write(lambda tx: tx.manifests.keep(later))
    assert await store.read(lambda look: look.manifests.version(FIRST.digest)) == FIRST


async def test_nothing_is_in_force_before_the_first_start(store: SqlStore) -> None:
    assert await store.read(lambda look: look.manifests.live()) is None


@pytest.mark.parametrize(
    "following",
    [
        replace(LIVE, candidate=Candidate(digest=Digest("sha256:2"), proposal=ProposalId("p1"))),
        replace(LIVE, digest=Digest("sha256:2"), since=NOON + HOUR, judged="f2"),
    ],
)
async def test_what_is_in_force_is_what_was_said_last(store: SqlStore, following: Live) -> None:
    await store.write(lambda tx: tx.manifests.put(LIVE))
    assert await store.read(lambda look: look.manifests.live()) == LIVE
    await store.write(lambda tx: tx.manifests.put(following))
    assert await store.read(lambda look: look.manifests.live()) == following


async def test_one_workspace_knows_nothing_of_anothers_rules(store: SqlStore, house: House) -> None:
    def govern(tx: Transaction) -> None:
        tx.manifests.keep(FIRST)
        tx.manifests.put(LIVE)
        tx.pauses.put(Pause(scope=EVERYTHING, since=NOON, said_by="Elif"))

    await store.write(govern)
    other = await House(house.url, stores=house.stores).opens()
    assert await other.read(lambda look: look.manifests.live()) is None
    assert await other.read(lambda look: look.manifests.version(FIRST.digest)) is None
    assert await other.read(lambda look: look.pauses.every()) == ()
    assert await other.read(lambda look: look.pauses.reason_for(REFUNDS, PAY)) is None


async def test_the_second_of_two_instances_sees_what_the_first_put_in_force(house: House) -> None:
    one, two = await house.opens(), await house.opens()

    def first_come(name: str, tx: Transaction) -> str:
        live = tx.manifests.live()
        if live is None:
            live = replace(LIVE, digest=Digest(name))
            tx.manifests.put(live)
        return live.digest

    stores = [one, two] * 8
    told = await asyncio.gather(
        *(each.write(partial(first_come, f"sha256:{n}")) for n, each in enumerate(stores))
    )
    assert len(set(told)) == 1


@pytest.mark.parametrize(
    ("scope", "holds"),
    [
        (EVERYTHING, True),
        ("agent:refunds", True),
        ("action:pay", True),
        ("agent:pay", False),
        ("action:refunds", False),
    ],
)
async def test_a_pause_holds_its_scope_and_no_other(
    store: SqlStore, scope: str, holds: bool
) -> None:
    await store.write(
        lambda tx: tx.pauses.put(Pause(scope=scope, since=NOON, said_by="Elif", why="it misfires"))
    )
    reason = await store.read(lambda look: look.pauses.reason_for(REFUNDS, PAY))
    assert (reason is not None) == holds
    await store.write(lambda tx: tx.pauses.remove(scope))
    assert await store.read(lambda look: look.pauses.reason_for(REFUNDS, PAY)) is None


async def test_the_widest_of_several_pauses_says_why(store: SqlStore) -> None:
    def pause(tx: Transaction) -> None:
        tx.pauses.put(Pause(scope="action:pay", since=NOON, said_by="Ana", why="wrong amounts."))
        tx.pauses.put(Pause(scope="agent:refunds", since=NOON, said_by="Cora"))

    await store.write(pause)
    reason = await store.read(lambda look: look.pauses.reason_for(REFUNDS, PAY))
    assert reason == "Cora paused the agent refunds."
    other = await store.read(lambda look: look.pauses.reason_for(AgentName("other"), PAY))
    assert other == "Ana paused the action pay: wrong amounts."


async def test_a_pause_learns_who_asks_to_end_it(store: SqlStore) -> None:
    pause = Pause(scope="agent:refunds", since=NOON, said_by="Ana", why="loops")
    asked = replace(pause, proposal=ProposalId("p9"))
    await store.write(lambda tx: tx.pauses.put(pause))
    assert await store.read(lambda look: look.pauses.of(pause.scope)) == pause
    await store.write(lambda tx: tx.pauses.put(asked))
    assert await store.read(lambda look: look.pauses.every()) == (asked,)
    assert await store.read(lambda look: look.pauses.of(EVERYTHING)) is None
