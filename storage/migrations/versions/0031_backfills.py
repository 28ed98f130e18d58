"""Backfills as rows: what was asked for, how far it came, who works on it; and the version that one issued anew."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0032"
branch_labels = None
depends_on = None
_STATES = "'planned', 'running', 'paused', 'cancelled', 'done'"
_COLUMNS: dict[str, tuple[sa.types.TypeEngine[Any], bool]] = {
    "id": (sa.Uuid(), False),
    "number": (sa.Integer(), False),
    "state": (sa.String(length=64), False),
    "scope": (sa.JSON(none_as_null=True), False),
    "priority": (sa.String(length=64), False),
    "reason": (sa.String(), True),
    "actor": (sa.String(), False),
    "asked_at": (sa.DateTime(timezone=True), False),
    "documents": (sa.BigInteger(), False),
    "pages": (sa.BigInteger(), False),
    "estimate": (sa.JSON(none_as_null=True), False),
    "done": (sa.BigInteger(), False),
    "failed": (sa.BigInteger(), False),
    "busy": (sa.BigInteger(), False),
    "pages_done": (sa.BigInteger(), False),
    "failures": (sa.JSON(none_as_null=True), False),
    "reached": (sa.Uuid(), True),
    "worked_s": (sa.Double(), False),
    "started_at": (sa.DateTime(timezone=True), True),
    "ended_at": (sa.DateTime(timezone=True), True),
    "aside_since": (sa.DateTime(timezone=True), True),
    "claim_owner": (sa.String(), True),
    "claim_fence": (sa.Integer(), False),
    "claim_until": (sa.DateTime(timezone=True), True),
}


def upgrade() -> None:
    op.create_table(
        "backfill",
        *(sa.Column(name, kind, nullable=may_lack) for name, (kind, may_lack) in _COLUMNS.items()),
        sa.CheckConstraint(f"state IN ({_STATES})", name="ck_backfill_state"),
        sa.PrimaryKeyConstraint("id", name="pk_backfill"),
        sa.UniqueConstraint("number", name="uq_backfill_number"),
    )
    op.add_column("document_version", sa.Column("backfill_id", sa.Uuid(), nullable=True))
    op.create_index("ix_document_version_backfill_id", "document_version", ["backfill_id"])


def downgrade() -> None:
    op.drop_index("ix_document_version_backfill_id", "document_version")
    op.drop_column("document_version", "backfill_id")
    op.drop_table("backfill")
