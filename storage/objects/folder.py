"""A store in a local folder: objects appear whole, read-only, and are never overwritten."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from config.errors import (
    ChecksumRefusedError,
    NotWriteOnceError,
    ObjectMissingError,
    ReadBackError,
    UnsafeKeyError,
    WriteOnceError,
)
from config.i18n import gettext
from config.i18n import mark as _
from storage.objects.digest import copy_hashed, hash_on_disk, sync_folder
from storage.objects.disk import place, translated
from storage.objects.keys import check_key
from storage.objects.model import ListedObject, StoredReceipt

_INCOMING = ".incoming"
SET_ASIDE = ".set-aside"
"""Where bad copies go whose place a good one took; nothing in it is ever deleted by this program."""
_ABANDONED_S = 24 * 3600
_LINK = _("a symbolic link in the store leads elsewhere")


class FolderStore:
    """Objects as files under one folder, each key a path; the store of a single machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / _INCOMING

    @property
    def name(self) -> str:
        """The folder."""
        return str(self._folder)

    def put(self, key: str, source: Path, sha256: str) -> StoredReceipt:
        """Store a file; see ObjectStore."""
        target = self._path(key)
        with translated(self.name, key):
            if not target.exists():
                self._write(key, source, sha256, target)
            held = hash_on_disk(target)
            size = target.stat().st_size
        if held != sha256:
            raise WriteOnceError(key=key)
        return StoredReceipt(key=key, sha256=held, size=size, version_id=None, retention_until=None)

    @property
    def locks(self) -> bool:
        """A folder locks nothing; its files are read-only."""
        return False

    def replace(self, key: str, source: Path, sha256: str) -> StoredReceipt:
        """Move a bad file aside and put a good one in its place; see ObjectStore."""
        target = self._path(key)
        with translated(self.name, key):
            if target.exists() and not _reads_as(target, sha256):
                aside = self._folder / SET_ASIDE / uuid4().hex / key
                self._make_folders(aside.parent)
                place(target, aside)
                sync_folder(target.parent)
        return self.put(key, source, sha256)

    def lock(self, key: str, version_id: str | None, until: datetime) -> datetime | None:  # noqa: ARG002 - as above
        """Give None; see ObjectStore."""
        return None

    def fetch(self, key: str, target: Path, version_id: str | None = None) -> str:  # noqa: ARG002 - it keeps none
        """Copy an object to a file; see ObjectStore."""
        path = self._existing(key)
        temporary = target.with_name(f".{uuid4().hex}.part")
        with translated(self.name, key):
            try:
                with path.open("rb") as source, temporary.open("xb") as copy:
                    sha256, _size = copy_hashed(source, copy)
                    copy.flush()
                    os.fsync(copy.fileno())
                temporary.replace(target)
                sync_folder(target.parent)
            finally:
                temporary.unlink(missing_ok=True)
        return sha256

    def read_back(self, key: str) -> str:
        """Give the hash of what the disk holds; see ObjectStore."""
        path = self._existing(key)
        with translated(self.name, key):
            return hash_on_disk(path)

    def exists(self, key: str) -> bool:
        """Tell whether something is stored under a key."""
        path = self._path(key)
        with translated(self.name, key):
            return path.is_file()

    def keys(self, folder: str, after: str = "") -> Iterator[str]:
        """Give the keys directly in a folder; see ObjectStore."""
        top = self._path(folder)
        with translated(self.name, folder):
            found = [path for path in top.iterdir() if path.is_file()] if top.is_dir() else []
        keys = (path.relative_to(self._folder).as_posix() for path in found)
        yield from sorted((key for key in keys if key.encode() > after.encode()), key=str.encode)

    def folders(self, folder: str) -> Iterator[str]:
        """Give the names of the folders directly in a folder; see ObjectStore."""
        top = self._path(folder)
        with translated(self.name, folder):
            yield from (entry.name for entry in _entries(top) if entry.is_dir(follow_symlinks=False))

    def listing(self, folder: str) -> Iterator[ListedObject]:
        """Give every object below a folder; see ObjectStore. What leads elsewhere is none."""
        top = self._path(folder)
        with translated(self.name, folder):
            for entry in _entries(top):
                key = f"{folder}/{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    yield from self.listing(key)
                elif entry.is_file(follow_symlinks=False):
                    yield ListedObject(key, entry.stat(follow_symlinks=False).st_size)

    def check(self, environment: str) -> None:  # noqa: ARG002 - what is tried out lies in no environment and leaves nothing
        """See that the folder takes files and refuses to overwrite; see ObjectStore."""
        self._tidy()
        with translated(self.name, _INCOMING), self._temporary() as first, self._temporary() as second:
            for path in (first, second):
                path.write_bytes(b"sohoa")
            placed = first.with_suffix(".placed")
            try:
                place(first, placed)
                place(second, placed)
            except FileExistsError:
                return
            finally:
                placed.unlink(missing_ok=True)
        raise NotWriteOnceError(store=self.name)

    def _write(self, key: str, source: Path, sha256: str, target: Path) -> None:
        with self._temporary() as temporary:
            with source.open("rb") as incoming, temporary.open("xb") as copy:
                written, _size = copy_hashed(incoming, copy)
                copy.flush()
                os.fsync(copy.fileno())
            if written != sha256:
                raise ChecksumRefusedError(key=key)
            if hash_on_disk(temporary) != sha256:
                raise ReadBackError(key=key)
            temporary.chmod(0o444)
            self._make_folders(target.parent)
            try:
                place(temporary, target)
            except FileExistsError:
                # Another worker was faster; put() compares the bytes.
                return
            sync_folder(target.parent)

    def _make_folders(self, folder: Path) -> None:
        missing = [part for part in (folder, *folder.parents) if not part.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for made in missing:
            sync_folder(made.parent)

    @contextmanager
    def _temporary(self) -> Iterator[Path]:
        self._incoming.mkdir(parents=True, exist_ok=True)
        path = self._incoming / uuid4().hex
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _tidy(self) -> None:
        """Take away what killed processes left half-written; younger files may still be in work.

        Their age is reckoned from a file written now: a file server's clock need not be this machine's.
        """
        with translated(self.name, _INCOMING), self._temporary() as fresh:
            fresh.touch()
            limit = fresh.stat().st_mtime - _ABANDONED_S
            for path in self._incoming.glob("*"):
                # Another thread may place or take away its own at this moment.
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime < limit:
                        path.unlink()

    def _path(self, key: str) -> Path:
        check_key(key)
        path = self._folder / key
        with translated(self.name, key):
            leads_out = path.is_symlink() or not path.parent.resolve().is_relative_to(self._folder.resolve())
        if leads_out:
            raise UnsafeKeyError(key=ascii(key), cause=gettext(_LINK))
        return path

    def _existing(self, key: str) -> Path:
        path = self._path(key)
        with translated(self.name, key):
            if not path.is_file():
                raise ObjectMissingError(key=key)
        return path


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """Give what lies in a folder in the order its keys have; nothing of what is hidden."""
    try:
        with os.scandir(folder) as found:
            entries = [entry for entry in found if not entry.name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(entries, key=_sorted_as)


def _sorted_as(entry: os.DirEntry[str]) -> bytes:
    # In the keys of what lies in a folder its name goes on with a slash.
    return os.fsencode(f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name)


def _reads_as(path: Path, sha256: str) -> bool:
    """Tell whether a file has this hash; one that the disk does not give has not."""
    try:
        return hash_on_disk(path) == sha256
    except OSError:
        return False
