"""An agent without HTTP: one row in the gateway's database, and the decision read from it."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, insert, make_url, select

from keyturn import DeadLettered, Status, StillWaiting, TooLarge
from keyturn.queue import QueueUnavailable, SqlQueue
from store.sql.guards import grants_for_agent
from store.sql.tables import dead_letters, deliveries, inbox, metadata
from tests.client.gateway import a_decision

REFUND = {"amount": "480.00", "currency": "USD"}
AGENT = "refunds"


class Office:
    """The gateway's side of the tables."""

    def __init__(self, engine: Engine, url: str) -> None:
        self.engine = engine
        self.url = url

    def messages(self) -> list[dict[str, Any]]:
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(select(inbox)).mappings()]

    def deliver(self, proposal: str, version: int, status: str, agent: str = AGENT) -> None:
        body = a_decision(id=proposal, version=version, status=status, parameters=REFUND)
        row = {"workspace": "default", "proposal": proposal, "version": version, "agent": agent}
        self._write(insert(deliveries), **row, body=json.dumps(body), delivered_at=1)

    def bury(self, proposal: str, reason: str) -> None:
        row = {"workspace": "default", "id": proposal, "agent": AGENT, "body": "{}", "attempts": 1}
        self._write(insert(dead_letters), **row, reason=reason, died_at=1)

    def _write(self, statement: Any, **row: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(statement, row)
            if connection.dialect.name == "postgresql":
                topic = f"proposal:{row.get('proposal') or row['id']}"
                connection.exec_driver_sql(f"NOTIFY keyturn, '{topic}'")


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'keyturn.db'}"
    else:
        url = request.getfixturevalue("postgres_url")
    engine = create_engine(url)
    metadata.create_all(engine)
    yield Office(engine, url)
    engine.dispose()


@pytest.fixture
def queue(office: Office) -> Iterator[SqlQueue]:
    # PostgreSQL's own role may name any agent, because it may do everything.
    with SqlQueue(office.url, AGENT) as queue:
        yield queue


def test_a_proposal_is_one_row_of_plain_json(queue: SqlQueue, office: Office) -> None:
    pending = queue.propose("process_refund", REFUND, reason="It arrived broken.")
    [row] = office.messages()
    assert (row["id"], row["agent"]) == (pending.id, AGENT)
    body = json.loads(row["body"])
    assert body["parameters"] == REFUND
    assert body["reason"] == "It arrived broken."
    assert body["idempotency_key"]
    assert pending.latest() is None


def test_the_same_again_is_the_same_proposal(queue: SqlQueue, office: Office) -> None:
    first = queue.propose("process_refund", REFUND)
    again = queue.propose("process_refund", REFUND)
    with SqlQueue(office.url, AGENT) as restarted:
        assert restarted.propose("process_refund", REFUND).id == first.id == again.id
    assert len(office.messages()) == 1


def test_another_key_or_another_agent_is_another_proposal(queue: SqlQueue, office: Office) -> None:
    ids = {queue.propose("process_refund", REFUND, idempotency_key=key).id for key in "ab"}
    with SqlQueue(office.url, "payments") as other:
        ids.add(other.propose("process_refund", REFUND, idempotency_key="a").id)
    assert len(ids) == len(office.messages()) == 3


def test_a_proposal_that_no_reviewer_could_read_is_refused_at_once(
    queue: SqlQueue, office: Office
) -> None:
    with pytest.raises(TooLarge, match=r"280,\d+ bytes and the queue takes 262,144"):
        queue.propose("process_refund", REFUND, reason="ü" * 140_000)
    assert office.messages() == []


def test_a_decision_wakes_whoever_waits(queue: SqlQueue, office: Office) -> None:
    pending = queue.propose("process_refund", REFUND)
    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(pending.wait, 20)
        office.deliver(pending.id, 1, "pending_review")
        office.deliver(pending.id, 2, "approved")
        decision = heard.result(10)
    assert decision.approved
    assert decision.parameters == REFUND


