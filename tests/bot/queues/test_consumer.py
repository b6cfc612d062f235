"""The queue's way in: taken in once, whatever dies, and buried only with a reason."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Any

import pytest

from bot.agents.intake import Intake, Judged, TakenIn
from bot.agents.keys import Agent
from bot.queues.consumer import TRIES, Consumer
from bot.queues.sql import LEASE, SqlQueue
from manifests.vocabulary import AgentName
from store.ports import DeadLetter, Listing, Message, Transaction
from store.proposal import ProposalId
from store.sql import SqlStore, StoreUnavailable
from tests.bot.gateway import OTHER, SUPPORT, Gateway, refund


@contextmanager
def consumer(
    made: Gateway, holder: str = "one", intake: Intake | None = None
) -> Iterator[Consumer]:
    with made.store.watch("inbox") as watch:
        yield Consumer(
            queue=SqlQueue(made.store, holder, watch),
            store=made.store,
            intake=intake or made.intake,
            keys=made.ring,
            metrics=made.metrics,
            drain=made.drain,
        )


@asynccontextmanager
async def consuming(made: Gateway, intake: Intake | None = None) -> AsyncIterator[None]:
    """Consume for as long as the block runs, and finish what was begun."""
    with consumer(made, intake=intake) as one:
        running = asyncio.create_task(one.run())
        try:
            yield
        finally:
            made.drain.start()
            await running


async def enqueue(
    made: Gateway, body: dict[str, Any] | str, message: str = "m_1", agent: AgentName = SUPPORT
) -> None:
    text = body if isinstance(body, str) else json.dumps(body)

    def put(tx: Transaction) -> None:
        tx.inbox.put(Message(id=message, agent=agent, body=text))
        tx.announce("inbox")

    await made.store.write(put)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Look again and again."""
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110  the condition is in a database
            await asyncio.sleep(0.02)


async def emptied(made: Gateway) -> None:
    await until(lambda: is_empty(made))


async def is_empty(made: Gateway) -> bool:
    return not await made.store.read(lambda tx: tx.inbox.depth())


async def buried(made: Gateway, message: str = "m_1") -> DeadLetter:
    letter = await made.store.read(lambda tx: tx.dead_letters.get(message))
    assert letter is not None
    return letter


async def reply(made: Gateway, message: str = "m_1") -> dict[str, Any]:
    body = await made.store.read(lambda tx: tx.replies.latest(ProposalId(message)))
    assert body is not None
    told: dict[str, Any] = json.loads(body)
    return told


async def everything(made: Gateway) -> list[str]:
    page = await made.store.read(lambda tx: tx.checkpoints.page(Listing(limit=1000)))
    return sorted(each.id for each in page)


async def test_a_message_becomes_the_proposal_of_its_id(made: Gateway) -> None:
    async with consuming(made):
        await enqueue(made, refund())
        await emptied(made)
    stored = await made.checkpoint("m_1")
    assert (stored.parties.agent, stored.by_queue) == (SUPPORT, True)
    assert (await reply(made))["status"] == "pending_review"


async def test_the_same_on_postgresql(made_postgres: Gateway) -> None:
    made = made_postgres
    async with consuming(made):
        for number in range(5):
            await enqueue(made, refund(key=f"o-{number}"), f"m_{number}")
        await emptied(made)
    assert await everything(made) == [f"m_{number}" for number in range(5)]


async def test_many_messages_are_taken_in_by_the_batch(made: Gateway) -> None:
    for number in range(150):
        await enqueue(made, refund(key=f"o-{number}"), f"m_{number:03}")
    async with consuming(made):
        await emptied(made)
    assert await everything(made) == [f"m_{number:03}" for number in range(150)]


async def test_the_sum_of_small_refunds_counts_within_a_batch_too(made: Gateway) -> None:
    for number in range(6):
        await enqueue(made, refund("49.00", f"o-{number}"), f"m_{number}")
    async with consuming(made):
        await emptied(made)
    statuses = [(await reply(made, f"m_{number}"))["status"] for number in range(6)]
    assert statuses == ["auto_approved"] * 5 + ["pending_review"]


async def test_the_same_message_again_is_the_same_proposal(made: Gateway) -> None:
    async with consuming(made):
        for _ in range(2):
            await enqueue(made, refund())
            await emptied(made)
    assert await everything(made) == ["m_1"]


async def test_the_same_proposal_in_another_message_is_answered_there(made: Gateway) -> None:
    async with consuming(made):
        await enqueue(made, refund())
        await enqueue(made, refund(), "m_2")
        await emptied(made)
    assert await everything(made) == ["m_1"]
    assert (await reply(made, "m_2"))["id"] == "m_1"


