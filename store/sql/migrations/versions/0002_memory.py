"""What policy remembers: sums by any name, intents, people and their work, manifests, pauses."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sums",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("millionths", sa.BigInteger(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", "currency", "hour", "workspace", name="pk_sums"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "intents",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("intent", sa.String(), nullable=False),
        sa.Column("proposal", sa.String(), nullable=False),
        sa.Column("rejected_at", sa.BigInteger(), nullable=False),
        sa.Column("followed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("intent", "proposal", "workspace", name="pk_intents"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "staff",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("role", "user", "workspace", name="pk_staff"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "absences",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger()),
        sa.Column("delegate", sa.String()),
        sa.Column("said_by", sa.String(), nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person", "workspace", name="pk_absences"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "assignments",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("proposal", sa.String(), nullable=False),
        sa.Column("seat", sa.BigInteger(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("proposal", "seat", "workspace", name="pk_assignments"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "loads",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.Column("proposals", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person", "workspace", name="pk_loads"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "manifests",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("stored_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "workspace", name="pk_manifests"),
    )
    op.create_table(
        "live_manifest",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("candidate", sa.String()),
        sa.Column("proposal", sa.String()),
        sa.Column("judged", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", name="pk_live_manifest"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "executors",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("proposal", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("proposal", "workspace", name="pk_executors"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pauses",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("said_by", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("proposal", sa.String()),
        sa.PrimaryKeyConstraint("scope", "workspace", name="pk_pauses"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_intents_intent_rejected_at", "intents", ["intent", "rejected_at"])
    op.create_index("ix_intents_rejected_at", "intents", ["rejected_at"])
    op.create_index("ix_staff_person", "staff", ["person"])
    op.create_index("ix_executors_agent_proposal", "executors", ["agent", "proposal"])
    op.create_index("ix_assignments_person", "assignments", ["person"])
    # A window's sum must not begin anew because the schema did.
    op.execute(
        "INSERT INTO sums (workspace, name, currency, hour, millionths, times)"
        " SELECT workspace, 'action=' || action || ' agent=' || agent, currency, hour,"
        " millionths, times FROM spending"
    )
    op.drop_table("spending")
