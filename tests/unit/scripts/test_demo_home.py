"""The demo takes away nothing that it did not make."""

from pathlib import Path

import pytest

from config.errors import ExitCode
from scripts.demo_home import DemoHomeError, fresh_home


def test_a_home_that_a_demo_made_is_made_anew(tmp_path: Path) -> None:
    for name in ("new", "deep/er/new"):
        home = fresh_home(tmp_path / name)
        (home / "ledger.sqlite3").touch()
        assert fresh_home(home) == home
        assert not (home / "ledger.sqlite3").exists()


def test_an_empty_folder_may_become_a_home(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert fresh_home(tmp_path / "empty").is_dir()


def test_a_folder_with_anything_else_in_it_is_refused_and_kept(tmp_path: Path) -> None:
    kept = tmp_path / "documents" / "thesis.txt"
    kept.parent.mkdir()
    kept.write_text("years of work", "utf-8")
    (tmp_path / "link").symlink_to(kept.parent)
    for folder in (kept.parent, kept, tmp_path / "link", tmp_path / "link" / ".." / "documents"):
        with pytest.raises(DemoHomeError) as refused:
            fresh_home(folder)
        assert refused.value.exit_code == ExitCode.USAGE
        assert str(kept.parent) in str(refused.value)
    assert kept.read_text("utf-8") == "years of work"
