"""Lays somebody's own scans out as an inbox: a folder that already is one as it is, anything else file by file.

Loose files become one record each, named by the file; a batch sheet that says TEST is added where there is none.
"""

import re
import shutil
from datetime import datetime
from pathlib import Path

from config.codes import normalize_agency_code
from config.errors import CodeError, UsageError
from config.i18n import mark as _
from config.text import accentless
from ocr.source import natural_order
from pipeline.batch_sheet import SHEET_NAME

AGENCY = "H41.99"
_NOT_IN_CODES = re.compile(r"[^a-z0-9]+")


class OwnScansError(UsageError):
    """The folder of scans that was named cannot be shown in the demo."""

    code = "own_scans"
    message = _("{file}: {cause}")
    remedy = _("Name a folder that holds scans: make demo INBOX=folder")


def check_own_scans(source: Path, home: Path) -> None:
    """See that there is something to show, outside the home that is made anew. Raise OwnScansError when not."""
    if not source.exists():
        raise OwnScansError(file=source, cause=_("there is no such folder"))
    if not source.is_dir():
        raise OwnScansError(file=source, cause=_("it is not a folder"))
    if source.resolve().is_relative_to(home.resolve()):
        raise OwnScansError(file=source, cause=_("it lies in the demo's own folder, which is made anew"))
    if not _files(source):
        raise OwnScansError(file=source, cause=_("there is no file in it"))


def lay_out_own_scans(source: Path, inbox: Path, now: datetime) -> Path:
    """Copy a folder of scans into an inbox; give the file that names the agency they are filed under."""
    inbox.mkdir(parents=True, exist_ok=True)
    if _is_inbox(source):
        shutil.copytree(source, inbox, dirs_exist_ok=True, symlinks=True)
    else:
        for number, path in enumerate(_files(source), 1):
            record = inbox / AGENCY / f"{number:03d}-{_NOT_IN_CODES.sub('-', accentless(path.stem)).strip('-')[:60]}"
            record.mkdir(parents=True)
            shutil.copyfile(path, record / path.name)
    if not any(inbox.glob(f"**/{SHEET_NAME}")):
        sheet = f'operator = "TEST"\nscanned_at = "{now.isoformat(timespec="seconds")}"\ndevice = "TEST"\n'
        (inbox / SHEET_NAME).write_text(sheet, "utf-8")
    agencies = inbox.parent / "agencies.toml"
    agencies.write_text(f'schema = 1\n\n[[agency]]\ncode = "{AGENCY}"\nname = "TEST"\nlevel = "province"\n', "utf-8")
    return agencies


def _is_inbox(source: Path) -> bool:
    """Tell whether every folder at the top is named by an agency code."""
    folders = [entry for entry in source.iterdir() if entry.is_dir()]
    return bool(folders) and not any(entry.is_file() for entry in source.iterdir()) and all(map(_is_agency, folders))


def _is_agency(folder: Path) -> bool:
    try:
        normalize_agency_code(folder.name)
    except CodeError:
        return False
    return True


def _files(source: Path) -> list[Path]:
    return natural_order([path for path in source.rglob("*") if path.is_file() and not path.is_symlink()])
