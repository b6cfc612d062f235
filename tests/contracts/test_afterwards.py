"""What follows a decision, on every database: one order, its own timers, and who may execute."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.clock.deadlines import settle
from manifests.vocabulary import AgentName, Oversight, Scrutiny
from store.aftermath import NOTHING_YET, Aftermath
from store.checkpoint import Checkpoint
from store.commands import AfterCommand, Consume, ReportOutcome, Veto
from store.door import act_after, take_in
from store.effects import CLOCK, Happening
from store.ports import Listing, Reading, TimerKind
from store.proposal import ProposalId
from store.refusals import Reason, Refusal
from store.sql import SqlStore
from store.sql.codec import aftermath_from, aftermath_json
from tests.contracts.conftest import House
from tests.store.making import HOUR, NOON, OPERATIONS, a_person, a_plan, a_proposal, an_intake

P1 = ProposalId("p1")
WINDOW = timedelta(minutes=30)
ON_THE_LOOP = {
    "scrutiny": Scrutiny.AUTO_APPROVE,
    "oversight": Oversight.ON_THE_LOOP,
    "veto_within": WINDOW,
}
VETO = Veto(reviewer=a_person("ana", "finance"), reason="Not today.")


@dataclass
class Clock:
    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at


def consume(checkpoint: Checkpoint) -> Consume:
    return Consume(
        agent=checkpoint.parties.agent,
        attempt="a1",
        digest=checkpoint.revision.digest,
        token_is_right=True,
    )


async def released(store: SqlStore, **plan: Any) -> Checkpoint:
    return await store.write(lambda tx: take_in(tx, an_intake(None, a_plan(**plan))))


async def follows(store: SqlStore, command: AfterCommand) -> Aftermath | Refusal:
    return await store.write(lambda tx: act_after(tx, P1, command, CLOCK))


async def timers(store: SqlStore) -> dict[TimerKind, datetime]:
    found = await store.read(lambda look: look.timers.due(NOON + 1000 * HOUR, 100))
    return {each.kind: each.due for each in found}


async def sweep(store: SqlStore) -> None:
    for timer in await store.read(lambda look: look.timers.due(look.now(), 100)):
        await store.write(lambda tx, timer=timer: settle(timer, tx))  # type: ignore[misc]


async def happened(store: SqlStore) -> list[Happening]:
    lines = await store.read(lambda look: look.audit.of(P1))
    return [each.event.happening for each in lines]


async def opened(house: House) -> tuple[SqlStore, Clock]:
    clock = Clock()
    return await house.opens(clock=clock), clock


async def test_the_clock_closes_the_window_and_keeps_the_time_to_execute(house: House) -> None:
    store, clock = await opened(house)
    await released(store, **ON_THE_LOOP)
    assert await timers(store) == {TimerKind.VETO: NOON + WINDOW, TimerKind.LAPSE: NOON + 24 * HOUR}
    clock.at = NOON + WINDOW - timedelta.resolution
    await sweep(store)
    assert Happening.VETO_WINDOW_CLOSED not in await happened(store)
    clock.at = NOON + WINDOW
    await sweep(store)
    assert (await happened(store)).count(Happening.VETO_WINDOW_CLOSED) == 1
    assert await timers(store) == {TimerKind.LAPSE: NOON + 24 * HOUR}
    after = await store.read(lambda look: look.aftermaths.of(P1))
    assert (after.veto_closed_at, after.lapsed_at) == (clock.at, None)


async def test_using_it_leaves_the_time_to_veto(house: House) -> None:
    store, _ = await opened(house)
    checkpoint = await released(store, **ON_THE_LOOP)
    await follows(store, consume(checkpoint))
    assert await timers(store) == {TimerKind.VETO: NOON + WINDOW}
    told = ReportOutcome(agent=checkpoint.parties.agent, executed=True, detail="ok")
    await follows(store, told)
    assert await timers(store) == {TimerKind.VETO: NOON + WINDOW}
    vetoed = await follows(store, VETO)
    assert isinstance(vetoed, Aftermath)
    assert vetoed.rollback is not None
    assert await timers(store) == {}
    assert (await happened(store))[-2:] == [Happening.VETOED, Happening.ROLLBACK_REQUESTED]


async def test_what_people_see_and_the_agent_hears_is_queued_with_the_veto(house: House) -> None:
    store, _ = await opened(house)
    await released(store, **ON_THE_LOOP)
    before = await store.read(lambda look: look.outbox.waiting(NOON))
    await follows(store, VETO)
    after = await store.read(lambda look: look.outbox.waiting(NOON))
    assert after[0] == before[0] + 2  # two lines in the thread; the one card waits already
    assert await store.read(lambda look: look.aftermaths.of(P1)) != NOTHING_YET


async def test_a_veto_and_its_agent_at_once_have_one_order(house: House) -> None:
    """Whoever comes first decides what the other's request means; never both, never neither."""
    clock = Clock()
    stores = [await house.opens(clock=clock) for _ in range(2)]
    for number in range(10):
        id_, key = ProposalId(f"race-{number}"), f"k{number}"
        intake = an_intake(a_proposal(idempotency_key=key), a_plan(**ON_THE_LOOP), proposal_id=id_)
        checkpoint = await stores[0].write(lambda tx, i=intake: take_in(tx, i))  # type: ignore[misc]
        acts: list[AfterCommand] = [consume(checkpoint), VETO]

        def act(command: AfterCommand, proposal: ProposalId = id_) -> Callable[..., Any]:
            return lambda tx: act_after(tx, proposal, command, CLOCK)

        claimed, vetoed = await asyncio.gather(
            *(each.write(act(command)) for each, command in zip(stores, acts, strict=True))
        )
        after = await stores[0].read(lambda look, i=id_: look.aftermaths.of(i))  # type: ignore[misc]
        assert isinstance(vetoed, Aftermath)
        if isinstance(claimed, Refusal):
            assert claimed.reason is Reason.RECALLED
            assert (after.consumed, after.rollback) == (None, None)
        else:
            assert after.rollback is not None
            assert after.recalled is None


