"""When a version passed the secrecy gate: what the event log held back until then is told once."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("document_version", sa.Column("secrecy_passed_at", sa.DateTime(timezone=True), nullable=True))
    # Whose text is in the ledger has passed, and its events are in the log.
    op.execute(
        "UPDATE document_version SET secrecy_passed_at = created_at"
        " WHERE id IN (SELECT version_id FROM stage_run WHERE stage = 'extract')"
    )


def downgrade() -> None:
    op.drop_column("document_version", "secrecy_passed_at")
