"""What a display is told while a run goes on."""

from pathlib import Path
from uuid import UUID

import pytest

from pipeline.context import Context
from pipeline.line import run_line
from pipeline.outcome import Outcome
from pipeline.runner import process
from scripts.watching import LiveDisplay
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import House, build_template, page

pytestmark = pytest.mark.needs("tesseract", "poppler")


def test_all_that_can_be_worked_on_is_known_from_the_start_and_counted_once(tmp_path: Path) -> None:
    house = House(build_template(tmp_path / "home"), run={"batch_size": 1})
    for seed in range(2):
        page(house.record / f"{seed}.png", seed=seed)
    known: list[tuple[int, int]] = []

    class Display(LiveDisplay):
        def finished(self, document_id: UUID, state: str) -> None:
            super().finished(document_id, state)
            known.append(self.tally.documents)

    house.ctx.watcher = display = Display()
    house.run()
    assert known == [(1, 2), (2, 2)]
    assert display.tally.pages == (2, 2)
    house.settle_questions()
    house.run(release=True)
    assert house.states() == [DocumentState.ARCHIVED] * 2
    # Read once, sealed once released: worked on several times, and counted once.
    assert display.tally.documents == (2, 2)
    assert display.tally.pages == (2, 2)


def test_of_two_runs_side_by_side_each_counts_what_it_worked_on_itself(tmp_path: Path) -> None:
    house = House(build_template(tmp_path / "home"))
    for seed in range(4):
        page(house.record / f"{seed}.png", seed=seed)
    house.ctx.watcher = display = LiveDisplay()
    other = Context(house.ctx.settings, actor="second")

    def work(ids: list[UUID]) -> list[Outcome | None]:
        # The other run is quicker with two of them.
        assert all(process(other, id_) for id_ in ids[2:])
        return [process(house.ctx, id_) for id_ in ids]

    run_line(house.ctx, work)
    assert display.tally.documents == (2, 2)
    assert display.tally.pages == (2, 2)
