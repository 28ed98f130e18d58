"""A pack as one ZIP file, and hostile ones kept out: what is unpacked is what the format has, and no more than fits."""

import errno
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from config.errors import DiskFullError, NotFoundError
from config.i18n import mark as _
from pipeline.evidence.layout import PackDamagedError, is_pack_path

MOST_FILES = 50_000
MOST_BYTES = 32 << 30
MOST_GROWTH = 200
"""So many times the ZIP's own size may come out of it: text packs to a twentieth, a bomb to a thousandth."""
LEAST_ROOM_BYTES = 64 << 20
"""So much may come out of any ZIP, however small."""
_PACKED_ALREADY = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".jp2"})
_CHUNK_BYTES = 1 << 20
_EARLIEST_YEAR = 1980
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_HOSTILE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OverflowError,
    LookupError,
    OSError,
)
"""What reading a damaged or malicious archive raises: in the library, and where a name is a file and a folder."""

NO_ZIP = _("it is neither a folder nor a whole ZIP file")
ODD_NAME = _("it holds a name that no file of a pack has")
TWICE = _("it holds a name twice")
NO_FILE = _("it holds a link or something else that is no file")
TOO_LARGE = _("more comes out of it than a pack holds")


def write_zip(folder: Path, target: Path, made_at: datetime) -> None:
    """Write all files of a folder into a ZIP; the same files at the same time give the same bytes."""
    moment = made_at.timetuple()[:6]
    with zipfile.ZipFile(target, "w", allowZip64=True) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), (max(moment[0], _EARLIEST_YEAR), *moment[1:]))
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            is_packed = path.suffix.lower() in _PACKED_ALREADY
            entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            entry.file_size = path.stat().st_size
            with path.open("rb") as source, archive.open(entry, "w") as packed:
                shutil.copyfileobj(source, packed, _CHUNK_BYTES)


@contextmanager
def opened_pack(path: Path) -> Iterator[tuple[Path, list[str]]]:
    """Give the folder of a pack, unpacked for as long as it is looked at, and the names of its files.

    Raise NotFoundError when there is none, PackDamagedError for what no pack holds: links, names that lead elsewhere
    or stand twice, more than fits.
    """
    if not path.exists():
        raise NotFoundError(subject=path)
    if path.is_dir():
        yield path, _names_in(path)
        return
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                names = _unpack(archive, Path(folder), path)
        except _HOSTILE as err:
            if isinstance(err, OSError) and err.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise DiskFullError(file=path, key=folder) from err
            raise PackDamagedError(file=path, cause=NO_ZIP) from err
        yield Path(folder), names


def _names_in(folder: Path) -> list[str]:
    names = []
    for path in folder.rglob("*"):
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise PackDamagedError(file=folder, cause=NO_FILE)
        if path.is_file():
            names.append(_checked(path.relative_to(folder).as_posix(), folder))
        if len(names) > MOST_FILES:
            raise PackDamagedError(file=folder, cause=TOO_LARGE)
    return sorted(names)


def _unpack(archive: zipfile.ZipFile, folder: Path, path: Path) -> list[str]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    names = [_checked(entry.filename, path) for entry in entries]
    # Names that differ by case alone are one file on some systems.
    if len({name.lower() for name in names}) != len(names):
        raise PackDamagedError(file=path, cause=TWICE)
    room = min(MOST_BYTES, max(LEAST_ROOM_BYTES, MOST_GROWTH * path.stat().st_size))
    if len(names) > MOST_FILES or sum(entry.file_size for entry in entries) > room:
        raise PackDamagedError(file=path, cause=TOO_LARGE)
    for entry in entries:
        _ensure_plain(entry, path)
        target = folder / entry.filename
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as source, target.open("xb") as copy:
            # The library gives no more than the size that was counted, whatever the bytes would unpack to.
            shutil.copyfileobj(source, copy, _CHUNK_BYTES)
    return sorted(names)


def _ensure_plain(entry: zipfile.ZipInfo, path: Path) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG} or entry.flag_bits & 1 or entry.compress_type not in _METHODS:
        raise PackDamagedError(file=path, cause=NO_FILE)


def _checked(name: str, path: Path) -> str:
    if not is_pack_path(name):
        raise PackDamagedError(file=path, cause=ODD_NAME)
    return name
