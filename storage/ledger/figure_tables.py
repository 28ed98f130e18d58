"""Figures that this program cannot count and others supply: import by import, each with its source."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.ledger.base import Base, Code, Id, Sha256


class FigureImport(Base):
    """One import of one file of figures, with its difference to what was there."""

    __tablename__ = "figure_import"

    id: Mapped[Id]
    sha256: Mapped[Sha256]
    imported_at: Mapped[datetime]
    actor: Mapped[str]
    rows: Mapped[int]
    added: Mapped[int]
    changed: Mapped[int]
    unchanged: Mapped[int]
    refused: Mapped[int]


class SuppliedFigure(Base):
    """One figure as one import gave it; the newest of its kind holds, those before it are its history."""

    __tablename__ = "supplied_figure"
    __table_args__ = (
        UniqueConstraint("import_id", "metric", "subject_code", "period"),
        Index("ix_supplied_figure_year", "year", "metric"),
    )

    id: Mapped[Id]
    import_id: Mapped[UUID] = mapped_column(ForeignKey("figure_import.id"), index=True)
    metric: Mapped[Code]
    subject_kind: Mapped[Code]
    """agency, unit."""
    subject_code: Mapped[Code]
    level: Mapped[Code]
    period: Mapped[Code]
    """2026, 2026-Q3, 2026-10."""
    year: Mapped[int]
    numerator: Mapped[int | None] = mapped_column(BigInteger)
    denominator: Mapped[int] = mapped_column(BigInteger)
    """Of shares; of minutes, on how many visits or records they were measured."""
    minutes: Mapped[float | None]
    """Of one visit or record, on average."""
    source: Mapped[str]
    source_row: Mapped[int]
