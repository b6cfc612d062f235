"""Bring a database to this program's schema, and refuse one that is newer or was never made."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from store.sql.engine import database_url, writing_engine
from store.sql.statements import Wire
from store.sql.troubles import DRIVER_ERRORS, StoreUnavailable

SCRIPTS = Path(__file__).with_name("migrations")
# Any number will do, as long as every instance that migrates asks for the same one.
_LOCK = 7_310_579


class WrongSchema(RuntimeError):
    """The database's schema is not the one this program works with."""


def migrate(url: str) -> None:
    """Bring a database to the newest schema; several instances may start at once."""
    address = database_url(url)
    if address.get_backend_name() == "sqlite" and address.database is not None:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = writing_engine(address)
    try:
        with _connected(engine) as connection:
            _migrate(connection)
    finally:
        engine.dispose()


def check_schema(engine: Engine) -> None:
    """Raise `WrongSchema` with what to do, unless the database is at the newest schema."""
    with _connected(engine) as connection:
        found = _revision(connection)
    _refuse_newer(found)
    if found is None:
        raise WrongSchema("The database is empty. Run `keyturn migrate` first.")
    if found != _newest():
        raise WrongSchema(f"The database is at schema {found}. Run `keyturn migrate` first.")


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    """Connect, or say in one sentence why not; the address comes without its password."""
    try:
        connection = engine.connect()
    except DRIVER_ERRORS as error:
        where = engine.url.set(drivername=engine.url.get_backend_name())
        cause = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise StoreUnavailable(
            f"The database {where.render_as_string()} cannot be opened: {cause}"
        ) from error
    with connection:
        yield connection


def _migrate(connection: Connection) -> None:
    on_sqlite = connection.dialect.name == "sqlite"
    if on_sqlite:
        # Rebuilding a table with foreign keys on deletes the rows that refer to it. Inside a
        # transaction the switch would do nothing.
        Wire(connection).command("PRAGMA foreign_keys = OFF")
    with connection.begin():
        if not on_sqlite:
            # Another instance that migrates is waited for longer than any writer.
            connection.execute(text("SET LOCAL lock_timeout = '5min'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        found = _revision(connection)
        _refuse_newer(found)
        if found != _newest():
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        if on_sqlite:
            _check_references(connection)


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise WrongSchema(f"The migration would break references, so it was undone: {broken}")


def _refuse_newer(found: str | None) -> None:
    known = {script.revision for script in _scripts().walk_revisions()}
    if found is not None and found not in known:
        raise WrongSchema(
            f"The database is at schema {found}, which a newer Keyturn made; this one knows "
            f"{_newest()} at most. Install the newer version again."
        )


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _newest() -> str | None:
    return _scripts().get_current_head()


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
