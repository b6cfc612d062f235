import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from manifests.vocabulary import AgentName
from store.ports import DeadLetter, Message, Transaction
from store.proposal import ProposalId
from store.sql import SqlStore, migrate, open_store
from store.sql.guards import grants_for_agent
from tests.contracts.conftest import House
from tests.store.making import NOON

SECOND = timedelta(seconds=1)
BILLING = AgentName("billing")


def a_message(name: str, body: str = "{}") -> Message:
    return Message(id=name, agent=BILLING, body=body)


@pytest.fixture
def name() -> str:
    """Give ids that no other test of this module uses, since an id is given once a database."""
    return uuid4().hex


async def claim(store: SqlStore, limit: int = 10, at: datetime | None = None) -> list[Message]:
    def claiming(tx: Transaction) -> tuple[Message, ...]:
        now = at or tx.now()
        return tx.inbox.claim("intake", now, now + 30 * SECOND, limit)

    return list(await store.write(claiming))


async def test_a_message_is_leased_and_taken_in_once(store: SqlStore, name: str) -> None:
    await store.write(lambda tx: tx.inbox.put(a_message(name, '{"action": "pay"}')))
    (taken,) = await claim(store)
    assert (taken.id, taken.agent, taken.body) == (name, BILLING, '{"action": "pay"}')
    assert taken.attempts == 1
    assert taken.enqueued_at is not None
    assert taken.enqueued_at.utcoffset() == timedelta(0)
    assert await claim(store) == []
    assert await store.read(lambda look: look.inbox.depth()) == 1
    await store.write(lambda tx: tx.inbox.delete(taken))
    assert await store.read(lambda look: look.inbox.depth()) == 0


async def test_the_same_id_is_the_same_message(store: SqlStore, name: str) -> None:
    await store.write(lambda tx: tx.inbox.put(a_message(name, "first")))
    await store.write(lambda tx: tx.inbox.put(a_message(name, "second")))
    assert [each.body for each in await claim(store)] == ["first"]


async def test_a_lease_that_ran_out_is_given_again_and_counted(store: SqlStore, name: str) -> None:
    await store.write(lambda tx: tx.inbox.put(a_message(name)))
    await claim(store, at=NOON)
    assert await claim(store, at=NOON + 29 * SECOND) == []
    (again,) = await claim(store, at=NOON + 30 * SECOND)
    assert again.attempts == 2


async def test_a_message_given_back_waits_its_time(store: SqlStore, name: str) -> None:
    await store.write(lambda tx: tx.inbox.put(a_message(name)))
    (taken,) = await claim(store, at=NOON)
    await store.write(lambda tx: tx.inbox.release(taken, NOON + 5 * SECOND))
    assert await claim(store, at=NOON + 4 * SECOND) == []
    assert [each.attempts for each in await claim(store, at=NOON + 5 * SECOND)] == [2]


async def test_the_oldest_go_first(store: SqlStore, name: str) -> None:
    def five(tx: Transaction) -> None:
        for number in range(5):
            tx.inbox.put(a_message(f"{name}-{number}"))

    await store.write(five)
    first = await claim(store, limit=2)
    then = await claim(store, limit=9)
    assert [each.id[-1] for each in first] == ["0", "1"]
    assert [each.id[-1] for each in then] == ["2", "3", "4"]


async def test_one_plain_insert_enqueues(own_database: str) -> None:
    """An agent needs no library: the database fills in the rest."""
    migrate(own_database)
    store = await open_store(own_database, workspace="T1")
    try:
        with store.watch("inbox") as inbox:
            insert(own_database, "m1", "billing", '{"action": "pay"}')
            assert await inbox.wait(10)
        (taken,) = await claim(store)
        assert (taken.id, taken.agent, taken.attempts) == ("m1", "billing", 1)
        assert taken.enqueued_at is not None
        now = await store.read(lambda look: look.now())
        assert abs(now - taken.enqueued_at) < timedelta(minutes=1)
    finally:
        await store.close()


ODD: dict[str, dict[str, Any]] = {
    "a body of 300 kB": {"body": "x" * 300_000},
    "few but broad letters": {"body": "ü" * 140_000},
    "an endless id": {"id": "m" * 2_000},
    "an endless name": {"agent": "a" * 2_000},
}
ODD_ON_SQLITE: dict[str, dict[str, Any]] = {
    "a moment in words": {"enqueued_at": "2026-11-21T10:00:00Z"},
    "a body of bytes": {"body": b"{}"},
    "an id of bytes": {"id": b"m"},
    "tries in words": {"attempts": "many"},
}


@pytest.mark.parametrize("odd", [*ODD, *ODD_ON_SQLITE])
async def test_the_table_itself_refuses_what_could_not_be_read(
    odd: str, house: House, engine: Engine, name: str
) -> None:
    if house.on_postgresql and odd in ODD_ON_SQLITE:
        return  # there a column takes nothing but its own type
    row: dict[str, object] = {"id": name, "agent": "billing", "body": "{}"}
    row |= (ODD | ODD_ON_SQLITE)[odd]
    values = ", ".join(f":{column}" for column in row)
    statement = text(f"INSERT INTO inbox ({', '.join(row)}) VALUES ({values})")
    with pytest.raises(IntegrityError, match="ck_inbox"), engine.begin() as connection:
        connection.execute(statement, row)


