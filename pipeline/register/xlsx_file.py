"""Rows of an XLSX register, read as a stream; a cell merged downwards counts for each row it spans."""

import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from xml.parsers.expat import ExpatError

from config.errors import RegisterFileError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.register.values import Cell
from pipeline.register.workbook.markup import MarkupRefusedError
from pipeline.register.workbook.merged import fill_merged, merged_down
from pipeline.register.workbook.package import Package
from pipeline.register.workbook.rows import sheet_rows
from pipeline.register.workbook.styles import Styles, read_styles
from pipeline.register.workbook.texts import Texts, read_texts

_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, ExpatError, EOFError, OSError),
    *(KeyError, ValueError, IndexError, TypeError, OverflowError),
)
"""What a damaged workbook raises, besides what is refused by name."""


def xlsx_sheets(path: Path) -> Iterator[tuple[str, Iterator[Sequence[Cell]], date]]:
    """Give name, rows and epoch of each sheet. Raise RegisterFileError when the workbook is damaged."""
    with Texts() as texts:
        try:
            package = Package(path)
        except (*_BROKEN, MarkupRefusedError) as err:
            raise _refused(path, err) from err
        try:
            styles = _read_parts(path, package, texts)
            for sheet in package.sheets:
                yield sheet.name, _rows(path, package, sheet.part, texts, styles), package.epoch.date()
        finally:
            package.close()


def _read_parts(path: Path, package: Package, texts: Texts) -> Styles:
    """Keep the texts, and give the formats."""
    try:
        part = package.part_of("sharedStrings")
        if part is not None:
            with package.open(part) as source:
                read_texts(source, texts)
        return read_styles(package)
    except (*_BROKEN, MarkupRefusedError) as err:
        raise _refused(path, err) from err


def _rows(path: Path, package: Package, part: str, texts: Texts, styles: Styles) -> Iterator[Sequence[Cell]]:
    try:
        with package.open(part) as source:
            spans = merged_down(source)
        with package.open(part) as source:
            yield from fill_merged(sheet_rows(source, texts, styles, package.epoch), spans)
    except (*_BROKEN, MarkupRefusedError) as err:
        raise _refused(path, err) from err


def _refused(path: Path, err: Exception) -> RegisterFileError:
    if isinstance(err, MarkupRefusedError):
        return RegisterFileError(file=path.name, cause=gettext(str(err)))
    cause = gettext(_("the workbook is damaged or is no XLSX file ({kind})")).format(kind=type(err).__name__)
    return RegisterFileError(file=path.name, cause=cause)
