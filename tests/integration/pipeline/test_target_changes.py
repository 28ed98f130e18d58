"""Targets that an installation keeps in a file of its own: noticed when changed, refused when wrong."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from config.errors import ReferenceDataError
from config.settings import load_settings
from pipeline.context import Context
from pipeline.founding import found
from pipeline.reporting import count
from pipeline.targets import OWN_FILE, TARGETS_FILE, Level, load_targets
from storage.ledger.models import Event, Target
from storage.ledger.states import Environment


@pytest.fixture
def ctx(tmp_path: Path, ledger_url: str) -> Iterator[Context]:
    context = Context(load_settings(tmp_path / "home", ledger={"url": ledger_url}), actor="lan")
    found(context, Environment.TEST)
    yield context
    context.ledger.close()


def _events(ctx: Context) -> list[Event]:
    with ctx.ledger.reading() as session:
        return list(session.scalars(select(Event).where(Event.kind == "targets.changed").order_by(Event.seq)))


def _own(ctx: Context, before: str, now: str) -> None:
    (ctx.settings.home / OWN_FILE).write_text(TARGETS_FILE.read_text("utf-8").replace(before, now), "utf-8")


def test_the_first_targets_are_an_event_and_the_same_ones_again_are_none(ctx: Context) -> None:
    (first,) = _events(ctx)
    assert (first.input_sha256, first.output_sha256) == (None, load_targets().sha256)
    assert not found(ctx, None).changed_targets
    count(ctx)
    assert len(_events(ctx)) == 1


def test_a_changed_figure_is_noticed_by_the_next_report_with_what_it_was(ctx: Context) -> None:
    _own(ctx, "2025 = 90, 2026 = 100", "2025 = 90, 2026 = 95")
    progress = count(ctx)
    commune = next(one for one in progress.levels if one.level is Level.COMMUNE)
    assert commune.flow.target is not None
    assert commune.flow.target.percent == 95
    first, second = _events(ctx)
    assert second.input_sha256 == first.output_sha256
    assert second.payload == {"figures": [{"figure": "flow.commune.2026", "before": 100.0, "now": 95.0}]}
    with ctx.ledger.reading() as session:
        row = session.scalars(select(Target).where(Target.metric == "flow", Target.level == "commune")).all()[-1]
        assert row.figure == 95
    (ctx.settings.home / OWN_FILE).unlink()
    assert [(one.year, one.before, one.now) for one in found(ctx, None).changed_targets] == [(2026, 95, 100)]


def test_a_changed_figure_is_noticed_by_the_report_of_a_day_that_is_past_too(ctx: Context) -> None:
    _own(ctx, "2025 = 90, 2026 = 100", "2025 = 91, 2026 = 100")
    progress = count(ctx, date(2025, 12, 31))
    commune = next(one for one in progress.levels if one.level is Level.COMMUNE)
    assert commune.flow.target is not None
    assert commune.flow.target.percent == 91
    assert _events(ctx)[-1].payload == {"figures": [{"figure": "flow.commune.2025", "before": 90.0, "now": 91.0}]}


def test_an_own_file_counts_as_a_whole(ctx: Context) -> None:
    (ctx.settings.home / OWN_FILE).write_text(
        'schema = 1\n[[target]]\nmetric = "flow"\nlegal_basis = "Kế hoạch mẫu"\ncommune = { 2026 = 80 }\n', "utf-8"
    )
    changed = found(ctx, None).changed_targets
    assert ("stock", "province", 2022, 50.0, None) in [
        (one.metric, one.level, one.year, one.before, one.now) for one in changed
    ]
    assert all(level.stock.target is None for level in count(ctx).levels)


@pytest.mark.parametrize("text", ["schema = 1\n", "schema = 1\nlimits = 3\n", "nothing"])
def test_a_wrong_file_is_refused_and_changes_nothing(ctx: Context, text: str) -> None:
    (ctx.settings.home / OWN_FILE).write_text(text, "utf-8")
    for doing in (lambda: found(ctx, None), lambda: count(ctx)):
        with pytest.raises(ReferenceDataError) as caught:
            doing()
        assert caught.value.details["file"] == "targets.toml"
    assert len(_events(ctx)) == 1
