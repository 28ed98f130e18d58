"""How many there are of what a report counts: kept sums, and what changed since they were made.

Triggers write the changes, each in the transaction of what it counts: sums and changes together are right at any time.
"""

from sqlalchemy import BigInteger, Integer
from sqlalchemy.orm import Mapped, mapped_column

from storage.ledger.base import Base, Code


class KeptCount(Base):
    """How many there were of one kind when changes were last added up."""

    __tablename__ = "kept_count"

    subject: Mapped[Code] = mapped_column(primary_key=True)
    """document, entry, finding."""
    agency_code: Mapped[Code] = mapped_column(primary_key=True)
    """Of documents; else empty."""
    code: Mapped[Code] = mapped_column(primary_key=True)
    """The state of documents; of register rows listed, missing, withdrawn; of findings what was noticed."""
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
