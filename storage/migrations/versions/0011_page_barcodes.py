"""The QR codes and barcodes of pages: what each says and where it stands."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "page_barcode",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=64), nullable=False),
        sa.Column("meaning", sa.String(length=64), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("is_binary", sa.Boolean(), nullable=False),
        *[sa.Column(side, sa.Double(), nullable=False) for side in ("left", "top", "right", "bottom")],
        sa.ForeignKeyConstraint(
            ["version_id"], ["document_version.id"], name="fk_page_barcode_version_id_document_version"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_page_barcode"),
    )
    op.create_index("ix_page_barcode_version_id", "page_barcode", ["version_id"])


def downgrade() -> None:
    op.drop_table("page_barcode")
