"""The register: which results and records exist, import by import; the denominator."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.ledger.base import Base, Code, Id, Sha256, index_of_some
from storage.ledger.types import JsonObject


class RegisterImport(Base):
    """One import of one register file: a version of the register with its difference to the last."""

    __tablename__ = "register_import"

    id: Mapped[Id]
    sha256: Mapped[Sha256]
    scope: Mapped[str]
    """What the file claims to list in full; rows of this scope missing from it are noted as missing."""
    imported_at: Mapped[datetime]
    actor: Mapped[str]
    rows: Mapped[int]
    added: Mapped[int]
    changed: Mapped[int]
    unchanged: Mapped[int]
    missing: Mapped[int]
    refused: Mapped[int]


class RegisterEntry(Base):
    """One row of the register: one result, in force until a date, or one record solved on a day."""

    __tablename__ = "register_entry"
    __table_args__ = (
        UniqueConstraint("agency_code", "record_code"),
        Index("ix_register_entry_counting", "agency_code", "resolved_on", "in_force_until"),
        Index("ix_register_entry_symbol", "agency_code", "symbol_key"),
        Index("ix_register_entry_issued", "agency_code", "issued_on"),
        Index("ix_register_entry_record_code", "record_code"),
        Index("ix_register_entry_first_import", "first_import_id", "id"),
        index_of_some("ix_register_entry_withdrawn", "withdrawn_at", "id", where="withdrawn_at IS NOT NULL"),
    )

    id: Mapped[Id]
    agency_code: Mapped[Code]
    record_code: Mapped[str]
    """Mã hồ sơ, normalized; or the row's own name in the register for results that never had one."""
    procedure_code: Mapped[str | None]
    procedure_name: Mapped[str | None]
    symbol: Mapped[str | None]
    """Number and symbol of the result as the register writes it."""
    symbol_key: Mapped[str | None]
    """The same in the one spelling that papers are looked up by."""
    issued_on: Mapped[date | None]
    subject: Mapped[str | None]
    issuer: Mapped[str | None]
    signer_name: Mapped[str | None]
    resolved_on: Mapped[date | None]
    in_force_until: Mapped[date | None]
    """Last day in force; None: no end known."""
    expected_results: Mapped[int] = mapped_column(default=1)
    expected_papers: Mapped[int] = mapped_column(default=0)
    expected_pages: Mapped[int | None]
    first_import_id: Mapped[UUID] = mapped_column(ForeignKey("register_import.id"))
    last_import_id: Mapped[UUID] = mapped_column(ForeignKey("register_import.id"), index=True)
    """The last import that held this row."""
    source_row: Mapped[int]
    row_sha256: Mapped[Sha256]
    missing_since_id: Mapped[UUID | None] = mapped_column(ForeignKey("register_import.id"))
    """The first later import of its scope that lacked it; it stays counted."""
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]
    withdrawn_reason: Mapped[str | None]


class RegisterEntryHistory(Base):
    """A row's values before an import changed them."""

    __tablename__ = "register_entry_history"
    __table_args__ = (Index("ix_register_entry_history_replaced", "replaced_by_id", "entry_id"),)

    id: Mapped[Id]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("register_entry.id"), index=True)
    replaced_by_id: Mapped[UUID] = mapped_column(ForeignKey("register_import.id"))
    values: Mapped[JsonObject]


class RegisterMatch(Base):
    """Which row one version of a document is, by what it was found, and what came of it; one for each version."""

    __tablename__ = "register_match"

    id: Mapped[Id]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("document_version.id"), unique=True)
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("register_entry.id"), index=True)
    """None: the paper is none of the rows, or cannot be told from several."""
    basis: Mapped[Code]
    """folder_code, folder_name, machine_code, printed_code, fields, person."""
    verdict: Mapped[Code]
    """linked, proposed, ambiguous, other_row, none."""
    evidence: Mapped[JsonObject]
    """The codes found on the paper, and of a match by its fields what agreed and how clearly it leads."""
    found_at: Mapped[datetime]
    actor: Mapped[str | None]
    """The person who decided; None: the machine found it."""


class Target(Base):
    """A figure the law asks for: of one metric, at one level, by one year."""

    __tablename__ = "target"
    __table_args__ = (UniqueConstraint("metric", "level", "year", "legal_basis"),)

    id: Mapped[Id]
    metric: Mapped[Code]
    level: Mapped[Code]
    year: Mapped[int]
    figure: Mapped[float] = mapped_column("percent")
    """Percent, as the column is called; minutes for metrics of time."""
    legal_basis: Mapped[str]


class ProgressSnapshot(Base):
    """Progress as counted at one moment; frozen."""

    __tablename__ = "progress_snapshot"

    id: Mapped[Id]
    as_of: Mapped[date]
    taken_at: Mapped[datetime]
    actor: Mapped[str]
    figures: Mapped[JsonObject]
    sha256: Mapped[Sha256]
