from pathlib import Path

import pytest

from config.errors import ReferenceDataError
from pipeline.archival_metadata import required_columns
from storage.ledger.models import Document


def test_required_columns_are_columns_of_a_document() -> None:
    assert set(required_columns()) <= set(Document.__table__.columns.keys())
    assert "maintenance" in required_columns()


@pytest.mark.parametrize(
    "text", ["schema = 1\n", 'schema = 1\ndocument = ["no_such"]\n', "schema = 2\ndocument = []\n"]
)
def test_a_wrong_file_is_refused_by_name(text: str, tmp_path: Path) -> None:
    file = tmp_path / "archival_metadata.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(ReferenceDataError, match=file.name):
        required_columns(file)
