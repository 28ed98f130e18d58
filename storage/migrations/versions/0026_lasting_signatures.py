"""Until when pending documents are left alone, and until when the newest timestamp of a version proves it."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0023"
branch_labels = None
depends_on = None
_PROVEN = "ix_document_version_proven_until"


def upgrade() -> None:
    op.add_column("document", sa.Column("wait_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("document_version", sa.Column("proven_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index(_PROVEN, "document_version", ["proven_until"])


def downgrade() -> None:
    op.drop_index(_PROVEN, "document_version")
    op.drop_column("document_version", "proven_until")
    op.drop_column("document", "wait_until")
