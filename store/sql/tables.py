"""The tables. Moments are integers, microseconds since 1970 in UTC: exact, small and sortable.

Every row carries its workspace. What queries look for has a column; the rest is JSON, read and
written by `store.sql.codec` alone. Small rows live in their primary key's own tree on SQLite.

No index begins with the workspace, which is the same in nearly every row: PostgreSQL, which plans
before it has statistics, would take any index that does for as good as the right one.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)

from store.sql.defaults import MicrosNow, WhoInserts
from store.sql.guards import create_guards
from store.sql.measures import inbox_checks
from store.sql.schema import metadata as metadata
from store.sql.tables_board import board as board
from store.sql.tables_board import stakes as stakes
from store.sql.tables_governing import absences as absences
from store.sql.tables_governing import assignments as assignments
from store.sql.tables_governing import executors as executors
from store.sql.tables_governing import intents as intents
from store.sql.tables_governing import live_manifest as live_manifest
from store.sql.tables_governing import loads as loads
from store.sql.tables_governing import manifests as manifests
from store.sql.tables_governing import pauses as pauses
from store.sql.tables_governing import staff as staff
from store.sql.tables_governing import sums as sums

ANY_WORKSPACE = ""
"""What an inbox row says that leaves its workspace to whoever keeps this database."""

_Serial = BigInteger().with_variant(Integer(), "sqlite")

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("workspace", String, nullable=False),
    Column("id", String, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("agent", String, nullable=False),
    Column("action", String, nullable=False),
    Column("idempotency_key", String),
    Column("status", String, nullable=False),
    Column("state", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("id", "workspace"),
    UniqueConstraint("idempotency_key", "agent", "workspace"),
    Index(None, "created_at", "id"),
    Index(None, "agent", "created_at", "id"),
)

executions = Table(
    "executions",
    metadata,
    Column("workspace", String, nullable=False),
    Column("proposal", String, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("proposal", "workspace"),
    sqlite_with_rowid=False,
)

audit = Table(
    "audit",
    metadata,
    Column("workspace", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("proposal", String),
    Column("line", Text, nullable=False),
    Column("hash", String, nullable=False),
    PrimaryKeyConstraint("seq", "workspace"),
    Index(None, "proposal", "seq"),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("workspace", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String, nullable=False),
    PrimaryKeyConstraint("workspace"),
    sqlite_with_rowid=False,
)

timers = Table(
    "timers",
    metadata,
    Column("workspace", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("due", BigInteger, nullable=False),
    PrimaryKeyConstraint("subject", "kind", "workspace"),
    Index(None, "due"),
    sqlite_with_rowid=False,
)

cards = Table(
    "cards",
    metadata,
    Column("id", _Serial, primary_key=True),
    Column("workspace", String, nullable=False),
    Column("proposal", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("nonce", String, nullable=False),
    Column("ts", String),
    Column("posted_at", BigInteger),
    Column("attempt_started_at", BigInteger),
    Column("drawn_version", BigInteger),
    Column("drawn_blocks", Text),
    Column("shown_in", String),
    Column("undeliverable", Text),
    Column("filed_revision", BigInteger),
    UniqueConstraint("proposal", "channel", "workspace"),
    UniqueConstraint("nonce", "workspace"),
    Index(None, "ts"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", _Serial, primary_key=True),
    Column("workspace", String, nullable=False),
    Column("lane", String, nullable=False),
    Column("errand", String, nullable=False),
    Column("proposal", String),
    # One row for all that is the same errand; nothing for errands that are each their own.
    Column("merged_as", String),
    Column("priority", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("wanted", BigInteger, nullable=False),
    Column("attempts", BigInteger, nullable=False),
    Column("queued_at", BigInteger, nullable=False),
    Column("not_before", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    UniqueConstraint("merged_as", "workspace"),
    Index(None, "lane", "priority", "id"),
    Index(
        None,
        "expires_at",
        sqlite_where=text("expires_at IS NOT NULL"),
        postgresql_where=text("expires_at IS NOT NULL"),
    ),
    # An id that came back after a deletion would let one relay finish another's errand.
    sqlite_autoincrement=True,
)

lanes = Table(
    "lanes",
    metadata,
    Column("workspace", String, nullable=False),
    Column("lane", String, nullable=False),
    Column("holder", String),
    Column("leased_until", BigInteger, nullable=False),
    Column("next_send_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("lane", "workspace"),
    sqlite_with_rowid=False,
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("workspace", String, nullable=False),
    Column("proposal", String, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("agent", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("delivered_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("proposal", "version", "workspace"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", String, primary_key=True),
    Column("workspace", String, nullable=False, server_default=ANY_WORKSPACE),
    Column("agent", String, nullable=False, server_default=WhoInserts()),
    Column("body", Text, nullable=False),
    Column("enqueued_at", BigInteger, nullable=False, server_default=MicrosNow()),
    Column("attempts", BigInteger, nullable=False, server_default="0"),
    Column("available_at", BigInteger, nullable=False, server_default="0"),
    Column("holder", String),
    Index(None, "enqueued_at", "id"),
    *(each.ddl_if(dialect=dialect) for dialect, each in inbox_checks()),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("workspace", String, nullable=False),
    Column("id", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("attempts", BigInteger, nullable=False),
    Column("died_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("id", "workspace"),
    Index(None, "died_at"),
)

clicks = Table(
    "clicks",
    metadata,
    Column("workspace", String, nullable=False),
    Column("key", String, nullable=False),
    Column("answer", Text, nullable=False),
    Column("answered_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("key", "workspace"),
    Index(None, "answered_at"),
)


secrets = Table(
    "secrets",
    metadata,
    Column("workspace", String, nullable=False),
    Column("name", String, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("name", "workspace"),
)

commits = Table(
    "commits",
    metadata,
    Column("workspace", String, nullable=False),
    Column("writer", String, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("committed_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("writer", "workspace"),
    sqlite_with_rowid=False,
)

event.listen(metadata, "after_create", create_guards)
