"""Until when stored files are locked: by class and the year the work ended, never before both are known."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from config.errors import ReferenceDataError
from pipeline.copies.retention import RETENTION_FILE, lock_end, retention_rules

NOW = datetime(2026, 11, 30, tzinfo=UTC)
ENDED = date(2026, 3, 11)


def begin_of(year: int) -> datetime:
    """The first instant of a year in Vietnam."""
    return datetime(year - 1, 12, 31, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "ended", "end"),
    [
        ("02", ENDED, begin_of(2097)),
        ("05", ENDED, begin_of(2047)),
        ("06", ENDED, begin_of(2037)),
        ("01", None, begin_of(2125)),
        ("05", None, None),
        ("07", ENDED, None),
        (None, ENDED, None),
        ("06", date(2001, 3, 11), None),
    ],
    ids=["70-years", "20-years", "10-years", "for-good", "no-end-known", "other", "no-class", "over"],
)
def test_a_lock_ends_with_the_years_of_the_class_after_the_year_the_work_ended(
    code: str | None, ended: date | None, end: datetime | None
) -> None:
    assert lock_end(code, ended, NOW, None) == end


def test_what_is_kept_for_good_is_locked_again_when_half_of_the_lock_is_over() -> None:
    assert lock_end("01", None, NOW, begin_of(2100)) == begin_of(2100)
    assert lock_end("01", None, NOW, begin_of(2070)) == begin_of(2125)


@pytest.mark.parametrize(
    ("old", "new"), [("02 = 70", "99 = 70"), ("schema = 1", "schema = 2"), ("renew_years = 50", "")], ids=str
)
def test_a_wrong_file_of_retention_periods_is_named(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "retention.toml"
    path.write_text(RETENTION_FILE.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(ReferenceDataError, match="retention"):
        retention_rules(path)
