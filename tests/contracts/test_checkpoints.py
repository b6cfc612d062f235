from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from manifests.vocabulary import ActionName, AgentName
from store.aftermath import NOTHING_YET, Aftermath, Consumption
from store.checkpoint import Checkpoint, Status, Withdrawn
from store.commands import Withdraw
from store.door import act, take_in
from store.effects import CLOCK
from store.ports import Listing, Overtaken, Reading, Transaction
from store.proposal import ProposalId
from store.sql import SqlStore
from tests.contracts.conftest import House
from tests.store.making import NOON, WORKSPACE, a_checkpoint, a_proposal, an_intake


def in_house(house: House, checkpoint: Checkpoint) -> Checkpoint:
    return replace(checkpoint, workspace=house.workspace)


async def test_what_was_written_is_read(house: House, store: SqlStore) -> None:
    written = in_house(house, a_checkpoint())
    await store.write(lambda tx: tx.checkpoints.insert(written))
    assert await store.read(lambda look: look.checkpoints.get(written.id)) == written
    key = written.proposal.idempotency_key or ""
    agent = written.parties.agent
    assert await store.read(lambda look: look.checkpoints.by_key(agent, key)) == written


async def test_some_are_read_at_once_in_the_order_asked_for(house: House, store: SqlStore) -> None:
    plain = a_proposal(idempotency_key=None)
    written = [in_house(house, a_checkpoint(plain, proposal_id=each)) for each in ("a", "b", "c")]

    def insert(tx: Transaction) -> None:
        for each in written:
            tx.checkpoints.insert(each)

    await store.write(insert)
    asked = [ProposalId(each) for each in ("c", "nowhere", "a")]
    found = await store.read(lambda look: look.checkpoints.several(asked))
    assert found == (written[2], written[0])
    assert await store.read(lambda look: look.checkpoints.several([])) == ()


async def test_parameters_keep_their_order_and_their_types(house: House, store: SqlStore) -> None:
    sent = {"z": 1.0, "a": 1, "é": [True, None, -0.0, 1e22, 0.1], "nested": {"b": 2, "a": "\u0000"}}
    written = in_house(house, a_checkpoint(a_proposal(parameters=sent)))
    await store.write(lambda tx: tx.checkpoints.insert(written))
    found = await store.read(lambda look: look.checkpoints.get(written.id))
    assert found is not None
    assert repr(found.revision.parameters) == repr(sent)


async def test_a_key_belongs_to_one_proposal_of_an_agent(store: SqlStore) -> None:
    await store.write(lambda tx: tx.checkpoints.insert(a_checkpoint(proposal_id="first")))
    with pytest.raises(Overtaken, match="second is taken already"):
        await store.write(lambda tx: tx.checkpoints.insert(a_checkpoint(proposal_id="second")))
    other = a_checkpoint(proposal_id="third", agent="shipping")
    await store.write(lambda tx: tx.checkpoints.insert(other))
    plain = a_proposal(idempotency_key=None)
    await store.write(lambda tx: tx.checkpoints.insert(a_checkpoint(plain, proposal_id="fourth")))
    await store.write(lambda tx: tx.checkpoints.insert(a_checkpoint(plain, proposal_id="fifth")))


async def test_an_id_is_given_once_even_after_closing(store: SqlStore) -> None:
    await store.write(lambda tx: take_in(tx, an_intake()))
    await store.write(lambda tx: act(tx, ProposalId("p1"), Withdraw(reason="no"), CLOCK))
    again = a_checkpoint(a_proposal(idempotency_key="another"))
    with pytest.raises(Overtaken):
        await store.write(lambda tx: tx.checkpoints.insert(again))
    found = await store.read(lambda look: look.checkpoints.get(ProposalId("p1")))
    assert found is not None
    assert found.state.status is Status.WITHDRAWN


async def test_a_version_is_replaced_once(house: House, store: SqlStore) -> None:
    before = in_house(house, a_checkpoint())
    later = NOON + timedelta(minutes=1)
    after = before.moved(Withdrawn(why="changed my mind", at=later), later)
    await store.write(lambda tx: tx.checkpoints.insert(before))
    await store.write(lambda tx: tx.checkpoints.replace(before, after))
    assert await store.read(lambda look: look.checkpoints.get(before.id)) == after
    with pytest.raises(Overtaken, match="Version 1 of p1 is no longer in force"):
        await store.write(lambda tx: tx.checkpoints.replace(before, after))


async def test_whoever_was_overtaken_is_run_again(store: SqlStore) -> None:
    """An operation that lost a race decides anew on what it finds then."""
    await store.write(lambda tx: tx.checkpoints.insert(a_checkpoint()))
    runs: list[int] = []

    def overtaken_once(tx: Transaction) -> str:
        runs.append(len(runs))
        if len(runs) == 1:
            raise Overtaken("somebody was faster")
        return "decided"

    assert await store.write(overtaken_once) == "decided"
    assert runs == [0, 1]


