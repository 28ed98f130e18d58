"""Batches, records, documents, pages, and what was read, found and decided."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.ledger.base import Base, Code, Id, Sha256, index_of_some
from storage.ledger.states import BatchProfile, DocumentState, RecordState, Role
from storage.ledger.types import JsonColumn, JsonObject


class DocumentStateName(Base):
    """The closed table of document states."""

    __tablename__ = "document_state"
    name: Mapped[Code] = mapped_column(primary_key=True)


class DocumentTransition(Base):
    """The transitions a document may make; a trigger refuses any other."""

    __tablename__ = "document_transition"
    before: Mapped[Code] = mapped_column(ForeignKey("document_state.name"), primary_key=True)
    after: Mapped[Code] = mapped_column(ForeignKey("document_state.name"), primary_key=True)


class RecordStateName(Base):
    """The closed table of record states."""

    __tablename__ = "record_state"
    name: Mapped[Code] = mapped_column(primary_key=True)


class RecordTransition(Base):
    """The transitions a record may make; a trigger refuses any other."""

    __tablename__ = "record_transition"
    before: Mapped[Code] = mapped_column(ForeignKey("record_state.name"), primary_key=True)
    after: Mapped[Code] = mapped_column(ForeignKey("record_state.name"), primary_key=True)


class Batch(Base):
    """Scans of one agency under one batch sheet: who scanned, when, with what."""

    __tablename__ = "batch"
    __table_args__ = (UniqueConstraint("agency_code", "sheet_sha256"),)

    id: Mapped[Id]
    agency_code: Mapped[Code]
    operator: Mapped[str]
    """Full name of the person who scanned: the converter of NĐ 137/2024 Đ4."""
    scanned_at: Mapped[datetime]
    device: Mapped[str]
    profile: Mapped[Code] = mapped_column(default=BatchProfile.AGENCY_COPY, server_default=BatchProfile.AGENCY_COPY)
    """Which signatures its documents bear."""
    sheet_sha256: Mapped[Sha256]
    created_at: Mapped[datetime]


class Record(Base):
    """A record (hồ sơ): what belongs together under one mã hồ sơ. Columns after TT 05/2025, missing ones None."""

    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint("agency_code", "code"),
        index_of_some("ix_record_unregistered", "agency_code", "code", where="register_entry_id IS NULL"),
    )

    id: Mapped[Id]
    agency_code: Mapped[Code] = mapped_column(index=True)
    code: Mapped[str]
    """Mã hồ sơ, normalized, or the name of its register row; as it stands in object names."""
    year: Mapped[int]
    state: Mapped[Code] = mapped_column(ForeignKey("record_state.name"), default=RecordState.OPEN)
    register_entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("register_entry.id"), index=True)
    next_stt: Mapped[int] = mapped_column(default=1)
    """The next running number; numbers are never reused."""
    created_at: Mapped[datetime]
    title: Mapped[str | None]
    maintenance: Mapped[Code | None]
    mode: Mapped[Code | None]
    language: Mapped[Code | None]
    start_date: Mapped[date | None]
    end_date: Mapped[date | None]
    keyword: Mapped[str | None]
    total_documents: Mapped[int | None]
    total_papers: Mapped[int | None]
    total_pages: Mapped[int | None]
    format: Mapped[Code | None]
    information_sign: Mapped[str | None]
    confidence_level: Mapped[Code | None]
    box: Mapped[str | None]
    shelf: Mapped[str | None]
    risk_recovery: Mapped[bool | None]
    risk_recovery_status: Mapped[Code | None]
    description: Mapped[str | None]


class Document(Base):
    """A document of a record, from intake on. A quarantined one keeps sha256, agency and reason alone."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("record_id", "stt"),
        Index("ix_document_work", "state", "agency_code"),
        Index("ix_document_listed", "state", "id"),
        Index("ix_document_waiting", "state", "state_since", "id"),
    )

    id: Mapped[Id]
    agency_code: Mapped[Code]
    record_id: Mapped[UUID | None] = mapped_column(ForeignKey("record.id"), index=True)
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("batch.id"), index=True)
    stt: Mapped[int | None]
    role: Mapped[Code] = mapped_column(default=Role.RESULT)
    state: Mapped[Code] = mapped_column(ForeignKey("document_state.name"), default=DocumentState.IN_WORK)
    reason_code: Mapped[Code | None]
    """Why it is refused, quarantined, stuck, pending: the code of the error."""
    reason_details: Mapped[JsonObject | None]
    lane: Mapped[Code | None]
    original_sha256: Mapped[Sha256] = mapped_column(index=True)
    """That of its current version."""
    source_path: Mapped[str | None]
    """Relative to the inbox; None once quarantined."""
    page_count: Mapped[int | None]
    largest_page_px: Mapped[int | None] = mapped_column(BigInteger)
    all_pages_px: Mapped[int | None] = mapped_column(BigInteger)
    original_bytes: Mapped[int | None] = mapped_column(BigInteger)
    """Of its current version, by what came in; None where it came in before these were looked at."""
    current_version: Mapped[int] = mapped_column(default=1)
    same_bytes_as_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id"))
    tries: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime]
    state_since: Mapped[datetime]
    wait_until: Mapped[datetime | None]
    """Until when scheduled runs leave it alone: what it waits for did not come when it was last asked for."""
    claim_owner: Mapped[str | None]
    claim_fence: Mapped[int] = mapped_column(default=0)
    """Grows with each claim; a commit under an older number is refused."""
    claim_until: Mapped[datetime | None]
    place: Mapped[Code | None]
    """Where its files in work lie; None: wherever it is worked on, since all that is needed is in the store."""
    type_code: Mapped[Code | None]
    maintenance: Mapped[Code | None]
    mode: Mapped[Code | None]
    language: Mapped[Code | None]
    keyword: Mapped[str | None]
    format: Mapped[Code | None]
    information_sign: Mapped[str | None]
    confidence_level: Mapped[Code | None]
    autograph: Mapped[str | None]
    process: Mapped[bool | None]
    risk_recovery: Mapped[bool | None]
    risk_recovery_status: Mapped[Code | None]
    description: Mapped[str | None]


