"""What `sohoa register imports` and `sohoa register history` tell."""

from pathlib import Path

import pytest

from config.errors import ExitCode
from tests.integration.scripts.desk import Desk

pytestmark = pytest.mark.usefixtures("vietnamese_and_nothing_set")
CODE = "H41.30-260311-0001"
HEADER = "Mã hồ sơ,Trích yếu,Số trang,Ngày trả"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk at which two files of one register came in."""
    at = Desk(tmp_path / "home", tmp_path)
    assert at("init").code == ExitCode.DONE
    assert "Chưa nhập danh mục nào" in at("register", "imports").out
    for row in (f"{CODE},Khai sinh,1,05/03/2026", f"{CODE},Kết hôn,1,12/03/2026"):
        path = tmp_path / "danh-muc.csv"
        path.write_text(f"{HEADER}\n{row}", "utf-8")
        scope = ("--agency", "H41.30", "--from", "01/03/2026", "--to", "31/03/2026")
        assert at("register", "import", str(path), *scope).code == ExitCode.DONE
    return at


def test_imports_are_listed_with_who_and_what(desk: Desk) -> None:
    told = desk("register", "imports").out
    for text in ("Người nhập", "lan ", "H41.30 · từ 01/03/2026 · đến 31/03/2026"):
        assert text in told
    newest, oldest = desk("register", "imports", "--json").result
    assert (oldest["added"], newest["changed"], newest["rows"]) == (1, 1, 1)
    assert newest["sha256"][:12] in told


def test_a_row_tells_its_history_with_columns_and_days_as_people_write_them(desk: Desk) -> None:
    assert desk("register", "withdraw", CODE, "--reason", "Nhập nhầm", "--yes").code == ExitCode.DONE
    told = desk("register", "history", CODE).out
    for text in (
        "mới vào danh mục",
        "số trang: 1\n",
        "trích yếu: Khai sinh → Kết hôn",
        "ngày giải quyết: 05/03/2026 → 12/03/2026",
        "đã rút · lan",
        "lý do: Nhập nhầm",
        "không tính",
        "Có mặt lần cuối trong tệp nhập lúc",
    ):
        assert text in told
    assert "số trang: 1 →" not in told
    [row] = desk("register", "history", CODE, "--agency", "H41.30", "--json").result
    assert [step["kind"] for step in row["steps"]] == ["added", "changed", "withdrawn"]
    assert {"column": "resolved_on", "before": "2026-03-05", "now": "2026-03-12"} in row["steps"][1]["changes"]


def test_a_row_that_is_not_there_is_said_to_be_unknown(desk: Desk) -> None:
    assert desk("register", "history", "H41.30-260311-0009").code == ExitCode.NOT_FOUND
