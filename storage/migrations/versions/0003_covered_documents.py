"""The documents a release covers; a pending one whose PDF was built anew waits for a release again."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "release_document",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("assembled_sha256", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_release_document_document_id_document")
        ),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_release_document_release_id_release")),
        sa.PrimaryKeyConstraint("release_id", "document_id", name=op.f("pk_release_document")),
    )
    op.create_index(op.f("ix_release_document_document_id"), "release_document", ["document_id"])
    op.execute("INSERT INTO document_transition (before, after) VALUES ('pending_signature', 'waiting_release')")


def downgrade() -> None:
    op.execute("DELETE FROM document_transition WHERE before = 'pending_signature' AND after = 'waiting_release'")
    op.drop_table("release_document")
