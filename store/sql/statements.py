"""SQLAlchemy's statements, compiled once and run on the driver's own cursor.

Executing a prepared Core statement through a SQLAlchemy connection costs about 40 µs in Python on
top of the driver's 5; a decision needs a dozen. All columns are text, integers or bytes, so nothing
is lost: there are no values to convert.
"""

from typing import Any

from sqlalchemy import ClauseElement, Connection, Dialect
from sqlalchemy.sql.compiler import SQLCompiler

Row = tuple[Any, ...]


class Statement:
    """One statement for every kind of database, compiled for each when it is first used."""

    __slots__ = ("_clause", "_compiled")

    def __init__(self, clause: ClauseElement) -> None:
        self._clause = clause
        self._compiled: dict[str, tuple[str, list[str] | None, dict[str, Any]]] = {}

    def compiled(self, dialect: Dialect) -> tuple[str, list[str] | None, dict[str, Any]]:
        """Give the text, the order of values where the driver counts them, and the constants."""
        found = self._compiled.get(dialect.name)
        if found is None:
            made = self._clause.compile(dialect=dialect)
            binds = made.binds.items() if isinstance(made, SQLCompiler) else ()
            constants = {name: bind.value for name, bind in binds if not bind.required}
            found = (str(made), getattr(made, "positiontup", None), constants)
            self._compiled[dialect.name] = found
        return found


class Wire:
    """One connection to the database, on which statements run without ceremony."""

    __slots__ = ("_dialect", "_driver", "_waiting", "connection", "is_postgresql")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._dialect = connection.dialect
        self._driver: Any = connection.connection.dbapi_connection
        self.is_postgresql = self._dialect.name == "postgresql"
        self._waiting: list[tuple[str, Any]] = []

    def begin(self) -> None:
        """Begin a look; psycopg does so by itself, with the first statement."""
        if not self.is_postgresql:
            self._driver.execute("BEGIN")

    def roll_back(self) -> None:
        """End a look, which has changed nothing."""
        self._waiting.clear()
        self._driver.rollback()

    def row(self, statement: Statement, **values: Any) -> Row | None:
        """Give the first row."""
        found: Row | None = self._run(statement, values).fetchone()
        return found

    def rows(self, statement: Statement, **values: Any) -> list[Row]:
        """Give every row."""
        found: list[Row] = self._run(statement, values).fetchall()
        return found

    def change(self, statement: Statement, **values: Any) -> int:
        """Run a change and count the rows it touched."""
        counted: int = self._run(statement, values).rowcount
        return counted

    def later(self, statement: Statement, **values: Any) -> None:
        """Run a change whose answer nobody needs; PostgreSQL is sent it together with the next.

        Each answer from a server costs a round trip, so this is most of the time of an operation.
        """
        if self.is_postgresql:
            text, _, constants = statement.compiled(self._dialect)
            self._waiting.append((text, {**constants, **values}))
        else:
            self._run(statement, values)

    def flush(self) -> None:
        """Run what waits, so that its errors come up here."""
        if self._waiting:
            self._run_behind(*self._waiting.pop())

    def many(self, statement: Statement, rows: list[dict[str, Any]]) -> None:
        """Run one change for many rows."""
        self.flush()
        text, names, constants = statement.compiled(self._dialect)
        filled = [{**constants, **row} for row in rows] if constants else rows
        cursor = self._driver.cursor()
        if names is None:
            cursor.executemany(text, filled)
        else:
            cursor.executemany(text, [[row[name] for name in names] for row in filled])

    def command(self, text: str) -> None:
        """Run a bare command, such as SAVEPOINT, in its turn."""
        if self.is_postgresql:
            self._waiting.append((text, None))
        else:
            self._driver.cursor().execute(text)

    def forget_since(self, text: str) -> bool:
        """Drop what waits behind a command, and say whether it was itself still waiting."""
        while self._waiting:
            if self._waiting.pop()[0] == text:
                return True
        return False

    def scalar(self, text: str) -> Any:
        """Give the one value of a bare query."""
        self.flush()
        return self._driver.cursor().execute(text).fetchone()[0]

    @property
    def in_transaction(self) -> bool:
        """Say whether the database still keeps our transaction; SQLite may have dropped it."""
        return self.is_postgresql or bool(self._driver.in_transaction)

    @property
    def broken(self) -> bool:
        """Say whether the connection is gone."""
        return self.is_postgresql and bool(self._driver.closed)

    def _run(self, statement: Statement, values: dict[str, Any]) -> Any:
        text, names, constants = statement.compiled(self._dialect)
        if constants:
            values = {**constants, **values}
        if self._waiting:
            return self._run_behind(text, values)
        cursor = self._driver.cursor()
        cursor.execute(text, values if names is None else [values[name] for name in names])
        return cursor

    def _run_behind(self, text: str, values: Any) -> Any:
        """Send what waits and this in one go."""
        waiting, self._waiting = self._waiting, []
        cursor = self._driver.cursor()
        with self._driver.pipeline():
            for earlier in waiting:
                self._driver.cursor().execute(*earlier)
            cursor.execute(text, values)
        return cursor
