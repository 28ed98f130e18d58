"""Tables of what lies ahead: pace, who holds a level back, roll-out of the process, figures that offices supply."""

from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal

from config.i18n import gettext
from config.i18n import mark as _
from pipeline.progress.model import Holder, Pace, Progress
from pipeline.reports.other_rows import OtherRow, other_rows
from pipeline.reports.rows import METRICS
from pipeline.reports.sections import Cell, Column, Kind, Row, Section, row_of
from pipeline.reports.wording import LEVELS

_LEVEL = Column("level", _("Level"), Kind.TEXT, 14)
_MEASURE = Column("measure", _("Measure"), Kind.TEXT, 38)
_PACE = (
    _LEVEL,
    _MEASURE,
    Column("missing", _("Missing"), Kind.COUNT, 11),
    Column("days_left", _("Working days left"), Kind.COUNT, 12),
    Column(
        "needed",
        _("Needed a day"),
        Kind.RATE,
        12,
        '=IF(OR({missing}=0,{days_left}=0),"",-INT(-10*{missing}/{days_left})/10)',
    ),
    Column("lately", _("Completed in 8 weeks"), Kind.COUNT, 14),
    Column("days_lately", _("Working days of these weeks"), Kind.COUNT, 14),
    Column(
        "per_day",
        _("Lately a day"),
        Kind.RATE,
        12,
        '=IF({days_lately}=0,"",INT(10*{lately}/{days_lately})/10)',
    ),
    Column("reached_on", _("Target reached"), Kind.DAY, 14),
    Column("note", _("Remark"), Kind.TEXT, 40, is_long=True),
)
_HOLDERS = (
    _LEVEL,
    _MEASURE,
    Column("kind", _("Agency or unit"), Kind.TEXT, 12),
    Column("code", _("Code"), Kind.TEXT, 16),
    Column("name", _("Name"), Kind.TEXT, 34),
    Column("since", _("Unit began"), Kind.DAY, 13),
    Column("missing", _("Missing"), Kind.COUNT, 11),
    Column("share", _("Part of what is missing"), Kind.PERCENT, 13),
)
_OTHERS = (
    _MEASURE,
    _LEVEL,
    Column("part", _("Reached"), Kind.COUNT, 11),
    Column("whole", _("Of how many"), Kind.COUNT, 11),
    Column(
        "share",
        _("Share"),
        Kind.PERCENT,
        10,
        '=IF(OR({part}="",{whole}="",{whole}=0),"",INT(10000*{part}/{whole})/100)',
    ),
    Column("asked", _("Share asked"), Kind.ASKED, 10),
    Column("minutes", _("Minutes"), Kind.RATE, 10),
    Column("at_most", _("Minutes at most"), Kind.RATE, 10),
    Column("verdict", _("Verdict"), Kind.TEXT, 14),
    Column("source", _("Source"), Kind.TEXT, 44, is_long=True),
    Column("basis", _("Legal basis"), Kind.TEXT, 48, is_long=True),
)
_MET, _SHORT = _("reached"), _("not reached")
_NOT_AT_THIS_PACE = _("not at this pace")
_WEEKENDS_ONLY = _("public holidays not entered; Monday to Friday count as working days")
_AGENCY, _UNIT = _("Agency"), _("Unit")


def outlook_sections(progress: Progress) -> Iterator[Section]:
    """Give the tables that hold anything."""
    if progress.paces:
        yield Section("pace", _("Pace"), _PACE, tuple(_pace(one) for one in progress.paces))
    holders = tuple(_holders(progress))
    if holders:
        yield Section("holding-back", _("Who holds back"), _HOLDERS, holders)
    others = tuple(_other(row) for row in other_rows(progress))
    if others:
        yield Section("plan", _("What else the plan asks"), _OTHERS, others)


def _pace(one: Pace) -> Row:
    notes = []
    if not one.missing:
        notes.append(gettext(_MET))
    elif one.projected_on is None:
        notes.append(gettext(_NOT_AT_THIS_PACE))
    if not one.has_holidays:
        notes.append(gettext(_WEEKENDS_ONLY))
    return row_of(
        _PACE,
        {
            "level": gettext(LEVELS[one.level]),
            "measure": gettext(METRICS[one.metric]),
            "missing": one.missing,
            "days_left": one.days_left,
            "needed": one.needed_per_day,
            "lately": one.lately,
            "days_lately": one.days_lately,
            "per_day": one.per_day,
            "reached_on": one.projected_on if one.missing else None,
            "note": "; ".join(notes),
        },
    )


def _holders(progress: Progress) -> Iterator[Row]:
    agencies = {one.code: one.name or "" for one in progress.agencies}
    units = {(one.code, one.valid_from): one.name or "" for one in progress.units.current}
    for pace in progress.paces:
        for kind, some in ((_AGENCY, pace.agencies), (_UNIT, pace.units)):
            for one in some:
                known = units.get((one.code, one.valid_from)) if one.valid_from else agencies.get(one.code)
                yield _holder(pace, kind, one, known or "")


def _holder(pace: Pace, kind: str, one: Holder, name: str) -> Row:
    return row_of(
        _HOLDERS,
        {
            "level": gettext(LEVELS[pace.level]),
            "measure": gettext(METRICS[pace.metric]),
            "kind": gettext(kind),
            "code": one.code,
            "name": name,
            "since": one.valid_from,
            "missing": one.missing,
            "share": one.share,
        },
    )


def _other(row: OtherRow) -> Row:
    verdict = "" if row.is_met is None else gettext(_MET if row.is_met else _SHORT)
    values: dict[str, Cell] = {
        "measure": gettext(row.metric_id),
        "level": gettext(row.level_id),
        "part": row.part,
        "whole": row.whole,
        "share": row.share,
        "asked": None if row.is_time else row.asked_exactly,
        "minutes": None if row.minutes is None else row.minutes.quantize(Decimal("0.1"), rounding=ROUND_DOWN),
        "at_most": _whole(row.asked_exactly) if row.is_time else None,
        "verdict": verdict,
        "source": row.source or (gettext(row.note_id).format(count=row.count) if row.note_id else ""),
        "basis": row.basis,
    }
    return row_of(_OTHERS, values)


def _whole(value: Decimal | None) -> Cell:
    return int(value) if value is not None and value == int(value) else value
