"""How far each register row is, kept and brought up to date; what changed is noted by the database itself."""

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules_v2

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "touched_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_touched_entry"),
    )
    _entry_standing()
    _kept_tally()
    op.create_table(
        "kept_progress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("counted_for", sa.Date(), nullable=False),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kept_progress"),
    )
    rules_v2.install(op.get_bind())


def downgrade() -> None:
    rules_v2.remove(op.get_bind())
    for table in ("kept_progress", "kept_tally", "entry_standing", "touched_entry"):
        op.drop_table(table)


def _entry_standing() -> None:
    op.create_table(
        "entry_standing",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("agency_code", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("began_on", "in_force_until", "resolved_on")),
        sa.Column("solved_year", sa.Integer(), nullable=True),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("results", "papers", "documents", "results_digitized", "papers_digitized")
        ),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("is_digitized", "is_signed", "is_stored")),
        sa.ForeignKeyConstraint(["entry_id"], ["register_entry.id"], name="fk_entry_standing_entry_id_register_entry"),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["administrative_unit.id"], name="fk_entry_standing_unit_id_administrative_unit"
        ),
        sa.PrimaryKeyConstraint("entry_id", name="pk_entry_standing"),
    )
    for name, first in (("agency", "agency_code"), ("unit", "unit_id")):
        op.create_index(
            f"ix_entry_standing_{name}", "entry_standing", [first, "solved_year", "is_digitized", "entry_id"]
        )
    for column in ("began_on", "in_force_until"):
        op.create_index(f"ix_entry_standing_{column}", "entry_standing", [column])


def _kept_tally() -> None:
    counts = ("records", "digitized", "signed", "stored", "unscanned")
    papers = ("results_expected", "results_digitized", "papers_expected", "papers_digitized")
    op.create_table(
        "kept_tally",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_code", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in (*counts, *papers)),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["administrative_unit.id"], name="fk_kept_tally_unit_id_administrative_unit"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_kept_tally"),
    )
    op.create_index("ix_kept_tally_agency", "kept_tally", ["agency_code"])
