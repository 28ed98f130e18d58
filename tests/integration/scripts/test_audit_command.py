"""What `sohoa audit` tells the person who asks whether the ledger is what was written into it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from config.errors import ExitCode
from tests.integration.scripts.desk import Desk

pytestmark = pytest.mark.usefixtures("vietnamese_and_nothing_set")


def test_findings_that_ask_for_the_same_are_told_together_with_their_remedy_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "home", tmp_path)
    desk("init")
    rows = [f"H41.30-260311-000{number},05/03/2026" for number in (1, 2, 3)]
    (tmp_path / "danh-muc.csv").write_text("\n".join(["Mã hồ sơ,Ngày trả kết quả", *rows]), "utf-8")
    assert desk("register", "import", str(tmp_path / "danh-muc.csv")).code == ExitCode.DONE
    with closing(sqlite3.connect(desk.home / "ledger.sqlite3")) as ledger:
        ledger.execute("UPDATE register_entry SET withdrawn_at = '2026-03-06 00:00:00.000000'")
        ledger.commit()
    told = desk("audit")
    assert told.code == ExitCode.CHECK_FAILED
    forged = [line for line in told.out.splitlines() if line.startswith("✗")]
    assert len(forged) == 3
    assert all(any(code in line for line in forged) for code in ("0001", "0002", "0003"))
    assert told.out.count("→") == 1
    findings = desk("audit", "--json").result["findings"]
    assert all(finding["remedy"] in told.out for finding in findings)
