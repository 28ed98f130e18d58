"""How many there are of what a report counts: kept sums, and what changed since they were made.

Triggers write the changes, each in the transaction of what it counts: sums and changes together are right at any time.
Records in no register and short rows are counted when the kept standings follow what was touched.
"""

from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from storage.ledger.base import Base, Code


class KeptCount(Base):
    """How many there were of one kind when changes were last added up."""

    __tablename__ = "kept_count"

    subject: Mapped[Code] = mapped_column(primary_key=True)
    """document, entry, finding, asked, settled, outside, short."""
    agency_code: Mapped[Code] = mapped_column(primary_key=True)
    """Of documents, of records in no register, of register rows that are short; else empty."""
    code: Mapped[Code] = mapped_column(primary_key=True)
    """The state of documents; of register rows listed, missing, withdrawn; of findings what was noticed; of questions
    the Vietnamese day on which they were asked or settled."""
    detail: Mapped[Code] = mapped_column(primary_key=True)
    """The reason of documents, the severity of findings; else empty."""
    number: Mapped[int] = mapped_column(BigInteger)


class CountChange(Base):
    """How many more of one kind there are by one change."""

    __tablename__ = "count_change"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    subject: Mapped[Code]
    agency_code: Mapped[Code]
    code: Mapped[Code]
    detail: Mapped[Code]
    number: Mapped[int] = mapped_column(BigInteger)


class TouchedRecord(Base):
    """A record that may have left a register or come into one since it was last looked at; triggers write it."""

    __tablename__ = "touched_record"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    record_id: Mapped[UUID]


class OutsideRecord(Base):
    """A record that was scanned and stands in no register; it follows from other tables.

    No name of it is kept here: what proves to be secret leaves nothing behind.
    """

    __tablename__ = "outside_record"
    __table_args__ = (Index("ix_outside_record_agency", "agency_code", "record_id"),)

    record_id: Mapped[UUID] = mapped_column(primary_key=True)
    agency_code: Mapped[Code]
