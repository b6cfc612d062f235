"""Values that the database itself fills in, said for each kind of database."""

from typing import Any

from sqlalchemy import BigInteger, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


class MicrosNow(FunctionElement[int]):
    """The database's clock, in microseconds since 1970."""

    type: TypeEngine[int] = BigInteger()
    inherit_cache: bool | None = True
    name = "micros_now"


class WhoInserts(FunctionElement[str]):
    """The credential that inserts; SQLite knows none, so there the agent must be named."""

    type: TypeEngine[str] = String()
    inherit_cache: bool | None = True
    name = "who_inserts"


@compiles(MicrosNow, "sqlite")
def _micros_on_sqlite(_element: MicrosNow, _compiler: SQLCompiler, **_: Any) -> str:
    return "(CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000)"


@compiles(MicrosNow, "postgresql")
def _micros_on_postgresql(_element: MicrosNow, _compiler: SQLCompiler, **_: Any) -> str:
    return "(extract(epoch from clock_timestamp()) * 1000000)::bigint"


@compiles(WhoInserts, "sqlite")
def _who_on_sqlite(_element: WhoInserts, _compiler: SQLCompiler, **_: Any) -> str:
    return "NULL"


@compiles(WhoInserts, "postgresql")
def _who_on_postgresql(_element: WhoInserts, _compiler: SQLCompiler, **_: Any) -> str:
    return "session_user"
