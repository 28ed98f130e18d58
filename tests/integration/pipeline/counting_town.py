"""A small ledger to count in: agencies, register rows, records, documents in the state a test needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from pipeline.agencies import AgencyFacts, keep_agencies
from pipeline.targets import Level
from storage.ledger import Ledger, migrate, open_ledger
from storage.ledger.models import (
    Document,
    DocumentVersion,
    LedgerBirth,
    Record,
    RegisterEntry,
    RegisterImport,
    Signature,
    StoredObject,
)
from storage.ledger.states import DocumentState, Environment, Role

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
AGENCIES = (
    AgencyFacts("H41.10", "Sở Mẫu", Level.PROVINCE),
    AgencyFacts("H41.20", "Huyện Mẫu", Level.DISTRICT),
    AgencyFacts("H41.30", "Xã Mẫu", Level.COMMUNE),
)


def noon() -> datetime:
    return NOON


@contextmanager
def open_town(url: str, environment: Environment = Environment.TEST) -> Iterator[Ledger]:
    """Give a fresh ledger with three agencies, one a level."""
    ledger = open_ledger(url)
    migrate(ledger)
    with ledger.session() as session:
        session.add(LedgerBirth(id=1, environment=environment, born_at=NOON, actor="cli:test"))
        keep_agencies(session, AGENCIES)
    yield ledger
    ledger.close()


@dataclass(frozen=True, slots=True)
class Scan:
    """A document as a test wants it."""

    state: DocumentState = DocumentState.ARCHIVED
    role: Role = Role.RESULT
    archived_at: datetime | None = NOON
    state_since: datetime = NOON
    verdict: str | None = "valid"
    signed_by: str = "agency"
    is_trusted: bool = True
    is_test: bool = True
    check_ok: bool = True
    reason_code: str | None = None
    pages: int | None = 1


@dataclass(slots=True)
class Town:
    """Fills one session with register rows and scans."""

    session: Session
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))
    import_id: UUID | None = None

    def entry(
        self,
        agency: str,
        *,
        resolved_on: date | None,
        results: int = 1,
        papers: int = 0,
        until: date | None = None,
        pages: int | None = None,
    ) -> RegisterEntry:
        if self.import_id is None:
            counts = dict.fromkeys(("rows", "added", "changed", "unchanged", "missing", "refused"), 0)
            version = RegisterImport(sha256="0" * 64, scope="", imported_at=NOON, actor="cli:test", **counts)
            self.session.add(version)
            self.session.flush()
            self.import_id = version.id
        number = next(self.numbers)
        entry = RegisterEntry(
            agency_code=agency,
            record_code=f"{agency}-250101-{number:04}",
            resolved_on=resolved_on,
            in_force_until=until,
            expected_results=results,
            expected_papers=papers,
            expected_pages=pages,
            first_import_id=self.import_id,
            last_import_id=self.import_id,
            source_row=number,
            row_sha256="0" * 64,
        )
        self.session.add(entry)
        self.session.flush()
        return entry

    def record(self, entry: RegisterEntry | None, *scans: Scan, agency: str = "H41.10") -> Record:
        number = next(self.numbers)
        record = Record(
            agency_code=entry.agency_code if entry else agency,
            code=entry.record_code if entry else f"{agency}-250101-{number:04}",
            year=2025,
            register_entry_id=entry.id if entry else None,
            created_at=NOON,
        )
        self.session.add(record)
        self.session.flush()
        for stt, scan in enumerate(scans, start=1):
            self._document(record, stt, scan)
        return record

    def _document(self, record: Record, stt: int, scan: Scan) -> None:
        number = next(self.numbers)
        document = Document(
            agency_code=record.agency_code,
            record_id=record.id,
            stt=stt,
            role=scan.role,
            state=scan.state,
            reason_code=scan.reason_code,
            original_sha256=f"{number:064}",
            page_count=scan.pages,
            received_at=NOON,
            state_since=scan.state_since,
        )
        self.session.add(document)
        self.session.flush()
        self.version(document, 1, scan)

    def version(self, document: Document, number: int, scan: Scan, created_at: datetime | None = None) -> None:
        version = DocumentVersion(
            document_id=document.id,
            number=number,
            reason="scan",
            created_at=created_at or scan.archived_at or NOON,
            secrecy_passed_at=NOON,
            archived_at=scan.archived_at,
        )
        self.session.add(version)
        self.session.flush()
        if scan.verdict is not None:
            self.session.add(
                Signature(
                    version_id=version.id,
                    role=scan.signed_by,
                    field="Sig",
                    signer="TEST",
                    certificate_sha256="0" * 64,
                    level="B-T",
                    verdict=scan.verdict,
                    is_trusted=scan.is_trusted,
                    is_test=scan.is_test,
                    checked_at=NOON,
                )
            )
        if scan.archived_at is not None:
            self.session.add(
                StoredObject(
                    version_id=version.id,
                    kind="archival",
                    key=f"test/{version.id}",
                    sha256="0" * 64,
                    size=1,
                    store="folder",
                    stored_at=NOON,
                    checked_at=NOON,
                    check_ok=scan.check_ok,
                )
            )
        self.session.flush()
