"""A small province of fictional units for the page: communes merged from others, registers longer than one page."""

from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pipeline.agencies import AgencyFacts, keep_agencies
from pipeline.progress.kept import forget
from pipeline.targets import Level
from pipeline.units.keeping import keep_units
from pipeline.units.tree import Extent, Succession, Unit, UnitTree
from storage.ledger.models import AdministrativeUnit, Agency, Record, UnitHardship, UnitSuccession
from tests.integration.pipeline.counting_town import Scan, Town
from tests.integration.pipeline.house import AGENCY, RECORD
from tests.integration.web.conftest import Archive

BEGAN, MERGED = date(2021, 9, 24), date(2025, 7, 1)
PROVINCE, DISTRICT = ("40", BEGAN), ("419", BEGAN)
OLD, NEW, OTHER = ("17001", BEGAN), ("17001", MERGED), ("17008", BEGAN)
BEHIND = "Xã Mẫu Thượng Đông Bắc"
UNIT = "17001@2025-07-01"
ROWS = 70
"""Rows of the commune furthest behind that nobody scanned: more than a page."""


def _unit(key: tuple[str, date], name: str, level: Level, parent: tuple[str, date] | None, end: date | None) -> Unit:
    return Unit(key[0], name, level, parent, key[1], end, "Dữ liệu mẫu")


TREE = UnitTree(
    {
        PROVINCE: _unit(PROVINCE, "Tỉnh Mẫu", Level.PROVINCE, None, None),
        DISTRICT: _unit(DISTRICT, "Huyện Mẫu", Level.DISTRICT, PROVINCE, MERGED),
        OLD: _unit(OLD, "Xã Mẫu Thượng", Level.COMMUNE, DISTRICT, MERGED),
        NEW: _unit(NEW, BEHIND, Level.COMMUNE, PROVINCE, None),
        OTHER: _unit(OTHER, "Phường Mẫu Hạ", Level.COMMUNE, PROVINCE, None),
    },
    [
        Succession(DISTRICT, PROVINCE, MERGED, Extent.WHOLE, True, "Nghị quyết mẫu số 01/2025"),
        Succession(OLD, NEW, MERGED, Extent.WHOLE, True, "Nghị quyết mẫu số 02/2025"),
    ],
)


def settle_province(archive: Archive) -> None:
    """Let the archive's agency stand in the commune furthest behind, beside one that is nearly done."""
    ctx = archive.house.ctx
    now = ctx.clock()
    today = now.date()
    with ctx.ledger.session() as session:
        _only_these_units(session)
        keep_agencies(session, [AgencyFacts("H41.98", "Ủy ban nhân dân phường Mẫu Hạ", Level.COMMUNE, "H41", "17008")])
        session.scalars(select(Agency).where(Agency.code == AGENCY)).one().unit_code = "17001"
        town = Town(session)
        for days in range(ROWS):
            town.entry(AGENCY, resolved_on=max(date(today.year, 1, 1), today - timedelta(days=days)), papers=1)
        town.entry(AGENCY, resolved_on=date(2024, 5, 6))
        for number in range(4):
            entry = town.entry("H41.98", resolved_on=today)
            if number:
                town.record(entry, Scan(archived_at=now, state_since=now))
        mine = town.entry(AGENCY, resolved_on=today)
        mine.record_code = RECORD
        session.scalars(select(Record).where(Record.id == archive.record_id)).one().register_entry_id = mine.id
        forget(session)


def _only_these_units(session: Session) -> None:
    for table in (UnitHardship, UnitSuccession):
        session.execute(delete(table))
    session.query(AdministrativeUnit).update({"parent_id": None})
    session.execute(delete(AdministrativeUnit))
    keep_units(session, TREE)
