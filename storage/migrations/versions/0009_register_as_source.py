"""The register as a source of values: what a row is looked up by, which row a document is, and why a value counts."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CHUNK = 1000
INDEXES = {
    "ix_register_entry_symbol": ["agency_code", "symbol_key"],
    "ix_register_entry_issued": ["agency_code", "issued_on"],
    "ix_register_entry_record_code": ["record_code"],
}
ENTRY = sa.table("register_entry", sa.column("id", sa.Uuid()), sa.column("symbol"), sa.column("symbol_key"))
LEADING = re.compile(r"^(?:SỐ|SO)\s*:?\s*|(?<![0-9])0+(?=[0-9])")
BLANKS = re.compile(r"\s+")
DASHES = re.compile(r"[\u2010-\u2015\u2212]")


def upgrade() -> None:
    op.add_column("field_value", sa.Column("why", sa.JSON(none_as_null=True), nullable=True))
    for column in ("symbol_key", "issuer", "signer_name"):
        op.add_column("register_entry", sa.Column(column, sa.String(), nullable=True))
    _fill_symbol_keys()
    for name, columns in INDEXES.items():
        op.create_index(name, "register_entry", columns)
    _register_match()
    # What the register said beside a reading stood as accepted; the reading was what counted.
    op.execute("UPDATE field_value SET status = 'beside' WHERE source = 'register' AND status = 'accepted'")


def downgrade() -> None:
    op.execute("UPDATE field_value SET status = 'accepted' WHERE source = 'register' AND status = 'beside'")
    # A reading in whose place the register stood is a question again.
    op.execute("UPDATE field_value SET status = 'review' WHERE status = 'beside'")
    op.drop_table("register_match")
    for name in INDEXES:
        op.drop_index(name, "register_entry")
    for column in ("signer_name", "issuer", "symbol_key"):
        op.drop_column("register_entry", column)
    op.drop_column("field_value", "why")


def _register_match() -> None:
    op.create_table(
        "register_match",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=64), nullable=False),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["document_version.id"], name="fk_register_match_version_id_document_version"
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["register_entry.id"], name="fk_register_match_entry_id_register_entry"),
        sa.PrimaryKeyConstraint("id", name="pk_register_match"),
        sa.UniqueConstraint("version_id", name="uq_register_match_version_id"),
    )
    op.create_index("ix_register_match_entry_id", "register_match", ["entry_id"])


def _fill_symbol_keys() -> None:
    connection = op.get_bind()
    change = sa.update(ENTRY).where(ENTRY.c.id == sa.bindparam("entry")).values(symbol_key=sa.bindparam("key"))
    for rows in _chunks(connection):
        connection.execute(change, [{"entry": row.id, "key": _key(row.symbol)} for row in rows])


def _chunks(connection: sa.Connection) -> Iterator[list[Any]]:
    last = None
    while True:
        found = sa.select(ENTRY.c.id, ENTRY.c.symbol).where(ENTRY.c.symbol.is_not(None))
        if last is not None:
            found = found.where(ENTRY.c.id > last)
        rows = list(connection.execute(found.order_by(ENTRY.c.id).limit(CHUNK)))
        if not rows:
            return
        last = rows[-1].id
        yield rows


def _key(symbol: str) -> str:
    """Give a number and symbol as they are looked up by, as this revision writes them."""
    text = unicodedata.normalize("NFC", symbol).upper().strip()
    plain = BLANKS.sub("", LEADING.sub("", DASHES.sub("-", text)))
    marks = unicodedata.normalize("NFD", plain.replace("Đ", "D"))
    return "".join(char for char in marks if not unicodedata.combining(char))
