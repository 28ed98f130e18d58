"""Rows of a CSV file of supplied figures as typed rows, or what is wrong with each."""

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.errors import RegisterFileError
from config.i18n import gettext
from config.i18n import mark as _
from config.text import fold_space, nfc
from pipeline.figures.faults import FigureError, FigureFault, RowRefusedError
from pipeline.figures.period import Period, parse_period
from pipeline.register.csv_file import find_encoding
from pipeline.register.headers import header_key
from pipeline.targets import TIMES, Metric

HEADERS_FILE = Path(__file__).parents[2] / "config" / "reference" / "figure_headers.toml"
_NEEDED = ("period", "subject", "metric", "denominator", "source")
_COUNT = re.compile(r"\d{1,12}|\d{1,3}(?:\.\d{3}){1,3}", re.ASCII)
_MINUTES = re.compile(r"\d{1,5}(?:[.,]\d{1,4})?", re.ASCII)
_LONGEST_SOURCE = 300


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One good row, its agency or unit as written."""

    number: int
    period: Period
    subject: str
    metric: Metric
    numerator: int | None
    denominator: int
    minutes: float | None
    source: str


def read_figures(path: Path) -> Iterator[FigureRow | FigureError]:
    """Give the rows of a file. Raise RegisterFileError when it cannot be read as a whole."""
    try:
        encoding = find_encoding(path)
        with path.open(encoding=encoding, newline="") as source:
            yield from _rows(path, source.read().splitlines(keepends=True))
    except (OSError, csv.Error) as err:
        raise RegisterFileError(file=path.name, cause=err) from err


def _rows(path: Path, lines: list[str]) -> Iterator[FigureRow | FigureError]:
    separator = max(",;\t", key=lambda one: len(_columns(next(csv.reader(lines[:1], delimiter=one), []))))
    reader = csv.reader(lines, delimiter=separator, strict=True)
    header = next(reader, [])
    columns = _columns(header)
    if missing := [name for name in _NEEDED if name not in columns]:
        names = ", ".join(_words()["fields"][name][0] for name in missing)
        raise RegisterFileError(
            file=path.name, cause=gettext(_("these columns are missing: {names}")).format(names=names)
        )
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            if len(cells) != len(header):
                raise RowRefusedError(FigureFault.CELLS)
            yield _row(reader.line_num, {name: fold_space(nfc(cells[at])) for name, at in columns.items()})
        except RowRefusedError as err:
            yield FigureError(reader.line_num, err.fault, err.details)


def _row(number: int, cells: Mapping[str, str]) -> FigureRow:
    for name in _NEEDED:
        if not cells[name]:
            raise RowRefusedError(FigureFault.MISSING, column=_words()["fields"][name][0])
    period = parse_period(cells["period"])
    if period is None:
        raise RowRefusedError(FigureFault.PERIOD, value=cells["period"])
    metric = _metrics().get(header_key(cells["metric"]))
    if metric is None:
        raise RowRefusedError(FigureFault.METRIC, value=cells["metric"])
    wanted, other = ("minutes", "numerator") if metric in TIMES else ("numerator", "minutes")
    if not cells.get(wanted):
        raise RowRefusedError(FigureFault.MISSING, column=_words()["fields"][wanted][0])
    if cells.get(other):
        raise RowRefusedError(FigureFault.NOT_HERE, column=_words()["fields"][other][0])
    denominator = _count("denominator", cells["denominator"])
    if denominator == 0:
        raise RowRefusedError(FigureFault.NOTHING)
    numerator = None if metric in TIMES else _count("numerator", cells["numerator"])
    if numerator is not None and numerator > denominator:
        raise RowRefusedError(FigureFault.ABOVE, value=cells["numerator"])
    minutes = _minutes(cells["minutes"]) if metric in TIMES else None
    return FigureRow(
        number, period, cells["subject"], metric, numerator, denominator, minutes, cells["source"][:_LONGEST_SOURCE]
    )


def _count(name: str, text: str) -> int:
    if not _COUNT.fullmatch(text):
        raise RowRefusedError(FigureFault.NUMBER, value=text, column=_words()["fields"][name][0])
    return int(text.replace(".", ""))


def _minutes(text: str) -> float:
    if not _MINUTES.fullmatch(text):
        raise RowRefusedError(FigureFault.NUMBER, value=text, column=_words()["fields"]["minutes"][0])
    return float(text.replace(",", "."))


def _columns(header: list[str]) -> dict[str, int]:
    """Give the column of each field that a header names; the first one of a name."""
    fields = {header_key(name): field for field, names in _words()["fields"].items() for name in names}
    found: dict[str, int] = {}
    for at, name in enumerate(header):
        field = fields.get(header_key(nfc(name)))
        if field is not None:
            found.setdefault(field, at)
    return found


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    data = tomllib.loads(HEADERS_FILE.read_text("utf-8"))
    return {part: data[part] for part in ("fields", "metrics")}


@cache
def _metrics() -> dict[str, Metric]:
    return {header_key(name): Metric(metric) for metric, names in _words()["metrics"].items() for name in names}
