"""The first schema: everything a checkpoint, its audit lines and its errands need."""

import sqlalchemy as sa
from alembic import op

from store.sql.defaults import MicrosNow, WhoInserts
from store.sql.guards import create_guards, drop_guards
from store.sql.measures import inbox_checks

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("idempotency_key", sa.String()),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "workspace", name="pk_checkpoints"),
        sa.UniqueConstraint(
            "idempotency_key",
            "agent",
            "workspace",
            name="uq_checkpoints_idempotency_key_agent_workspace",
        ),
    )
    op.create_index("ix_checkpoints_created_at_id", "checkpoints", ["created_at", "id"])
    op.create_index(
        "ix_checkpoints_agent_created_at_id", "checkpoints", ["agent", "created_at", "id"]
    )
    op.create_table(
        "executions",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("proposal", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("proposal", "workspace", name="pk_executions"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("proposal", sa.String()),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", "workspace", name="pk_audit"),
    )
    op.create_index("ix_audit_proposal_seq", "audit", ["proposal", "seq"])
    op.create_table(
        "audit_head",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", name="pk_audit_head"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "timers",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "kind", "workspace", name="pk_timers"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_timers_due", "timers", ["due"])
    op.create_table(
        "cards",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("proposal", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("ts", sa.String()),
        sa.Column("posted_at", sa.BigInteger()),
        sa.Column("attempt_started_at", sa.BigInteger()),
        sa.Column("drawn_version", sa.BigInteger()),
        sa.Column("drawn_blocks", sa.Text()),
        sa.Column("shown_in", sa.String()),
        sa.Column("undeliverable", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_cards"),
        sa.UniqueConstraint(
            "proposal", "channel", "workspace", name="uq_cards_proposal_channel_workspace"
        ),
        sa.UniqueConstraint("nonce", "workspace", name="uq_cards_nonce_workspace"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("errand", sa.String(), nullable=False),
        sa.Column("proposal", sa.String()),
        sa.Column("merged_as", sa.String()),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("wanted", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("queued_at", sa.BigInteger(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("merged_as", "workspace", name="uq_outbox_merged_as_workspace"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_lane_priority_id", "outbox", ["lane", "priority", "id"])
    op.create_index(
        "ix_outbox_expires_at",
        "outbox",
        ["expires_at"],
        sqlite_where=sa.text("expires_at IS NOT NULL"),
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )
    op.create_table(
        "lanes",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("holder", sa.String()),
        sa.Column("leased_until", sa.BigInteger(), nullable=False),
        sa.Column("next_send_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("lane", "workspace", name="pk_lanes"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "deliveries",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("proposal", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("delivered_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("proposal", "version", "workspace", name="pk_deliveries"),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False, server_default=""),
        sa.Column("agent", sa.String(), nullable=False, server_default=WhoInserts()),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("enqueued_at", sa.BigInteger(), nullable=False, server_default=MicrosNow()),
        sa.Column("attempts", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("available_at", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("holder", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        *(each.ddl_if(dialect=dialect) for dialect, each in inbox_checks()),
    )
    op.create_index("ix_inbox_enqueued_at_id", "inbox", ["enqueued_at", "id"])
    op.create_table(
        "dead_letters",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("died_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "workspace", name="pk_dead_letters"),
    )
    op.create_index("ix_dead_letters_died_at", "dead_letters", ["died_at"])
    op.create_table(
        "clicks",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", "workspace", name="pk_clicks"),
    )
    op.create_index("ix_clicks_answered_at", "clicks", ["answered_at"])
    op.create_table(
        "spending",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("millionths", sa.BigInteger(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "agent", "action", "currency", "hour", "workspace", name="pk_spending"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "secrets",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", "workspace", name="pk_secrets"),
    )
    op.create_table(
        "commits",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("writer", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("committed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("writer", "workspace", name="pk_commits"),
        sqlite_with_rowid=False,
    )
    create_guards(None, op.get_bind())


def downgrade() -> None:
    drop_guards(op.get_bind())
    op.drop_table("commits")
    op.drop_table("secrets")
    op.drop_table("spending")
    op.drop_table("clicks")
    op.drop_table("dead_letters")
    op.drop_table("inbox")
    op.drop_table("deliveries")
    op.drop_table("lanes")
    op.drop_table("outbox")
    op.drop_table("cards")
    op.drop_table("timers")
    op.drop_table("audit_head")
    op.drop_table("audit")
    op.drop_table("executions")
    op.drop_table("checkpoints")
