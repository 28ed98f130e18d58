"""Units over time: how much of a unit went to whom and who takes its records, hardship with dates, agencies by code."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unit_hardship",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unit_hardship"),
        sa.UniqueConstraint("code", "since", name="uq_unit_hardship_code_since"),
    )
    # No release kept a succession or a hardship status: none was known.
    op.drop_table("unit_succession")
    _succession(
        sa.Column("extent", sa.String(length=64), nullable=False),
        sa.Column("takes_records", sa.Boolean(), nullable=False),
    )
    op.drop_column("administrative_unit", "is_hardship")
    op.add_column("agency", sa.Column("unit_code", sa.String(length=64), nullable=True))
    op.execute("UPDATE agency SET unit_code = (SELECT code FROM administrative_unit WHERE id = agency.unit_id)")
    with op.batch_alter_table("agency") as table:
        table.drop_constraint("fk_agency_unit_id_administrative_unit", type_="foreignkey")
        table.drop_column("unit_id")


def downgrade() -> None:
    with op.batch_alter_table("agency") as table:
        table.add_column(sa.Column("unit_id", sa.Uuid(), nullable=True))
        table.create_foreign_key("fk_agency_unit_id_administrative_unit", "administrative_unit", ["unit_id"], ["id"])
    op.execute(
        "UPDATE agency SET unit_id = (SELECT id FROM administrative_unit"
        " WHERE code = agency.unit_code ORDER BY valid_from DESC LIMIT 1)"
    )
    op.drop_column("agency", "unit_code")
    op.add_column("administrative_unit", sa.Column("is_hardship", sa.Boolean(), nullable=True))
    op.drop_table("unit_succession")
    _succession()
    op.drop_table("unit_hardship")


def _succession(*more: sa.Column[Any]) -> None:
    op.create_table(
        "unit_succession",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("old_id", sa.Uuid(), nullable=False),
        sa.Column("new_id", sa.Uuid(), nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        *more,
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["new_id"], ["administrative_unit.id"], name="fk_unit_succession_new_id_administrative_unit"
        ),
        sa.ForeignKeyConstraint(
            ["old_id"], ["administrative_unit.id"], name="fk_unit_succession_old_id_administrative_unit"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_unit_succession"),
        sa.UniqueConstraint("old_id", "new_id", "effective", name="uq_unit_succession_old_id_new_id_effective"),
    )
    op.create_index("ix_unit_succession_old_id", "unit_succession", ["old_id"])
    op.create_index("ix_unit_succession_new_id", "unit_succession", ["new_id"])
