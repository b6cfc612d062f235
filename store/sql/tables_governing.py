"""The tables of policy's memory: sums, intents, people and programs at work, rules, pauses."""

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, String, Table, Text

from store.sql.schema import metadata

sums = Table(
    "sums",
    metadata,
    Column("workspace", String, nullable=False),
    # Whom it is added up for, such as `action=process_refund agent=refunds`.
    Column("name", String, nullable=False),
    Column("currency", String, nullable=False),
    Column("hour", BigInteger, nullable=False),
    Column("millionths", BigInteger, nullable=False),
    Column("times", BigInteger, nullable=False),
    PrimaryKeyConstraint("name", "currency", "hour", "workspace"),
    sqlite_with_rowid=False,
)

intents = Table(
    "intents",
    metadata,
    Column("workspace", String, nullable=False),
    # Agent, action and target of what was rejected, as one digest.
    Column("intent", String, nullable=False),
    Column("proposal", String, nullable=False),
    Column("rejected_at", BigInteger, nullable=False),
    Column("followed", BigInteger, nullable=False),
    PrimaryKeyConstraint("intent", "proposal", "workspace"),
    Index(None, "intent", "rejected_at"),
    Index(None, "rejected_at"),
    sqlite_with_rowid=False,
)

staff = Table(
    "staff",
    metadata,
    Column("workspace", String, nullable=False),
    Column("role", String, nullable=False),
    Column("user", String, nullable=False),
    Column("person", String, nullable=False),
    # Name, working hours and rota, as JSON.
    Column("facts", Text, nullable=False),
    PrimaryKeyConstraint("role", "user", "workspace"),
    Index(None, "person"),
    sqlite_with_rowid=False,
)

absences = Table(
    "absences",
    metadata,
    Column("workspace", String, nullable=False),
    Column("person", String, nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger),
    # Whose turn it is meanwhile.
    Column("delegate", String),
    Column("said_by", String, nullable=False),
    Column("said_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("person", "workspace"),
    sqlite_with_rowid=False,
)

assignments = Table(
    "assignments",
    metadata,
    Column("workspace", String, nullable=False),
    Column("proposal", String, nullable=False),
    Column("seat", BigInteger, nullable=False),
    Column("user", String, nullable=False),
    Column("person", String, nullable=False),
    Column("weight", BigInteger, nullable=False),
    PrimaryKeyConstraint("proposal", "seat", "workspace"),
    Index(None, "person"),
    sqlite_with_rowid=False,
)

loads = Table(
    "loads",
    metadata,
    Column("workspace", String, nullable=False),
    Column("person", String, nullable=False),
    Column("weight", BigInteger, nullable=False),
    Column("proposals", BigInteger, nullable=False),
    PrimaryKeyConstraint("person", "workspace"),
    sqlite_with_rowid=False,
)

manifests = Table(
    "manifests",
    metadata,
    Column("workspace", String, nullable=False),
    Column("digest", String, nullable=False),
    # The files as they were, by name, as JSON.
    Column("files", Text, nullable=False),
    Column("stored_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("digest", "workspace"),
)

live_manifest = Table(
    "live_manifest",
    metadata,
    Column("workspace", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("since", BigInteger, nullable=False),
    # What waits for a second administrator: its digest, and the proposal that asks for it.
    Column("candidate", String),
    Column("proposal", String),
    # Fingerprint of the files on the disk that were looked at last.
    Column("judged", String, nullable=False),
    PrimaryKeyConstraint("workspace"),
    sqlite_with_rowid=False,
)

executors = Table(
    "executors",
    metadata,
    Column("workspace", String, nullable=False),
    # The agent that the manifest lets execute what another one proposed.
    Column("agent", String, nullable=False),
    Column("proposal", String, nullable=False),
    PrimaryKeyConstraint("proposal", "workspace"),
    Index(None, "agent", "proposal"),
    sqlite_with_rowid=False,
)

pauses = Table(
    "pauses",
    metadata,
    Column("workspace", String, nullable=False),
    # `everything`, `agent:NAME` or `action:NAME`.
    Column("scope", String, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("said_by", String, nullable=False),
    Column("why", Text, nullable=False),
    # The proposal that asks administrators to resume, while there is one.
    Column("proposal", String),
    PrimaryKeyConstraint("scope", "workspace"),
    sqlite_with_rowid=False,
)