async def test_pages_run_from_the_newest_to_the_oldest(store: SqlStore) -> None:
    def seven(tx: Transaction) -> None:
        for number in range(7):
            proposal = a_proposal(idempotency_key=f"k{number}", action=f"action_{number % 2}")
            agent = f"agent_{number % 3}"
            made = a_checkpoint(proposal, proposal_id=f"p{number}", agent=agent)
            created_at = NOON + timedelta(minutes=number // 2)
            tx.checkpoints.insert(replace(made, created_at=created_at))

    await store.write(seven)

    async def ids(**asked: Any) -> list[str]:
        listing = Listing(**asked)
        found = await store.read(lambda look: look.checkpoints.page(listing))
        return [each.id for each in found]

    assert await ids() == ["p6", "p5", "p4", "p3", "p2", "p1", "p0"]
    assert await ids(limit=2) == ["p6", "p5"]
    assert await ids(limit=3, before=ProposalId("p5")) == ["p4", "p3", "p2"]
    assert await ids(agent=AgentName("agent_0")) == ["p6", "p3", "p0"]
    assert await ids(action=ActionName("action_1"), agent=AgentName("agent_2")) == ["p5"]
    assert await ids(idempotency_key="k4") == ["p4"]
    assert await ids(statuses=(Status.EXPIRED, Status.PENDING_REVIEW), limit=1) == ["p6"]
    assert await ids(statuses=(Status.EXPIRED,)) == []
    assert await ids(before=ProposalId("unknown")) == []


async def test_what_followed_is_compared_and_swapped(store: SqlStore) -> None:
    proposal = ProposalId("p1")
    taken = Aftermath(version=1, consumed=Consumption(attempt="a1", at=NOON))
    over = replace(taken, version=2, lapsed_at=NOON)

    def followed(look: Reading) -> Aftermath:
        return look.aftermaths.of(proposal)

    assert await store.read(followed) == NOTHING_YET
    await store.write(lambda tx: tx.aftermaths.put(proposal, NOTHING_YET, taken))
    assert await store.read(followed) == taken
    with pytest.raises(Overtaken):
        await store.write(lambda tx: tx.aftermaths.put(proposal, NOTHING_YET, taken))
    await store.write(lambda tx: tx.aftermaths.put(proposal, taken, over))
    with pytest.raises(Overtaken):
        await store.write(lambda tx: tx.aftermaths.put(proposal, taken, over))
    assert await store.read(followed) == over


async def test_workspaces_see_nothing_of_each_other(house: House, store: SqlStore) -> None:
    await store.write(lambda tx: take_in(tx, an_intake()))
    elsewhere = House(house.url)
    other = await elsewhere.opens()
    try:
        assert await other.read(lambda look: look.checkpoints.get(ProposalId("p1"))) is None
        assert await other.read(lambda look: look.timers.next_due()) is None
        assert await other.read(lambda look: look.cards.of(ProposalId("p1"))) == ()
        assert await other.read(lambda look: look.audit.of(ProposalId("p1"))) == ()
        assert (await other.read(lambda look: look.outbox.waiting(NOON)))[0] == 0
        await other.write(lambda tx: take_in(tx, an_intake()))
    finally:
        await other.close()
    assert WORKSPACE not in {house.workspace, elsewhere.workspace}


RAW = (
    "UPDATE checkpoints SET state = '{}' WHERE workspace = :workspace",
    "UPDATE checkpoints SET status = 'approved' WHERE workspace = :workspace",
    "DELETE FROM checkpoints WHERE workspace = :workspace",
)


@pytest.mark.parametrize("statement", RAW)
async def test_a_closed_checkpoint_refuses_raw_sql(
    statement: str, house: House, store: SqlStore, engine: Engine
) -> None:
    await store.write(lambda tx: take_in(tx, an_intake()))
    await store.write(lambda tx: act(tx, ProposalId("p1"), Withdraw(reason="no"), CLOCK))
    with (
        engine.begin() as connection,
        pytest.raises(DBAPIError, match="a closed checkpoint is never changed"),
    ):
        connection.execute(text(statement), {"workspace": house.workspace})


async def test_replacing_a_closed_row_on_sqlite_changes_nothing(
    house: House, store: SqlStore, engine: Engine
) -> None:
    if house.on_postgresql:
        return  # PostgreSQL has no such statement; its ON CONFLICT fires the update trigger
    await store.write(lambda tx: take_in(tx, an_intake()))
    await store.write(lambda tx: act(tx, ProposalId("p1"), Withdraw(reason="no"), CLOCK))
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT OR REPLACE INTO checkpoints SELECT workspace, id, version, agent, action,"
                " idempotency_key, 'approved', state, body, created_at, updated_at"
                " FROM checkpoints WHERE workspace = :workspace"
            ),
            {"workspace": house.workspace},
        )
    found = await store.read(lambda look: look.checkpoints.get(ProposalId("p1")))
    assert found is not None
    assert found.state.status is Status.WITHDRAWN
