"""Rows of a CSV register: the encodings and separators that Vietnamese office programs write."""

import codecs
import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from config.errors import RegisterFileError
from config.i18n import gettext
from config.i18n import mark as _
from config.text import nfc
from pipeline.register.headers import SEARCHED_ROWS, find_header
from pipeline.register.values import Cell

_SEPARATORS = (",", ";", "\t", "|")
_CHUNK = 1 << 20
_CELL_LIMIT = 200_000


def csv_rows(path: Path) -> Iterator[list[Cell]]:
    """Give the rows of a CSV file, cells in NFC, empty ones None. Raise RegisterFileError when it cannot be read."""
    encoding = find_encoding(path)
    separator = _find_separator(path, encoding)
    yield from _rows(path, encoding, separator)


def find_encoding(path: Path) -> str:
    """Give the encoding of a text file: UTF-8, UTF-16 or windows-1258. Raise RegisterFileError for any other."""
    with path.open("rb") as source:
        start = source.read(4096)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif b"\0" in start:
        candidates = ["utf-16-le" if start[1::2].count(0) > start[0::2].count(0) else "utf-16-be"]
    else:
        candidates = ["utf-8-sig", "cp1258"]
    for encoding in candidates:
        if _decodes(path, encoding):
            return encoding
    raise RegisterFileError(file=path.name, cause=gettext(_("its letters are neither UTF-8, UTF-16 nor windows-1258")))


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as source:
            while chunk := source.read(_CHUNK):
                if "\0" in decoder.decode(chunk):
                    return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _find_separator(path: Path, encoding: str) -> str:
    """Give the separator under which the header shows most fields."""
    found = {}
    for separator in _SEPARATORS:
        header = find_header(list(islice(_rows(path, encoding, separator), SEARCHED_ROWS + 1)))
        found[separator] = len(header.columns) if header else 0
    return max(_SEPARATORS, key=lambda separator: found[separator])


def _rows(path: Path, encoding: str, separator: str) -> Iterator[list[Cell]]:
    csv.field_size_limit(_CELL_LIMIT)
    with path.open(encoding=encoding, newline="") as source:
        reader = csv.reader(source, delimiter=separator)
        try:
            for cells in reader:
                if reader.line_num == 1 and "".join(cells).startswith("sep="):
                    yield []
                else:
                    yield [nfc(cell) if cell.strip() else None for cell in cells]
        except csv.Error as err:
            place = gettext(_("line {line} is not CSV; a quotation mark may be left open"))
            raise RegisterFileError(file=path.name, cause=place.format(line=reader.line_num)) from err
