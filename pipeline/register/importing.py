"""One import of one register file: a version of the register, in one transaction."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.clock import Clock, legal_date
from config.errors import FileVanishedError, RegisterFileError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.register.difference import (
    count_missing,
    count_taken,
    has_returned,
    refuse_other_agency,
    refuse_outsiders,
    refuse_taken,
    refuse_withdrawn,
    write_difference,
)
from pipeline.register.error_list import ErrorList, Numbered
from pipeline.register.notes import OtherAgency, SheetNotes
from pipeline.register.rows import RefusedRow, RegisterRow, SheetReader
from pipeline.register.scope import Scope
from pipeline.register.sheets import open_sheets
from pipeline.register.staging import Staging, staging
from storage.ledger import events
from storage.ledger.models import Agency, RegisterImport
from storage.ledger.types import new_id

NO_HEADER = _("no header row was found: it needs a column “Mã hồ sơ” or “Mã dòng” and one more column of a register")


@dataclass(frozen=True, slots=True)
class SheetReport:
    """What became of one sheet besides its rows."""

    name: str
    is_read: bool
    """False: it has content and no header; nothing was taken from it."""
    unused_columns: tuple[str, ...]
    repeated_headers: tuple[int, ...]
    swapped_dates: tuple[str, ...]
    """Columns in which the spreadsheet program seems to have swapped day and month."""
    other_agencies: tuple[OtherAgency, ...]
    """Rows taken whose mã hồ sơ begins with the code of another agency than the one they are counted for."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did. rows = added + changed + unchanged + refused."""

    import_id: UUID | None
    """None: the file is the last one of its scope again, and nothing changed."""
    sha256: str
    scope: Scope
    rows: int
    added: int
    changed: int
    unchanged: int
    missing: int
    """Rows of the scope that this file is the first to lack; they stay counted until withdrawn."""
    refused: int
    errors: ErrorList
    sheets: tuple[SheetReport, ...]
    unknown_agencies: tuple[str, ...]
    """Agencies of rows that were taken, but whose level nobody has entered: counted under no level."""


def import_register(session: Session, path: Path, actor: str, clock: Clock, scope: Scope | None = None) -> ImportResult:
    """Bring the register to what a file says, and give the difference and the list of wrong rows.

    Without a scope the file is taken to list in full the agencies it has rows of. Raise an InputRefusedError when
    the file cannot be read as a whole; the caller's transaction then undoes everything.
    """
    now = clock()
    sha256 = file_sha256(path)
    with staging(session) as staged:
        reading = _FileReading(path, legal_date(now))
        errors = ErrorList()
        errors.add(staged.fill(reading.rows()))
        if file_sha256(path) != sha256:
            raise FileVanishedError(file=path.name)
        covered = replace(scope or Scope(staged.agencies()), is_supplement=reading.is_returned)
        for found in _refused_by_ledger(staged, covered):
            errors.add(found)
        result = _difference(session, staged, covered, sha256, errors)
        if _is_repeat(session, result):
            import_id = None
        else:
            import_id = _record_import(session, result, actor, now)
            write_difference(session, covered, import_id)
        unknown = _unknown_agencies(session, staged)
        sheets = tuple(_with_other_agencies(reading.sheets, staged))
    session.expire_all()
    return replace(result, import_id=import_id, sheets=sheets, unknown_agencies=unknown)


class _FileReading:
    """Reads all sheets of a file, keeping what is to be said about each."""

    def __init__(self, path: Path, today: date) -> None:
        self.sheets: list[SheetReport] = []
        self.is_returned = False
        """It holds rows that were given back to be corrected: what it lacks is not missing."""
        self._path = path
        self._today = today

    def rows(self) -> Iterator[RegisterRow | RefusedRow]:
        """Give the rows of all sheets. Raise RegisterFileError when no sheet has a header."""
        for sheet in open_sheets(self._path):
            reader = SheetReader(sheet, self._path.name, self._today)
            yield from reader.rows()
            self.is_returned |= reader.notes.is_returned
            if reader.notes.has_content:
                self.sheets.append(_report(sheet.name, reader.notes))
        if not any(sheet.is_read for sheet in self.sheets):
            raise RegisterFileError(file=self._path.name, cause=gettext(NO_HEADER))


def _report(name: str, notes: SheetNotes) -> SheetReport:
    return SheetReport(
        name=name,
        is_read=notes.is_read,
        unused_columns=notes.unused_columns,
        repeated_headers=tuple(notes.repeated_headers),
        swapped_dates=tuple(notes.swapped_dates),
        other_agencies=(),
    )


def _with_other_agencies(sheets: list[SheetReport], staged: Staging) -> Iterator[SheetReport]:
    """Complete the sheets' reports once it is known which rows are taken: what is refused is counted for nobody."""
    found: defaultdict[str, list[OtherAgency]] = defaultdict(list)
    for sheet, other in staged.other_agencies():
        found[sheet].append(other)
    for report in sheets:
        yield replace(report, other_agencies=tuple(found[report.name]))


def _refused_by_ledger(staged: Staging, scope: Scope) -> Iterator[Iterator[Numbered]]:
    """Give what each check finds, in turn: what one refuses the next looks at no more."""
    yield staged.refuse_duplicates()
    yield refuse_outsiders(staged, scope)
    yield refuse_withdrawn(staged)
    yield refuse_other_agency(staged)
    if scope.is_supplement:
        yield refuse_taken(staged)


def _difference(session: Session, staged: Staging, scope: Scope, sha256: str, errors: ErrorList) -> ImportResult:
    added, changed, unchanged = count_taken(session)
    return ImportResult(
        import_id=None,
        sha256=sha256,
        scope=scope,
        rows=staged.rows,
        added=added,
        changed=changed,
        unchanged=unchanged,
        missing=count_missing(session, scope),
        refused=staged.refused(),
        errors=errors,
        sheets=(),
        unknown_agencies=(),
    )


def _is_repeat(session: Session, result: ImportResult) -> bool:
    """Say whether this is the last file of its scope again, with nothing to write."""
    if result.added or result.changed or result.missing or has_returned(session):
        return False
    last = select(RegisterImport.sha256).where(RegisterImport.scope == str(result.scope))
    return session.scalar(last.order_by(RegisterImport.imported_at.desc(), RegisterImport.id.desc())) == result.sha256


def _record_import(session: Session, result: ImportResult, actor: str, now: datetime) -> UUID:
    counts = {name: getattr(result, name) for name in ("rows", "added", "changed", "unchanged", "missing", "refused")}
    version = RegisterImport(
        id=new_id(), sha256=result.sha256, scope=str(result.scope), imported_at=now, actor=actor, **counts
    )
    session.add(version)
    session.flush()
    events.append(
        session,
        kind="register.imported",
        actor=actor,
        subject_type="register_import",
        subject_id=str(version.id),
        at=now,
        input_hash=result.sha256,
        payload=counts,
    )
    return version.id


def _unknown_agencies(session: Session, staged: Staging) -> tuple[str, ...]:
    known = set(session.scalars(select(Agency.code)))
    return tuple(code for code in staged.agencies() if code not in known)


def file_sha256(path: Path) -> str:
    """Give the hash of a register file. Raise RegisterFileError when there is none."""
    if not path.is_file():
        raise RegisterFileError(file=path.name, cause=gettext(_("there is no such file")))
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
