"""The package of a workbook: a ZIP of parts that name each other; which sheets it has, and from which day it counts."""

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from config.errors import TooLargeError
from config.i18n import mark as _
from config.text import nfc
from pipeline.register.workbook.markup import MarkupRefusedError, Tags

_MOST_BYTES = 4 << 30
"""Most bytes a workbook may unpack to: a million rows of fifty columns."""
_MOST_BYTES_OF_A_SMALL_PART = 64 << 20
_MOST_SHEETS = 1_000
_READ_PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_USUAL_BOOK = "xl/workbook.xml"
_NO_WORKBOOK = _("it is a ZIP archive without a workbook in it")
_BINARY = _("it is a binary workbook (.xlsb)")
_OPEN_DOCUMENT = _("it is an OpenDocument table (.ods)")
_ENCRYPTED = _("it is protected by a password")
_PACKED = _("it is packed in a way that spreadsheet programs do not use")
_LACKS_PART = _("the workbook is damaged: a part of it is missing")
_TOO_MANY_SHEETS = _("it has more sheets than any register")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One sheet: its name, and the part of the package that holds its cells."""

    name: str
    part: str


class Package:
    """An open workbook. Raise MarkupRefusedError, and whatever zipfile and expat raise, for one that is none."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path)
        items = self._zip.infolist()
        size = sum(item.file_size for item in items)
        if size > _MOST_BYTES:
            raise TooLargeError(file=path.name, amount=size, unit="B", limit=_MOST_BYTES)
        self._parts = {_folded(item.filename): item for item in items}
        self._book = next((part for _id, kind, part in self._links("") if kind == "officeDocument"), _USUAL_BOOK)
        self._ensure_workbook()
        self._linked = {link: (kind, part) for link, kind, part in self._links(self._book)}
        self.epoch = CALENDAR_WINDOWS_1900
        self.sheets = tuple(self._sheets())

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def open(self, part: str) -> IO[bytes]:
        """Open a part as a stream."""
        item = self._parts.get(_folded(part))
        if item is None:
            raise MarkupRefusedError(_LACKS_PART)
        if item.flag_bits & 1:
            raise MarkupRefusedError(_ENCRYPTED)
        if item.compress_type not in _READ_PACKINGS:
            raise MarkupRefusedError(_PACKED)
        return self._zip.open(item)

    def part_of(self, kind: str) -> str | None:
        """Give the part of a kind that belongs to the workbook as a whole; None if it has none."""
        return next((part for has, part in self._linked.values() if has == kind), None)

    def tags(self, part: str) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Give the elements of a small part."""
        with self.open(part) as source:
            if self._parts[_folded(part)].file_size > _MOST_BYTES_OF_A_SMALL_PART:
                raise MarkupRefusedError(_PACKED)
            yield from Tags().read(source)

    def _sheets(self) -> Iterator[SheetPart]:
        count = 0
        for inside, name, said in self.tags(self._book):
            if name == "workbookPr" and said.get("date1904") in {"1", "true"}:
                self.epoch = CALENDAR_MAC_1904
            elif name == "sheet" and inside == "sheets":
                kind, part = self._linked[said["id"]]
                count += 1
                if count > _MOST_SHEETS:
                    raise MarkupRefusedError(_TOO_MANY_SHEETS)
                if kind == "worksheet":
                    yield SheetPart(nfc(said["name"]), part)

    def _links(self, part: str) -> Iterator[tuple[str, str, str]]:
        """Give what a part names (the package itself: ""): id, kind, part."""
        folder, name = posixpath.split(part)
        links = posixpath.join(folder, "_rels", f"{name}.rels")
        if _folded(links) not in self._parts:
            return
        for _inside, tag, said in self.tags(links):
            if tag == "Relationship" and said.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, said["Target"]))
                yield said["Id"], posixpath.basename(said["Type"]), target.lstrip("/")

    def _ensure_workbook(self) -> None:
        """Refuse other archives for what they are."""
        if self._book.endswith(".bin"):
            raise MarkupRefusedError(_BINARY)
        if "mimetype" in self._parts and "content.xml" in self._parts:
            raise MarkupRefusedError(_OPEN_DOCUMENT)
        if _folded(self._book) not in self._parts or not self._book.startswith("xl/"):
            raise MarkupRefusedError(_NO_WORKBOOK)


def _folded(part: str) -> str:
    """Give a part's name as parts are looked up: programs differ in case and slashes."""
    return part.replace("\\", "/").lstrip("/").casefold()
