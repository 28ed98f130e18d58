"""Figures that others supply, and ways to find events by kind and what was archived lately."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _figure_import()
    _supplied_figure()
    op.create_index("ix_event_kind", "event", ["kind", "seq"])
    op.create_index("ix_document_version_archived_at", "document_version", ["archived_at"])


def downgrade() -> None:
    op.drop_index("ix_document_version_archived_at", "document_version")
    op.drop_index("ix_event_kind", "event")
    op.execute("DELETE FROM target WHERE metric IN ('waiting', 'handling')")
    op.drop_table("supplied_figure")
    op.drop_table("figure_import")


def _figure_import() -> None:
    op.create_table(
        "figure_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("rows", "added", "changed", "unchanged", "refused")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_figure_import"),
    )


def _supplied_figure() -> None:
    op.create_table(
        "supplied_figure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        *(
            sa.Column(name, sa.String(length=64), nullable=False)
            for name in ("metric", "subject_kind", "subject_code", "level", "period")
        ),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=True),
        sa.Column("denominator", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.Double(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["figure_import.id"], name="fk_supplied_figure_import_id_figure_import"),
        sa.PrimaryKeyConstraint("id", name="pk_supplied_figure"),
        sa.UniqueConstraint(
            "import_id",
            "metric",
            "subject_code",
            "period",
            name="uq_supplied_figure_import_id_metric_subject_code_period",
        ),
    )
    op.create_index("ix_supplied_figure_import_id", "supplied_figure", ["import_id"])
    op.create_index("ix_supplied_figure_year", "supplied_figure", ["year", "metric"])
