"""The tables of the board: what each proposal is and where it stands, and who has a part in it."""

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, String, Table, Text

from store.sql.schema import metadata

board = Table(
    "board",
    metadata,
    Column("workspace", String, nullable=False),
    Column("proposal", String, nullable=False),
    Column("status", String, nullable=False),
    Column("due_at", BigInteger),
    Column("decided_at", BigInteger),
    Column("opened_at", BigInteger, nullable=False),
    # From low (0) to critical (3).
    Column("severity", BigInteger, nullable=False),
    Column("reversible", BigInteger, nullable=False),
    Column("action", String, nullable=False),
    Column("agent", String, nullable=False),
    # Lists as JSON: the roles of the seats, and whoever may see it.
    Column("seats", Text, nullable=False),
    Column("seen_by", Text, nullable=False),
    # Folded words between single spaces; nothing sensitive is among them.
    Column("words", Text, nullable=False),
    PrimaryKeyConstraint("proposal", "workspace"),
    Index(None, "decided_at"),
    sqlite_with_rowid=False,
)

stakes = Table(
    "stakes",
    metadata,
    Column("workspace", String, nullable=False),
    Column("proposal", String, nullable=False),
    Column("part", String, nullable=False),
    # `person:ID` or `role:NAME`.
    Column("who", String, nullable=False),
    # When it is due or was decided; far in the future where it is never due.
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("who", "part", "proposal", "workspace"),
    Index(None, "proposal"),
    sqlite_with_rowid=False,
)
