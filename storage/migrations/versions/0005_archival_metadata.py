"""What an agency says for all its documents; the paper file's code is a row of `identifier`, nothing ever filled it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agency", sa.Column("maintenance", sa.String(length=64), nullable=True))
    op.add_column("agency", sa.Column("language", sa.String(length=64), nullable=True))
    op.add_column("agency", sa.Column("mode", sa.String(length=64), nullable=True))
    op.add_column("agency", sa.Column("risk_recovery", sa.Boolean(), nullable=True))
    op.add_column("agency", sa.Column("metadata_basis", sa.String(), nullable=True))
    op.drop_column("record", "paper_file_code")


def downgrade() -> None:
    op.add_column("record", sa.Column("paper_file_code", sa.String(), nullable=True))
    for column in ("maintenance", "language", "mode", "risk_recovery", "metadata_basis"):
        op.drop_column("agency", column)
