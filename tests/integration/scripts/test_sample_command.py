"""`sohoa sample` as a person uses it: list, sheet, record, and what a failed batch comes to."""

import csv
import shutil
from pathlib import Path

import pytest

from config.errors import ExitCode
from tests.integration.pipeline.house import House, build_template, page
from tests.integration.scripts.desk import Desk

pytestmark = [
    pytest.mark.needs("tesseract", "poppler", "ghostscript"),
    pytest.mark.usefixtures("vietnamese_and_nothing_set"),
]


@pytest.fixture(scope="module")
def waiting_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with one document that waits for its release."""
    home = build_template(tmp_path_factory.mktemp("waiting") / "home")
    house = House(home)
    page(house.record / "a.png")
    house.run()
    house.settle_questions()
    house.run()
    house.ctx.ledger.close()
    return home


@pytest.fixture
def desk(waiting_home: Path, tmp_path: Path) -> Desk:
    shutil.copytree(waiting_home, tmp_path / "home")
    return Desk(tmp_path / "home", tmp_path)


def batch_of(desk: Desk) -> dict[str, str]:
    (batch,) = desk("release", "list", "--json").result
    return dict(batch)


def test_what_is_to_be_checked_is_told_with_value_page_and_place(desk: Desk) -> None:
    batch = batch_of(desk)
    told = desk("sample", batch["batch_id"])
    assert told.code == ExitCode.DONE
    for part in ("12/TB-UBND", "ngày ban hành", "cách trái", batch["seen"], "0,5"):
        assert part in told.out
    drawn = desk("sample", batch["batch_id"], "--json").result
    assert drawn["plan"]["checked"] == len([item for item in drawn["items"] if item["field"]])
    assert desk("sample", batch["batch_id"], "--json").result == drawn


def test_a_sheet_is_written_filled_in_and_read_back(desk: Desk, tmp_path: Path) -> None:
    batch, sheet = batch_of(desk), tmp_path / "mau.csv"
    desk("sample", batch["batch_id"], "--out", str(sheet), "--dry-run")
    assert not sheet.exists()
    assert desk("sample", batch["batch_id"], "--out", str(sheet)).code == ExitCode.DONE
    empty = desk("sample", batch["batch_id"], "--from", str(sheet), "--yes")
    assert empty.code == ExitCode.INPUT
    assert sheet.name in empty.err
    with sheet.open(encoding="utf-8-sig", newline="") as source:
        header, *rows = csv.reader(source)
    assert header[-1] == "Đúng/sai"
    with sheet.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows([header, *([*row[:-1], "đúng"] for row in rows)])
    dry = desk("sample", batch["batch_id"], "--from", str(sheet), "--dry-run", "--json")
    told = desk("sample", batch["batch_id"], "--from", str(sheet), "--yes", "--json")
    assert (told.code, told.result["verdict"]) == (ExitCode.DONE, "passed")
    assert told.result == dry.result
    (checked,) = desk("sample", "--json").result
    assert (checked["verdict"], checked["measured"]["wrong"], checked["actor"]) == ("passed", 0, "lan")
    assert batch["batch_id"] in desk("sample").out
    assert desk("sample", "--ok").code == ExitCode.USAGE


def test_a_wrong_field_sends_the_batch_to_review_and_says_so_by_its_exit_code(desk: Desk) -> None:
    batch = batch_of(desk)
    wrong = f"{desk('sample', batch['batch_id'], '--json').result['items'][0]['document']}:ngày ban hành"
    unconfirmed = desk("sample", batch["batch_id"], "--wrong", wrong)
    assert unconfirmed.code == ExitCode.USAGE
    assert "1 tài liệu sẽ chuyển sang kiểm tra" in unconfirmed.err.replace("\n", " ")
    assert desk("sample", batch["batch_id"], "--wrong", wrong, "--yes").code == ExitCode.USAGE, "no digest was given"
    told = desk("sample", batch["batch_id"], "--wrong", wrong, "--yes", "--seen", f"M1-{batch['seen']}")
    assert told.code == ExitCode.CHECK_FAILED
    assert "mẫu nghiệm thu" in desk("review", "list").out
    approved = desk("release", "approve", batch["batch_id"], "--yes", "--seen", batch["seen"])
    assert approved.code == ExitCode.NOT_FOUND


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--ok", "--wrong", "H41.99-260311-0001.1:code"], ExitCode.USAGE),
        (["--ok", "--yes"], ExitCode.USAGE),
        (["--ok", "--yes", "--seen", "0" * 12], ExitCode.USAGE),
        (["--wrong", "H41.99-260311-0001.1:urgency", "--yes", "--seen", "0" * 12], ExitCode.USAGE),
        (["--wrong", "H41.99-260311-0009.1:code", "--yes", "--seen", "0" * 12], ExitCode.NOT_FOUND),
        (["--from", "khong-co.csv"], ExitCode.USAGE),
    ],
    ids=["two ways", "no digest", "another digest", "not in it", "no document", "no file"],
)
def test_what_cannot_be_recorded_changes_nothing(desk: Desk, words: list[str], code: ExitCode) -> None:
    batch = batch_of(desk)
    told = desk("sample", batch["batch_id"], *words)
    assert (told.code, told.out) == (code, "")
    assert batch_of(desk) == batch
