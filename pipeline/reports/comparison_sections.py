"""What differs between two snapshots as plain tables: figures, what happened, and each record that counts otherwise."""

from collections.abc import Iterable, Iterator

from config.i18n import gettext
from config.i18n import mark as _
from pipeline.progress.comparing import Changed, Comparison
from pipeline.progress.record_causes import Cause
from pipeline.progress.record_changes import Place, RecordChange
from pipeline.reports.comparison_tables import HAPPENED, KINDS, names_of
from pipeline.reports.rows import METRICS
from pipeline.reports.sections import Column, Kind, Row, Section

CAUSES = {
    Cause.ADDED: _("came into the register"),
    Cause.CORRECTED: _("the register's row was corrected"),
    Cause.WITHDRAWN: _("withdrawn"),
    Cause.REINSTATED: _("reinstated"),
    Cause.ARCHIVED: _("a document was archived"),
    Cause.RESCANNED: _("scanned anew"),
    Cause.DAMAGED: _("a stored file was found damaged or lost"),
    Cause.BEGAN: _("solved or issued meanwhile"),
    Cause.EXPIRED: _("no longer in force"),
}
_INTO, _OUT = _("into the denominator"), _("out of the denominator")
_DONE, _UNDONE = _("into the numerator"), _("out of the numerator")
_BOTH_IN, _BOTH_OUT = _("into denominator and numerator"), _("out of denominator and numerator")
MOVES = {
    (Place.OUTSIDE, Place.COUNTED): _INTO,
    (Place.OUTSIDE, Place.DIGITIZED): _BOTH_IN,
    (Place.COUNTED, Place.OUTSIDE): _OUT,
    (Place.COUNTED, Place.DIGITIZED): _DONE,
    (Place.DIGITIZED, Place.OUTSIDE): _BOTH_OUT,
    (Place.DIGITIZED, Place.COUNTED): _UNDONE,
}
"""What a record did in one measure, as message ids; one that stayed is not in it."""
_FIGURES = (
    Column("kind", _("Level, agency or unit"), Kind.TEXT, 16),
    Column("name", _("Name"), Kind.TEXT, 34),
    Column("measure", _("Measure"), Kind.TEXT, 30),
    Column("records_before", _("Records before"), Kind.COUNT, 12),
    Column("records", _("Records now"), Kind.COUNT, 12),
    Column("records_more", _("Records more"), Kind.COUNT, 12, "={records}-{records_before}"),
    Column("digitized_before", _("Digitized before"), Kind.COUNT, 12),
    Column("digitized", _("Digitized now"), Kind.COUNT, 12),
    Column("digitized_more", _("Digitized more"), Kind.COUNT, 12, "={digitized}-{digitized_before}"),
    Column("share_before", _("Share before"), Kind.PERCENT, 12),
    Column("share", _("Share now"), Kind.PERCENT, 12),
)
_RECORDS = (
    Column("agency", _("Agency code"), Kind.TEXT, 16),
    Column("record", _("Mã hồ sơ"), Kind.TEXT, 28),
    Column("stock", _("Results in force"), Kind.TEXT, 30),
    Column("flow", _("Records solved in the year"), Kind.TEXT, 30),
    Column("causes", _("What happened"), Kind.TEXT, 54),
    Column("by", _("Withdrawn by"), Kind.TEXT, 18, is_long=True),
    Column("reason", _("Reason"), Kind.TEXT, 54, is_long=True),
)


def comparison_sections(found: Comparison, records: Iterable[RecordChange]) -> tuple[Section, ...]:
    """Give the tables of a difference report; `records`: all or the first of the records that count otherwise."""
    names = names_of(found.before) | names_of(found.now)
    happened = tuple((one.agency_code, *(getattr(one, name) for name in HAPPENED)) for one in found.happened)
    columns = (
        Column("agency", _("Agency code"), Kind.TEXT, 16),
        *(Column(name, heading, Kind.COUNT, 16) for name, heading in HAPPENED.items()),
    )
    return (
        Section("differences", _("Figures that differ"), _FIGURES, tuple(_figures(found.changed, names))),
        records_section(records),
        Section("meanwhile", _("What happened meanwhile"), columns, happened, is_of_day=False),
    )


def records_section(records: Iterable[RecordChange]) -> Section:
    """Give the table of single records."""
    return Section("records", _("Records that count otherwise"), _RECORDS, tuple(_record(one) for one in records))


def causes_text(one: RecordChange) -> str:
    """Give what happened to a record, in the active language."""
    return "; ".join(gettext(CAUSES[cause]) for cause in one.causes)


def _figures(changed: Iterable[Changed], names: dict[tuple[str, str], str]) -> Iterator[Row]:
    for one in changed:
        old, new = one.before.tally, one.now.tally
        yield (
            gettext(KINDS[one.kind]),
            names.get((one.kind, one.code)) or one.code,
            gettext(METRICS[one.metric]),
            old.records,
            new.records,
            new.records - old.records,
            old.digitized,
            new.digitized,
            new.digitized - old.digitized,
            old.share,
            new.share,
        )


def _record(one: RecordChange) -> Row:
    moves = (gettext(MOVES[pair]) if pair in MOVES else "" for pair in (one.stock, one.flow))
    return (one.agency_code, one.record_code, *moves, causes_text(one), one.withdrawn_by, one.withdrawn_reason)
