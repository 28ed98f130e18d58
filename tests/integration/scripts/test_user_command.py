"""`sohoa user`: a password is never an argument, and what was changed is told."""

from pathlib import Path

import pytest

from config.errors import ExitCode
from config.settings import load_settings
from pipeline.context import Context
from pipeline.founding import found
from storage.ledger.states import Environment
from tests.integration.scripts.desk import Desk


@pytest.fixture
def desk(tmp_path: Path, vietnamese_and_nothing_set: None) -> Desk:
    found(Context(load_settings(tmp_path), actor="tester"), Environment.TEST)
    (tmp_path / "password").write_text("mua-xuan-tre-xanh\n", "utf-8")
    return Desk(tmp_path, tmp_path)


def test_a_user_is_added_listed_locked_and_given_another_role(desk: Desk) -> None:
    place = f"file:{desk.home}/password"
    added = desk("user", "add", "minh", "--role", "auditor", "--password-from", place, "--json")
    assert (added.code, added.result["login"], added.result["role"]) == (0, "minh", "auditor")
    assert "argon2" not in added.out
    assert desk("user", "role", "minh", "archivist").out == "minh · lưu trữ · được đăng nhập\n"
    assert desk("user", "lock", "minh").out == "minh · lưu trữ · đã khóa\n"
    assert desk("user", "password", "minh", "--password-from", place).code == 0
    listed = desk("user", "list")
    assert [word in listed.out for word in ("minh", "lưu trữ", "đã khóa", "mật khẩu")] == [True] * 4
    assert desk("user", "unlock", "minh", "--json").result["locked_at"] is None


def test_whom_the_identity_provider_names_needs_no_password(desk: Desk) -> None:
    added = desk("user", "add", "hoa", "--role", "admin", "--email", "Hoa@mau.example", "--json")
    assert (added.result["has_password"], added.result["email"]) == (False, "hoa@mau.example")


@pytest.mark.parametrize("place", ["mua-xuan-tre-xanh", "file:", "env:"])
def test_a_password_itself_is_not_taken_for_its_place(desk: Desk, place: str) -> None:
    told = desk("user", "add", "minh", "--role", "auditor", "--password-from", place)
    assert told.code == ExitCode.USAGE
    assert "--password-from" in told.err
    assert "mua-xuan" not in told.err


def test_a_password_that_is_not_there_is_told_by_its_place(desk: Desk) -> None:
    told = desk("user", "add", "minh", "--role", "auditor", "--password-from", "file:/khong/co")
    assert (told.code, "/khong/co" in told.err) == (ExitCode.SETTINGS, True)


def test_nobody_is_asked_where_nobody_is(desk: Desk) -> None:
    told = desk("user", "add", "minh", "--role", "auditor")
    assert (told.code, "--password-from" in told.err) == (ExitCode.USAGE, True)
    assert desk("user", "list", "--json").result == []
