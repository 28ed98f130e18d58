"""Kept: which records stand in no register, how many rows are short, and questions by day; indexes for comparisons.

What is kept already stays, so that nothing is counted anew for it. The kept standings refer to other tables no more:
they follow from these and are held against them by `sohoa audit`, and asking for each of millions of rows whether what
it follows from is there was a fifth of a first count.
"""

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules_v6

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_ENTRY_KEY = "fk_entry_standing_entry_id_register_entry"
_UNIT_KEY = "fk_entry_standing_unit_id_administrative_unit"
_SUBJECTS = ("asked", "settled", "outside", "short")
_GIVEN_WAY = {
    "ix_register_entry_withdrawn": ("register_entry", ["id"], "withdrawn_at IS NOT NULL", None),
    "ix_review_task_asked": ("review_task", ["reason_code", "document_id"], "settled_at IS NULL", None),
    "ix_review_task_weeks": ("review_task", ["settled_at", "opened_at"], None, None),
}
INDEXES = {
    "ix_register_entry_withdrawn": ("register_entry", ["withdrawn_at", "id"], "withdrawn_at IS NOT NULL", None),
    "ix_register_entry_first_import": ("register_entry", ["first_import_id", "id"], None, None),
    "ix_register_entry_history_replaced": ("register_entry_history", ["replaced_by_id", "entry_id"], None, None),
    "ix_review_task_asked": ("review_task", ["reason_code", "document_id", "opened_at"], "settled_at IS NULL", None),
    "ix_document_version_again": ("document_version", ["created_at"], "number > 1", None),
    "ix_stored_object_bad": ("stored_object", ["checked_at"], "NOT check_ok", "check_ok = 0"),
}
"""Table, columns, the rows it is of, and how SQLite spells these where that is another way."""
_OUTSIDE = """INSERT INTO outside_record (record_id, agency_code) SELECT r.id, r.agency_code FROM record r
    LEFT JOIN register_entry e ON e.id = r.register_entry_id
    WHERE (r.register_entry_id IS NULL OR e.withdrawn_at IS NOT NULL) AND r.state <> 'superseded'
    AND EXISTS (SELECT 1 FROM document d WHERE d.record_id = r.id AND d.state NOT IN ('superseded', 'duplicate')
        AND (d.state = 'refused' OR EXISTS (SELECT 1 FROM document_version v WHERE v.document_id = d.id
            AND v.secrecy_passed_at IS NOT NULL)))"""
_COUNTS = """INSERT INTO kept_count (subject, agency_code, code, detail, number)
    SELECT '{subject}', agency_code, '', '', COUNT(*) FROM {table} GROUP BY agency_code"""


def upgrade() -> None:
    op.create_table(
        "touched_record",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_touched_record"),
    )
    op.create_table(
        "outside_record",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("agency_code", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_outside_record"),
    )
    op.create_index("ix_outside_record_agency", "outside_record", ["agency_code", "record_id"])
    with op.batch_alter_table("entry_standing") as standings:
        standings.drop_constraint(_ENTRY_KEY, type_="foreignkey")
        standings.drop_constraint(_UNIT_KEY, type_="foreignkey")
    for name, (of, _columns, _where, _spelt) in _GIVEN_WAY.items():
        op.drop_index(name, of)
    _make(INDEXES)
    rules_v6.install(op.get_bind())
    op.execute(_OUTSIDE)
    op.execute(_COUNTS.format(subject="outside", table="outside_record"))
    op.execute(
        _COUNTS.format(
            subject="short", table="(SELECT agency_code FROM entry_standing WHERE is_short AND NOT is_withdrawn) AS s"
        )
    )


def downgrade() -> None:
    rules_v6.remove(op.get_bind())
    for table in ("count_change", "kept_count"):
        counts = sa.table(table, sa.column("subject"))
        op.execute(sa.delete(counts).where(counts.c.subject.in_(_SUBJECTS)))
    for name, (of, _columns, _where, _spelt) in INDEXES.items():
        op.drop_index(name, of)
    _make(_GIVEN_WAY)
    with op.batch_alter_table("entry_standing") as standings:
        standings.create_foreign_key(_ENTRY_KEY, "register_entry", ["entry_id"], ["id"])
        standings.create_foreign_key(_UNIT_KEY, "administrative_unit", ["unit_id"], ["id"])
    op.drop_table("outside_record")
    op.drop_table("touched_record")


def _make(indexes: Mapping[str, tuple[str, list[str], str | None, str | None]]) -> None:
    for name, (table, columns, where, spelt) in indexes.items():
        some = sa.text(where) if where else None
        op.create_index(name, table, columns, postgresql_where=some, sqlite_where=sa.text(spelt) if spelt else some)
