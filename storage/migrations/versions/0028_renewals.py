"""Renewed archive timestamps: by which hash the newest one stands, and the number of the object that bears it."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("document_version", sa.Column("timestamp_digest", sa.String(), nullable=True))
    op.add_column("document_version", sa.Column("object_number", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("document_version", "object_number")
    op.drop_column("document_version", "timestamp_digest")
