"""What figures rest on, held against the event log and counting anew.

Targets, supplied figures, units and agencies follow from events; kept sums from a count of every row.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy import FromClause, Select, func, select
from sqlalchemy.orm import Session

from config.dates import day_text, instant_text
from config.errors import ExitCode, SohoaError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.agency_changes import CHANGED as AGENCIES_CHANGED
from pipeline.agency_changes import digest_kept_agencies
from pipeline.audit_documents import NO_EVENT, ROW_GONE, LedgerRowError
from pipeline.figures.importing import IMPORTED, digest_taken
from pipeline.noted_changes import last_noted
from pipeline.progress.count_anew import wrong_counts
from pipeline.progress.counts import CountKey, kept_of
from pipeline.progress.kept import STANDINGS, kept_tallies
from pipeline.progress.outside import is_outside
from pipeline.progress.standing import standing_on
from pipeline.progress.tallies import AgencyTally, tallies
from pipeline.target_changes import CHANGED
from pipeline.units.noting import CHANGED as UNITS_CHANGED
from pipeline.units.noting import digest_kept_units
from storage.ledger.models import (
    Event,
    FigureImport,
    KeptProgress,
    OutsideRecord,
    Record,
    RegisterEntry,
    SuppliedFigure,
    Target,
    TouchedEntry,
    TouchedRecord,
)
from storage.ledger.states import Environment

_COUNTS = ("rows", "added", "changed", "unchanged", "refused")
MOST_NAMED = 20
"""Register rows that are named one by one where their counting differs."""


class KeptSumsError(SohoaError):
    """What is kept of counting is not what counting anew gives."""

    code = "kept_sums_wrong"
    exit_code = ExitCode.CHECK_FAILED
    message = _("kept sums of {day}: {cause}")
    remedy = _(
        "Reports and pages show these sums. Have all of it counted anew: sohoa progress recount. If it comes back, "
        "somebody changes the ledger past the program."
    )


def check_targets(session: Session) -> Iterator[LedgerRowError]:
    """Hold each target of the ledger against what the events of changed targets come to."""
    told: dict[str, float | None] = {}
    for event in _events(session, CHANGED):
        told.update({one["figure"]: one["now"] for one in event.payload["figures"]})
    here = {f"{row.metric}.{row.level}.{row.year}": row.figure for row in session.scalars(select(Target))}
    for figure in sorted(told.keys() | here.keys()):
        kept, noted = here.get(figure), told.get(figure)
        if kept != noted:
            row = gettext(_("target {figure}")).format(figure=figure)
            cause = gettext(_("the ledger has {here}, the event log {told}"))
            yield LedgerRowError(row=row, cause=cause.format(here=_or_none(kept), told=_or_none(noted)))


def check_supplied(session: Session) -> Iterator[LedgerRowError]:
    """Hold each import of supplied figures, and the figures it brought, against its event."""
    events = {event.subject_id: event for event in _events(session, IMPORTED)}
    for made in session.scalars(select(FigureImport).order_by(FigureImport.imported_at, FigureImport.id)):
        row = gettext(_("supplied figures of {at}")).format(at=instant_text(made.imported_at))
        event = events.pop(str(made.id), None)
        if event is None:
            yield LedgerRowError(row=row, cause=gettext(NO_EVENT))
            continue
        facts = dict(event.payload)
        # Events of the first ledgers do not tell which figures were taken.
        digest = facts.pop("figures", None)
        kept = (made.sha256, made.actor, made.imported_at, {name: getattr(made, name) for name in _COUNTS})
        if kept != (event.input_sha256, event.actor, event.at, facts):
            yield LedgerRowError(row=row, cause=gettext(_("its file, figures or person are not those of its event")))
        brought = session.scalars(select(SuppliedFigure).where(SuppliedFigure.import_id == made.id)).all()
        if digest is not None and digest != digest_taken(brought):
            yield LedgerRowError(row=row, cause=gettext(_("its figures are not those the event tells of")))
    for event in events.values():
        row = gettext(_("supplied figures of {at}")).format(at=instant_text(event.at))
        yield LedgerRowError(row=row, cause=gettext(ROW_GONE))


def check_units(session: Session) -> Iterator[LedgerRowError]:
    """Hold units, who followed whom, and hardship communes against the last event that tells of them."""
    yield from _held_to_last(session, UNITS_CHANGED, digest_kept_units, gettext(_("administrative units")))


def check_agencies(session: Session) -> Iterator[LedgerRowError]:
    """Hold all that is kept of agencies against the last event that tells of them."""
    yield from _held_to_last(session, AGENCIES_CHANGED, digest_kept_agencies, gettext(_("agencies")))


def _held_to_last(session: Session, kind: str, digest: Callable[[Session], str], row: str) -> Iterator[LedgerRowError]:
    last = last_noted(session, kind)
    # No event: a ledger of before such events were written, for none is lost without breaking the chain.
    # `sohoa init` notes what it has; until then doctor holds it against the files.
    if last is not None and last.output_sha256 != digest(session):
        cause = gettext(_("they are not those that the event of {at} tells of"))
        yield LedgerRowError(row=row, cause=cause.format(at=instant_text(last.at)))


def check_sums(session: Session, environment: Environment) -> Iterator[KeptSumsError]:
    """Count every register row anew, and hold how far each is, and the sums, against what is kept.

    What was touched since the sums were made is left out: it is counted anew before anybody sees a figure.
    """
    mark = session.scalars(select(KeptProgress)).one_or_none()
    if mark is None:
        return
    day = day_text(mark.counted_for)
    kept = {_which(one): one for one in kept_tallies(session)}
    summed = {_which(one): one for one in tallies(session, STANDINGS, mark.counted_for)}
    for which in sorted(kept.keys() | summed.keys(), key=str):
        if kept.get(which) != summed.get(which):
            cause = gettext(_("{agency}, {year}: {differences}")).format(
                agency=which[0], year=which[2] or gettext(_("in force")), differences=_unlike(kept, summed, which)
            )
            yield KeptSumsError(day=day, cause=cause)
    recounted = standing_on(mark.counted_for, environment).cte("recounted")
    wrong = _differing(recounted).subquery()
    if count := session.scalar(select(func.count()).select_from(wrong)):
        cause = gettext(_("{count} register rows are counted otherwise than they stand: {codes}"))
        yield KeptSumsError(day=day, cause=cause.format(count=count, codes=_codes(session, wrong, count)))
    yield from _check_outside(session, day)
    yield from _check_counts(session, day)


def _check_outside(session: Session, day: str) -> Iterator[KeptSumsError]:
    """Tell of each record again whether it stands in no register; what was touched since is left out."""
    told, kept = select(Record.id).where(*is_outside()), select(OutsideRecord.record_id)
    touched = select(TouchedRecord.record_id)
    of_touched = select(Record.id).join(TouchedEntry, TouchedEntry.entry_id == Record.register_entry_id)
    wrong = [each for one, other in ((told, kept), (kept, told)) for each in session.scalars(one.except_(other))]
    untouched = set(wrong) - set(session.scalars(touched)) - set(session.scalars(of_touched)) if wrong else set()
    if untouched:
        cause = gettext(_("{count} records are kept otherwise than they stand, in a register or in none"))
        yield KeptSumsError(day=day, cause=cause.format(count=len(untouched)))


def _check_counts(session: Session, day: str) -> Iterator[KeptSumsError]:
    """Count documents, register rows, findings and questions anew; these counts are right at any moment."""
    for subject, agency, code, detail, more in session.execute(wrong_counts()):
        key: CountKey = (subject, agency, code, detail)
        kept = kept_of(session, key)
        cause = gettext(_("{name} {kept} kept, {anew} counted anew"))
        named = " ".join(part for part in key if part)
        yield KeptSumsError(day=day, cause=cause.format(name=named, kept=kept, anew=kept + int(more)))


def _differing(recounted: FromClause) -> Select[Any]:
    """Give the ids of untouched rows that are kept otherwise than they are counted now, or not kept at all."""
    kept = STANDINGS
    columns = [column.name for column in kept.columns if column.name != "entry_id"]
    differs = [kept.c[name].is_distinct_from(recounted.c[name]) for name in columns]
    both = recounted.outerjoin(kept, kept.c.entry_id == recounted.c.entry_id)
    condition = kept.c.entry_id.is_(None)
    for each in differs:
        condition = condition | each
    touched = select(TouchedEntry.id).where(TouchedEntry.entry_id == recounted.c.entry_id).exists()
    return select(recounted.c.entry_id).select_from(both).where(condition, ~touched)


def _codes(session: Session, wrong: FromClause, count: int) -> str:
    query = select(RegisterEntry.record_code).where(RegisterEntry.id.in_(select(wrong.c.entry_id)))
    codes = session.scalars(query.order_by(RegisterEntry.record_code).limit(MOST_NAMED))
    return ", ".join([*codes, *(["…"] if count > MOST_NAMED else [])])


def _which(one: AgencyTally) -> tuple[str, Any, int]:
    return one.agency_code, one.unit_id, one.year


def _unlike(kept: dict[Any, AgencyTally], summed: dict[Any, AgencyTally], which: tuple[str, Any, int]) -> str:
    """Give the counts that differ, kept ones first."""
    here = asdict(kept[which].tally) if which in kept else {}
    anew = asdict(summed[which].tally) if which in summed else {}
    names = [name for name in (here or anew) if here.get(name) != anew.get(name)]
    told = gettext(_("{name} {kept} kept, {anew} counted anew"))
    return "; ".join(told.format(name=name, kept=here.get(name, "–"), anew=anew.get(name, "–")) for name in names)


def _or_none(figure: float | None) -> str:
    return gettext(_("none")) if figure is None else f"{figure:g}"


def _events(session: Session, *kinds: str) -> Iterator[Event]:
    yield from session.scalars(select(Event).where(Event.kind.in_(kinds)).order_by(Event.seq))