class DocumentVersion(Base):
    """One version of a document's bytes: v1 from the first scan, the next when it is scanned again; old ones stay."""

    __tablename__ = "document_version"
    __table_args__ = (
        UniqueConstraint("document_id", "number"),
        index_of_some("ix_document_version_again", "created_at", where="number > 1"),
    )

    id: Mapped[Id]
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))
    number: Mapped[int]
    reason: Mapped[Code]
    created_at: Mapped[datetime]
    original_sha256: Mapped[Sha256 | None]
    """Of the one file that came in; of a folder of pages: of the list of its pages' hashes."""
    secrecy_passed_at: Mapped[datetime | None]
    """Before this the event log says no more of it than that it came in."""
    assembled_sha256: Mapped[Sha256 | None]
    attested_sha256: Mapped[Sha256 | None]
    """With the signature of the person who scanned, where its batch wants that; committed with the bytes on disk."""
    attested_at: Mapped[datetime | None]
    sealed_sha256: Mapped[Sha256 | None]
    """Committed with the bytes on disk before any upload."""
    sealed_at: Mapped[datetime | None]
    proven_until: Mapped[datetime | None] = mapped_column(index=True)
    """Last instant of the certificate under its newest timestamp: by then a further one must stand over it."""
    timestamp_digest: Mapped[Code | None]
    """The hash function of its newest timestamp, which may become unsafe before that."""
    object_number: Mapped[int | None]
    """The number in the key of its newest archival object, where a renewed timestamp made that another than its own."""
    archived_at: Mapped[datetime | None] = mapped_column(index=True)
    refused_at: Mapped[datetime | None]
    """A version that was refused is never gone back to."""
    batch_id: Mapped[UUID | None]
    """With lane and type, what its document said while this version was current; put down when the next one came."""
    lane: Mapped[Code | None]
    type_code: Mapped[Code | None]
    pdfa_claim: Mapped[Code | None]
    stack_id: Mapped[UUID | None] = mapped_column(index=True)
    """The stack it was taken out of, with its pages there (from 1)."""
    first_page: Mapped[int | None]
    last_page: Mapped[int | None]
    backfill_id: Mapped[UUID | None] = mapped_column(index=True)
    """The backfill that issued it anew from the same scan."""


class Stack(Base):
    """A file that came in as a stack and was split at its separator sheets; its documents' versions name it."""

    __tablename__ = "stack"
    __table_args__ = (UniqueConstraint("sha256"),)

    id: Mapped[Id]
    sha256: Mapped[Sha256]
    """Of the one file that came in; of a folder of pages: of the list of its pages' hashes."""
    pages: Mapped[int]
    separators: Mapped[list[int]] = mapped_column(JsonColumn)
    """Numbers of the pages that are separator sheets: in the stack alone, in none of its documents."""
    taken_at: Mapped[datetime]
    kept_at: Mapped[datetime | None]
    """When it was stored whole and read back: not before every document of it has passed the secrecy check."""


