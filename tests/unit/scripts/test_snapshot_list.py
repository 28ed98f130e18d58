"""The list of snapshots in a terminal: what one goes on with is never cut."""

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from rich.console import Console

from config.i18n import activate, active_language
from scripts.commands.snapshots import show_list
from storage.ledger.models import ProgressSnapshot


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [80, 120])
def test_ids_and_warnings_are_whole_in_any_terminal(width: int, language: str, tmp_path: Path) -> None:
    row = ProgressSnapshot(
        id=UUID(int=17 << 100),
        as_of=date(2026, 9, 24),
        taken_at=datetime(2026, 9, 24, 10, 0, tzinfo=UTC),
        actor="nguyen-van-mau",
        figures={},
        sha256="ab" * 32,
    )
    before = active_language()
    activate(language)
    try:
        with (tmp_path / "out").open("w", encoding="utf-8") as out:
            console = Console(width=width, record=True, file=out)
            show_list(console, [(row, False)])
    finally:
        activate(before)
    shown = console.export_text()
    assert str(row.id) in shown
    assert "…" not in shown
    assert ("SỬA" if language == "vi" else "CHANGED") in shown
