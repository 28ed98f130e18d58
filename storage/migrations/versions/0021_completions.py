"""Kept sums that follow what changed: of completions by day, and of documents, register rows and findings by kind.

With them indexes for lists in their order. Sums are counted anew once.
"""

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules_v5

revision = "0021"
down_revision = "0019"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_entry_standing_listed": ("entry_standing", ["agency_code", "entry_id"], None),
    "ix_document_listed": ("document", ["state", "id"], None),
    "ix_document_waiting": ("document", ["state", "state_since", "id"], None),
    "ix_finding_listed": ("finding", ["code", "document_id"], None),
    "ix_record_unregistered": ("record", ["agency_code", "code"], "register_entry_id IS NULL"),
    "ix_review_task_weeks": ("review_task", ["settled_at", "opened_at"], None),
    "ix_review_task_asked": ("review_task", ["reason_code", "document_id"], "settled_at IS NULL"),
}


def upgrade() -> None:
    op.add_column("entry_standing", sa.Column("completed_on", sa.Date(), nullable=True))
    op.drop_index("ix_entry_standing_unit", "entry_standing")
    _kept_completion()
    _counts()
    for name, (table, columns, where) in INDEXES.items():
        some = sa.text(where) if where else None
        op.create_index(name, table, columns, sqlite_where=some, postgresql_where=some)
    op.execute("DELETE FROM kept_progress")
    rules_v5.install(op.get_bind())


def downgrade() -> None:
    rules_v5.remove(op.get_bind())
    for name, (table, _columns, _where) in INDEXES.items():
        op.drop_index(name, table)
    for table in ("count_change", "kept_count", "kept_completion"):
        op.drop_table(table)
    op.create_index("ix_entry_standing_unit", "entry_standing", ["unit_id", "solved_year", "is_digitized", "entry_id"])
    op.drop_column("entry_standing", "completed_on")


def _kept_completion() -> None:
    op.create_table(
        "kept_completion",
        sa.Column("agency_code", sa.String(length=64), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("solved_year", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("records", "solved", "in_force")),
        sa.PrimaryKeyConstraint("agency_code", "completed_on", "solved_year", name="pk_kept_completion"),
    )
    op.create_index("ix_kept_completion_day", "kept_completion", ["completed_on"])


def _counts() -> None:
    keys = ("subject", "agency_code", "code", "detail")
    op.create_table(
        "kept_count",
        *(sa.Column(name, sa.String(length=64), nullable=False) for name in keys),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(*keys, name="pk_kept_count"),
    )
    op.create_table(
        "count_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        *(sa.Column(name, sa.String(length=64), nullable=False) for name in keys),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_count_change"),
    )
