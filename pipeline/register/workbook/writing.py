"""A workbook written as a stream, row by row, with the few looks that wrong rows have when they are given back."""

import math
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import IntEnum
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, to_excel

from pipeline.register.values import Cell

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_LONGEST_TEXT, _LONGEST_NAME = 32_767, 31
_QUICK = 1
"""How hard the file is packed."""


class Look(IntEnum):
    """How a cell looks: as in the file, wrong, added beside, or a header."""

    OWN = 0
    WRONG = 1
    BESIDE = 2
    HEAD = 3


class _Kind(IntEnum):
    NUMBER = 0
    TEXT = 1
    DAY = 2


_FORMATS = {_Kind.NUMBER: 0, _Kind.TEXT: 49, _Kind.DAY: 164}
_FILLS = {Look.OWN: 0, Look.WRONG: 2, Look.BESIDE: 3, Look.HEAD: 0}
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFFFC7CE"/></patternFill></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFFFF2CC"/></patternFill></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs>'
    + "".join(
        f'<xf numFmtId="{_FORMATS[kind]}" fontId="{int(look is Look.HEAD)}" fillId="{_FILLS[look]}" applyFont="1" '
        'applyNumberFormat="1" applyFill="1"'
        + (
            ' applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
            if look is Look.BESIDE and kind is not _Kind.DAY
            else "/>"
        )
        for look in Look
        for kind in _Kind
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class BookWriter:
    """A workbook being written: one sheet after the other, one row after the other."""

    def __init__(self, target: IO[bytes], *, is_mac: bool) -> None:
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_QUICK)
        self._epoch = CALENDAR_MAC_1904 if is_mac else CALENDAR_WINDOWS_1900
        self._names: list[str] = []

    @contextmanager
    def sheet(self, name: str, widths: Sequence[tuple[int, int]], head_rows: int) -> Iterator["SheetRows"]:
        """Begin a sheet with widths by column, whose first rows stay in sight."""
        self._names.append(self._free_name(name))
        with self._zip.open(f"xl/worksheets/sheet{len(self._names)}.xml", "w", force_zip64=True) as out:
            columns = "".join(
                f'<col min="{column}" max="{column}" width="{width}" customWidth="1"/>' for column, width in widths
            )
            out.write(
                f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{_MAIN}"><sheetViews>'
                f'<sheetView workbookViewId="0"><pane ySplit="{head_rows}" topLeftCell="A{head_rows + 1}" '
                f'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>{columns}</cols>'
                "<sheetData>".encode()
            )
            yield SheetRows(out, self._epoch)
            out.write(b"</sheetData></worksheet>")

    def close(self) -> None:
        """Write what belongs to the workbook as a whole; it has at least one sheet."""
        numbers = range(1, len(self._names) + 1)
        sheets = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="r{number}"/>'
            for number, name in enumerate(self._names, start=1)
        )
        mac = ' date1904="1"' if self._epoch is CALENDAR_MAC_1904 else ""
        parts = {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
            + "".join(
                f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
                for number in numbers
            )
            + "</Types>",
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr{mac}/>'
            f"<bookViews><workbookView/></bookViews><sheets>{sheets}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
            + "".join(
                f'<Relationship Id="r{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
                for number in numbers
            )
            + f'<Relationship Id="styles" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
            "xl/styles.xml": _STYLES,
        }
        for name, part in parts.items():
            self._zip.writestr(name, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + part)
        self._zip.close()

    def _free_name(self, name: str) -> str:
        """Give a name no other sheet has; a sheet too long for one is continued under a numbered one."""
        free, number = name[:_LONGEST_NAME], 1
        while free in self._names:
            number += 1
            ending = f" ({number})"
            free = name[: _LONGEST_NAME - len(ending)] + ending
        return free


class SheetRows:
    """The rows of a sheet being written."""

    def __init__(self, out: IO[bytes], epoch: datetime) -> None:
        self._out, self._epoch = out, epoch
        self._count = 0

    def add(self, cells: Iterable[tuple[Cell, Look]]) -> None:
        """Write one row; an empty cell is written too, for its look."""
        self._count += 1
        row = self._count
        written = "".join(
            self._xml(f"{get_column_letter(column)}{row}", cell, look)
            for column, (cell, look) in enumerate(cells, start=1)
        )
        self._out.write(f'<row r="{row}">{written}</row>'.encode())

    def _xml(self, place: str, cell: Cell, look: Look) -> str:
        style = look * len(_Kind)
        if isinstance(cell, str):
            # Always a text, whatever it begins with: never a formula, and figures keep the noughts they begin with.
            text = escape(ILLEGAL_CHARACTERS_RE.sub("?", cell)[:_LONGEST_TEXT])
            return (
                f'<c r="{place}" s="{style + _Kind.TEXT}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
            )
        if cell is None:
            return f'<c r="{place}" s="{style}"/>' if look is not Look.OWN else ""
        if isinstance(cell, bool):
            return f'<c r="{place}" s="{style}" t="b"><v>{cell:d}</v></c>'
        if isinstance(cell, date):
            return f'<c r="{place}" s="{style + _Kind.DAY}"><v>{_serial(cell, self._epoch)}</v></c>'
        if not math.isfinite(cell):
            return self._xml(place, str(cell), look)
        return f'<c r="{place}" s="{style}"><v>{cell!r}</v></c>'


def _serial(day: date, epoch: datetime) -> float:
    serial: float = to_excel(day, epoch)  # type: ignore[no-untyped-call] # openpyxl's
    return serial
