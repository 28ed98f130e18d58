"""`sohoa backfill` as an administrator types it: planned, listed, shown, paused, resumed for the server, cancelled."""

from pathlib import Path

import pytest

from config.errors import ExitCode
from pipeline.backfill.plans import find_plan
from pipeline.context import Context
from pipeline.stages import extract
from storage.ledger.states import BackfillState
from tests.integration.pipeline.house import AGENCY, House, build_template, page
from tests.integration.scripts.desk import Desk, Told

pytestmark = [pytest.mark.needs("tesseract", "poppler"), pytest.mark.usefixtures("vietnamese_and_nothing_set")]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One document that waits for its release."""
    house = House(build_template(tmp_path_factory.mktemp("backfill") / "home"))
    page(house.record / "a.png")
    house.run()
    house.settle_questions()
    house.run()
    house.ctx.ledger.close()
    return house.home


@pytest.fixture
def desk(home: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(extract, "EXTRACT_VERSION", "next")
    return Desk(home, home)


def test_a_plan_is_told_with_what_it_takes_and_nothing_is_kept_of_it(desk: Desk) -> None:
    told = desk("backfill", "--unit", AGENCY, "--period", "2026..", "--type", "thông báo", "--dry-run")
    assert told.out.splitlines()[:2] == ["Cần làm lại: 1 tài liệu, 1 trang.", "       1  trích xuất thông tin"]
    assert "theo số liệu của dự án" in told.out
    counts = desk("backfill", "--dry-run", "--json").result
    assert (counts["documents"], counts["stages"], counts["sealed"]) == (1, {"extract": 1}, 0)
    assert desk("backfill", "list", "--all", "--json").result == []


def test_a_backfill_is_planned_paused_resumed_for_the_server_and_cancelled(desk: Desk, home: Path) -> None:
    planned = desk("backfill", "--level", "commune", "--background")
    assert planned.code == ExitCode.DONE
    assert "chưa có tiến trình nào phục vụ" in planned.out
    (view,) = desk("backfill", "list", "--json").result
    number = str(view["number"])
    assert (view["state"], view["scope"], view["actor"]) == ("planned", {"level": "commune"}, "lan")
    assert "tạm dừng" in desk("backfill", "pause", number).out
    again = desk("backfill", "--level", "commune")
    assert (again.code, again.out) == (ExitCode.BUSY, "")
    assert f"sohoa backfill resume {number}" in again.err
    assert desk("backfill", "resume", number, "--background").code == ExitCode.DONE
    shown = desk("backfill", "show", number).out
    assert "cấp xã" in shown
    assert "0/1 tài liệu" in shown
    assert "đã hủy" in desk("backfill", "cancel", number).out
    assert desk("backfill", "pause", number).code == ExitCode.USAGE
    settings = desk("backfill", "list", "--all", "--json").result
    assert [one["state"] for one in settings] == ["cancelled"]
    assert find_plan(Context(House(home).ctx.settings, actor="lan"), int(number)).state is BackfillState.CANCELLED


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--period", "13/2026"], ExitCode.USAGE, "13/2026"),
        (["--period", "2026", "--from", "2026-01-01"], ExitCode.USAGE, "--period"),
        (["--on", "2026-01-01"], ExitCode.USAGE, "--unit"),
        (["--type", "thong baoo"], ExitCode.NOT_FOUND, "Thông báo"),
        (["--unit", "99999"], ExitCode.NOT_FOUND, "99999"),
        (["--limit", "0"], ExitCode.USAGE, "--limit"),
        (["show", "77"], ExitCode.NOT_FOUND, "77"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_meant_is_refused_with_the_way_out(
    desk: Desk, arguments: list[str], code: ExitCode, told: str
) -> None:
    found: Told = desk("backfill", *arguments)
    assert (found.code, found.out) == (code, "")
    assert told in found.err
    assert "Việc cần làm" in found.err
