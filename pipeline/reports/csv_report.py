"""Progress as CSV for a spreadsheet program: UTF-8 with its mark, separators of the active language.

A Vietnamese spreadsheet program takes the comma for the decimal sign and expects semicolons between cells.
Programs read the JSON report instead.
"""

import csv
from decimal import Decimal
from itertools import chain
from pathlib import Path

from config.dates import day_text
from config.i18n import active_language, gettext
from config.i18n import mark as _
from pipeline.progress.model import Progress
from pipeline.register.faults import plain_cell
from pipeline.reports.rows import FigureRow, agency_rows, level_rows, year_rows
from pipeline.reports.wording import ENVIRONMENTS

_LEVEL, _YEAR, _AGENCY = _("by level"), _("by level and year"), _("by agency")


def write_csv(progress: Progress, path: Path) -> None:
    """Write one line for each level, level and year, and agency."""
    is_vietnamese = active_language() == "vi"
    lines = chain(
        ((_LEVEL, row) for row in level_rows(progress)),
        ((_YEAR, row) for row in year_rows(progress)),
        ((_AGENCY, row) for row in agency_rows(progress)),
    )
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=";" if is_vietnamese else ",", lineterminator="\r\n")
        writer.writerow([gettext(name) for name in _HEADER])
        for part, row in lines:
            writer.writerow(_cells(progress, part, row, is_vietnamese=is_vietnamese))


_HEADER = (
    _("Part"),
    _("Level"),
    _("Agency code"),
    _("Agency"),
    _("Measure"),
    _("Year"),
    _("Records"),
    _("Digitized"),
    _("Signed"),
    _("Stored"),
    _("Not scanned"),
    _("Share (%)"),
    _("Target (%)"),
    _("Gap (points)"),
    _("Results expected"),
    _("Results digitized"),
    _("Papers expected"),
    _("Papers digitized"),
    _("Legal basis"),
    _("As of"),
    _("Kind of data"),
)


def _cells(progress: Progress, part: str, row: FigureRow, *, is_vietnamese: bool) -> list[str | int]:
    tally, target = row.measure.tally, row.measure.target
    shares = (tally.share, Decimal(str(target.percent)) if target else None, row.measure.gap)
    return [
        gettext(part),
        gettext(row.level_id),
        row.agency_code,
        plain_cell(row.agency_name),
        gettext(row.metric_id),
        row.year,
        tally.records,
        tally.digitized,
        tally.signed,
        tally.stored,
        tally.unscanned,
        *(_number(share, is_vietnamese=is_vietnamese) for share in shares),
        tally.results_expected,
        tally.results_digitized,
        tally.papers_expected,
        tally.papers_digitized,
        target.legal_basis if target else "",
        day_text(progress.as_of, "vi") if is_vietnamese else progress.as_of.isoformat(),
        gettext(ENVIRONMENTS[progress.environment]),
    ]


def _number(value: Decimal | None, *, is_vietnamese: bool) -> str:
    if value is None:
        return ""
    text = f"{value:.2f}"
    return text.replace(".", ",") if is_vietnamese else text
