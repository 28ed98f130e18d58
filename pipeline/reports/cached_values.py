"""Puts what formulas come to beside them in a workbook, for viewers that do not reckon: previews, phones, programs.

openpyxl writes either a formula or a value; the format of the file has a place for both.
"""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
Value = str | int | float


def put_values(path: Path, by_sheet: Mapping[int, Mapping[str, Value]]) -> None:
    """Write values beside the formulas of a saved workbook: by the number of the sheet, from 1, and the cell."""
    ET.register_namespace("", _MAIN)
    beside = path.with_name(f".{path.name}.values")
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as out:
        for member in book.infolist():
            data = book.read(member)
            number = _sheet_number(member.filename)
            if number is not None and by_sheet.get(number):
                data = _with_values(data, by_sheet[number])
            out.writestr(member, data)
    beside.replace(path)


def _sheet_number(name: str) -> int | None:
    folder, _slash, file = name.rpartition("/")
    number = file.removeprefix("sheet").removesuffix(".xml")
    return int(number) if folder == "xl/worksheets" and number.isdigit() else None


def _with_values(data: bytes, values: Mapping[str, Value]) -> bytes:
    root = ET.fromstring(data)  # noqa: S314 - written by this program a moment ago
    for cell in root.iter(f"{{{_MAIN}}}c"):
        value = values.get(cell.get("r", ""))
        if value is None or cell.find(f"{{{_MAIN}}}f") is None:
            continue
        if isinstance(value, str):
            cell.set("t", "str")
        held = cell.find(f"{{{_MAIN}}}v")
        if held is None:
            held = ET.SubElement(cell, f"{{{_MAIN}}}v")
        held.text = value if isinstance(value, str) else repr(value)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
