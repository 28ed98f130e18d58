"""Acceptance samples of batches: what was checked, and what it says of the share of wrong fields."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "acceptance_sample",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seen", sa.String(length=64), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("checked", sa.Integer(), nullable=False),
        sa.Column("allowed", sa.Integer(), nullable=False),
        sa.Column("wrong_share", sa.Double(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("lower", sa.Double(), nullable=False),
        sa.Column("upper", sa.Double(), nullable=False),
        sa.Column("verdict", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_acceptance_sample_batch_id_batch"),
        sa.PrimaryKeyConstraint("id", name="pk_acceptance_sample"),
        sa.UniqueConstraint("batch_id", "number", name="uq_acceptance_sample_batch_id_number"),
    )
    op.create_table(
        "acceptance_item",
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("field_name", sa.String(length=64), nullable=False),
        sa.Column("is_wrong", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["acceptance_sample.id"], name="fk_acceptance_item_sample_id_acceptance_sample"
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_acceptance_item_document_id_document"),
        sa.PrimaryKeyConstraint("sample_id", "document_id", "field_name", name="pk_acceptance_item"),
    )
    op.create_index("ix_acceptance_item_document_id", "acceptance_item", ["document_id"])


def downgrade() -> None:
    op.drop_table("acceptance_item")
    op.drop_table("acceptance_sample")
