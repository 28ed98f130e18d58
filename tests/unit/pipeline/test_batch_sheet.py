import hashlib
from pathlib import Path

import pytest

from pipeline.batch_sheet import BatchSheetError, read_sheet
from storage.ledger.states import BatchProfile

FACTS = 'operator = "Nguyễn Văn Mẫu"\nscanned_at = "2026-03-11T08:00:00+07:00"\ndevice = "TEST"\n'


def sheet(folder: Path, more: str = "") -> Path:
    path = folder / "lo.toml"
    path.write_text(FACTS + more, "utf-8")
    return path


def test_batch_of_a_sheet_without_a_profile_is_known_as_it_always_was(tmp_path: Path) -> None:
    plain = read_sheet(sheet(tmp_path))
    assert plain.profile is BatchProfile.AGENCY_COPY
    facts = "Nguyễn Văn Mẫu\n2026-03-11T08:00:00+07:00\nTEST"
    assert plain.sha256 == hashlib.sha256(facts.encode()).hexdigest()
    assert read_sheet(sheet(tmp_path, 'profile = "agency_copy"\n')).sha256 == plain.sha256


def test_one_stop_scans_are_a_batch_of_their_own(tmp_path: Path) -> None:
    plain = read_sheet(sheet(tmp_path))
    one_stop = read_sheet(sheet(tmp_path, 'profile = "one_stop_scan"\n'))
    assert one_stop.profile is BatchProfile.ONE_STOP_SCAN
    assert one_stop.sha256 != plain.sha256


def test_setting_counts_where_the_sheet_names_no_profile(tmp_path: Path) -> None:
    assert read_sheet(sheet(tmp_path), "one_stop_scan").profile is BatchProfile.ONE_STOP_SCAN
    named = sheet(tmp_path, 'profile = "agency_copy"\n')
    assert read_sheet(named, "one_stop_scan").profile is BatchProfile.AGENCY_COPY


@pytest.mark.parametrize("value", ['"one-stop"', '""', "1", '["one_stop_scan"]', "{}"])
def test_unknown_profile_is_told_with_those_there_are(tmp_path: Path, value: str) -> None:
    with pytest.raises(BatchSheetError, match="one_stop_scan"):
        read_sheet(sheet(tmp_path, f"profile = {value}\n"))
