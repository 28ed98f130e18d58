"""A made-up register of any length as offices keep it, as CSV or XLSX: agencies, six years, fictional people.

The XLSX is written as Excel writes it: texts in a table of their own, which cells name by number, and dates as days.
"""

import csv
import random
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from scripts.bench.register_matching import ACTS, FAMILIES, GIVEN, MIDDLES, PLACES

AGENCIES, YEARS, FIRST_YEAR = 150, 6, 2019
HEADER = (
    "STT",
    "Mã hồ sơ",
    "Mã cơ quan",
    "Mã TTHC",
    "Số, ký hiệu",
    "Ngày ban hành",
    "Trích yếu",
    "Cơ quan ban hành",
    "Người ký",
    "Ngày giải quyết",
    "Có hiệu lực đến",
    "Số kết quả",
    "Số giấy tờ",
    "Số trang",
)
CHANGED_ONE_IN, LACKING_ONE_IN = 100, 200
Value = str | int | date | None

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DAY_ZERO = date(1899, 12, 30)
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="Danh mục" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    f'<Relationship Id="r3" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts>'
    '<fills count="1"><fill><patternFill/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}


def register_rows(
    count: int, *, is_later: bool = False, is_wrong: bool = False, seed: int = 2606
) -> Iterator[list[Value]]:
    """Give the rows; of a later file 1 % are others and 0.5 % lacking, of a wrong one all have a day that is none."""
    rng = random.Random(seed)  # noqa: S311 - made-up data, the same for the same seed
    for number in range(count):
        row = _row(number, rng)
        if is_later and number % LACKING_ONE_IN == 1:
            continue
        if is_later and number % CHANGED_ONE_IN == 0:
            row[4] = f"{row[4]}/SĐ"
        if is_wrong:
            row[9] = "31/02/2026"
        yield row


def write_csv(rows: Iterable[list[Value]], path: Path) -> None:
    """Write rows as Vietnamese office programs do: a mark of UTF-8, semicolons, day before month."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(HEADER)
        for row in rows:
            writer.writerow([f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell for cell in row])


def write_xlsx(rows: Iterable[list[Value]], path: Path) -> None:
    """Write rows as Excel does."""
    texts: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, part in _PARTS.items():
            book.writestr(name, part)
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as out:
            out.write(f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            out.write(_xml(1, HEADER, texts))
            for number, cells in enumerate(rows, start=2):
                out.write(_xml(number, cells, texts))
            out.write(b"</sheetData></worksheet>")
        with book.open("xl/sharedStrings.xml", "w", force_zip64=True) as out:
            out.write(f'<sst xmlns="{_MAIN}" uniqueCount="{len(texts)}">'.encode())
            for text in texts:
                out.write(f"<si><t>{escape(text)}</t></si>".encode())
            out.write(b"</sst>")


def _xml(number: int, row: Iterable[Value], texts: dict[str, int]) -> bytes:
    cells = []
    for column, cell in enumerate(row):
        place = f"{chr(65 + column)}{number}"
        if isinstance(cell, date):
            cells.append(f'<c r="{place}" s="1"><v>{(cell - _DAY_ZERO).days}</v></c>')
        elif isinstance(cell, int):
            cells.append(f'<c r="{place}"><v>{cell}</v></c>')
        elif cell is not None:
            cells.append(f'<c r="{place}" t="s"><v>{texts.setdefault(cell, len(texts))}</v></c>')
    return f'<row r="{number}">{"".join(cells)}</row>'.encode()


def _row(number: int, rng: random.Random) -> list[Value]:
    agency = f"H41.{number % AGENCIES + 1}"
    solved = date(FIRST_YEAR + number // AGENCIES % YEARS, 1, 1) + timedelta(days=rng.randrange(365))
    received = solved - timedelta(days=rng.randrange(1, 30))
    name = " ".join(map(rng.choice, (["ông", "bà"], FAMILIES, MIDDLES, GIVEN)))
    signer = " ".join(map(rng.choice, (FAMILIES, MIDDLES, GIVEN)))
    until = solved + timedelta(days=3650) if number % 3 == 0 else None
    return [
        number + 1,
        f"{agency}-{received:%y%m%d}-{number:06}",
        agency,
        f"1.{number % 2156 + 10000:06}",
        f"{number // (AGENCIES * YEARS) + 1}/QĐ-UBND",
        solved,
        f"{rng.choice(ACTS)} {name}, {rng.choice(PLACES)}",
        f"Ủy ban nhân dân xã Mẫu {number % AGENCIES + 1}",
        signer,
        solved,
        until,
        1,
        rng.randrange(4),
        rng.randrange(1, 20),
    ]
