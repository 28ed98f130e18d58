"""Sums of completed rows also by the unit that issued them, so that a unit has a pace; made from the kept standings."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0028"
branch_labels = None
depends_on = None
_COUNTS = ("records", "solved", "in_force")
_NO_UNIT = UUID(int=0)


def upgrade() -> None:
    op.drop_table("kept_completion")
    _create(("agency_code", "completed_on", "solved_year", "unit_id"))
    _sum_up(has_unit=True)


def downgrade() -> None:
    op.drop_table("kept_completion")
    _create(("agency_code", "completed_on", "solved_year"))
    _sum_up(has_unit=False)


def _create(key: tuple[str, ...]) -> None:
    columns: dict[str, sa.types.TypeEngine[Any]] = {
        "agency_code": sa.String(length=64),
        "completed_on": sa.Date(),
        "solved_year": sa.Integer(),
        "unit_id": sa.Uuid(),
    }
    op.create_table(
        "kept_completion",
        *(sa.Column(name, columns[name], nullable=False) for name in key),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        sa.PrimaryKeyConstraint(*key, name="pk_kept_completion"),
    )
    op.create_index("ix_kept_completion_day", "kept_completion", ["completed_on"])


def _sum_up(*, has_unit: bool) -> None:
    """Add up the standings as they are kept, for the day that is counted for; nothing where nothing is kept."""
    row = sa.table(
        "entry_standing",
        sa.column("agency_code", sa.String()),
        sa.column("unit_id", sa.Uuid()),
        *(sa.column(name, sa.Date()) for name in ("began_on", "in_force_until", "resolved_on", "completed_on")),
        *(sa.column(name, sa.Integer()) for name in ("solved_year", "results")),
        sa.column("is_withdrawn", sa.Boolean()),
    ).c
    day = sa.select(sa.table("kept_progress", sa.column("counted_for", sa.Date())).c.counted_for).scalar_subquery()
    in_force = sa.and_(
        row.results > 0,
        sa.or_(row.in_force_until.is_(None), row.in_force_until >= day),
        sa.or_(row.began_on.is_(None), row.began_on <= day),
    )
    unit = sa.func.coalesce(row.unit_id, sa.literal(_NO_UNIT, sa.Uuid()))
    names = ("agency_code", "completed_on", "solved_year", *(("unit_id",) if has_unit else ()))
    key = (row.agency_code, row.completed_on, sa.func.coalesce(row.solved_year, 0), *((unit,) if has_unit else ()))
    sums = sa.select(
        *(column.label(name) for name, column in zip(names, key, strict=True)),
        sa.func.count().label("records"),
        sa.func.sum(sa.case((row.resolved_on <= day, 1), else_=0)).label("solved"),
        sa.func.sum(sa.case((in_force, 1), else_=0)).label("in_force"),
    ).where(row.completed_on.is_not(None), ~row.is_withdrawn)
    names = (*names, *_COUNTS)
    kept = sa.table("kept_completion", *(sa.column(name) for name in names))
    labels = [sa.text(str(place)) for place in range(1, len(names) - len(_COUNTS) + 1)]
    op.execute(sa.insert(kept).from_select(names, sums.group_by(*labels)))
