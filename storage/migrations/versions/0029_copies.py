"""Second copies of stored objects in the replica, and the longest unread found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0031"
branch_labels = None
depends_on = None

_CHECKED = "ix_stored_object_checked"


def upgrade() -> None:
    op.create_table(
        "object_copy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("store_version_id", sa.String(), nullable=True),
        sa.Column("retention_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("check_ok", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["object_id"], ["stored_object.id"], name="fk_object_copy_object_id_stored_object"),
        sa.PrimaryKeyConstraint("id", name="pk_object_copy"),
        sa.UniqueConstraint("object_id", "store", name="uq_object_copy_object_id_store"),
    )
    op.create_index("ix_object_copy_checked", "object_copy", ["store", "checked_at", "id"])
    op.create_index(
        "ix_object_copy_bad",
        "object_copy",
        ["checked_at"],
        sqlite_where=sa.text("check_ok = 0"),
        postgresql_where=sa.text("NOT check_ok"),
    )
    op.create_index(_CHECKED, "stored_object", ["checked_at", "id"])


def downgrade() -> None:
    op.drop_index(_CHECKED, "stored_object")
    op.drop_table("object_copy")
