"""Whether one text stands within another, letter for letter, on every kind of database.

LIKE would take case for nothing on SQLite, and signs in what is looked for as patterns.
"""

from typing import Any

from sqlalchemy import Boolean
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


class Contains(FunctionElement[bool]):
    """Say whether the first text contains the second."""

    type: TypeEngine[bool] = Boolean()
    inherit_cache: bool | None = True
    name = "contains"


@compiles(Contains, "sqlite")
def _on_sqlite(element: Contains, compiler: SQLCompiler, **kept: Any) -> str:
    return f"(instr({compiler.process(element.clauses, **kept)}) > 0)"


@compiles(Contains, "postgresql")
def _on_postgresql(element: Contains, compiler: SQLCompiler, **kept: Any) -> str:
    return f"(strpos({compiler.process(element.clauses, **kept)}) > 0)"
