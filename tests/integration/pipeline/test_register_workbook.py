"""Workbooks as registers: read as a spreadsheet program shows them, in flat memory, and refused by name when broken."""

import random
import tracemalloc
import zipfile
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from config.errors import RegisterFileError, TooLargeError
from pipeline.register.values import Cell
from pipeline.register.workbook import package
from pipeline.register.xlsx_file import xlsx_sheets
from scripts.bench.register_rows import register_rows, write_xlsx

pytestmark = pytest.mark.usefixtures("english")

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{KINDS}"><sheets><sheet name="Danh mục" sheetId="1" r:id="r1"/></sheets>'
    "</workbook>"
)
PARTS = {
    "_rels/.rels": f'<Relationships xmlns="{LINKS}">'
    f'<Relationship Id="r1" Type="{KINDS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": BOOK,
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{LINKS}">'
    f'<Relationship Id="r1" Type="{KINDS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{KINDS}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>',
    "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>một</t></si></sst>',
}


def _book(tmp_path: Path, rows: str, **parts: str | None) -> Path:
    """Write a workbook by hand, with the rows of its one sheet and other parts than the usual; None: without it."""
    path = tmp_path / "danh-muc.xlsx"
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    named = {"xl/worksheets/sheet1.xml": sheet, **PARTS}
    for name, part in parts.items():
        place = next(one for one in named if one.endswith(name.replace("_", ".")))
        named[place] = part or ""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in named.items():
            if text:
                out.writestr(name, text)
    return path


def _read(path: Path) -> list[list[Cell]]:
    return [list(row) for _name, rows, _epoch in xlsx_sheets(path) for row in rows]


def _refusal(path: Path) -> str:
    with pytest.raises(RegisterFileError) as refused:
        _read(path)
    assert path.name in str(refused.value)
    return str(refused.value.details["cause"])