class Page(Base):
    """One page of one version: what was measured of it and what was read on it."""

    __tablename__ = "page"
    __table_args__ = (UniqueConstraint("version_id", "number"),)

    id: Mapped[Id]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("document_version.id"))
    number: Mapped[int]
    width_px: Mapped[int]
    height_px: Mapped[int]
    dpi: Mapped[float]
    depth_bits: Mapped[int]
    channels: Mapped[int]
    blur: Mapped[float]
    skew_deg: Mapped[float]
    border_ratio: Mapped[float]
    rotation: Mapped[int]
    is_blank: Mapped[bool]
    has_colour: Mapped[bool]
    has_seal: Mapped[bool]
    confidence: Mapped[float | None]
    probability: Mapped[float | None]
    """Mean chance that its letters were read right, where words were weighed."""
    engine: Mapped[str | None]
    reading: Mapped[Code | None]
    """How it was read in the end: prepared, plain, smoothed, by_layout, by_lines."""
    alarms: Mapped[list[str] | None] = mapped_column(JsonColumn)
    """Codes of what is wrong with its reading as a whole."""
    text: Mapped[str | None]
    """Raw reading, NFC."""


class PageBarcode(Base):
    """A QR code or barcode on a page of one version, in pixels of the upright page."""

    __tablename__ = "page_barcode"

    id: Mapped[Id]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("document_version.id"), index=True)
    page: Mapped[int]
    format: Mapped[Code]
    meaning: Mapped[Code]
    """paper, personal_card, unknown."""
    text: Mapped[str | None]
    """What it says; None for an identity card's."""
    is_binary: Mapped[bool]
    """The text is bytes in hex."""
    left: Mapped[float]
    top: Mapped[float]
    right: Mapped[float]
    bottom: Mapped[float]


class StageRun(Base):
    """One stage done once for one key: (input hash, stage version, settings that matter) gave an output hash."""

    __tablename__ = "stage_run"
    __table_args__ = (UniqueConstraint("version_id", "stage", "key"),)

    id: Mapped[Id]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("document_version.id"))
    stage: Mapped[Code]
    key: Mapped[Sha256]
    input_sha256: Mapped[Sha256]
    stage_version: Mapped[str]
    settings_sha256: Mapped[Sha256]
    output_sha256: Mapped[Sha256]
    fence: Mapped[int]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    cpu_s: Mapped[float]


class Finding(Base):
    """Something noticed about a document or page, by code; shown before sealing, never a silent pass."""

    __tablename__ = "finding"
    __table_args__ = (
        UniqueConstraint("document_id", "page", "code"),
        Index("ix_finding_listed", "code", "document_id"),
    )

    id: Mapped[Id]
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), index=True)
    page: Mapped[int] = mapped_column(default=0)
    """0: the whole document."""
    code: Mapped[Code]
    severity: Mapped[Code]
    details: Mapped[JsonObject | None]
    found_at: Mapped[datetime]


class FieldValue(Base):
    """One value of one field from one source; a correction is another row, the newest of a person wins."""

    __tablename__ = "field_value"
    __table_args__ = (Index("ix_field_value_lookup", "version_id", "name"),)

    id: Mapped[Id]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("document_version.id"))
    name: Mapped[Code]
    value: Mapped[str | None]
    confidence: Mapped[float]
    """The probability that the value is right, 0..1."""
    source: Mapped[Code]
    """ocr, code, register, person."""
    status: Mapped[Code]
    """accepted, review, beside; rejected: found wrong in an acceptance sample."""
    reason_code: Mapped[Code | None]
    why: Mapped[list[str] | None] = mapped_column(JsonColumn)
    """Marks of the rules that spoke for the value (`symbol_type+`) or against it (`symbol_type-`)."""
    page: Mapped[int | None]
    left: Mapped[float | None]
    top: Mapped[float | None]
    right: Mapped[float | None]
    bottom: Mapped[float | None]
    actor: Mapped[str | None]
    recorded_at: Mapped[datetime]


class ReviewTask(Base):
    """A question to a person about one document."""

    __tablename__ = "review_task"
    __table_args__ = (
        Index("ix_review_task_open", "settled_at", "document_id"),
        index_of_some("ix_review_task_asked", "reason_code", "document_id", "opened_at", where="settled_at IS NULL"),
    )

    id: Mapped[Id]
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), index=True)
    version: Mapped[int | None]
    """Number of the version it is about; None where it is about the document's batch."""
    field_name: Mapped[Code | None]
    reason_code: Mapped[Code]
    opened_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    actor: Mapped[str | None]
    decision: Mapped[Code | None]
    """accepted, set, absent, rejected, obsolete."""
