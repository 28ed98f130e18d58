"""What TT 05/2025 requires of a document and nobody has filled: listed as a finding, never invented."""

import tomllib
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.orm import Session

from config.errors import ReferenceDataError
from pipeline.findings import Severity, add_finding
from storage.ledger.models import Document, Finding

METADATA_FILE = Path(__file__).parents[1] / "config" / "reference" / "archival_metadata.toml"
SCHEMA = 1
MISSING = "archival_metadata_missing"
DIGITIZED, BORN_DIGITAL = "02", "01"
"""confidenceLevel of TT 05/2025: a digitized copy, an electronic original."""


def note_missing(session: Session, document: Document, found_at: datetime) -> None:
    """List the required columns that a document lacks; the list is made anew each time."""
    session.execute(delete(Finding).where(Finding.document_id == document.id, Finding.code == MISSING))
    missing = [name for name in required_columns() if getattr(document, name) is None]
    if missing:
        details = {"missing": ", ".join(missing)}
        add_finding(session, document.id, MISSING, Severity.NOTE, found_at, details=details)


@cache
def required_columns(path: Path = METADATA_FILE) -> tuple[str, ...]:
    """Give the required columns of a document. Raise ReferenceDataError when the file names one that is none."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        names = tuple(data["document"])
    except (OSError, tomllib.TOMLDecodeError, KeyError) as err:
        raise ReferenceDataError(file=path.name, place="-", cause=err) from err
    if data.get("schema") != SCHEMA:
        raise ReferenceDataError(file=path.name, place="schema", cause=f"{data.get('schema')!r} is not {SCHEMA}")
    unknown = [name for name in names if name not in Document.__table__.columns]
    if unknown:
        raise ReferenceDataError(file=path.name, place="document", cause=f"no such column: {', '.join(unknown)}")
    return names
