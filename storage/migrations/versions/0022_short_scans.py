"""Scans that are shorter than the register states, with what is watched for it; standings are counted anew.

With it an index of withdrawn rows, whose scans stand in no register.
"""

from contextlib import AbstractContextManager

import sqlalchemy as sa
from alembic import op
from alembic.operations.base import BatchOperations

from storage.migrations import rules_v2

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
_SHORT, _WITHDRAWN = "ix_entry_standing_short", "ix_register_entry_withdrawn"
_ALSO = {"register_entry": ", expected_pages", "document": ", page_count"}


def upgrade() -> None:
    _forget()
    with _standings() as table:
        table.add_column(sa.Column("pages_expected", sa.Integer(), nullable=True))
        table.add_column(sa.Column("pages", sa.Integer(), nullable=False))
        table.add_column(sa.Column("is_short", sa.Boolean(), nullable=False))
    op.create_index(
        _SHORT,
        "entry_standing",
        ["agency_code", "entry_id"],
        sqlite_where=sa.text("is_short = 1"),
        postgresql_where=sa.text("is_short"),
    )
    is_withdrawn = sa.text("withdrawn_at IS NOT NULL")
    op.create_index(_WITHDRAWN, "register_entry", ["id"], sqlite_where=is_withdrawn, postgresql_where=is_withdrawn)
    rules_v2.install(op.get_bind(), _ALSO)


def downgrade() -> None:
    rules_v2.install(op.get_bind())
    _forget()
    op.drop_index(_WITHDRAWN, "register_entry")
    op.drop_index(_SHORT, "entry_standing")
    with _standings() as table:
        for name in ("is_short", "pages", "pages_expected"):
            table.drop_column(name)


def _standings() -> AbstractContextManager[BatchOperations]:
    # SQLite adds no column that must not be empty, but to a table made anew.
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    return op.batch_alter_table("entry_standing", recreate="always" if is_sqlite else "never")


def _forget() -> None:
    """Let everything be counted anew with the next report: all of it follows from other tables."""
    for table in ("kept_progress", "kept_tally", "kept_completion", "touched_entry", "entry_standing"):
        op.execute(sa.delete(sa.table(table)))
