"""Two flows in one process, each under its own server: the second does not wait for the first one's."""

import shutil
import time
from pathlib import Path

import pytest

from config.settings import load_settings
from flows.running import digitize_once
from pipeline.context import Context
from pipeline.founding import found
from scripts.specimen.studio import render_specimens
from storage.ledger.states import Environment
from tests.prefect_home import GivePrefect

pytestmark = pytest.mark.needs("tesseract", "poppler")
SHEET = 'operator = "Nguyễn Văn Mẫu"\nscanned_at = "2026-03-11T08:00:00+07:00"\ndevice = "TEST"\n'
TOO_LONG_S = 60


def test_a_second_run_in_one_process_ends_soon(tmp_path: Path, give_prefect: GivePrefect) -> None:
    give_prefect(tmp_path / "home")
    scans = [document.files[0] for document in render_specimens(tmp_path / "specimens", seed=5, count=2)]
    ctx = Context(load_settings(tmp_path / "home", inbox={"stable_after_s": 0}), actor="test")
    found(ctx, Environment.TEST)
    (ctx.settings.inbox_folder / "lo.toml").write_text(SHEET, "utf-8")
    for number, scan in enumerate(scans, 1):
        record = ctx.settings.inbox_folder / "H41.99" / f"H41.99-260311-000{number}"
        record.mkdir(parents=True)
        shutil.copyfile(scan, record / scan.name)
        started = time.monotonic()
        assert sum(digitize_once(ctx).states.values()) == 1
        assert time.monotonic() - started < TOO_LONG_S