async def test_a_moment_far_from_any_calendar_stops_nobody(
    store: SqlStore, engine: Engine, name: str
) -> None:
    workspace = store.workspace
    statement = text(
        "INSERT INTO inbox (id, workspace, agent, body, enqueued_at)"
        " VALUES (:id, :workspace, 'billing', '{}', 9000000000000000000)"
    )
    with engine.begin() as connection:
        connection.execute(statement, {"id": name, "workspace": workspace})
    (taken,) = await claim(store)
    assert (taken.id, taken.enqueued_at) == (name, None)


def insert(url: str, message: str, agent: str, body: str) -> None:
    statement = "INSERT INTO inbox (id, agent, body) VALUES ({0}, {0}, {0})"
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None) as file:
            file.execute(statement.format("?"), (message, agent, body))
        file.close()
        return
    with psycopg.connect(url) as connection:
        connection.execute(statement.format("%s"), (message, agent, body))


@pytest.fixture
def agent_role(postgres_url: str) -> Iterator[str]:
    """Make a role that may do what an agent may, and drop it afterwards."""
    migrate(postgres_url)
    role = f"agent_{uuid4().hex[:12]}"
    name = sql.Identifier(role)
    with psycopg.connect(postgres_url, autocommit=True) as administrator:
        administrator.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
        for grant in grants_for_agent(role):
            administrator.execute(grant.encode())
    yield role
    with psycopg.connect(postgres_url, autocommit=True) as administrator:
        administrator.execute(sql.SQL("DROP OWNED BY {}").format(name))
        administrator.execute(sql.SQL("DROP ROLE {}").format(name))


def as_agent(url: str, role: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url, user=role, autocommit=True)


async def test_on_postgresql_the_sender_is_the_credential(
    postgres_url: str, agent_role: str
) -> None:
    with as_agent(postgres_url, agent_role) as agent:
        agent.execute("INSERT INTO inbox (id, body) VALUES ('m1', '{}')")
        agent.execute("INSERT INTO inbox (id, agent, body) VALUES ('m2', session_user, '{}')")
    store = await open_store(postgres_url, workspace="T1")
    try:
        assert [each.agent for each in await claim(store)] == [agent_role, agent_role]
    finally:
        await store.close()


async def test_an_agent_on_postgresql_reads_what_was_left_for_it(
    postgres_url: str, agent_role: str
) -> None:
    store = await open_store(postgres_url, workspace="T1")

    def leave(tx: Transaction) -> None:
        for agent in (agent_role, "shipping"):
            tx.replies.put(ProposalId(f"of-{agent}"), AgentName(agent), 1, f"for {agent}")
            tx.dead_letters.put(
                DeadLetter(
                    id=f"of-{agent}",
                    agent=AgentName(agent),
                    body="{",
                    reason=f"not JSON, {agent}",
                    attempts=1,
                    at=NOON,
                )
            )

    try:
        await store.write(leave)
    finally:
        await store.close()
    with as_agent(postgres_url, agent_role) as agent:
        bodies = agent.execute("SELECT body FROM deliveries").fetchall()
        reasons = agent.execute("SELECT reason FROM dead_letters").fetchall()
    assert bodies == [(f"for {agent_role}",)]
    assert reasons == [(f"not JSON, {agent_role}",)]


FORBIDDEN = {
    "to speak for another": (
        "INSERT INTO inbox (id, agent, body) VALUES ('m1', 'shipping', '{}')",
        "under its own name only",
    ),
    "to read": ("SELECT * FROM inbox", "permission denied"),
    "to change": ("UPDATE inbox SET body = '[]'", "permission denied"),
    "to remove": ("DELETE FROM inbox", "permission denied"),
    "to jump the queue": (
        "INSERT INTO inbox (id, body, enqueued_at) VALUES ('m1', '{}', 0)",
        "permission denied",
    ),
    "to choose a workspace": (
        "INSERT INTO inbox (id, body, workspace) VALUES ('m1', '{}', 'T2')",
        "permission denied",
    ),
    "to leave itself a decision": (
        "INSERT INTO deliveries (proposal, agent, body) VALUES ('p', session_user, '{}')",
        "permission denied",
    ),
    "to read decisions": ("SELECT * FROM checkpoints", "permission denied"),
    "to read secrets": ("SELECT * FROM secrets", "permission denied"),
    "to write audit lines": ("INSERT INTO audit (seq) VALUES (1)", "permission denied"),
}


@pytest.mark.parametrize("attempt", FORBIDDEN)
def test_an_agent_on_postgresql_may_not(attempt: str, postgres_url: str, agent_role: str) -> None:
    statement, refusal = FORBIDDEN[attempt]
    with psycopg.connect(postgres_url) as gateway:
        gateway.execute("INSERT INTO inbox (id, agent, body) VALUES ('m0', 'shipping', '{}')")
    with (
        as_agent(postgres_url, agent_role) as agent,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match=refusal),
    ):
        agent.execute(statement.encode())
    with psycopg.connect(postgres_url) as gateway:
        rows = gateway.execute("SELECT id, agent, body FROM inbox").fetchall()
    assert rows == [("m0", "shipping", "{}")]
