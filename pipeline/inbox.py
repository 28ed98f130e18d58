"""What lies in the inbox: which files and folders are documents, and whether they stand still.

Layout: `<inbox>/<agency code>/<mã hồ sơ>/…`. A file is a document; a sub-folder of page images is one document.
A sub-folder named `giay-to` holds papers, `ket-qua` results; elsewhere a document is a result.
Nothing is followed out of the inbox, and nothing is read here but names, sizes and times.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from config.errors import InputRefusedError, SohoaError, UnsafePathError
from config.i18n import mark as _
from config.text import accentless, nfc
from ocr.source import is_side_file, natural_order
from pipeline.batch_sheet import SHEET_NAME
from storage.ledger.states import Role

ROLE_FOLDERS = {"giay-to": Role.PAPER, "giay to": Role.PAPER, "ket-qua": Role.RESULT, "ket qua": Role.RESULT}
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")


class MisplacedFileError(InputRefusedError):
    """A file lies where no agency and record can be told from its path."""

    code = "misplaced"
    message = _("{file}: the file lies outside a record's folder")
    remedy = _("Move it to <inbox>/<agency code>/<mã hồ sơ>/.")


@dataclass(frozen=True, slots=True)
class Arrival:
    """One document as it lies in the inbox: `path` relative to it, NFC; its files; total bytes; last change."""

    path: str
    agency: str
    record: str
    role: Role
    folder: Path
    files: tuple[Path, ...]
    size: int
    changed_at: datetime
    modified_ns: int
    fault: SohoaError | None = None


def arrivals(inbox: Path) -> Iterator[Arrival]:
    """Give every document in the inbox, agency by agency, record by record, in natural order."""
    for entry in _entries(inbox):
        if not _is_folder(entry):
            yield _misplaced(inbox, entry)
            continue
        for record in _entries(entry):
            if not _is_folder(record):
                yield _misplaced(inbox, record)
                continue
            yield from _of_record(inbox, entry.name, record, record, Role.RESULT)


def _of_record(inbox: Path, agency: str, record: Path, folder: Path, role: Role) -> Iterator[Arrival]:
    for entry in _entries(folder):
        named_role = ROLE_FOLDERS.get(accentless(entry.name))
        if _is_folder(entry) and named_role and folder == record:
            yield from _of_record(inbox, agency, record, entry, named_role)
        else:
            yield _arrival(inbox, _readable(agency), _readable(record.name), role, entry)


def _arrival(inbox: Path, agency: str, record: str, role: Role, entry: Path) -> Arrival:
    path = _readable(entry.relative_to(inbox).as_posix())
    files = tuple(_entries(entry)) if _is_folder(entry) else (entry,)
    try:
        stats = [file.lstat() for file in files] or [entry.lstat()]
    except FileNotFoundError:
        stats = []
    fault = None
    if any(file.is_symlink() or (file != entry and file.is_dir()) for file in files):
        fault = UnsafePathError(file=path)
    changed = max((max(stat.st_mtime, stat.st_ctime) for stat in stats), default=0.0)
    return Arrival(
        path=path,
        agency=agency,
        record=record,
        role=role,
        folder=entry.parent,
        files=files,
        size=sum(stat.st_size for stat in stats),
        changed_at=datetime.fromtimestamp(changed, UTC),
        modified_ns=max((stat.st_mtime_ns for stat in stats), default=0),
        fault=fault,
    )


def _misplaced(inbox: Path, entry: Path) -> Arrival:
    arrival = _arrival(inbox, "", "", Role.RESULT, entry)
    fault = UnsafePathError if entry.is_symlink() else MisplacedFileError
    return replace(arrival, fault=fault(file=arrival.path))


def _readable(name: str) -> str:
    """Give a name in NFC, with bytes that are no UTF-8 made visible."""
    return nfc(name.encode("utf-8", "backslashreplace").decode("utf-8"))


def _entries(folder: Path) -> list[Path]:
    return natural_order([entry for entry in folder.iterdir() if _counts(entry)])


def _counts(entry: Path) -> bool:
    name = entry.name.casefold()
    return not (name == SHEET_NAME or name.startswith((".", "~$")) or is_side_file(entry) or name.endswith(UNFINISHED))


def _is_folder(entry: Path) -> bool:
    return entry.is_dir() and not entry.is_symlink()
