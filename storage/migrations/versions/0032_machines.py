"""Several machines on one ledger: which ones, what is leased to them, and where a document's files in work lie."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "machine",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_machine"),
    )
    op.create_table(
        "work_lease",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_work_lease"),
        sa.UniqueConstraint("subject", name="uq_work_lease_subject"),
    )
    op.create_table(
        "chunk_document",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("lease_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", name="pk_chunk_document"),
    )
    op.create_index("ix_chunk_document_lease_id", "chunk_document", ["lease_id"])
    op.add_column("chain_head_seal", sa.Column("place", sa.String(length=64), nullable=True))
    op.add_column("document", sa.Column("place", sa.String(length=64), nullable=True))
    with op.batch_alter_table("inbox_item") as items:
        items.add_column(sa.Column("inbox", sa.String(length=64), nullable=False, server_default=""))
        items.drop_constraint("uq_inbox_item_path", type_="unique")
        items.create_unique_constraint("uq_inbox_item_inbox_path", ["inbox", "path"])
    with op.batch_alter_table("inbox_item") as items:
        items.alter_column("inbox", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("inbox_item") as items:
        items.drop_constraint("uq_inbox_item_inbox_path", type_="unique")
        items.drop_column("inbox")
        items.create_unique_constraint("uq_inbox_item_path", ["path"])
    op.drop_column("document", "place")
    op.drop_column("chain_head_seal", "place")
    op.drop_table("chunk_document")
    op.drop_table("work_lease")
    op.drop_table("machine")
