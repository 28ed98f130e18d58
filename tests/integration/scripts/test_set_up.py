"""An installation without documents: what is told before it is set up, and when something it needs is not there."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.clock import legal_date
from config.errors import ExitCode
from scripts.application import run
from tests.integration.scripts.desk import Desk

pytestmark = [
    pytest.mark.needs("tesseract", "poppler", "ghostscript"),
    pytest.mark.usefixtures("vietnamese_and_nothing_set"),
]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk at which an installation was set up."""
    at = Desk(tmp_path / "home", tmp_path)
    assert at("init").code == ExitCode.DONE
    return at


EVERY_VERB = [
    ["run"],
    ["status"],
    ["show", "H41.90-260302-0001"],
    ["review", "list"],
    ["release", "list"],
    ["progress"],
    ["verify", "H41.90-260302-0001"],
    ["audit"],
    ["backfill", "--dry-run"],
    ["backfill"],
    ["register", "missing"],
    ["serve"],
]


@pytest.mark.parametrize("arguments", EVERY_VERB, ids=" ".join)
@pytest.mark.parametrize("exists", [True, False], ids=["empty folder", "no folder"])
def test_a_folder_that_was_never_set_up_is_told_as_such_and_left_as_it_is(
    arguments: list[str], exists: bool, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    if exists:
        home.mkdir()
    told = Desk(home, tmp_path)(*arguments)
    assert told.code == ExitCode.SETTINGS
    assert told.out == ""
    assert f"sohoa --home {home} init" in told.err
    assert "Traceback" not in told.err
    assert not exists or list(home.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [["backfill", "--unit"], ["backfill", "--dry-run", "--unit"], ["run", "--agency"]],
    ids=" ".join,
)
def test_an_agency_that_is_not_known_is_no_agency_without_work(desk: Desk, arguments: list[str]) -> None:
    told = desk(*arguments, "H99.11")
    assert told.code == ExitCode.NOT_FOUND
    assert told.out == ""
    assert "không có cơ quan H99.11" in told.err
    assert "sohoa init --agencies" in told.err
    # One with an empty folder in the inbox is known, and one that was entered too.
    (desk.home / "inbox" / "000.00.11.H99").mkdir()
    assert [desk(*arguments, code).code for code in ("H99.11", "H41")] == [ExitCode.DONE, ExitCode.DONE]


def test_an_inbox_that_is_not_there_is_told_by_run_and_doctor(desk: Desk) -> None:
    inbox, away = desk.home / "inbox", desk.home / "unmounted"
    inbox.rename(away)
    told, checked = desk("run"), desk("doctor")
    assert told.code == ExitCode.SETTINGS
    assert f"không dùng được hộp nhận {inbox}: không có thư mục này" in told.err
    assert "sohoa init" in told.err
    assert checked.code == ExitCode.CHECK_FAILED
    assert str(inbox) in checked.out


def test_doctor_tries_to_write_to_the_inbox_unless_files_are_left_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def inbox_check() -> dict[str, Any]:
        return next(check for check in desk("doctor", "--json").result if check["title"] == "Hộp nhận")

    assert inbox_check()["is_well"]
    # A folder that can be listed and never written to, by root neither.
    monkeypatch.setenv("SOHOA_INBOX__FOLDER", "/proc")
    assert not inbox_check()["is_well"]
    assert "/proc" in inbox_check()["found"]
    monkeypatch.setenv("SOHOA_INBOX__KEEP_FILES", "true")
    assert inbox_check()["is_well"]


def test_doctor_ticks_off_nothing_that_is_not_there(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    told = desk("doctor").out
    assert "không tìm thấy trong PATH" in told
    assert "not found" not in told
    (line,) = [line for line in told.splitlines() if "veraPDF" in line]
    assert line.startswith("–"), line
    (check,) = [check for check in desk("doctor", "--json").result if check["title"] == "veraPDF"]
    assert (check["is_well"], check["is_absent"]) == (True, True)


def test_an_unknown_setting_is_named_with_the_nearest(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "sohoa.toml").write_text('[store]\nbuket = "x"\n', "utf-8")
    told = Desk(home, tmp_path)("status")
    assert told.code == ExitCode.SETTINGS
    assert "store.buket" in told.err
    assert "store.bucket" in told.err


def test_doctor_names_a_secret_it_cannot_read_and_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk.home / "secret").write_bytes(b"\xff\xfe")
    for name, value in (("KIND", "s3"), ("ACCESS_KEY", f"file:{desk.home / 'secret'}")):
        monkeypatch.setenv(f"SOHOA_STORE__{name}", value)
    told = desk("doctor")
    assert told.code == ExitCode.CHECK_FAILED
    assert "store.access_key" in told.out
    # The checks that come after it.
    assert "Đĩa" in told.out


@pytest.mark.parametrize("arguments", [["init"], ["run"], ["status"], ["doctor"]], ids=" ".join)
def test_a_name_instead_of_a_login_is_refused_before_anything_is_done(tmp_path: Path, arguments: list[str]) -> None:
    told = Desk(tmp_path / "home", tmp_path)(*arguments, "--actor", "Nguyễn Văn Mẫu")
    assert told.code == ExitCode.USAGE
    assert "Nguyễn Văn Mẫu không phải là tên đăng nhập" in told.err
    assert "--actor lan.tran" in told.err
    assert not (tmp_path / "home").exists()


def test_a_user_without_a_login_is_asked_to_name_who_acts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert run(["--home", str(tmp_path), "doctor"]) == ExitCode.USAGE
    assert run(["--home", str(tmp_path), "--actor", "lan", "status"]) == ExitCode.SETTINGS


def test_a_home_that_cannot_be_made_is_told_with_its_cause(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for home in (tmp_path / "file" / "home", tmp_path / "file", Path("/proc/home")):
        told = Desk(home, tmp_path)("init")
        assert told.code == ExitCode.SETTINGS
        assert str(home) in told.err
        assert "--home" in told.err


def test_a_wrong_file_of_agencies_leaves_nothing_half_made(tmp_path: Path) -> None:
    (tmp_path / "agencies.toml").write_text("no agencies", "utf-8")
    told = Desk(tmp_path / "home", tmp_path)("init", "--agencies", str(tmp_path / "agencies.toml"))
    assert told.code == ExitCode.SETTINGS
    assert "agencies.toml" in told.err
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("option", ["--agencies", "--freeze"])
def test_a_day_that_is_still_to_come_is_not_counted(desk: Desk, option: str) -> None:
    today = legal_date(datetime.now(UTC))
    told = desk("progress", option, "--as-of", f"{today + timedelta(days=1):%d/%m/%Y}")
    assert told.code == ExitCode.USAGE
    assert told.out == ""
    assert f"ngày {today + timedelta(days=1):%d/%m/%Y} chưa đến" in told.err
    assert "--as-of" in told.err
    assert desk("progress", "--as-of", f"{today:%Y-%m-%d}").code == ExitCode.DONE


def test_a_report_that_cannot_be_written_is_told_and_its_ending_gives_the_form(desk: Desk, tmp_path: Path) -> None:
    told = desk("progress", "--out", str(tmp_path / "nowhere" / "a.csv"))
    assert told.code == ExitCode.USAGE
    assert str(tmp_path / "nowhere" / "a.csv") in told.err
    assert desk("progress", "--out", str(tmp_path / "a.csv")).code == ExitCode.DONE
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    formless, unnamed = desk("progress", "--out", str(tmp_path / "a.txt")), desk("progress", "--format", "xlsx")
    assert (formless.code, unnamed.code) == (ExitCode.USAGE, ExitCode.USAGE)
    assert "Việc cần làm: Đặt tên tệp có đuôi .csv, .xlsx, .html, .pdf hoặc .json." in formless.err
    assert "Việc cần làm: Ghi tên tệp cần xuất: `sohoa progress --out TỆP.xlsx`." in unnamed.err
    assert not (tmp_path / "a.txt").exists()


def test_init_says_how_later_commands_find_a_home_of_another_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "sohoa-home"
    assert f"--home {home}" in Desk(home, tmp_path)("init").out
    monkeypatch.chdir(tmp_path)
    assert "--home" not in Desk(home, tmp_path)("init").out
