"""What lies in the inbox: which files and folders are documents, and whether they stand still.

Layout: `<inbox>/<agency code>/<mã hồ sơ>/…`. A file is a document; a sub-folder of page images is one document.
A sub-folder named `giay-to` holds papers, `ket-qua` results; elsewhere a document is a result.
Nothing is followed out of the inbox, and nothing is read here but names, sizes and times.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from config.errors import ExitCode, InputRefusedError, SohoaError, UnsafePathError, UnsupportedFormatError
from config.i18n import mark as _
from config.text import accentless, nfc
from ocr.source import Limits, is_side_file, natural_order
from pipeline.batch_sheet import SHEET_NAME
from pipeline.context import Context
from pipeline.holds import FileUnreadableError, StillArrivingError
from pipeline.place_marker import inbox_mark
from storage.ledger.states import Role

ROLE_FOLDERS = {"giay-to": Role.PAPER, "giay to": Role.PAPER, "ket-qua": Role.RESULT, "ket qua": Role.RESULT}
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")
"""Endings of files that a program is still writing; they are renamed when they are whole."""
SPECIAL_FILE = _("special file or folder")
_MACHINE_SAYS: dict[type[OSError], str] = {
    FileNotFoundError: _("there is no such folder"),
    NotADirectoryError: _("it is not a folder"),
    PermissionError: _("the user this program runs as may not use it"),
}


class MisplacedFileError(InputRefusedError):
    """A file lies where no agency and record can be told from its path."""

    code = "misplaced"
    message = _("{file}: the file lies outside a record's folder")
    remedy = _("Move it to <inbox>/<agency code>/<mã hồ sơ>/.")


class InboxMissingError(SohoaError):
    """The inbox itself is not there or cannot be looked into: a share that is not mounted must not read as empty."""

    code = "inbox_missing"
    exit_code = ExitCode.SETTINGS
    retry_helps = True
    message = _("the inbox {folder} cannot be used: {cause}")
    remedy = _(
        "Mount the share, or correct the setting inbox.folder; where the folder is to be made new, run `sohoa init`."
    )

    @classmethod
    def of(cls, folder: Path, err: OSError) -> Self:
        """Give the error for what the machine said about the folder."""
        cause = next((text for kind, text in _MACHINE_SAYS.items() if isinstance(err, kind)), None)
        return cls(folder=folder, cause=cause or err)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One document as it lies in the inbox: `path` relative to it, NFC; its files; total bytes; last change.

    `source` is the file or folder of pages itself, `folder` the one it lies in.
    """

    path: str
    agency: str
    record: str
    role: Role
    folder: Path
    source: Path
    files: tuple[Path, ...]
    size: int
    changed_at: datetime
    modified_ns: int
    fault: SohoaError | None = None
    inbox: str = ""
    """The mark of the inbox it lies in, where several machines have one each."""

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of page images."""
        return self.files != (self.source,)


def limits(ctx: Context) -> Limits:
    """Give the size limits of this installation."""
    inbox = ctx.settings.inbox
    return Limits(inbox.max_pages, inbox.max_page_pixels, inbox.max_file_mb * 1_000_000)


def arrivals(inbox: Path) -> Iterator[Arrival]:
    """Give every document in the inbox, agency by agency, record by record, in natural order; each path once.

    Raise InboxMissingError when there is no inbox to look into.
    """
    seen: set[str] = set()
    try:
        mark = inbox_mark(inbox)
    except OSError as err:
        raise InboxMissingError.of(inbox, err) from err
    for arrival in _found(inbox):
        path = arrival.path
        if path in seen:
            # One folder holds a name both composed (NFC) and decomposed (NFD): two files that read the same.
            path = str(arrival.source.relative_to(inbox)).encode("ascii", "backslashreplace").decode("ascii")
        seen.add(path)
        yield replace(arrival, path=path, inbox=mark)


def _found(inbox: Path) -> Iterator[Arrival]:
    try:
        agencies = _entries(inbox)
    except OSError as err:
        raise InboxMissingError.of(inbox, err) from err
    for entry in agencies:
        if not _is_folder(entry):
            yield _misplaced(inbox, entry)
            continue
        try:
            records = _entries(entry)
        except OSError as err:
            yield _closed(inbox, entry, err)
            continue
        for record in records:
            if not _is_folder(record):
                yield _misplaced(inbox, record)
                continue
            yield from _of_record(inbox, entry.name, record, record, Role.RESULT)


def _of_record(inbox: Path, agency: str, record: Path, folder: Path, role: Role) -> Iterator[Arrival]:
    try:
        entries = _entries(folder)
    except OSError as err:
        yield _closed(inbox, folder, err)
        return
    for entry in entries:
        named_role = ROLE_FOLDERS.get(accentless(entry.name))
        if _is_folder(entry) and named_role and folder == record:
            yield from _of_record(inbox, agency, record, entry, named_role)
        elif not _is_folder(entry) or _has_files(entry):
            yield _arrival(inbox, _readable(agency), _readable(record.name), role, entry)


def _arrival(inbox: Path, agency: str, record: str, role: Role, entry: Path) -> Arrival:
    path = _readable(entry.relative_to(inbox).as_posix())
    try:
        files = tuple(_entries(entry)) if _is_folder(entry) else (entry,)
        stats = [file.lstat() for file in files]
        # A folder changes when pages come, go or are renamed.
        changed = max(found.st_ctime for found in (*stats, entry.lstat()))
    except OSError as err:
        return _closed(inbox, entry, err)
    return Arrival(
        path=path,
        agency=agency,
        record=record,
        role=role,
        folder=entry.parent,
        source=entry,
        files=files,
        size=sum(found.st_size for found in stats),
        # The time of a file's last change cannot be set by hand, as that of its last writing can.
        changed_at=datetime.fromtimestamp(changed, UTC),
        modified_ns=max((found.st_mtime_ns for found in stats), default=0),
        fault=_fault(path, files, stats),
    )


def _fault(path: str, files: tuple[Path, ...], stats: list[os.stat_result]) -> SohoaError | None:
    """Give what speaks against an arrival before any of it is read."""
    if any(stat.S_ISLNK(found.st_mode) for found in stats):
        return UnsafePathError(file=path)
    if any(stat.S_ISDIR(found.st_mode) for found in stats):
        return MisplacedFileError(file=path)
    if not all(stat.S_ISREG(found.st_mode) for found in stats):
        return UnsupportedFormatError(file=path, kind=SPECIAL_FILE)
    if any(file.name.casefold().endswith(UNFINISHED) for file in files):
        return StillArrivingError(file=path)
    return None


def _closed(inbox: Path, entry: Path, err: OSError) -> Arrival:
    """Give the arrival for a place that cannot be looked into now, so that it is not passed over in silence."""
    path = _readable(entry.relative_to(inbox).as_posix())
    fault = FileUnreadableError(file=path, cause=err)
    return Arrival(path, "", "", Role.RESULT, entry.parent, entry, (), 0, datetime.fromtimestamp(0, UTC), 0, fault)


def _misplaced(inbox: Path, entry: Path) -> Arrival:
    arrival = _arrival(inbox, "", "", Role.RESULT, entry)
    return replace(arrival, fault=arrival.fault or MisplacedFileError(file=arrival.path))


def _readable(name: str) -> str:
    """Give a name in NFC, with bytes that are no UTF-8 made visible."""
    return nfc(name.encode("utf-8", "backslashreplace").decode("utf-8"))


def _entries(folder: Path) -> list[Path]:
    return natural_order([entry for entry in folder.iterdir() if _counts(entry)])


def _has_files(folder: Path) -> bool:
    try:
        return bool(_entries(folder))
    except OSError:
        return True


def _counts(entry: Path) -> bool:
    name = entry.name.casefold()
    return not (name == SHEET_NAME or name.startswith((".", "~$")) or is_side_file(entry))


def _is_folder(entry: Path) -> bool:
    return entry.is_dir() and not entry.is_symlink()
