"""Finding documents: their words in search spelling, full-text indexes over them, and what is to be indexed anew."""

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules_v3

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "search_text",
        sa.Column("id", number, nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name="fk_search_text_document_id_document", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_search_text"),
        sa.UniqueConstraint("document_id", name="uq_search_text_document_id"),
    )
    op.create_table(
        "touched_document",
        sa.Column("id", number, nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_touched_document"),
    )
    rules_v3.install(op.get_bind())
    # What is there already is indexed with the first search.
    op.execute("INSERT INTO touched_document (document_id) SELECT id FROM document")


def downgrade() -> None:
    rules_v3.remove(op.get_bind())
    op.drop_table("touched_document")
    op.drop_table("search_text")
