import asyncio
import time
from functools import partial
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Engine, text

from store.ports import Transaction
from store.sql import SqlStore
from tests.contracts.conftest import House

A_WHILE = 10.0
A_MOMENT = 0.05


async def announce(store: SqlStore, *topics: str) -> None:
    def announcing(tx: Transaction) -> None:
        for topic in topics:
            tx.announce(topic)

    await store.write(announcing)


def remember(key: str, tx: Transaction) -> None:
    tx.clicks.remember(key, "answer")


async def test_whoever_watches_is_woken_after_the_commit(store: SqlStore) -> None:
    with store.watch("proposal:p1") as mine, store.watch("proposal:p2") as other:
        await announce(store, "proposal:p1", "outbox")
        assert await mine.wait(A_WHILE)
        assert not await mine.wait(A_MOMENT)
        assert not await other.wait(A_MOMENT)


async def test_nothing_is_missed_between_subscribing_and_waiting(store: SqlStore) -> None:
    with store.watch("outbox") as outbox:
        await announce(store, "outbox")
        await announce(store, "outbox")
        await asyncio.sleep(A_MOMENT)
        assert await outbox.wait(A_WHILE)


async def test_everybody_who_watches_is_woken(store: SqlStore) -> None:
    with store.watch("timers") as one, store.watch("timers") as two:
        await announce(store, "timers")
        assert await one.wait(A_WHILE)
        assert await two.wait(A_WHILE)


async def test_an_operation_that_failed_announces_nothing(store: SqlStore) -> None:
    def failing(tx: Transaction) -> None:
        tx.announce("outbox")
        raise RuntimeError("no")

    with store.watch("outbox") as outbox:
        with pytest.raises(RuntimeError):
            await store.write(failing)
        assert not await outbox.wait(A_MOMENT)


async def test_waiting_is_waiting_and_no_longer(store: SqlStore) -> None:
    with store.watch("outbox") as outbox:
        started = time.monotonic()
        assert not await outbox.wait(A_MOMENT)
        assert A_MOMENT <= time.monotonic() - started < A_WHILE


async def test_another_instance_is_woken(house: House, store: SqlStore) -> None:
    other = await house.opens()
    if other.listener is not None:
        assert await asyncio.to_thread(other.listener.listening.wait, A_WHILE)
    with other.watch("proposal:p1") as news:
        # Whoever has just opened looks once at everything.
        while await news.wait(A_MOMENT):
            pass

        def change(tx: Transaction) -> None:
            tx.clicks.remember("key", "answer")
            tx.announce("proposal:p1")

        await store.write(change)
        assert await news.wait(A_WHILE)


async def test_more_topics_than_one_notification_holds_all_arrive(
    house: House, store: SqlStore
) -> None:
    other = await house.opens()
    if other.listener is None:
        return  # on SQLite other instances learn that something changed, and look at everything
    assert await asyncio.to_thread(other.listener.listening.wait, A_WHILE)
    topics = [f"proposal:{number:0100}" for number in range(400)]
    with other.watch(topics[0]) as first, other.watch(topics[-1]) as last:
        await announce(store, *topics)
        assert await first.wait(A_WHILE)
        assert await last.wait(A_WHILE)


async def test_our_own_commits_wake_nobody_else_on_sqlite(house: House, store: SqlStore) -> None:
    """A thousand long-polls must not look again because of each other's commits."""
    with store.watch("proposal:p2") as other:
        while await other.wait(A_MOMENT):
            pass
        for key in ("one", "two", "three"):
            await store.write(partial(remember, key))
        assert not await other.wait(4 * A_MOMENT)


async def test_an_agent_who_enqueues_wakes_only_the_inbox(store: SqlStore, engine: Engine) -> None:
    """A thousand long-polls must not look again because of a message either."""
    if store.listener is not None:
        assert await asyncio.to_thread(store.listener.listening.wait, A_WHILE)
    enqueue = text("INSERT INTO inbox (id, agent, body) VALUES (:id, 'agent', '{}')")
    with store.watch("inbox") as inbox, store.watch("proposal:p1") as proposal:
        while await proposal.wait(A_MOMENT):
            pass
        for _ in range(3):
            await inbox.wait(0)
            with engine.begin() as connection:
                connection.execute(enqueue, {"id": uuid4().hex})
            assert await inbox.wait(A_WHILE)
        assert not await proposal.wait(4 * A_MOMENT)


async def test_whoever_listens_again_looks_at_everything(house: House, store: SqlStore) -> None:
    """What was announced while the connection was down is found by a fresh look."""
    if store.listener is None:
        return  # SQLite has no connection to lose
    assert await asyncio.to_thread(store.listener.listening.wait, A_WHILE)
    with store.watch("proposal:p1") as news:
        while await news.wait(A_MOMENT):
            pass
        with psycopg.connect(house.url, autocommit=True) as administrator:
            administrator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'keyturn-listener' AND datname = current_database()"
            )
        assert await news.wait(A_WHILE)


async def test_what_strangers_shout_is_no_news(house: House, store: SqlStore) -> None:
    if store.listener is None:
        return  # nobody can shout at an SQLite file
    assert await asyncio.to_thread(store.listener.listening.wait, A_WHILE)
    with store.watch("proposal:p1") as news:
        while await news.wait(A_MOMENT):
            pass
        with psycopg.connect(house.url, autocommit=True) as stranger:
            for words in ("", "{", "[]", "[1, 2]", '{"a": 1}', "[1, 2, 3]"):
                stranger.execute("SELECT pg_notify('keyturn', %s)", (words,))
        assert not await news.wait(4 * A_MOMENT)
    other = await house.opens()
    with store.watch("proposal:p1") as news:
        await announce(other, "proposal:p1")
        assert await news.wait(A_WHILE)
