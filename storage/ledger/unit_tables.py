"""Administrative units over time, agencies, and the identifiers of everything."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.ledger.base import Base, Code, Id


class AdministrativeUnit(Base):
    """A province, district or commune as it stood from one day to another; keyed by (code, valid_from)."""

    __tablename__ = "administrative_unit"
    __table_args__ = (UniqueConstraint("code", "valid_from"),)

    id: Mapped[Id]
    code: Mapped[Code]
    name: Mapped[str]
    level: Mapped[Code]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("administrative_unit.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """First day on which it no longer stands."""
    source: Mapped[str]


class UnitHardship(Base):
    """A commune was of those that a plan exempts, from one day to another."""

    __tablename__ = "unit_hardship"
    __table_args__ = (UniqueConstraint("code", "since"),)

    id: Mapped[Id]
    code: Mapped[Code]
    since: Mapped[date]
    until: Mapped[date | None]
    """First day on which it no longer was."""
    legal_basis: Mapped[str]


class UnitSuccession(Base):
    """An old unit's territory, or a part of it, went to a new one; at most one of them takes its records."""

    __tablename__ = "unit_succession"
    __table_args__ = (UniqueConstraint("old_id", "new_id", "effective"),)

    id: Mapped[Id]
    old_id: Mapped[UUID] = mapped_column(ForeignKey("administrative_unit.id"), index=True)
    new_id: Mapped[UUID] = mapped_column(ForeignKey("administrative_unit.id"), index=True)
    effective: Mapped[date]
    extent: Mapped[Code]
    """whole, part."""
    takes_records: Mapped[bool]
    """Records of the old unit count for the new one."""
    legal_basis: Mapped[str]


class Agency(Base):
    """A body that issues and keeps records, with its level for counting."""

    __tablename__ = "agency"

    id: Mapped[Id]
    code: Mapped[Code] = mapped_column(unique=True)
    """Electronic identifier (H41.15), normalized."""
    name: Mapped[str]
    level: Mapped[Code]
    parent_code: Mapped[Code | None]
    unit_code: Mapped[Code | None]
    """The unit it serves; which one bore the code depends on the day."""
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    maintenance: Mapped[Code | None]
    """Of all its documents, like the three below, where nobody says otherwise; None: no source says so."""
    language: Mapped[Code | None]
    mode: Mapped[Code | None]
    risk_recovery: Mapped[bool | None]
    metadata_basis: Mapped[str | None]
    """The legal basis of these four."""


class Identifier(Base):
    """One name of one thing under one scheme: mã hồ sơ, fileCode, docCode, paper file code."""

    __tablename__ = "identifier"
    __table_args__ = (
        UniqueConstraint("subject_id", "scheme", "normalized"),
        Index("ix_identifier_lookup", "scheme", "normalized"),
    )

    id: Mapped[Id]
    subject_type: Mapped[Code]
    """record, document, agency."""
    subject_id: Mapped[UUID]
    scheme: Mapped[Code]
    raw: Mapped[str]
    normalized: Mapped[str]
    valid_from: Mapped[datetime]
