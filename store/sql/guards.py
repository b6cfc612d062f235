"""What the database itself refuses, whoever asks: the last guard behind the one door.

On PostgreSQL an agent that enqueues without HTTP has a role of its own, and its name is the role's.
Give it exactly what `grants_for_agent` lists: it may add to the inbox, and read its own decisions
and dead letters. On SQLite whoever can write the file is trusted.
"""

from typing import Any

from sqlalchemy import Connection

from store.checkpoint import OPEN

_OPEN = f"({', '.join(repr(status.value) for status in OPEN)})"
CLOSED_STAYS = "keyturn: a closed checkpoint is never changed; what follows has its own tables"
AUDIT_STAYS = "keyturn: audit lines are only ever added, never changed or removed"
OWN_NAME = "keyturn: an agent enqueues under its own name only"

# SQLite's REPLACE deletes without firing delete triggers, so inserts are guarded as well. A closed
# checkpoint's id is passed over in silence there, because that is what ON CONFLICT DO NOTHING asks.
SQLITE = {
    "checkpoints_closed_update": f"""
        CREATE TRIGGER checkpoints_closed_update BEFORE UPDATE ON checkpoints
        WHEN OLD.status NOT IN {_OPEN}
        BEGIN SELECT RAISE(ABORT, '{CLOSED_STAYS}'); END""",
    "checkpoints_closed_delete": f"""
        CREATE TRIGGER checkpoints_closed_delete BEFORE DELETE ON checkpoints
        WHEN OLD.status NOT IN {_OPEN}
        BEGIN SELECT RAISE(ABORT, '{CLOSED_STAYS}'); END""",
    "checkpoints_closed_replace": f"""
        CREATE TRIGGER checkpoints_closed_replace BEFORE INSERT ON checkpoints
        WHEN EXISTS (SELECT 1 FROM checkpoints WHERE workspace = NEW.workspace AND id = NEW.id
                     AND status NOT IN {_OPEN})
        BEGIN SELECT RAISE(IGNORE); END""",  # noqa: S608  this module's own constants
    "audit_update": f"""
        CREATE TRIGGER audit_update BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, '{AUDIT_STAYS}'); END""",
    "audit_delete": f"""
        CREATE TRIGGER audit_delete BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, '{AUDIT_STAYS}'); END""",
    "audit_replace": f"""
        CREATE TRIGGER audit_replace BEFORE INSERT ON audit
        WHEN EXISTS (SELECT 1 FROM audit WHERE workspace = NEW.workspace AND seq = NEW.seq)
        BEGIN SELECT RAISE(ABORT, '{AUDIT_STAYS}'); END""",  # noqa: S608  as above
}

POSTGRESQL_FUNCTIONS = {
    "keyturn_refuse": """
        CREATE OR REPLACE FUNCTION keyturn_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
        END $$""",
    # Whoever may update the inbox is the gateway and may name any agent; the others are agents.
    "keyturn_own_name": f"""
        CREATE OR REPLACE FUNCTION keyturn_own_name() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.agent <> session_user
               AND NOT has_table_privilege(session_user, TG_RELID, 'UPDATE') THEN
                RAISE EXCEPTION '{OWN_NAME}' USING ERRCODE = 'insufficient_privilege';
            END IF;
            RETURN NEW;
        END $$""",
    "keyturn_inbox_filled": """
        CREATE OR REPLACE FUNCTION keyturn_inbox_filled() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('keyturn', 'inbox');
            RETURN NULL;
        END $$""",
}

POSTGRESQL = {
    "checkpoints_closed": f"""
        CREATE TRIGGER checkpoints_closed BEFORE UPDATE OR DELETE ON checkpoints
        FOR EACH ROW WHEN (OLD.status NOT IN {_OPEN})
        EXECUTE FUNCTION keyturn_refuse('{CLOSED_STAYS}')""",
    "checkpoints_truncate": f"""
        CREATE TRIGGER checkpoints_truncate BEFORE TRUNCATE ON checkpoints
        FOR EACH STATEMENT EXECUTE FUNCTION keyturn_refuse('{CLOSED_STAYS}')""",
    "audit_stays": f"""
        CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit
        FOR EACH ROW EXECUTE FUNCTION keyturn_refuse('{AUDIT_STAYS}')""",
    "audit_truncate": f"""
        CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION keyturn_refuse('{AUDIT_STAYS}')""",
    "inbox_own_name": """
        CREATE TRIGGER inbox_own_name BEFORE INSERT ON inbox
        FOR EACH ROW EXECUTE FUNCTION keyturn_own_name()""",
    "inbox_filled": """
        CREATE TRIGGER inbox_filled AFTER INSERT ON inbox
        FOR EACH STATEMENT EXECUTE FUNCTION keyturn_inbox_filled()""",
}


# Agents read what was left for them and nothing else; the gateway and the owner read all of it.
POSTGRESQL_POLICIES = {
    f"{table}_own": (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"""
        CREATE POLICY {table}_own ON {table}
        USING (agent = session_user
               OR has_table_privilege(session_user, 'inbox'::regclass, 'UPDATE'))
        """,
    )
    for table in ("deliveries", "dead_letters")
}


def grants_for_agent(role: str) -> tuple[str, ...]:
    """List what an administrator runs on PostgreSQL for the role of an agent."""
    quoted = '"' + role.replace('"', '""') + '"'
    return (
        f"GRANT INSERT (id, agent, body) ON inbox TO {quoted}",
        f"GRANT SELECT (workspace, proposal, version, agent, body) ON deliveries TO {quoted}",
        f"GRANT SELECT (workspace, id, agent, reason) ON dead_letters TO {quoted}",
    )


def create_guards(_target: object, connection: Connection, **_: Any) -> None:
    """Put every guard in place; migrations call it after each change of a guarded table."""
    for statement in statements(connection.dialect.name):
        # PL/pgSQL's own % must not be taken for a parameter.
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def drop_guards(connection: Connection) -> None:
    """Take every guard away, before a migration that rebuilds guarded tables."""
    on_sqlite = connection.dialect.name == "sqlite"
    for name, statement in (SQLITE if on_sqlite else POSTGRESQL).items():
        table = "" if on_sqlite else f" ON {statement.split(' ON ')[1].split()[0]}"
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{table}")
    if not on_sqlite:
        for name in POSTGRESQL_POLICIES:
            table = name.removesuffix("_own")
            connection.exec_driver_sql(f"DROP POLICY IF EXISTS {name} ON {table}")


def statements(dialect: str) -> tuple[str, ...]:
    """List what creates the guards on one kind of database."""
    if dialect == "sqlite":
        return tuple(SQLITE.values())
    policies = (statement for pair in POSTGRESQL_POLICIES.values() for statement in pair)
    return (*POSTGRESQL_FUNCTIONS.values(), *POSTGRESQL.values(), *policies)
