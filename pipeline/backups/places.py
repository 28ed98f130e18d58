"""Where backups lie: a folder (another disk, a mounted share), or the object store beside the documents.

`<place>/<set>/<backup>.json` and `.p7s`, and `<place>/<set>/pieces/<sha256>`. A set is one full backup and the
increments after it; it needs nothing outside its folder, so it can be copied and deleted as a whole.
"""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from config.errors import ExitCode, NotFoundError, ObjectMissingError, SohoaError, UsageError
from config.i18n import mark as _
from pipeline.backups.manifest import MANIFEST, is_name
from pipeline.context import Context
from pipeline.job import file_sha256
from storage.objects import ObjectStore

S3 = "s3"
FOLDER_KEY = "_backup"
PIECES = "pieces"


class BackupPlaceError(SohoaError):
    """The place of backups cannot be written to or read."""

    code = "backup_place"
    exit_code = ExitCode.STORE
    retry_helps = True
    message = _("the place of backups {place} cannot be used: {cause}")
    remedy = _("See that it is mounted and that the user this program runs as may write there, or name another: --to.")


class NoBackupError(NotFoundError):
    """There is no such backup."""

    code = "no_backup"
    message = _("there is no backup {subject} in {place}")
    remedy = _("See which there are: sohoa backup --list --to {place}")


class Place(Protocol):
    """Keeps files under names with slashes; none is ever overwritten."""

    @property
    def name(self) -> str:
        """Where it is, for people."""

    def put(self, name: str, source: Path) -> None:
        """Keep a file; the same bytes again change nothing."""

    def read(self, name: str) -> bytes:
        """Give a file. Raise NoBackupError when there is none."""

    def names(self, folder: str) -> list[str]:
        """Give the names of the files directly in a folder."""

    def sets(self) -> list[str]:
        """Give the sets, the oldest first."""

    @property
    def deletes(self) -> bool:
        """Whether sets are deleted here by this program."""

    def delete_set(self, name: str) -> None:
        """Delete a set, where this place deletes at all."""


class FolderPlace:
    """A folder whose files their owner alone may read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def name(self) -> str:
        """The folder."""
        return str(self._folder)

    def put(self, name: str, source: Path) -> None:
        """Keep a file; see Place."""
        target = self._folder / name
        # Two machines may write the same piece at once.
        part = target.with_name(f".{uuid.uuid4().hex}.part")
        try:
            for folder in reversed([each for each in (target.parent, *target.parent.parents) if not each.exists()]):
                folder.mkdir(mode=0o700, exist_ok=True)
            with source.open("rb") as content, part.open("wb") as copy:
                os.fchmod(copy.fileno(), 0o600)
                shutil.copyfileobj(content, copy)
                copy.flush()
                os.fsync(copy.fileno())
            part.replace(target)
        except OSError as err:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise BackupPlaceError(place=self.name, cause=err) from err
        if file_sha256(target) != file_sha256(source):
            raise BackupPlaceError(place=self.name, cause=_("it does not give back what was written"))

    def read(self, name: str) -> bytes:
        """Give a file; see Place."""
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError as err:
            raise NoBackupError(subject=name, place=self.name) from err
        except OSError as err:
            raise BackupPlaceError(place=self.name, cause=err) from err

    def names(self, folder: str) -> list[str]:
        """Give the files of a folder; see Place."""
        return [path.name for path in self._entries(folder) if path.is_file()]

    def sets(self) -> list[str]:
        """Give the sets; see Place."""
        return sorted(path.name for path in self._entries("") if is_name(path.name) and any(path.glob(f"*{MANIFEST}")))

    @property
    def deletes(self) -> bool:
        """A folder is the program's own; see Place."""
        return True

    def delete_set(self, name: str) -> None:
        """Delete a set; see Place."""
        try:
            shutil.rmtree(self._folder / name)
        except OSError as err:
            raise BackupPlaceError(place=self.name, cause=err) from err

    def _entries(self, folder: str) -> Iterator[Path]:
        place = self._folder / folder
        try:
            found = list(place.iterdir()) if place.is_dir() else []
        except OSError as err:
            raise BackupPlaceError(place=self.name, cause=err) from err
        return (path for path in found if not path.name.startswith("."))


class StorePlace:
    """The object store, under `<test|production>/_backup`; it deletes nothing: rules of the bucket may."""

    def __init__(self, store: ObjectStore, environment: str) -> None:
        self._store, self._root = store, f"{environment}/{FOLDER_KEY}"

    @property
    def name(self) -> str:
        """The store."""
        return f"{self._store.name}/{self._root}"

    def put(self, name: str, source: Path) -> None:
        """Keep a file; see Place."""
        self._store.put(f"{self._root}/{name}", source, file_sha256(source))

    def read(self, name: str) -> bytes:
        """Give a file; see Place."""
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "file"
            try:
                self._store.fetch(f"{self._root}/{name}", target)
            except ObjectMissingError as err:
                raise NoBackupError(subject=name, place=self.name) from err
            return target.read_bytes()

    def names(self, folder: str) -> list[str]:
        """Give the files of a folder; see Place."""
        return [key.rpartition("/")[2] for key in self._store.keys(f"{self._root}/{folder}")]

    def sets(self) -> list[str]:
        """Give the sets; see Place."""
        return sorted(name for name in self._store.folders(self._root) if is_name(name))

    @property
    def deletes(self) -> bool:
        """Nothing in the store is ever deleted by this program; see Place."""
        return False

    def delete_set(self, name: str) -> None:
        """Delete nothing; see Place."""


def open_place(ctx: Context, to: str, environment: str) -> Place:
    """Give the place that is named: a folder, relative to the home folder, or `s3` for the object store.

    Raise UsageError for `s3` where the objects lie in a folder.
    """
    if to != S3:
        return FolderPlace(ctx.settings.home / to)
    if ctx.settings.store.kind != S3:
        raise UsageError(cause=_("the object store of this installation is a folder, not S3; name a folder with --to"))
    return StorePlace(ctx.store, environment)