def test_every_kind_of_cell_is_read_as_a_spreadsheet_program_shows_it(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    rows: list[list[Any]] = [
        ["Mã hồ sơ", None, "  ", "Số", True, 12, 1.5, -3, 1e20],
        [],
        [None, datetime.fromisoformat("2026-03-05"), datetime.fromisoformat("2026-03-05T14:30"), date(1945, 9, 2)],
        [time(7, 30), timedelta(hours=30), "#N/A", "=1+1", "x" * 32_767, "hoà & <hòa>"],
        [None] * 30 + ["xa"],
    ]
    for row in rows:
        sheet.append(row)
    sheet["B9"] = "cách"
    book.save(tmp_path / "a.xlsx")
    theirs = load_workbook(tmp_path / "a.xlsx", read_only=True, data_only=True).worksheets[0]
    theirs.reset_dimensions()
    shown = [[_as_ours(value) for value in row] for row in theirs.iter_rows(values_only=True)]
    assert _read(tmp_path / "a.xlsx") == shown
    assert len(shown) == 9


def _as_ours(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.strip() else None
    return str(value) if isinstance(value, time | timedelta) else value


def test_sheets_come_in_their_order_hidden_ones_too_with_the_day_they_count_from(tmp_path: Path) -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    sheet.append([datetime.fromisoformat("2026-03-05")])
    book.create_chartsheet("Biểu đồ")
    hidden = book.create_sheet("Ẩn")
    hidden.sheet_state = "hidden"
    hidden.append([1])
    book.save(tmp_path / "a.xlsx")
    read = [(name, [list(row) for row in rows], epoch) for name, rows, epoch in xlsx_sheets(tmp_path / "a.xlsx")]
    assert read == [
        ("Sheet", [[datetime.fromisoformat("2026-03-05")]], date(1904, 1, 1)),
        ("Ẩn", [[1]], date(1904, 1, 1)),
    ]


@pytest.mark.parametrize(
    ("rows", "read"),
    [
        ('<row><c t="s"><v>0</v></c><c><v>2</v></c></row><row r="3"><c r="B3"><v>3</v></c></row>', "một 2||_ 3"),
        ('<row><c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh><t>x</t></rPh></is><v>z</v></c></row>', "ab"),
        ('<row><c t="str"><f>A1&amp;"x"</f><v>ax</v></c><c t="e"><v>#REF!</v></c></row>', "ax #REF!"),
        ('<row><c t="d"><v>2026-03-05</v></c><c t="b"><v>1</v></c></row>', "2026-03-05 True"),
        ("<row><c><v></v></c><c/><c><v>7</v></c></row>", "_ _ 7"),
    ],
    ids=["no places", "inline", "formula", "day and truth", "empty"],
)
def test_what_other_programs_write_is_read(tmp_path: Path, rows: str, read: str) -> None:
    found = _read(_book(tmp_path, rows))
    assert "|".join(" ".join("_" if cell is None else str(cell) for cell in row) for row in found) == read


def test_names_with_prefixes_and_parts_in_other_case_are_known(tmp_path: Path) -> None:
    sheet = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row><x:c t="s"><x:v>0</x:v></x:c></x:row></x:sheetData>'
    links = PARTS["xl/_rels/workbook.xml.rels"].replace("worksheets/sheet1", "Worksheets\\Sheet1")
    path = _book(tmp_path, "", sheet1_xml=f"{sheet}</x:worksheet>", workbook_xml_rels=links.replace("\\", "/"))
    assert _read(path) == [["một"]]


def test_a_cell_merged_downwards_counts_for_each_row_it_spans(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["a", "b", "c"], [None, None, "d"], [None, "e", "f"], [None, "g", None], [None, "h", None]):
        sheet.append(row)
    for merged in ("A1:A3", "B1:B2", "C3:C5"):
        sheet.merge_cells(merged)
    book.save(tmp_path / "a.xlsx")
    assert _read(tmp_path / "a.xlsx") == [
        ["a", "b", "c"],
        ["a", "b", "d"],
        ["a", "e", "f"],
        [None, "g", "f"],
        [None, "h", "f"],
    ]


DOCTYPE = '<!DOCTYPE s [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("rows", "parts", "cause"),
    [
        ("", {"sheet1_xml": f"{DOCTYPE}<worksheet/>"}, "document type"),
        ("", {"sharedStrings_xml": f'{DOCTYPE}<sst xmlns="{MAIN}"><si><t>&b;</t></si></sst>'}, "document type"),
        ("<a>" * 99_000 + "</a>" * 99_000, {}, "too deep"),
        (f'<row><c t="inlineStr"><is><t>{"x" * (3 << 20)}</t></is></c></row>', {}, "too long"),
        (f'<row><c t="{"x" * (3 << 20)}"/></row>', {}, "too long"),
        ("".join(f"<a{number}/>" for number in range(20_000)), {}, "too many names"),
        ('<row r="1048577"/>', {}, "more rows than"),
        ('<row r="1e12"/>', {}, "more rows than"),
        ('<row r="2"/><row r="2"/>', {}, "out of order"),
        ('<row><c t="s"><v>1</v></c></row>', {}, "damaged"),
        ('<row><c t="s"><v>-1</v></c></row>', {}, "damaged"),
        ("<row><c><v>một</v></c></row>", {}, "damaged"),
        ('<row><c r="ABCD1"><v>1</v></c></row>', {}, "damaged"),
        ("<row>", {}, "damaged"),
        ("", {"sheet1_xml": None}, "a part of it is missing"),
        ("", {"sharedStrings_xml": None}, "a part of it is missing"),
        ("", {"workbook_xml": None}, "without a workbook"),
        ("", {"workbook_xml": BOOK.replace('r:id="r1"', 'r:id="r9"')}, "damaged"),
    ],
    ids=[
        *("entities", "entities in texts", "deep", "long text", "long tag", "names", "rows", "far row", "order"),
        *("no such text", "negative text", "no number", "no column", "not closed"),
        *("no sheet", "no texts", "no workbook", "no link"),
    ],
)
def test_a_bomb_or_a_broken_part_is_refused_by_name(
    tmp_path: Path, rows: str, parts: dict[str, str | None], cause: str
) -> None:
    assert cause in _refusal(_book(tmp_path, rows, **parts))


@pytest.mark.parametrize(
    ("names", "cause"),
    [
        (["mimetype", "content.xml"], "OpenDocument"),
        (["word/document.xml"], "without a workbook"),
        (["a.jpg"], "without a workbook"),
    ],
    ids=["ods", "docx", "pictures"],
)
def test_other_archives_are_told_for_what_they_are(tmp_path: Path, names: list[str], cause: str) -> None:
    path = tmp_path / "danh-muc.xlsx"
    with zipfile.ZipFile(path, "w") as out:
        for name in names:
            out.writestr(name, "x")
    assert cause in _refusal(path)


def test_a_binary_workbook_is_told(tmp_path: Path) -> None:
    links = PARTS["_rels/.rels"].replace("workbook.xml", "workbook.bin")
    path = tmp_path / "danh-muc.xlsx"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("_rels/.rels", links)
        out.writestr("xl/workbook.bin", b"\0")
    assert ".xlsb" in _refusal(path)


def test_a_workbook_that_unpacks_to_too_much_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _book(tmp_path, "<row/>" * 10_000)
    monkeypatch.setattr(package, "_MOST_BYTES", 50_000)
    with pytest.raises(TooLargeError):
        _read(path)


def test_whatever_is_damaged_is_refused_or_read_and_never_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "danh-muc.xlsx"
    write_xlsx(register_rows(40), path)
    whole = path.read_bytes()
    rng = random.Random(4)
    for _turn in range(120):
        damaged = bytearray(whole[: rng.choice([len(whole), rng.randrange(4, len(whole))])])
        for _byte in range(rng.randrange(1, 6)):
            damaged[rng.randrange(4, len(damaged))] = rng.randrange(256)
        path.write_bytes(damaged)
        with suppress(RegisterFileError, TooLargeError):
            _read(path)


def test_memory_does_not_grow_with_the_workbook(tmp_path: Path) -> None:
    path = tmp_path / "danh-muc.xlsx"
    peaks = []
    for rows in (2_000, 2_000, 12_000):
        write_xlsx(register_rows(rows), path)
        tracemalloc.start()
        assert sum(1 for _name, some, _epoch in xlsx_sheets(path) for _row in some) == rows + 1
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < peaks[1] + 4_000_000
