"""What a version needs so that its document can go back to it when the next one is refused."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

QUESTION = ("replaces_archived", "replaces_earlier")


def upgrade() -> None:
    op.add_column("document_version", sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("document_version", sa.Column("batch_id", sa.Uuid(), nullable=True))
    op.add_column("document_version", sa.Column("lane", sa.String(length=64), nullable=True))
    op.add_column("document_version", sa.Column("type_code", sa.String(length=64), nullable=True))
    op.add_column("review_task", sa.Column("version", sa.Integer(), nullable=True))
    # Which of the versions left before were refused nobody wrote down: as before, only archived ones are gone back to.
    op.execute(
        "UPDATE document_version SET refused_at = created_at WHERE archived_at IS NULL AND number <>"
        " (SELECT current_version FROM document WHERE document.id = document_version.document_id)"
    )
    op.execute(
        "UPDATE document_version SET lane = 'signed'"
        " WHERE id IN (SELECT version_id FROM signature WHERE role = 'foreign')"
    )
    op.execute(
        "UPDATE review_task SET version = (SELECT max(number) FROM document_version"
        " WHERE document_version.document_id = review_task.document_id"
        " AND document_version.created_at <= review_task.opened_at)"
    )
    _rename(*QUESTION)


def downgrade() -> None:
    _rename(*reversed(QUESTION))
    op.drop_column("review_task", "version")
    for column in ("type_code", "lane", "batch_id", "refused_at"):
        op.drop_column("document_version", column)


def _rename(before: str, after: str) -> None:
    op.execute(f"UPDATE finding SET code = '{after}' WHERE code = '{before}'")  # noqa: S608 - our words
    op.execute(f"UPDATE review_task SET reason_code = '{after}' WHERE reason_code = '{before}'")  # noqa: S608 - our words
