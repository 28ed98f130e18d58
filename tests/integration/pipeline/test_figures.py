"""Supplied figures: read from CSV, kept by version, added up by level, never made up."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from config.errors import InputRefusedError
from pipeline.figures.faults import FigureError
from pipeline.figures.importing import FiguresResult, import_figures
from pipeline.progress.model import Supplied
from pipeline.progress.supplied import count_supplied
from pipeline.targets import Level, Metric, load_targets
from pipeline.units.keeping import keep_units
from pipeline.units.tree import Unit, UnitTree
from storage.ledger import Ledger
from storage.ledger.models import Event, FigureImport, SuppliedFigure
from tests.integration.pipeline.counting_town import NOON, open_town

TODAY = date(2026, 11, 24)
HEADER = "Kỳ;Mã cơ quan, đơn vị;Chỉ tiêu;Tử số;Mẫu số;Số phút;Nguồn\n"
COMMUNE = ("16681", date(2025, 7, 1))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else f"sqlite:///{tmp_path}/l.sqlite3"
    with open_town(url) as town:
        with town.session() as session:
            unit = Unit("16681", "Phường Mẫu", Level.COMMUNE, None, COMMUNE[1], None, "x")
            keep_units(session, UnitTree({COMMUNE: unit}, []))
        yield town


def _import(ledger: Ledger, tmp_path: Path, text: str, at: datetime = NOON) -> FiguresResult:
    path = tmp_path / "figures.csv"
    path.write_text(HEADER + text, "utf-8")
    with ledger.session() as session:
        return import_figures(session, path, "lan", lambda: at)


def _supplied(ledger: Ledger, metric: Metric, level: Level) -> Supplied:
    with ledger.reading() as session:
        found = count_supplied(session, TODAY, load_targets())
    return next(one for one in found if (one.metric, one.level) == (metric, level))


def test_figures_are_added_up_by_level_with_their_sources(ledger: Ledger, tmp_path: Path) -> None:
    result = _import(
        ledger,
        tmp_path,
        "2026-Q1;H41.10;online;50;100;;BC 01/BC\n"
        "Quý 2/2026;H41.10;Hồ sơ trực tuyến;150;300;;BC 02/BC\n"
        "2026;H41.30;Thời gian chờ;;1.000;12,5;BC 03/BC\n"
        "Tháng 10/2026;16681;waiting;;3000;14,5;BC 04/BC\n",
    )
    assert (result.rows, result.added, result.refused) == (4, 4, 0)
    online = _supplied(ledger, Metric.ONLINE, Level.PROVINCE)
    assert (online.numerator, online.denominator, online.share) == (200, 400, Decimal("50.00"))
    assert (online.subjects, online.sources) == (1, ("BC 01/BC", "BC 02/BC"))
    assert online.target is not None
    waiting = _supplied(ledger, Metric.WAITING, Level.COMMUNE)
    assert (waiting.minutes, waiting.subjects, waiting.share) == (Decimal("14.0"), 2, None)
    assert waiting.limit is not None
    assert waiting.limit.minutes == 15


def test_what_nobody_supplied_stays_unknown(ledger: Ledger) -> None:
    nothing = _supplied(ledger, Metric.INTERNAL, Level.COMMUNE)
    assert (nothing.subjects, nothing.numerator, nothing.share, nothing.minutes) == (0, None, None, None)


def test_a_later_file_is_a_version_and_the_earlier_figures_stay_as_history(ledger: Ledger, tmp_path: Path) -> None:
    _import(ledger, tmp_path, "2026;H41.10;online;50;100;;BC 01\n2026;H41.30;online;1;2;;BC 01\n")
    later = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    again = _import(ledger, tmp_path, "2026;H41.10;online;60;100;;BC 02\n2026;H41.30;online;1;2;;BC 01\n", later)
    assert (again.added, again.changed, again.unchanged) == (0, 1, 1)
    assert _supplied(ledger, Metric.ONLINE, Level.PROVINCE).numerator == 60
    same = _import(ledger, tmp_path, "2026;H41.10;online;60;100;;BC 02\n", later)
    assert (same.import_id, same.unchanged) == (None, 1)
    with ledger.reading() as session:
        assert session.scalar(select(func.count()).select_from(SuppliedFigure)) == 3
        assert session.scalar(select(func.count()).select_from(FigureImport)) == 2
        events = session.scalars(select(Event).where(Event.kind == "figures.imported")).all()
        assert [event.payload["changed"] for event in events] == [0, 1]


def test_of_periods_that_overlap_the_one_imported_last_counts(ledger: Ledger, tmp_path: Path) -> None:
    _import(ledger, tmp_path, "2026-10;H41.10;online;1;10;;BC 10\n2026-09;H41.10;online;2;10;;BC 09\n")
    _import(ledger, tmp_path, "2026-Q4;H41.10;online;9;30;;BC Q4\n", datetime(2026, 11, 24, 6, 0, tzinfo=UTC))
    found = _supplied(ledger, Metric.ONLINE, Level.PROVINCE)
    assert (found.numerator, found.denominator) == (11, 40)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("2026;H41.10;online;1;2;BC", "cells"),
        ("2026;H41.10;online;1;2;;", "missing"),
        ("2026;H41.10;online;;2;;BC", "missing"),
        ("2026-13;H41.10;online;1;2;;BC", "period"),
        ("2027;H41.10;online;1;2;;BC", "future"),
        ("2026;H41.10;speed;1;2;;BC", "metric"),
        ("2026;H41.99;online;1;2;;BC", "subject"),
        ("2026;H41.10;online;-1;2;;BC", "number"),
        ("2026;H41.10;waiting;;2;mười;BC", "number"),
        ("2026;H41.10;online;3;2;;BC", "above"),
        ("2026;H41.10;online;0;0;;BC", "nothing"),
        ("2026;H41.10;online;1;2;30;BC", "not_here"),
        ("2026-Q1;H41.20;online;1;2;;BC", "overlap"),
    ],
)
def test_a_wrong_row_is_named_with_its_reason_and_the_others_are_taken(
    small: Ledger, tmp_path: Path, row: str, fault: str
) -> None:
    result = _import(small, tmp_path, f"2026;H41.20;online;1;2;;BC\n{row}\n")
    assert (result.rows, result.added, result.refused) == (2, 1, 1)
    (error,) = result.errors
    assert isinstance(error, FigureError)
    assert (error.row, error.fault) == (3, fault)
    assert "{" not in error.cause()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"a;b\n1;2\n", b"\xff\xfe\x00"])
def test_a_file_that_is_no_list_of_figures_is_refused_as_a_whole(small: Ledger, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "figures.csv"
    path.write_bytes(content)
    with small.session() as session, pytest.raises(InputRefusedError):
        import_figures(session, path, "lan", lambda: NOON)