async def test_queue_and_api_know_each_others_keys(made: Gateway) -> None:
    agent = made.ring.agent_named(SUPPORT)
    assert agent is not None
    taken, _ = await made.intake.take(agent, json.dumps(refund()))
    async with consuming(made):
        await enqueue(made, refund())
        await emptied(made)
    assert (await reply(made))["id"] == taken.checkpoint.id


@pytest.mark.parametrize(
    ("body", "agent", "said"),
    [
        ("{", SUPPORT, "Not JSON"),
        ('{"confidence": NaN}', SUPPORT, "NaN"),
        (json.dumps(refund(surprise=1)), SUPPORT, "/surprise"),
        (json.dumps({**refund(), "idempotency_key": None}), SUPPORT, "/idempotency_key"),
        (json.dumps(refund("-1")), SUPPORT, "/parameters/amount"),
        (json.dumps(refund()), OTHER, "does not cover"),
        (json.dumps(refund()), AgentName("stranger"), "'stranger'"),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_what_cannot_be_taken_in_is_buried_with_the_reason(
    made: Gateway, body: str, agent: AgentName, said: str
) -> None:
    async with consuming(made):
        await enqueue(made, body, agent=agent)
        await emptied(made)
    letter = await buried(made)
    assert said in letter.reason
    assert (letter.agent, letter.body) == (agent, body)
    assert await everything(made) == []
    assert b"keyturn_dead_letters_total 1.0" in made.metrics.text()


@pytest.mark.parametrize("message", ["", "x" * 65, "a b", "a/b", "ü"])
async def test_an_id_that_no_proposal_can_have_is_buried(made: Gateway, message: str) -> None:
    async with consuming(made):
        await enqueue(made, refund(), message)
        await emptied(made)
    assert "letters, digits" in (await buried(made, message)).reason


async def test_a_conflict_is_buried_and_names_what_has_the_key(made: Gateway) -> None:
    async with consuming(made):
        await enqueue(made, refund())
        await enqueue(made, refund("481.00"), "m_2")
        await emptied(made)
    assert "m_1" in (await buried(made, "m_2")).reason


async def test_an_id_that_another_proposal_has_is_buried(made: Gateway) -> None:
    async with consuming(made):
        await enqueue(made, refund())
        await emptied(made)
        await enqueue(made, refund(key="o-2"))
        await emptied(made)
    assert "id" in (await buried(made)).reason
    assert (await made.checkpoint("m_1")).proposal.idempotency_key == "order-1"


async def test_one_bad_message_does_not_hold_up_its_neighbours(made: Gateway) -> None:
    await enqueue(made, refund(key="a"), "m_a")
    await enqueue(made, "{", "m_b")
    await enqueue(made, refund(key="c"), "m_c")
    async with consuming(made):
        await emptied(made)
    assert await everything(made) == ["m_a", "m_c"]
    assert (await buried(made, "m_b")).attempts == 1


async def test_a_dead_letter_keeps_only_the_beginning_of_what_was_sent(made: Gateway) -> None:
    async with consuming(made):
        await enqueue(made, "x" * 200_000)
        await emptied(made)
    assert (await buried(made)).body == "x" * 4_096


async def test_an_empty_queue_costs_no_commits(made: Gateway) -> None:
    assert isinstance(made.store, SqlStore)
    with made.store.watch("inbox") as watch:
        queue = SqlQueue(made.store, "one", watch)
        assert await queue.receive(10) == ()
        before = made.store.commits()
        for _ in range(5):
            assert await queue.receive(10) == ()
        assert made.store.commits() == before
        await enqueue(made, refund())
        assert len(await queue.receive(10)) == 1


class Odd(Intake):
    """An intake that cannot even read one of the messages."""

    def judge(self, agent: Agent, raw: bytes | str, header_key: str | None = None) -> Judged:
        if '"odd"' in str(raw):
            raise TypeError("a fault of ours")
        return super().judge(agent, raw, header_key)


async def test_a_message_that_cannot_be_judged_costs_only_itself(made: Gateway) -> None:
    await enqueue(made, refund(key="odd"), "m_odd")
    await enqueue(made, refund(key="good"), "m_good")

    async def minutes_later() -> bool:
        made.clock.at += timedelta(minutes=5)
        return await is_empty(made)

    odd = Odd(made.intake._store, made.intake._manifest, made.intake._new_id)
    async with consuming(made, odd):
        await until(minutes_later)
    assert await everything(made) == ["m_good"]
    assert str(TRIES) in (await buried(made, "m_odd")).reason


async def test_nothing_unforeseen_ends_the_intake(
    made: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.queues.consumer.UNREACHABLE_FOR", 0.05)
    await enqueue(made, refund())
    receive, faults = SqlQueue.receive, [TypeError("odd"), KeyError("odder")]

    async def failing(queue: SqlQueue, limit: int) -> tuple[Message, ...]:
        if faults:
            raise faults.pop()
        return await receive(queue, limit)

    monkeypatch.setattr(SqlQueue, "receive", failing)
    async with consuming(made):
        await emptied(made)
    assert faults == []
    assert await everything(made) == ["m_1"]


class Fragile(Intake):
    """An intake that breaks, inside the transaction, on one message."""

    breaks_on = "m_b"
    times = 10**9

    def open(
        self, tx: Transaction, judged: Judged, proposal: ProposalId, *, by_queue: bool = False
    ) -> TakenIn:
        taken = super().open(tx, judged, proposal, by_queue=by_queue)
        if proposal == self.breaks_on and self.times > 0:
            self.times -= 1
            raise ArithmeticError("a fault of ours")
        return taken


def fragile(made: Gateway, times: int = 10**9) -> Fragile:
    intake = Fragile(made.intake._store, made.intake._manifest, made.intake._new_id)
    intake.times = times
    return intake


async def test_a_fault_of_ours_costs_only_its_own_message_and_leaves_nothing_half_done(
    made: Gateway,
) -> None:
    for name in "abc":
        await enqueue(made, refund(key=name), f"m_{name}")

    async def both_are_in() -> bool:
        return len(await everything(made)) == 2

    async with consuming(made, fragile(made)):
        await until(both_are_in)
    assert await everything(made) == ["m_a", "m_c"]
    assert await made.store.read(lambda tx: tx.inbox.depth()) == 1
    assert await made.store.read(lambda tx: tx.audit.of(ProposalId("m_b"))) == ()


async def test_a_message_that_broke_once_is_taken_in_later(made: Gateway) -> None:
    await enqueue(made, refund(), "m_b")

    async def a_second_later() -> bool:
        made.clock.at += timedelta(seconds=1)
        return await is_empty(made)

    async with consuming(made, fragile(made, times=1)):
        await until(a_second_later)
    assert await everything(made) == ["m_b"]


async def test_a_message_that_always_breaks_is_buried_at_last(made: Gateway) -> None:
    await enqueue(made, refund(), "m_b")

    async def minutes_later() -> bool:
        made.clock.at += timedelta(minutes=5)
        return await is_empty(made)

    async with consuming(made, fragile(made)):
        await until(minutes_later)
    letter = await buried(made, "m_b")
    # The clock leaps on beside us, so a lease may run out and count once more.
    assert letter.attempts > TRIES
    assert str(TRIES) in letter.reason


async def test_what_a_dead_consumer_held_comes_again_when_its_lease_is_over(made: Gateway) -> None:
    await enqueue(made, refund())
    now = made.clock()
    held = await made.store.write(lambda tx: tx.inbox.claim("dead", now, now + LEASE, 10))
    assert [each.id for each in held] == ["m_1"]
    with consumer(made, "two") as other:
        assert await other._next() == ()
        made.clock.at += LEASE
        batch = await other._next()
        assert [each.attempts for each in batch] == [2]
        await other.take_in(batch)
    assert await everything(made) == ["m_1"]


async def test_a_message_two_consumers_hold_is_one_proposal(made: Gateway) -> None:
    await enqueue(made, refund())
    with consumer(made, "one") as one, consumer(made, "two") as two:
        first = await one._next()
        made.clock.at += LEASE
        second = await two._next()
        await asyncio.gather(one.take_in(first), two.take_in(second))
    assert await everything(made) == ["m_1"]
    lines = await made.store.read(lambda tx: tx.audit.of(ProposalId("m_1")))
    assert len(lines) == 1


async def test_closing_time_finishes_what_was_received_and_takes_nothing_new(
    made: Gateway,
) -> None:
    await enqueue(made, refund(key="a"), "m_a")
    with consumer(made) as one:
        batch = await one._next()
        await enqueue(made, refund(key="b"), "m_b")
        made.drain.start()
        assert await one._round([], batch) == (await one._judge(batch), ())
        await one.take_in(batch)
        await one.run()
    assert await everything(made) == ["m_a"]
    assert await made.store.read(lambda tx: tx.inbox.depth()) == 1


async def test_a_database_that_is_away_loses_nothing(
    made: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.queues.consumer.UNREACHABLE_FOR", 0.05)
    await enqueue(made, refund())
    write, failures = made.store.write, 3

    async def failing(operation: Any) -> Any:
        nonlocal failures
        if failures:
            failures -= 1
            raise StoreUnavailable("The database did not answer in time.")
        return await write(operation)

    monkeypatch.setattr(made.store, "write", failing)
    async with consuming(made):
        await emptied(made)
    assert failures == 0
    assert await everything(made) == ["m_1"]