def test_what_is_held_or_released_in_a_moment_is_waited_out(
    queue: SqlQueue, office: Office
) -> None:
    pending = queue.propose("process_refund", REFUND)
    for version, status in enumerate([Status.HELD, Status.PENDING_REVIEW, Status.RELEASING], 1):
        office.deliver(pending.id, version, status)
        with pytest.raises(StillWaiting):
            pending.wait(0)
    office.deliver(pending.id, 4, "approved")
    assert pending.wait(5).approved


def test_silence_raises_with_how_it_stands(queue: SqlQueue, office: Office) -> None:
    pending = queue.propose("process_refund", REFUND)
    with pytest.raises(StillWaiting, match="nothing was heard"):
        pending.wait(0)
    office.deliver(pending.id, 1, "escalated")
    with pytest.raises(StillWaiting, match="it is escalated") as silence:
        pending.wait(0.05)
    assert silence.value.decision is not None
    assert silence.value.decision.status == Status.ESCALATED


def test_what_could_not_be_taken_in_says_why(queue: SqlQueue, office: Office) -> None:
    pending = queue.propose("process_refund", {"amount": -1})
    office.bury(pending.id, "/parameters/amount: money is a decimal string")
    with pytest.raises(DeadLettered, match="money is a decimal string"):
        pending.wait(5)


def test_a_restarted_agent_takes_its_proposal_up(office: Office) -> None:
    with SqlQueue(office.url, AGENT) as queue:
        name = queue.propose("process_refund", REFUND).id
    office.deliver(name, 3, "rejected")
    with SqlQueue(office.url, AGENT) as queue:
        decision = queue.pending(name).latest()
    assert decision is not None
    assert not decision.approved


def test_another_agents_decision_is_not_heard(queue: SqlQueue, office: Office) -> None:
    office.deliver("m_theirs", 1, "approved", agent="payments")
    assert queue.pending("m_theirs").latest() is None


def test_a_file_that_is_not_there_is_named_and_not_made(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.db"
    queue = SqlQueue(f"sqlite:///{path}", AGENT)
    with pytest.raises(QueueUnavailable, match="start keyturn once"):
        queue.propose("process_refund", REFUND)
    assert not path.exists()


def test_a_database_without_tables_is_said(tmp_path: Path, postgres_url: str) -> None:
    (tmp_path / "empty.db").touch()
    for url in (f"sqlite:///{tmp_path / 'empty.db'}", postgres_url):
        with (
            SqlQueue(url, AGENT) as queue,
            pytest.raises(QueueUnavailable, match=r"inbox|no queue"),
        ):
            queue.propose("process_refund", REFUND)


def test_a_connection_that_the_server_dropped_is_made_again(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    metadata.create_all(engine)
    office = Office(engine, postgres_url)
    with SqlQueue(postgres_url, AGENT) as queue:
        queue.propose("process_refund", REFUND, idempotency_key="1")
        with psycopg.connect(postgres_url, autocommit=True) as administrator:
            administrator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        queue.propose("process_refund", REFUND, idempotency_key="2")
    engine.dispose()
    assert len(office.messages()) == 2
    engine.dispose()


def test_an_agents_own_login_enqueues_and_hears_its_decision_only(postgres_url: str) -> None:
    role = f"refunds_{uuid4().hex[:8]}"
    engine = create_engine(postgres_url)
    metadata.create_all(engine)
    office = Office(engine, postgres_url)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN")
            for grant in grants_for_agent(role):
                connection.exec_driver_sql(grant)
        login = make_url(postgres_url).set(username=role).render_as_string()
        with SqlQueue(login, role) as queue, SqlQueue(login, "payments") as pretender:
            pending = queue.propose("process_refund", REFUND)
            assert queue.propose("process_refund", REFUND).id == pending.id
            office.deliver(pending.id, 1, "approved", agent=role)
            assert pending.wait(5).approved
            with pytest.raises(QueueUnavailable, match="own name"):
                pretender.propose("process_refund", REFUND)
            assert pretender.pending(pending.id).latest() is None
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"DROP OWNED BY {role}")
            connection.exec_driver_sql(f"DROP ROLE {role}")
        engine.dispose()


@pytest.mark.parametrize("url", ["redis://127.0.0.1", "sqlite://", "keyturn.db"])
def test_an_address_that_is_no_queue_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"sqlite:///PATH"):
        SqlQueue(url, AGENT)
