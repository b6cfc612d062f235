import re
import sqlite3
from collections.abc import Iterator, Sequence
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, inspect, text

from manifests.vocabulary import AgentName
from store.door import take_in
from store.sql import (
    BadDatabaseUrl,
    StoreUnavailable,
    WrongSchema,
    aftermaths,
    audit,
    cards,
    checkpoints,
    migrate,
    open_store,
    outbox,
    replies,
    timers,
)
from store.sql.engine import database_url, writing_engine
from store.sql.statements import Statement
from store.sql.tables import metadata
from tests.store.making import an_intake

OURS = "WHERE name NOT LIKE 'alembic%' AND name NOT LIKE 'sqlite_%'"


def written_down(connection: Connection) -> object:
    """Give everything the database says of its own schema, apart from Alembic's bookkeeping."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(
            text(f"SELECT type, name, tbl_name, sql FROM sqlite_master {OURS} ORDER BY 1, 2")
        ).fetchall()
        return [(*tuple(row[:3]), _on_one_line(row[3])) for row in rows]
    return {
        "columns": _ask(
            connection,
            "SELECT table_name, column_name, data_type, is_nullable, column_default"
            " FROM information_schema.columns WHERE table_schema = 'public'"
            " AND table_name <> 'alembic_version' ORDER BY 1, ordinal_position",
        ),
        "constraints": _ask(
            connection,
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
            " FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
            " AND conrelid::regclass::text <> 'alembic_version' ORDER BY 1, 2",
        ),
        "indexes": _ask(
            connection,
            "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
            " AND tablename <> 'alembic_version' ORDER BY 1, 2",
        ),
        "triggers": _ask(
            connection,
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE NOT tgisinternal ORDER BY 1",
        ),
        "policies": _ask(
            connection,
            "SELECT tablename, policyname, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2",
        ),
        "secured": _ask(connection, "SELECT relname FROM pg_class WHERE relrowsecurity ORDER BY 1"),
        "functions": _ask(
            connection,
            "SELECT proname, pg_get_functiondef(oid) FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
        ),
    }


def _ask(connection: Connection, question: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(text(question))]


def _on_one_line(statement: str | None) -> str:
    return " ".join((statement or "").split())


def test_migrations_arrive_at_what_the_code_says(own_database: str) -> None:
    migrate(own_database)
    engine = writing_engine(database_url(own_database))
    with engine.connect() as connection:
        migrated = written_down(connection)
    with engine.begin() as connection:
        for statement in _teardown(connection):
            connection.exec_driver_sql(statement)
        metadata.create_all(connection)
    with engine.connect() as connection:
        created = written_down(connection)
    engine.dispose()
    assert migrated == created


def _teardown(connection: Connection) -> list[str]:
    if connection.dialect.name == "postgresql":
        return ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"]
    return [f'DROP TABLE "{name}"' for name in inspect(connection).get_table_names()]


def test_every_row_carries_its_workspace() -> None:
    assert not [table.name for table in metadata.tables.values() if "workspace" not in table.c]


async def test_migrating_twice_is_harmless(own_database: str) -> None:
    migrate(own_database)
    store = await open_store(own_database, workspace="T1")
    await store.write(lambda tx: take_in(tx, an_intake()))
    await store.close()
    migrate(own_database)
    store = await open_store(own_database, workspace="T1")
    key = await store.read(lambda look: look.checkpoints.by_key(AgentName("billing"), "order-4711"))
    await store.close()
    assert key is not None


async def test_an_empty_database_says_what_to_do(own_database: str) -> None:
    with pytest.raises(WrongSchema, match=r"empty\. Run `keyturn migrate` first"):
        await open_store(own_database, workspace="T1")


async def test_a_newer_database_is_refused(own_database: str) -> None:
    migrate(own_database)
    engine = writing_engine(database_url(own_database))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(WrongSchema, match="schema 9999, which a newer Keyturn made"):
        migrate(own_database)
    with pytest.raises(WrongSchema, match="Install the newer version"):
        await open_store(own_database, workspace="T1")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://localhost/keyturn", "mysql is not supported"),
        ("sqlite://", "forgets everything"),
        ("sqlite:///:memory:", "forgets everything"),
        ("keyturn.db", "no database address"),
        ("what://ever:secret@host:port/x", "no database address"),
    ],
)
async def test_a_wrong_address_says_what_to_write(url: str, words: str) -> None:
    with pytest.raises(BadDatabaseUrl, match=words) as refused:
        migrate(url)
    assert "Use sqlite:///PATH or postgresql://" in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (
            "sqlite:////no/such/folder/keyturn.db",
            r"sqlite:////no/such/folder/keyturn\.db cannot be",
        ),
        ("postgresql://eve:secret@127.0.0.1:1/keyturn", r"127\.0\.0\.1:1/keyturn cannot be opened"),
    ],
)
async def test_a_database_that_cannot_be_opened_is_named(url: str, words: str) -> None:
    with pytest.raises(StoreUnavailable, match=words) as refused:
        await open_store(url, workspace="T1")
    assert "secret" not in str(refused.value)


# What is asked most -> the index that must answer it, on a table about which nothing is known yet.
LOOKUPS = {
    "a proposal by its id": (checkpoints._GET, "pk_checkpoints"),
    "a proposal by its key": (checkpoints._BY_KEY, "uq_checkpoints_idempotency_key"),
    "the cards of a proposal": (cards._OF, "uq_cards_proposal_channel"),
    "the card of a button": (cards._BY_NONCE, "uq_cards_nonce"),
    "the history of a proposal": (audit._OF, "ix_audit_proposal_seq"),
    "what followed": (aftermaths._OF, "pk_executions"),
    "the newest reply": (replies._LATEST, "pk_deliveries"),
    "an answer to a click": (replies._ANSWER, "pk_clicks"),
    "what is due": (timers._DUE, "ix_timers_due"),
    "what a lane sends next": (outbox._NEXT, "ix_outbox_lane_priority_id"),
}


TWENTY_THOUSAND = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
FILLING: dict[str, dict[str, str]] = {
    "timers": {"subject": "'p' || i", "kind": "'review'", "due": "1000000 + i"},
    "checkpoints": {
        "id": "'p' || i",
        "version": "1",
        "agent": "'billing'",
        "action": "'pay'",
        "idempotency_key": "'k' || i",
        "status": "'escalated'",
        "state": "''",
        "body": "''",
        "created_at": "i",
        "updated_at": "i",
    },
    "cards": {"proposal": "'p' || i", "channel": "'C1'", "nonce": "'n' || i"},
    "outbox": {
        "lane": "'C1'",
        "errand": "'alert'",
        "priority": "1",
        "body": "'{}'",
        "wanted": "1",
        "attempts": "0",
        "queued_at": "0",
        "not_before": "0",
    },
}


@pytest.fixture(scope="module")
def filled(database: str) -> Iterator[Engine]:
    """Fill a few tables with twenty thousand rows, and let nobody count them."""
    engine = writing_engine(database_url(database))
    with engine.begin() as connection:
        for table, columns in FILLING.items():
            names, values = ", ".join(columns), ", ".join(columns.values())
            connection.exec_driver_sql(
                f"INSERT INTO {table} (workspace, {names}) {TWENTY_THOUSAND}"
                f" SELECT 'full', {values} FROM n"
            )
    yield engine
    engine.dispose()


@pytest.mark.parametrize("name", LOOKUPS)
def test_what_is_asked_most_is_found_by_its_index(name: str, filled: Engine) -> None:
    """Ten due among any number pending cost ten, on both kinds of database, from the first row."""
    statement, index = LOOKUPS[name]
    with filled.connect() as connection:
        plan = "\n".join(str(row) for row in _plan(connection, statement))
    assert index in plan or (filled.dialect.name == "sqlite" and _unnamed(index, plan))
    for slow in ("Seq Scan", "Bitmap", "SCAN"):
        assert slow not in plan


def _unnamed(index: str, plan: str) -> bool:
    """Know a key's index on SQLite, which gives it no name of ours."""
    kind, table = index.split("_")[:2]
    by_itself = ("USING PRIMARY KEY", f"sqlite_autoindex_{table}")
    return kind in {"pk", "uq"} and any(each in plan for each in by_itself)


def _plan(connection: Connection, statement: Statement) -> Sequence[object]:
    """Explain a statement, on PostgreSQL with the plan made for any values at all."""
    text_, names, constants = statement.compiled(connection.dialect)
    if connection.dialect.name == "sqlite":
        values = tuple(constants.get(name, 1) for name in names or ())
        return connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text_}", values).all()
    connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
    asked = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", text_)))
    for number, name in enumerate(asked, 1):
        text_ = text_.replace(f"%({name})s", f"${number}")
    prepared = f"lookup_{uuid4().hex}"
    connection.exec_driver_sql(f"PREPARE {prepared} AS {text_}")
    values_given = ", ".join("'1'" for _ in asked)
    return connection.exec_driver_sql(f"EXPLAIN EXECUTE {prepared} ({values_given})").all()


def test_a_file_is_made_with_the_folders_it_needs(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("new") / "deep" / "down" / "keyturn.db"
    migrate(f"sqlite:///{file}")
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
