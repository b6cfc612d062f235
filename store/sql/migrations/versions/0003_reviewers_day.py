"""What a reviewer's day needs: more open states that the guards must know."""

import sqlalchemy as sa
from alembic import op

from store.sql.guards import create_guards, drop_guards

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    drop_guards(connection)
    create_guards(None, connection)
    op.create_index("ix_cards_ts", "cards", ["ts"])
    _create_board()


def _create_board() -> None:
    """Leave what was there before to the bot, which finds it missing when it starts."""
    op.create_table(
        "board",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("proposal", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("decided_at", sa.BigInteger()),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("severity", sa.BigInteger(), nullable=False),
        sa.Column("reversible", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("seats", sa.Text(), nullable=False),
        sa.Column("seen_by", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("proposal", "workspace", name="pk_board"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stakes",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("proposal", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("who", "part", "proposal", "workspace", name="pk_stakes"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_board_decided_at", "board", ["decided_at"])
    op.create_index("ix_stakes_proposal", "stakes", ["proposal"])
