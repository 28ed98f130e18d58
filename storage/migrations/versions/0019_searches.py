"""Searching for people: codes apart from names in what is searched; who searched for what, and for which reason."""

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules_v3, rules_v4

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rules_v3.remove(op.get_bind())
    _search_text("codes", "head", "body")
    rules_v3.install(op.get_bind())
    rules_v4.install(op.get_bind())
    # All of it is indexed anew, some with each search and run.
    op.execute("INSERT INTO touched_document (document_id) SELECT id FROM document")
    _search_opening()
    _record_search()


def downgrade() -> None:
    op.drop_table("record_search")
    op.drop_table("search_opening")
    rules_v4.remove(op.get_bind())
    rules_v3.remove(op.get_bind())
    _search_text("head", "body")
    rules_v3.install(op.get_bind())
    op.execute("INSERT INTO touched_document (document_id) SELECT id FROM document")


def _search_text(*columns: str) -> None:
    """Make the table of words anew, empty: they follow from other tables."""
    op.drop_table("search_text")
    op.create_table(
        "search_text",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in columns),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name="fk_search_text_document_id_document", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_search_text"),
        sa.UniqueConstraint("document_id", name="uq_search_text_document_id"),
    )


def _search_opening() -> None:
    op.create_table(
        "search_opening",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("opened_at", "until")),
        sa.ForeignKeyConstraint(["user_id"], ["web_user.id"], name="fk_search_opening_user_id_web_user"),
        sa.PrimaryKeyConstraint("id", name="pk_search_opening"),
    )
    op.create_index("ix_search_opening_user", "search_opening", ["user_id", "until"])


def _record_search() -> None:
    op.create_table(
        "record_search",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("opening_id", sa.Uuid(), nullable=True),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("words", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["web_user.id"], name="fk_record_search_user_id_web_user"),
        sa.ForeignKeyConstraint(
            ["opening_id"], ["search_opening.id"], name="fk_record_search_opening_id_search_opening"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_record_search"),
    )
    op.create_index("ix_record_search_at", "record_search", ["at"])