async def test_operations_are_alerted_of_what_only_passes_by(house: House) -> None:
    store, _ = await opened(house)
    loud = {"scrutiny": Scrutiny.AUTO_APPROVE, "oversight": Oversight.LOG_AND_ALERT}
    await released(store, **loud, announce=False)
    lanes = set()
    for lane in ("C_FINANCE", OPERATIONS.channel):
        found = await store.read(lambda look, at=lane: look.outbox.next_in(at, NOON))  # type: ignore[misc]
        lanes |= {(lane, found.errand.value)} if found is not None else set()
    assert lanes == {("C_FINANCE", "card"), (OPERATIONS.channel, "alert")}


async def test_an_executor_finds_what_others_proposed(house: House) -> None:
    store, _ = await opened(house)
    runner, other = AgentName("runner"), AgentName("other")
    for number, executor in enumerate([runner, None, other, runner]):
        proposal = a_proposal(idempotency_key=f"k{number}", action=f"action_{number}")
        intake = an_intake(proposal, a_plan(executed_by=executor), proposal_id=f"p{number}")
        await store.write(lambda tx, i=intake: take_in(tx, i))  # type: ignore[misc]

    async def ids(**asked: Any) -> list[str]:
        def page(look: Reading) -> tuple[Checkpoint, ...]:
            return look.checkpoints.page(Listing(**asked))

        return [each.id for each in await store.read(page)]

    assert await ids(executor=runner) == ["p3", "p0"]
    assert await ids(executor=runner, limit=1) == ["p3"]
    assert await ids(executor=runner, before=ProposalId("p3")) == ["p0"]
    assert await ids(executor=other, agent=AgentName("billing")) == ["p2"]
    assert await ids(executor=runner, action="action_0") == ["p0"]
    assert await ids(executor=AgentName("billing")) == []
    elsewhere = await House(house.url).opens()
    found = await elsewhere.read(lambda look: look.checkpoints.page(Listing(executor=runner)))
    await elsewhere.close()
    assert found == ()


def test_what_was_written_before_there_were_vetoes_is_read() -> None:
    written = '{"version":1,"consumed":{"attempt":"a1","at":"2026-11-02T12:00:00Z"}}'
    read = aftermath_from(written)
    assert read.consumed is not None
    assert (read.consumed.by, read.vetoed, read.veto_closed_at) == (None, None, None)
    assert aftermath_from(aftermath_json(read)) == read


@pytest.mark.parametrize("oversight", [Oversight.IN_THE_LOOP, Oversight.AUTONOMOUS])
async def test_nothing_else_has_a_time_to_veto(house: House, oversight: Oversight) -> None:
    store, _ = await opened(house)
    plan = {"scrutiny": Scrutiny.AUTO_APPROVE, "oversight": oversight, "veto_within": WINDOW}
    await released(store, **plan)
    assert set(await timers(store)) == {TimerKind.LAPSE}
    refused = await follows(store, VETO)
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.NOT_ON_THE_LOOP
