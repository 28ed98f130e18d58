"""Which agencies an administrative unit stands for on a day."""

from datetime import date

import pytest

from pipeline.agencies import AgencyFacts, keep_agencies
from pipeline.backfill.units import UnknownUnitError, agencies_of
from pipeline.known_agencies import UnknownAgencyError
from pipeline.targets import Level
from pipeline.units.keeping import keep_units
from pipeline.units.tree import Extent, Succession, Unit, UnitTree
from tests.integration.pipeline.house import House

BEFORE, REFORM, NOW = date(2025, 6, 1), date(2025, 7, 1), date(2026, 3, 1)
START = date(2004, 1, 1)


@pytest.fixture
def town(house: House) -> House:
    """A district of two communes that became one under the province; an agency serves each of the communes."""
    province, district = ("90", START), ("901", START)

    def unit(code: str, level: Level, parent: tuple[str, date] | None, since: date, until: date | None) -> Unit:
        return Unit(code, f"Đơn vị {code}", level, parent, since, until, "a test")

    units = [
        unit("90", Level.PROVINCE, None, START, None),
        unit("901", Level.DISTRICT, province, START, REFORM),
        unit("90001", Level.COMMUNE, district, START, REFORM),
        unit("90002", Level.COMMUNE, district, START, REFORM),
        unit("90001", Level.COMMUNE, province, REFORM, None),
    ]
    steps = [
        Succession((code, START), new, REFORM, Extent.WHOLE, takes_records=True, legal_basis="a test")
        for code, new in (("90001", ("90001", REFORM)), ("90002", ("90001", REFORM)), ("901", province))
    ]
    with house.ctx.ledger.session() as session:
        keep_units(session, UnitTree({one.key: one for one in units}, steps))
        keep_agencies(
            session,
            [
                AgencyFacts("H90.1", "Xã Một (cũ)", Level.COMMUNE, unit_code="90001", valid_to=REFORM),
                AgencyFacts("H90.2", "Xã Hai (cũ)", Level.COMMUNE, unit_code="90002", valid_to=REFORM),
                AgencyFacts("H90.3", "Xã Một", Level.COMMUNE, unit_code="90001", valid_from=REFORM),
                AgencyFacts("H90.4", "Phòng của xã Một", Level.COMMUNE, parent="H90.3"),
            ],
        )
    return house


@pytest.mark.parametrize(
    ("code", "day", "agencies"),
    [
        ("90001", NOW, {"H90.1", "H90.2", "H90.3", "H90.4"}),
        ("90001", BEFORE, {"H90.1"}),
        ("90002", BEFORE, {"H90.2"}),
        ("901", BEFORE, {"H90.1", "H90.2"}),
        ("90", NOW, {"H90.1", "H90.2", "H90.3", "H90.4"}),
        ("H90.3", NOW, {"H90.3", "H90.4"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_unit_is_taken_as_it_was_made_up_on_the_day(town: House, code: str, day: date, agencies: set[str]) -> None:
    assert agencies_of(town.ctx, code, day) == agencies


def test_a_unit_that_did_not_stand_on_the_day_is_refused_and_the_nearest_named(town: House) -> None:
    with pytest.raises(UnknownUnitError, match="90001"):
        agencies_of(town.ctx, "90002", NOW)
    with pytest.raises(UnknownAgencyError):
        agencies_of(town.ctx, "H90.9", NOW)
