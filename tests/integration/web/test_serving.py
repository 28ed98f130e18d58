"""`sohoa web`: where it may listen."""

from pathlib import Path

import pytest

from config.errors import ExitCode, SettingsError
from config.settings import load_settings
from pipeline.context import Context
from pipeline.founding import found
from storage.ledger.states import Environment
from tests.integration.scripts.desk import Desk


def test_the_page_is_not_opened_to_other_machines_without_its_https_address(tmp_path: Path) -> None:
    found(Context(load_settings(tmp_path), actor="tester"), Environment.TEST)
    told = Desk(tmp_path, tmp_path)("web", "--host", "0.0.0.0")
    assert told.code == ExitCode.USAGE
    assert "web.public_url" in told.err


@pytest.mark.parametrize(
    "address",
    [
        "http://sohoa.example.vn",
        "sohoa.example.vn",
        "https://lan:bi-mat@sohoa.example.vn",
        "https://",
        "ftp://x",
        "https://x/?a",
    ],
)
def test_an_address_that_would_not_be_safe_is_refused_unrepeated(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings(tmp_path, web={"public_url": address})
    assert "bi-mat" not in str(refused.value)
