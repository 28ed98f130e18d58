"""What a killed run leaves half-written is the next run's to delete: pages may lie in it that are secret."""

import multiprocessing
import signal
from pathlib import Path

import pytest
from sqlalchemy import update

from storage.ledger.models import Document
from tests.end_to_end.killed_worker import JUDGING, LAYERING, READING, main
from tests.integration.pipeline.house import House, build_template, page

pytestmark = pytest.mark.needs("tesseract", "poppler")

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.end_to_end.killed_worker"])


def run(home: Path, system_temp: Path, place: str | None) -> int | None:
    process = FORKS.Process(target=main, args=(home, system_temp, place))
    process.start()
    process.join(120)
    return process.exitcode


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def halves(home: Path) -> set[str]:
    return {name for name in files(home / "work") if Path(name).name.startswith(".") or ".part" in name}


def test_each_run_deletes_what_the_killed_one_before_it_left(tmp_path: Path) -> None:
    house, system_temp = House(build_template(tmp_path / "home")), tmp_path / "system"
    system_temp.mkdir()
    page(house.record / "scan.png")
    house.ctx.ledger.close()
    left: list[set[str]] = []
    for place in (READING, LAYERING, JUDGING):
        assert run(house.home, system_temp, place) == -signal.SIGKILL, f"{place} was never reached"
        left.append(files(house.home / "temp"))
        with house.open().ledger.session() as session:
            # Three such ends in a row, and it would not be tried any more.
            session.execute(update(Document).values(tries=0))
        house.ctx.ledger.close()
    read, layered, judged = left
    assert any("sohoa-read-" in name for name in read)
    assert any("ocrmypdf" in name for name in layered)
    assert any("layered.pdf" in name for name in judged)
    assert not read & layered
    assert not layered & judged
    assert any(".assemble-" in name for name in halves(house.home))
    assert run(house.home, system_temp, None) == 0
    assert files(house.home / "temp") == set()
    assert halves(house.home) == set()
    assert files(system_temp) == set(), "the system's own folder was never used"
    assert house.states() == ["waiting_review"]
