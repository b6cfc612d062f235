import asyncio
import threading
from collections.abc import Callable
from typing import Any, NoReturn

import pytest

from manifests.vocabulary import ChannelId
from store.effects import KEYTURN, Event, Happening
from store.ports import Overtaken, Reading, Timer, TimerKind, Transaction
from store.proposal import ProposalId
from store.sql import SqlStore, StoreClosed
from tests.contracts.conftest import House
from tests.store.making import NOON

P1 = ProposalId("p1")


class Gate:
    """An operation that holds the writer until it is opened, so that others queue up behind it."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.opened = threading.Event()

    def __call__(self, tx: Transaction) -> str:
        self.entered.set()
        assert self.opened.wait(20)
        tx.timers.put(Timer(ProposalId("gate"), TimerKind.REVIEW, NOON))
        return "through"

    async def shut(self, store: SqlStore) -> "asyncio.Task[str]":
        passing = asyncio.create_task(store.write(self))
        assert await asyncio.to_thread(self.entered.wait, 20)
        return passing


class Setting:
    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, tx: Transaction) -> str:
        tx.timers.put(Timer(ProposalId(self.name), TimerKind.REVIEW, NOON))
        tx.audit.append(ProposalId(self.name), 1, an_event())
        return self.name


def an_event() -> Event:
    return Event(happening=Happening.PROPOSED, actor=KEYTURN, at=NOON, detail={"n": 1})


def failing(tx: Transaction) -> NoReturn:
    tx.timers.put(Timer(ProposalId("unwanted"), TimerKind.REVIEW, NOON))
    tx.audit.append(ProposalId("unwanted"), 1, an_event())
    tx.cards.ensure(ProposalId("unwanted"), ChannelId("C1"))
    tx.announce("unwanted")
    raise RuntimeError("one of many")


def breaking(tx: Transaction) -> None:
    """Fail inside the database: there is no such card."""
    tx.cards.put(tx.cards.ensure(P1, ChannelId("C1")))
    tx.timers.put(Timer(ProposalId("unwanted"), TimerKind.REVIEW, NOON))
    null: str = None  # type: ignore[assignment]  # the database is to refuse it
    tx.clicks.remember("key", null)


async def subjects(store: SqlStore) -> set[str]:
    return {each.proposal for each in await store.read(lambda look: look.timers.due(NOON, 999))}


@pytest.mark.parametrize("fault", [failing, breaking])
async def test_one_that_fails_among_many_fails_alone(
    fault: Callable[[Transaction], Any], store: SqlStore
) -> None:
    gate = Gate()
    first = await gate.shut(store)
    tasks = [
        asyncio.create_task(store.write(fault if number % 7 == 3 else Setting(f"p{number}")))
        for number in range(60)
    ]
    await asyncio.sleep(0)
    gate.opened.set()
    results = await asyncio.gather(first, *tasks, return_exceptions=True)
    failed = [number for number, result in enumerate(results[1:]) if isinstance(result, Exception)]
    kept = {f"p{number}" for number in range(60) if number % 7 != 3}
    assert failed == [number for number in range(60) if number % 7 == 3]
    assert await subjects(store) == kept | {"gate"}
    assert await store.read(lambda look: look.audit.of(ProposalId("unwanted"))) == ()
    assert await store.read(lambda look: look.cards.of(ProposalId("unwanted"))) == ()
    verdict = await store.verify()
    assert (verdict.sound, verdict.lines) == (True, len(kept))


async def test_those_who_wait_share_a_commit(house: House, store: SqlStore) -> None:
    before = store.commits()
    gate = Gate()
    first = await gate.shut(store)
    tasks = [asyncio.create_task(store.write(Setting(f"p{number}"))) for number in range(130)]
    await asyncio.sleep(0)
    gate.opened.set()
    await asyncio.gather(first, *tasks)
    assert store.commits() - before == 1 + 3  # the gate, then 64 + 64 + 2
    assert len(await subjects(store)) == 131


async def test_what_is_queued_can_be_taken_back(store: SqlStore) -> None:
    gate = Gate()
    first = await gate.shut(store)
    queued = asyncio.create_task(store.write(Setting("never")))
    await asyncio.sleep(0)
    queued.cancel()
    with pytest.raises(asyncio.CancelledError):
        await queued
    gate.opened.set()
    assert await first == "through"
    assert await subjects(store) == {"gate"}


async def test_what_was_taken_up_is_finished_before_its_caller_is_gone(store: SqlStore) -> None:
    gate = Gate()
    taken = await gate.shut(store)
    taken.cancel()
    await asyncio.sleep(0)
    taken.cancel()
    await asyncio.sleep(0)
    assert not taken.done()
    gate.opened.set()
    with pytest.raises(asyncio.CancelledError):
        await taken
    assert await subjects(store) == {"gate"}


async def test_a_promise_is_kept_before_it_is_given(store: SqlStore) -> None:
    """Whatever has returned is on disk for everybody."""
    for number in range(5):
        await store.write(Setting(f"p{number}"))
        assert f"p{number}" in await subjects(store)


async def test_whoever_is_always_overtaken_is_told(store: SqlStore) -> None:
    runs: list[int] = []

    def never(tx: Transaction) -> NoReturn:
        runs.append(1)
        tx.timers.put(Timer(P1, TimerKind.REVIEW, NOON))
        raise Overtaken("always somebody else")

    with pytest.raises(Overtaken, match="always somebody else"):
        await store.write(never)
    assert 1 < len(runs) < 20
    assert await subjects(store) == set()


async def test_closing_finishes_what_was_accepted(house: House, store: SqlStore) -> None:
    gate = Gate()
    first = await gate.shut(store)
    queued = [asyncio.create_task(store.write(Setting(f"p{number}"))) for number in range(9)]
    await asyncio.sleep(0)
    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0)
    gate.opened.set()
    await closing
    assert await first == "through"
    assert len(await asyncio.gather(*queued)) == 9
    with pytest.raises(StoreClosed):
        await store.write(Setting("too late"))
    with pytest.raises(StoreClosed):
        await store.read(lambda look: look.now())
    again = await house.opens()
    assert len(await subjects(again)) == 10
    await store.close()


async def test_a_reader_sees_one_moment(store: SqlStore) -> None:
    """What is committed while a query runs is not half seen by it."""
    await store.write(Setting("before"))
    looked, written = threading.Event(), threading.Event()

    def slow(look: Reading) -> tuple[int, int]:
        first = len(look.timers.due(NOON, 99))
        looked.set()
        assert written.wait(20)
        return first, len(look.timers.due(NOON, 99))

    seen = asyncio.create_task(store.read(slow))
    assert await asyncio.to_thread(looked.wait, 20)
    await store.write(Setting("meanwhile"))
    written.set()
    assert await seen == (1, 1)
    assert len(await subjects(store)) == 2
