import sqlite3
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, inspect, text

from manifests.vocabulary import AgentName
from store.door import take_in
from store.sql import BadDatabaseUrl, WrongSchema, migrate, open_store
from store.sql.engine import database_url, writing_engine
from store.sql.tables import metadata
from store.sql.timers import DUE
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


def test_the_sweep_finds_what_is_due_by_an_index(own_database: str) -> None:
    """With a hundred thousand pending and ten due, the plan looks at the ten."""
    migrate(own_database)
    engine = writing_engine(database_url(own_database))
    with engine.begin() as connection:
        connection.execute(
            text(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
                " INSERT INTO timers (workspace, subject, kind, due)"
                " SELECT 'T1', 'p' || i, 'review', 1000000 + i FROM n"
            )
        )
        connection.execute(text("ANALYZE"))
        plan = "\n".join(str(row) for row in _plan(connection))
    engine.dispose()
    assert "ix_timers_due" in plan
    assert "Seq Scan" not in plan
    assert "SCAN timers" not in plan


def _plan(connection: Connection) -> Sequence[object]:
    """Explain the sweep's own statement, on PostgreSQL with a plan made for any values at all."""
    asked = {"workspace": "T1", "now": 1_000_010, "limit": 100}
    compiled = str(DUE.compile(dialect=connection.dialect))
    if connection.dialect.name == "sqlite":
        values = [asked.get(name, 0) for name in ("workspace", "now", "limit", "offset")]
        return connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", tuple(values)).all()
    for number, name in enumerate(asked, 1):
        compiled = compiled.replace(f"%({name})s", f"${number}")
    connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
    connection.exec_driver_sql(f"PREPARE sweep (text, bigint, bigint) AS {compiled}")
    return connection.exec_driver_sql("EXPLAIN (ANALYZE) EXECUTE sweep ('T1', 1000010, 100)").all()


def test_a_file_is_made_with_the_folders_it_needs(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("new") / "deep" / "down" / "keyturn.db"
    migrate(f"sqlite:///{file}")
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
