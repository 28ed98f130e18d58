"""How large documents are, as they came in, and what memory each machine gives to documents in work."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0029"
branch_labels = None
depends_on = None

_SIZES = ("largest_page_px", "all_pages_px", "original_bytes")


def upgrade() -> None:
    for name in _SIZES:
        op.add_column("document", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("machine", sa.Column("memory_bytes", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("machine", "memory_bytes")
    for name in reversed(_SIZES):
        op.drop_column("document", name)
