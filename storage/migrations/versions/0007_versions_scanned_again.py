"""A paper that is scanned again becomes the next version of its document, whatever became of the earlier one."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATES = ("archived", "waiting_trust", "pending_signature")


def upgrade() -> None:
    op.add_column("document_version", sa.Column("original_sha256", sa.String(length=64), nullable=True))
    op.execute(
        "UPDATE document_version SET original_sha256 ="
        " (SELECT document.original_sha256 FROM document WHERE document.id = document_version.document_id)"
    )
    for state in STATES:
        op.execute(f"INSERT INTO document_transition (before, after) VALUES ('{state}', 'in_work')")  # noqa: S608 - our words


def downgrade() -> None:
    for state in STATES:
        op.execute(f"DELETE FROM document_transition WHERE before = '{state}' AND after = 'in_work'")  # noqa: S608 - our words
    op.drop_column("document_version", "original_sha256")
