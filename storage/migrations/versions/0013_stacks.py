"""Stacks: files that were split at their separator sheets, and which pages of them a document is."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES, PAGES = ("document_version", "inbox_item"), ("first_page", "last_page")


def upgrade() -> None:
    op.create_table(
        "stack",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("separators", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_stack"),
        sa.UniqueConstraint("sha256", name="uq_stack_sha256"),
    )
    for table in TABLES:
        op.add_column(table, sa.Column("stack_id", sa.Uuid(), nullable=True))
        op.create_index(f"ix_{table}_stack_id", table, ["stack_id"])
    for column in PAGES:
        op.add_column("document_version", sa.Column(column, sa.Integer(), nullable=True))


def downgrade() -> None:
    for column in PAGES:
        op.drop_column("document_version", column)
    for table in TABLES:
        op.drop_index(f"ix_{table}_stack_id", table)
        op.drop_column(table, "stack_id")
    op.drop_table("stack")
