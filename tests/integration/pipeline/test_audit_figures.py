"""Figures are held against the event log and against counting anew: whatever is changed past the program shows."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from config.settings import load_settings
from pipeline.audit_figures import check_agencies, check_sums, check_supplied, check_targets, check_units
from pipeline.context import Context
from pipeline.figures.importing import import_figures
from pipeline.founding import found
from pipeline.progress.kept import bring_up_to_date
from pipeline.reporting import count, recount
from pipeline.targets import OWN_FILE, TARGETS_FILE
from storage.ledger.models import (
    AdministrativeUnit,
    Agency,
    EntryStanding,
    Event,
    FigureImport,
    KeptCount,
    KeptTally,
    OutsideRecord,
    Record,
    RegisterEntry,
    SuppliedFigure,
    Target,
    UnitHardship,
    UnitSuccession,
)
from storage.ledger.states import Environment
from tests.integration.pipeline.counting_town import NOON, Scan, Town, noon, open_town

FIGURES = (
    "Kỳ;Mã cơ quan, đơn vị;Chỉ tiêu;Tử số;Mẫu số;Số phút;Nguồn\n"
    "2026-Q1;H41;online;50;100;;BC 01\n"
    "2026-Q2;H41;online;9;10;;BC 02\n"
)
DAYS = timedelta(days=3)


@pytest.fixture
def ctx(tmp_path: Path, ledger_url: str) -> Iterator[Context]:
    """An installation with supplied figures, and some register rows that are counted."""
    settings = load_settings(tmp_path / "home", ledger={"url": ledger_url})
    context = Context(settings, actor="lan", clock=noon)
    found(context, Environment.TEST)
    path = tmp_path / "figures.csv"
    path.write_text(FIGURES, "utf-8")
    with context.ledger.session() as session:
        result = import_figures(session, path, "lan", noon)
        assert (result.added, result.refused) == (2, 0), result.errors
        town = Town(session)
        entries = [town.entry("H41", resolved_on=NOON.date() - DAYS * number) for number in range(6)]
        for entry in entries[:3]:
            town.record(entry, Scan())
    count(context)
    yield context
    context.ledger.close()


def causes(ctx: Context) -> list[str]:
    with ctx.ledger.reading() as session:
        against_log = (check_targets, check_supplied, check_units, check_agencies)
        found_here = [each for check in against_log for each in check(session)]
        return [str(each) for each in (*found_here, *check_sums(session, ctx.environment))]


def test_nothing_is_found_where_nothing_was_changed(ctx: Context) -> None:
    assert causes(ctx) == []
    recount(ctx)
    assert causes(ctx) == []


def _a_target(session: Session) -> None:
    session.execute(update(Target).where(Target.metric == "flow", Target.year == 2026).values(figure=1))


def _a_new_target(session: Session) -> None:
    session.add(Target(metric="flow", level="commune", year=1999, figure=3, legal_basis="x"))


def _no_target(session: Session) -> None:
    session.execute(delete(Target).where(Target.metric == "flow", Target.year == 2026))


def _a_supplied_figure(session: Session) -> None:
    session.execute(update(SuppliedFigure).where(SuppliedFigure.source == "BC 01").values(numerator=99))


def _another_source(session: Session) -> None:
    session.execute(update(SuppliedFigure).where(SuppliedFigure.source == "BC 01").values(source="BC 03"))


def _a_supplied_row_more(session: Session) -> None:
    row = session.scalars(select(SuppliedFigure)).first()
    assert row is not None
    names = ("import_id", "metric", "subject_kind", "subject_code", "level", "year", "denominator", "source")
    kept = {name: getattr(row, name) for name in names}
    session.add(SuppliedFigure(**kept, period="2026-11", numerator=1, minutes=None, source_row=9))


def _who_supplied(session: Session) -> None:
    session.execute(update(FigureImport).values(actor="mallory"))


def _no_import(session: Session) -> None:
    session.execute(delete(SuppliedFigure))
    session.execute(delete(FigureImport))


def _a_units_end(session: Session) -> None:
    unit = session.scalars(select(AdministrativeUnit).where(AdministrativeUnit.valid_to.is_not(None))).first()
    assert unit is not None
    unit.valid_to = None


def _an_heir(session: Session) -> None:
    step = session.scalars(select(UnitSuccession).where(UnitSuccession.takes_records)).first()
    assert step is not None
    step.takes_records = False


def _a_hardship_commune(session: Session) -> None:
    session.add(UnitHardship(code="16681", since=NOON.date(), until=None, legal_basis="QD 1"))


def _a_name(session: Session) -> None:
    session.execute(update(Agency).values(name="Sở Khác"))


def _a_level(session: Session) -> None:
    session.execute(update(Agency).values(level="commune"))


def _an_agencys_unit(session: Session) -> None:
    session.execute(update(Agency).values(unit_code="16681"))


def _retention(session: Session) -> None:
    session.execute(update(Agency).values(maintenance="01"))


def _an_agency_more(session: Session) -> None:
    session.add(Agency(code="H41.99", name="Sở Thêm", level="province"))


def _no_agency(session: Session) -> None:
    session.execute(delete(Agency))


def _a_sum(session: Session) -> None:
    session.execute(update(KeptTally).values(digitized=KeptTally.digitized + 1))


def _a_sum_less(session: Session) -> None:
    session.execute(delete(KeptTally).where(KeptTally.year == 0))


def _a_standing(session: Session) -> None:
    """Say that an unscanned record is digitized, and make the sums fit."""
    session.execute(update(EntryStanding).values(is_digitized=True, is_signed=True, is_stored=True))
    session.execute(update(KeptTally).values(digitized=KeptTally.records, signed=KeptTally.records))
    session.execute(update(KeptTally).values(stored=KeptTally.records))


def _a_row_without_standing(session: Session) -> None:
    session.execute(delete(EntryStanding).where(EntryStanding.documents == 0))
    session.execute(delete(KeptTally))


def _a_count(session: Session) -> None:
    session.execute(update(KeptCount).where(KeptCount.subject == "document").values(number=KeptCount.number + 1))


def _a_record_outside(session: Session) -> None:
    record = session.scalars(select(Record)).first()
    assert record is not None
    session.add(OutsideRecord(record_id=record.id, agency_code=record.agency_code))


TAMPERINGS = (
    (_a_target, "flow.commune.2026"),
    (_a_new_target, "flow.commune.1999"),
    (_no_target, "the ledger has none"),
    (_a_supplied_figure, "figures are not those"),
    (_another_source, "figures are not those"),
    (_a_supplied_row_more, "figures are not those"),
    (_who_supplied, "person are not those"),
    (_no_import, "row is gone"),
    (_a_units_end, "administrative units"),
    (_an_heir, "administrative units"),
    (_a_hardship_commune, "administrative units"),
    (_a_name, "agencies: they are not those"),
    (_a_level, "agencies: they are not those"),
    (_an_agencys_unit, "agencies: they are not those"),
    (_retention, "agencies: they are not those"),
    (_an_agency_more, "agencies: they are not those"),
    (_no_agency, "agencies: they are not those"),
    (_a_sum, "counted anew"),
    (_a_sum_less, "counted anew"),
    (_a_standing, "3 register rows are counted otherwise"),
    (_a_row_without_standing, "3 register rows are counted otherwise"),
    (_a_count, "document H41 archived 4 kept, 3 counted anew"),
    (_a_record_outside, "1 records are kept otherwise"),
)


@pytest.mark.parametrize(("tamper", "told"), TAMPERINGS, ids=[each.__name__[1:] for each, _told in TAMPERINGS])
@pytest.mark.usefixtures("english")
def test_each_change_past_the_program_is_found(ctx: Context, tamper: Callable[[Session], None], told: str) -> None:
    with ctx.ledger.session() as session:
        tamper(session)
    found_here = causes(ctx)
    assert any(told in each for each in found_here), found_here


def test_an_import_that_nobody_logged_is_found(ctx: Context) -> None:
    with ctx.ledger.session() as session:
        counts = dict.fromkeys(("rows", "added", "changed", "unchanged", "refused"), 0)
        session.add(FigureImport(sha256="0" * 64, imported_at=NOON, actor="lan", **counts))
    assert len(causes(ctx)) == 1


def test_what_was_touched_and_is_not_counted_yet_is_no_fault(ctx: Context) -> None:
    with ctx.ledger.session() as session:
        for entry in session.scalars(select(RegisterEntry)):
            entry.expected_papers = 4
    assert causes(ctx) == []
    with ctx.ledger.session() as session:
        bring_up_to_date(session, NOON.date(), NOON, ctx.environment)
    assert causes(ctx) == []


def test_a_recount_mends_forged_sums(ctx: Context) -> None:
    with ctx.ledger.session() as session:
        _a_standing(session)
    assert causes(ctx)
    assert recount(ctx) == 6
    assert causes(ctx) == []


def test_a_legal_basis_that_changed_alone_is_told_and_leaves_nothing_to_find(ctx: Context) -> None:
    own = ctx.settings.home / OWN_FILE
    own.write_text(TARGETS_FILE.read_text("utf-8") + "\n# seen by lan\n", "utf-8")
    count(ctx)
    assert causes(ctx) == []
    with ctx.ledger.reading() as session:
        last = session.scalars(select(Event).where(Event.kind == "targets.changed").order_by(Event.seq.desc())).first()
        assert last is not None
        assert last.payload == {"figures": []}


def test_units_are_noted_when_their_data_change_alone(ctx: Context) -> None:
    found(ctx, None)
    query = text("SELECT count(*) FROM event WHERE kind = 'units.changed'")
    with ctx.ledger.reading() as session:
        assert session.scalar(query) == 1
    ctx.settings.hardship_file.write_text("code,since,until,legal_basis\n16681,2021-01-01,,QD 1\n", "utf-8")
    found(ctx, None)
    with ctx.ledger.reading() as session:
        assert session.scalar(query) == 2
    assert causes(ctx) == []


AGENCY_LIST = """schema = 1
[[agency]]
code = "H41.30"
name = "Xã Mẫu"
level = "commune"
parent = "H41"
"""


def test_agencies_are_noted_when_they_change_and_then_alone(ctx: Context, tmp_path: Path) -> None:
    path = tmp_path / "agencies.toml"
    for text_of_file in (AGENCY_LIST, AGENCY_LIST, AGENCY_LIST.replace("Xã Mẫu", "Xã Mẫu Mới")):
        path.write_text(text_of_file, "utf-8")
        found(ctx, None, path)
        assert causes(ctx) == []
    found(ctx, None)
    with ctx.ledger.reading() as session:
        told = session.scalars(select(Event).where(Event.kind == "agencies.changed").order_by(Event.seq)).all()
    assert [event.input_sha256 for event in told] == [None, *(event.output_sha256 for event in told[:-1])]
    assert [event.payload for event in told] == [
        {"agencies": 1, "with_parent": 0, "with_unit": 1},
        {"agencies": 2, "with_parent": 1, "with_unit": 1},
        {"agencies": 2, "with_parent": 1, "with_unit": 1},
    ]


def test_a_ledger_of_before_such_events_is_not_taken_for_forged(ledger_url: str) -> None:
    with open_town(ledger_url) as ledger, ledger.reading() as session:
        assert [*check_agencies(session), *check_units(session)] == []
