"""Several instances on one database: everything happens once, in one order."""

import asyncio
from decimal import Decimal
from functools import partial

from manifests.vocabulary import AgentName
from store.door import settled, take_in
from store.effects import KEYTURN, Event, Happening
from store.ports import (
    AuditLine,
    Errand,
    Message,
    Outgoing,
    Reading,
    Timer,
    TimerKind,
    Transaction,
)
from store.proposal import ProposalId
from store.sql import SqlStore
from tests.contracts.conftest import House
from tests.store.making import HOUR, NOON, a_plan, a_proposal, an_intake

AGENT = AgentName("billing")
SUM = "action=process_refund agent=billing"


async def two(house: House) -> tuple[SqlStore, SqlStore]:
    return await house.opens(clock=lambda: NOON), await house.opens(clock=lambda: NOON)


async def test_two_writers_make_one_chain_without_gaps(house: House) -> None:
    stores = await two(house)

    def write(number: int, tx: Transaction) -> None:
        event = Event(happening=Happening.PROPOSED, actor=KEYTURN, at=NOON, detail={"n": number})
        tx.audit.append(ProposalId(f"p{number}"), 1, event)

    await asyncio.gather(
        *(stores[number % 2].write(partial(write, number)) for number in range(200))
    )
    verdict = await stores[0].verify()
    assert (verdict.sound, verdict.lines) == (True, 200)


async def test_a_windowed_limit_holds_against_two_writers(house: House) -> None:
    """Everybody sums what all others spent before, so a limit of 100 lets exactly 100 through."""
    stores = await two(house)

    def spend_within(tx: Transaction) -> bool:
        spent, _ = tx.spending.spent(SUM, "USD", NOON - 24 * HOUR)
        if spent + 1 > 100:
            return False
        tx.spending.add(SUM, "USD", Decimal(1), NOON)
        return True

    allowed = await asyncio.gather(*(stores[n % 2].write(spend_within) for n in range(300)))
    assert sum(allowed) == 100
    spent = await stores[0].read(lambda look: look.spending.spent(SUM, "USD", NOON))
    assert spent == (Decimal(100), 100)


async def test_two_intakes_take_each_message_once(house: House) -> None:
    stores = await two(house)

    def fill(tx: Transaction) -> None:
        for number in range(100):
            tx.inbox.put(Message(id=f"{house.workspace}-{number}", agent=AGENT, body="{}"))

    await stores[0].write(fill)

    async def drain(store: SqlStore, name: str) -> list[str]:
        taken: list[str] = []

        def claim(tx: Transaction) -> tuple[Message, ...]:
            return tx.inbox.claim(name, NOON, NOON + HOUR, 7)

        while messages := await store.write(claim):
            taken += [each.id for each in messages]
            await asyncio.sleep(0)
        return taken

    first, second = await asyncio.gather(drain(stores[0], "a"), drain(stores[1], "b"))
    assert len(first) + len(second) == 100
    assert len({*first, *second}) == 100


async def test_two_relays_never_hold_one_lane(house: House) -> None:
    stores = await two(house)

    def fill(tx: Transaction) -> None:
        for lane in range(20):
            for proposal in range(3):
                tx.outbox.add(
                    Outgoing(
                        lane=f"C{lane}",
                        errand=Errand.ALERT,
                        proposal=ProposalId(f"p{proposal}"),
                        priority=1,
                    )
                )

    await stores[0].write(fill)
    sent: list[int] = []
    held: set[str] = set()

    async def relay(store: SqlStore, name: str) -> None:
        def claim(tx: Transaction) -> tuple[str, Outgoing | None] | None:
            lane = tx.outbox.claim_lane(name, NOON, NOON + HOUR)
            return None if lane is None else (lane, tx.outbox.next_in(lane, NOON))

        while (claimed := await store.write(claim)) is not None:
            lane, errand = claimed
            assert lane not in held
            assert errand is not None
            held.add(lane)
            await asyncio.sleep(0.001)
            sent.append(errand.id)
            held.discard(lane)
            await store.write(partial(_done_and_release, lane, name, errand))

    await asyncio.gather(relay(stores[0], "a"), relay(stores[1], "b"))
    assert len(sent) == len(set(sent)) == 60


def _done_and_release(lane: str, name: str, errand: Outgoing, tx: Transaction) -> None:
    tx.outbox.done(errand)
    tx.outbox.release_lane(lane, name, NOON)


def _lines(proposal: ProposalId, look: Reading) -> tuple[AuditLine, ...]:
    return look.audit.of(proposal)


async def test_two_sweeps_settle_each_deadline_once(house: House) -> None:
    now = [NOON]
    stores = await house.opens(clock=lambda: now[0]), await house.opens(clock=lambda: now[0])

    def fill(tx: Transaction) -> None:
        for number in range(40):
            proposal = a_proposal(idempotency_key=f"k{number}")
            # Without reminders, so that deadlines are all the clock has to look at.
            take_in(tx, an_intake(proposal, a_plan(reminders=()), proposal_id=f"p{number}"))

    await stores[0].write(fill)
    now[0] += HOUR

    async def sweep(store: SqlStore) -> int:
        def settle(tx: Transaction) -> int:
            due: tuple[Timer, ...] = tx.timers.due(tx.now(), 5)
            for timer in due:
                assert timer.kind is TimerKind.REVIEW
                settled(tx, timer.proposal)
            return len(due)

        count = 0
        while found := await store.write(settle):
            count += found
        return count

    assert sum(await asyncio.gather(sweep(stores[0]), sweep(stores[1]))) == 40
    for number in range(40):
        proposal = ProposalId(f"p{number}")
        lines = await stores[0].read(partial(_lines, proposal))
        assert [line.event.happening for line in lines] == ["proposed", "escalated"]
    assert (await stores[0].verify()).sound


async def test_the_same_proposal_sent_to_both_is_taken_in_once(house: House) -> None:
    stores = await two(house)

    def intake(name: str, tx: Transaction) -> str:
        known = tx.checkpoints.by_key(AGENT, "order-4711")
        return known.id if known else take_in(tx, an_intake(proposal_id=name)).id

    ids = await asyncio.gather(*(stores[n % 2].write(partial(intake, f"p{n}")) for n in range(20)))
    assert len(set(ids)) == 1
