"""The acceptance sample as a sheet to print and fill in, CSV or XLSX, and read back: each row right or wrong."""

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from openpyxl import Workbook

from config.errors import InputRefusedError, RegisterFileError
from config.i18n import LANGUAGES, gettext, translate
from config.i18n import mark as _
from config.text import accentless, fold_space
from pipeline.acceptance import WHOLE, Draw, SampleItem
from pipeline.acceptance_recording import Item, ensure_drawn
from pipeline.register.csv_file import find_encoding
from pipeline.register.faults import plain_cell
from pipeline.register.xlsx_file import xlsx_sheets
from pipeline.wording import field_name

COLUMNS = (
    _("Sample"),
    _("Document"),
    _("Field"),
    _("Name"),
    _("Value"),
    _("Page"),
    _("From left (mm)"),
    _("From top (mm)"),
    _("Right/wrong"),
)
_DIGEST, _DOCUMENT, _FIELD, _VERDICT = 0, 1, 2, len(COLUMNS) - 1
_WIDTHS = (16, 26, 16, 26, 70, 7, 12, 12, 12)
_RIGHT = frozenset({"dung", "d", "right", "r", "ok", "✓", "✔", "1", "true"})
_WRONG = frozenset({"sai", "s", "wrong", "w", "khong", "0", "false"})
_MOST_ROWS = 100_000
_SEPARATORS = (",", ";", "\t")
_WHOLE_DOCUMENT = _("the document as a whole: complete, legible, the right way up")
_NO_HEADER = _("its first row is not that of a sample's sheet")
_NOT_CSV = _("it is no CSV; a quotation mark may be left open")
_NOT_JUDGED = _("row {row}: “{typed}” is neither right nor wrong")
_NOT_IN_IT = _("row {row}: {document} {field} is not in the sample")
_TWICE = _("row {row}: {document} {field} stands in it twice")
_MISSING = _("{count} rows of the sample are missing, the first: {document} {field}")


class SampleSheetError(InputRefusedError):
    """A filled sheet of an acceptance sample cannot be taken as it is."""

    code = "sample_sheet"
    message = _("{file}: {cause}")
    remedy = _("Nothing was recorded. Put it right, each row “đúng” or “sai” in its last column, and give it again.")


def write_sheet(draw: Draw, path: Path) -> None:
    """Write a sample as CSV or XLSX, by the ending of the path, in the active language."""
    if path.suffix.casefold() == ".xlsx":
        _write_xlsx(draw, path)
        return
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows(_rows(draw))


def read_sheet(draw: Draw, path: Path) -> set[Item]:
    """Give what is wrong by a filled sheet of just this sample.

    Raise SampleSheetError for a sheet that does not judge every item of the sample once, SeenOtherwiseError for one
    drawn when other documents waited.
    """
    items = {(item.document, item.field): item for item in draw.items}
    judged: dict[Item, bool] = {}
    for number, row in _filled(path):
        ensure_drawn(draw, row[_DIGEST])
        named = {"row": number, "document": row[_DOCUMENT], "field": row[_FIELD]}
        item = items.get((row[_DOCUMENT], row[_FIELD]))
        if item is None:
            raise _refused(path, _NOT_IN_IT, **named)
        key = (item.document_id, item.field)
        if key in judged:
            raise _refused(path, _TWICE, **named)
        judged[key] = _is_wrong(path, number, row[_VERDICT])
    left = [item for item in draw.items if (item.document_id, item.field) not in judged]
    if left:
        raise _refused(path, _MISSING, count=len(left), document=left[0].document, field=left[0].field)
    return {key for key, is_wrong in judged.items() if is_wrong}


def _rows(draw: Draw) -> Iterator[list[str | int]]:
    yield [gettext(name) for name in COLUMNS]
    for item in draw.items:
        yield [draw.digest, *_cells(item), ""]


def _cells(item: SampleItem) -> list[str | int]:
    named = [item.document, item.field]
    if item.field == WHOLE:
        return [*named, gettext(_WHOLE_DOCUMENT), "", "", "", ""]
    places: list[str | int] = ["" if at is None else at for at in (item.page, item.left_mm, item.top_mm)]
    return [*named, gettext(field_name(item.field)), plain_cell(item.value or ""), *places]


def _write_xlsx(draw: Draw, path: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(gettext(_("Acceptance sample")))
    sheet.freeze_panes = "A2"
    for place, width in enumerate(_WIDTHS):
        sheet.column_dimensions[chr(ord("A") + place)].width = width
    for row in _rows(draw):
        sheet.append(row)
    book.save(path)


def _filled(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Give the rows below the header as texts, with their numbers; empty ones are left out."""
    rows = islice(_sheet_rows(path), _MOST_ROWS)
    header = next(rows, [])
    known = [[translate(name, language) for name in COLUMNS] for language in LANGUAGES]
    if not any(header[: len(COLUMNS)] == [fold_space(name) for name in names] for names in known):
        raise _refused(path, _NO_HEADER)
    for number, row in enumerate(rows, start=2):
        cells = [*row, *[""] * len(COLUMNS)][: len(COLUMNS)]
        if any(cells):
            yield number, cells


def _sheet_rows(path: Path) -> Iterator[list[str]]:
    """Give all rows as texts. Raise SampleSheetError for a file that is neither CSV nor XLSX."""
    try:
        yield from _read_rows(path)
    except (csv.Error, RegisterFileError) as err:
        cause = err.details["cause"] if isinstance(err, RegisterFileError) else gettext(_NOT_CSV)
        raise SampleSheetError(file=path.name, cause=cause) from err
    except OSError as err:
        raise SampleSheetError(file=path.name, cause=err) from err


def _read_rows(path: Path) -> Iterator[list[str]]:
    if path.suffix.casefold() == ".xlsx":
        for _name, rows, _epoch in islice(xlsx_sheets(path), 1):
            yield from ([_text(cell) for cell in row] for row in rows)
        return
    with path.open(encoding=find_encoding(path), newline="") as source:
        first = source.readline()
        source.seek(0)
        separator = max(_SEPARATORS, key=first.count)
        yield from ([_text(cell) for cell in row] for row in csv.reader(source, delimiter=separator))


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else fold_space(str(cell))


def _is_wrong(path: Path, row: int, typed: str) -> bool:
    word = accentless(typed).strip(" .").casefold()
    if word in _RIGHT | _WRONG:
        return word in _WRONG
    raise _refused(path, _NOT_JUDGED, row=row, typed=typed)


def _refused(path: Path, cause: str, **details: object) -> SampleSheetError:
    return SampleSheetError(file=path.name, cause=gettext(cause).format(**details))
