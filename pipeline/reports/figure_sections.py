"""Tables of shares: by level, by year, the agencies of each level, and units in both views."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from config.i18n import gettext
from config.i18n import mark as _
from pipeline.progress.model import Measure, Progress, Tally, UnitProgress
from pipeline.reports.rows import METRICS, FigureRow, agency_rows, level_rows, year_rows
from pipeline.reports.sections import Cell, Column, Kind, Row, Section, row_of
from pipeline.reports.wording import LEVELS
from pipeline.targets import Metric

# Whole numbers are divided once and cut off once, so that no spreadsheet's binary fractions round a share.
SHARE = '=IF({records}=0,"",INT(10000*{digitized}/{records})/100)'
GAP = '=IF(OR({share}="",{target}=""),"",ROUND({share}-{target},2))'

_LEVEL = Column("level", _("Level"), Kind.TEXT, 14)
_MEASURE = Column("measure", _("Measure"), Kind.TEXT, 30)
_FIGURES = (
    Column("year", _("Year"), Kind.YEAR, 8),
    Column("records", _("Records"), Kind.COUNT, 11),
    Column("digitized", _("Digitized"), Kind.COUNT, 11),
    Column("signed", _("Signed"), Kind.COUNT, 11),
    Column("stored", _("Stored"), Kind.COUNT, 11),
    Column("unscanned", _("Not scanned"), Kind.COUNT, 12),
    Column("share", _("Share"), Kind.PERCENT, 10, SHARE),
    Column("target", _("Target"), Kind.ASKED, 10),
    Column("gap", _("Gap (points)"), Kind.POINTS, 13, GAP),
    Column("results_expected", _("Results expected"), Kind.COUNT, 13),
    Column("results_digitized", _("Results digitized"), Kind.COUNT, 13),
    Column("papers_expected", _("Papers expected"), Kind.COUNT, 13),
    Column("papers_digitized", _("Papers digitized"), Kind.COUNT, 13),
    Column("basis", _("Legal basis"), Kind.TEXT, 48, is_long=True),
)
_BY_LEVEL = (_LEVEL, _MEASURE, *_FIGURES)
_BY_AGENCY = (
    Column("code", _("Agency code"), Kind.TEXT, 16),
    Column("name", _("Agency"), Kind.TEXT, 34),
    _LEVEL,
    _MEASURE,
    *_FIGURES,
)
_BY_UNIT = (
    Column("code", _("Unit code"), Kind.TEXT, 11),
    Column("name", _("Unit"), Kind.TEXT, 28),
    Column("since", _("Unit began"), Kind.DAY, 13),
    Column("until", _("Unit ended"), Kind.DAY, 13),
    _LEVEL,
    _MEASURE,
    *_FIGURES,
)


def figure_sections(progress: Progress) -> Iterator[Section]:
    """Give the tables of shares that hold anything."""
    yield Section("levels", _("By level"), _BY_LEVEL, tuple(_row(_BY_LEVEL, one) for one in level_rows(progress)))
    yield Section("years", _("By year"), _BY_LEVEL, tuple(_row(_BY_LEVEL, one) for one in year_rows(progress)))
    agencies = list(agency_rows(progress))
    for level in progress.levels:
        some = [row for row in agencies if row.level == level.level]
        if some:
            name = LEVELS[level.level]
            rows = tuple(_row(_BY_AGENCY, one) for one in some)
            code = f"agencies-{level.level or 'unknown'}"
            totals = tuple(_sums(progress, _BY_AGENCY, ((one.metric, one.measure) for one in some)))
            yield Section(code, name, _BY_AGENCY, rows, totals, "measure")
    views = progress.units
    if views.current:
        yield _units(progress, "units-today", _("Units of today"), views.current)
    if views.as_issued:
        yield _units(progress, "units-issued", _("Units as they issued"), views.as_issued)


def _row(columns: tuple[Column, ...], one: FigureRow) -> Row:
    own: dict[str, Cell] = {"code": one.agency_code, "name": one.agency_name, "level": gettext(one.level_id)}
    return row_of(columns, own | _figures(one.metric, one.year, one.measure))


def _figures(metric: Metric, year: int, measure: Measure) -> dict[str, Cell]:
    tally, target = measure.tally, measure.target
    return {
        "measure": gettext(METRICS[metric]),
        "year": year,
        **{name: getattr(tally, name) for name in Tally.__slots__},
        "share": tally.share,
        "target": None if target is None else Decimal(str(target.percent)),
        "gap": measure.gap,
        "basis": target.legal_basis if target else "",
    }


def _units(progress: Progress, code: str, title: str, view: Iterable[UnitProgress]) -> Section:
    """Give one view of units, with a line of what no unit is entered for, so that both views add up to the whole."""
    year, rows, measures = progress.as_of.year, [], []
    for unit in view:
        own: dict[str, Cell] = {
            "code": unit.code,
            "name": unit.name or "",
            "since": unit.valid_from,
            "until": unit.valid_to,
            "level": gettext(LEVELS[unit.level]),
        }
        for metric, measure in ((Metric.STOCK, unit.stock), (Metric.FLOW, unit.flow)):
            rows.append(row_of(_BY_UNIT, own | _figures(metric, year, measure)))
            measures.append((metric, measure))
    outside = ((Metric.STOCK, progress.units.no_unit), (Metric.FLOW, progress.units.no_unit_solved))
    if any(tally.records for _metric, tally in outside):
        for metric, tally in outside:
            measure = Measure(tally, None)
            named: dict[str, Cell] = {"name": gettext(_("(unit not entered)"))}
            rows.append(row_of(_BY_UNIT, named | _figures(metric, year, measure)))
            measures.append((metric, measure))
    # Units of several levels stand here, each with a target of its own: their sum has none.
    bare = [(metric, Measure(measure.tally, None)) for metric, measure in measures]
    return Section(code, title, _BY_UNIT, tuple(rows), tuple(_sums(progress, _BY_UNIT, bare)), "measure")


def _sums(progress: Progress, columns: tuple[Column, ...], measures: Iterable[tuple[Metric, Measure]]) -> Iterator[Row]:
    """Give the sum of each measure against the target that all of its rows have."""
    by_metric: dict[Metric, list[Measure]] = {}
    for metric, measure in measures:
        by_metric.setdefault(metric, []).append(measure)
    for metric, some in by_metric.items():
        whole = Measure(sum((one.tally for one in some), start=Tally()), some[0].target)
        named: dict[str, Cell] = {columns[0].key: gettext(_("All"))}
        yield row_of(columns, named | _figures(metric, progress.as_of.year, whole))
