"""How each page was read in the end, how sure its words are, and what is wrong with its reading as a whole."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Of pages read before nobody wrote it down: what is not known stays empty.
    op.add_column("page", sa.Column("reading", sa.String(length=64), nullable=True))
    op.add_column("page", sa.Column("probability", sa.Double(), nullable=True))
    op.add_column("page", sa.Column("alarms", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    for column in ("alarms", "probability", "reading"):
        op.drop_column("page", column)
