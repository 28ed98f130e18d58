import re
from pathlib import Path

import pytest

from config.errors import ReferenceDataError, UsageError
from pipeline.archival_rules import METADATA_FILE, archival_rules, check_metadata
from storage.ledger.models import Document, Record


def test_required_columns_are_columns_of_a_document_and_of_a_record() -> None:
    rules = archival_rules()
    assert set(rules.document) <= set(Document.__table__.columns.keys())
    assert set(rules.record) <= set(Record.__table__.columns.keys())
    assert "maintenance" in rules.document


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("schema = 2", "schema = 1"),
        ('required = ["maintenance"', 'required = ["no_such"'),
        ('born_digital = "01"', ""),
        ("{number:07d}", "{stt}"),
        ("[codes.mode]", "[codes.mode"),
    ],
)
def test_a_wrong_file_is_refused_by_name(written: str, instead: str, tmp_path: Path) -> None:
    file = tmp_path / "archival_metadata.toml"
    text = METADATA_FILE.read_text("utf-8")
    assert written in text
    file.write_text(text.replace(written, instead, 1), "utf-8")
    with pytest.raises(ReferenceDataError, match=re.escape(file.name)):
        archival_rules(file)


def test_a_code_of_the_law_is_taken_and_another_refused_with_those_that_may_stand_there() -> None:
    assert check_metadata("maintenance", " 02 ") == "02"
    assert check_metadata("risk_recovery", "không") is False
    with pytest.raises(UsageError, match="70 năm"):
        check_metadata("maintenance", "70")
    with pytest.raises(UsageError, match="risk_recovery"):
        check_metadata("risk_recovery", "có lẽ")
