"""What is kept of counting, so that nobody waits for it: how far each register row is, and sums by agency and unit.

All of it follows from other tables and can be thrown away and counted anew.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from storage.ledger.base import Base, Code, Id, index_of_some


class TouchedEntry(Base):
    """A register row of which something changed since it was last looked at; triggers write it, whoever did it."""

    __tablename__ = "touched_entry"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    entry_id: Mapped[UUID]


NO_UNIT = UUID(int=0)
"""Stands in a key for rows of agencies whose unit nobody entered."""


class EntryStanding(Base):
    """How far one register row is: what is expected of it, and how much of that is there."""

    __tablename__ = "entry_standing"
    __table_args__ = (
        Index("ix_entry_standing_agency", "agency_code", "solved_year", "is_digitized", "entry_id"),
        Index("ix_entry_standing_listed", "agency_code", "entry_id"),
        index_of_some("ix_entry_standing_short", "agency_code", "entry_id", where="is_short", on_sqlite="is_short = 1"),
    )

    # No foreign keys: millions of rows are written at once, and what they follow from is there.
    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    agency_code: Mapped[Code]
    unit_id: Mapped[UUID | None]
    """The unit that issued it: which one bore the agency's unit code on the day; None: nobody entered the code."""
    began_on: Mapped[date | None] = mapped_column(index=True)
    """The day it was solved or issued; None: not known, so it counts on any day."""
    in_force_until: Mapped[date | None] = mapped_column(index=True)
    resolved_on: Mapped[date | None]
    solved_year: Mapped[int | None]
    is_withdrawn: Mapped[bool]
    results: Mapped[int]
    papers: Mapped[int]
    documents: Mapped[int]
    """That came in."""
    results_digitized: Mapped[int]
    papers_digitized: Mapped[int]
    is_digitized: Mapped[bool]
    is_signed: Mapped[bool]
    is_stored: Mapped[bool]
    completed_on: Mapped[date | None]
    """Of a digitized one: the Vietnamese day on which the last of its documents was archived for the first time."""
    pages_expected: Mapped[int | None]
    """None: the register does not state them."""
    pages: Mapped[int]
    """Of the documents that are here, as they were delivered."""
    is_short: Mapped[bool]
    """Something was scanned, and it is fewer documents or pages than the register states."""


class KeptTally(Base):
    """The sums of one agency and unit as issued: of one year's solved records, or (year 0) of results in force."""

    __tablename__ = "kept_tally"
    __table_args__ = (Index("ix_kept_tally_agency", "agency_code"),)

    id: Mapped[Id]
    agency_code: Mapped[Code]
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("administrative_unit.id"))
    year: Mapped[int]
    records: Mapped[int]
    digitized: Mapped[int]
    signed: Mapped[int]
    stored: Mapped[int]
    unscanned: Mapped[int]
    results_expected: Mapped[int]
    results_digitized: Mapped[int]
    papers_expected: Mapped[int]
    papers_digitized: Mapped[int]


class KeptCompletion(Base):
    """How many rows of one agency, issued by one unit and solved in one year, were completed on one day."""

    __tablename__ = "kept_completion"
    __table_args__ = (Index("ix_kept_completion_day", "completed_on"),)

    agency_code: Mapped[Code] = mapped_column(primary_key=True)
    completed_on: Mapped[date] = mapped_column(primary_key=True)
    solved_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """0: not known."""
    unit_id: Mapped[UUID] = mapped_column(primary_key=True)
    """NO_UNIT: nobody entered the agency's unit."""
    records: Mapped[int]
    solved: Mapped[int]
    """Of these, solved by the day that is counted for."""
    in_force: Mapped[int]
    """Of these, in force on that day."""


class KeptProgress(Base):
    """For which day the sums hold, and when they were last brought up to date; one row."""

    __tablename__ = "kept_progress"

    id: Mapped[int] = mapped_column(primary_key=True)
    counted_for: Mapped[date]
    refreshed_at: Mapped[datetime]
