"""The demo as a process of its own, on somebody's own scans: what it refuses, and how it ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.errors import ExitCode
from tests.integration.pipeline.house import page

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.needs("tesseract", "poppler", "ghostscript")


def demo(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SOHOA_", "PREFECT_"))}
    return subprocess.run(
        [sys.executable, "-m", "scripts.demo", "--lang", "vi", *arguments],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def follow_the_hint(told: str, folder: Path) -> None:
    """Do what the demo says to list what a person is asked, as it is printed, from another folder."""
    command = next(line for line in told.splitlines() if line.endswith("review list")).removeprefix("  → ")
    assert str(folder / "build" / "demo" / "home") in command
    followed = subprocess.run(command, shell=True, cwd="/", capture_output=True, text=True, check=False)
    assert followed.returncode == ExitCode.DONE, followed.stderr
    assert "sohoa review accept" in followed.stdout


def test_scans_that_are_not_there_are_told_with_the_remedy_and_nothing_is_made_or_taken_away(tmp_path: Path) -> None:
    home = tmp_path / "build" / "demo" / "home"
    (home / "inbox").mkdir(parents=True)
    (home / "inbox" / "a.pdf").write_bytes(b"a scan put here by hand")
    (tmp_path / "empty").mkdir()
    for name, cause in (("missing", "không có"), ("empty", "không có tệp"), (str(home / "inbox"), "tạo mới lại")):
        told = demo(tmp_path, "--inbox", name)
        assert told.returncode == ExitCode.USAGE
        assert told.stdout == ""
        assert f"{name}: " in told.stderr
        assert cause in told.stderr
        assert "make demo INBOX=" in told.stderr
        assert "Traceback" not in told.stderr
    assert (home / "inbox" / "a.pdf").exists()
    assert "Traceback" in demo(tmp_path, "--inbox", "missing", "--verbose").stderr


def test_the_help_and_what_is_typed_wrongly_are_told_in_vietnamese(tmp_path: Path) -> None:
    told = demo(tmp_path, "--help")
    assert told.returncode == ExitCode.DONE
    assert "Cách dùng: " in told.stdout
    assert [word for word in ("usage", "options", "show this") if word in told.stdout.lower()] == []
    wrong = demo(tmp_path, "--inbx", "scans")
    assert wrong.returncode == ExitCode.USAGE
    assert "có phải --inbox" in wrong.stderr


def test_a_home_that_no_demo_made_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "thesis.txt").touch()
    told = demo(tmp_path, "--home", "documents")
    assert told.returncode == ExitCode.USAGE
    assert str(tmp_path / "documents") in told.stderr
    assert (tmp_path / "documents" / "thesis.txt").exists()


def test_the_exit_code_says_whether_all_scans_went_through(tmp_path: Path) -> None:
    """On the embedded defaults, whatever the environment says."""
    page(tmp_path / "scans" / "thong-bao.jpg")
    told = demo(tmp_path, "--inbox", "scans", SOHOA_STORE__KIND="s3", SOHOA_STORE__ENDPOINT="http://127.0.0.1:1")
    assert told.returncode == ExitCode.DONE, told.stderr
    follow_the_hint(told.stdout, tmp_path)
    (tmp_path / "scans" / "rong.pdf").touch()
    told = demo(tmp_path, "--inbox", "scans")
    assert told.returncode == ExitCode.FINISHED_WITH_FAILURES
    assert (told.stdout + told.stderr).count("rong.pdf") == 1
    assert "Chưa xử lý được toàn bộ" in told.stdout
