"""What an admin sees on Prefect's page: runs with failures as failed ones, and what they met, by cause and count."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.integration.pipeline.house import AGENCY, RECORD, build_template, copy_of, page
from tests.prefect_home import GivePrefect

pytestmark = [pytest.mark.needs("tesseract", "poppler"), pytest.mark.timeout(300)]
ROOT = Path(__file__).parents[3]

# One process, since Prefect reads where its home is when it is first imported.
RUN = """
import json, sys, threading, time
from pathlib import Path
from flows.opening import opened
from flows.server import prefect_server
from tests.integration.pipeline.house import House
house = House(Path(sys.argv[1]), **json.loads(sys.argv[2]))
lost = []
def go_on_writing():
    while True:
        for path in house.inbox.rglob("dang-ghi*"):
            path.touch()
        time.sleep(0.2)
threading.Thread(target=go_on_writing, daemon=True).start()
with prefect_server(house.ctx), opened(house.ctx):
    from flows import digitize as module
    from flows.backfill import backfill
    from flows.ending import summary_of
    process = module.process
    def losing_the_first(ctx, document_id):
        if not lost:
            lost.append(document_id)
            raise RuntimeError("the worker is lost")
        return process(ctx, document_id)
    if sys.argv[3:]:
        module.process = losing_the_first
    summary = summary_of(module.digitize(str(house.home), "tester", return_state=True))
    backfill(str(house.home), "tester", return_state=True)
print(json.dumps({"states": summary.states, "failures": [one.code for one in summary.failures]}), flush=True)
"""


def run(home: Path, *arguments: str, **settings: Any) -> dict[str, Any]:
    # A flow that ran in this process before has set where Prefect's home is.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    command = [sys.executable, "-c", RUN, str(home), json.dumps(settings), *arguments]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=ROOT, timeout=200, env={**clean, "SOHOA_LANG": "vi"}
    )
    assert done.returncode == 0, done.stderr[-3000:]
    # What failed is told by the command, once; Prefect's own words would break into its display.
    assert "Task run failed with state" not in done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def asked(home: Path, query: str) -> list[tuple[str, ...]]:
    with sqlite3.connect(home / "prefect" / "prefect.db") as connection:
        return connection.execute(query).fetchall()


def artifact(home: Path, key: str) -> list[tuple[str, str, str, int]]:
    ((data,),) = asked(home, f"select data from artifact where key = '{key}'")
    rows = json.loads(json.loads(data))
    return [(row["Đối tượng"], row["Kết quả"], row["Mã"], row["Số lượng"]) for row in rows]


def test_the_page_of_a_run_shows_what_was_refused_held_removed_and_why_but_no_names(
    tmp_path: Path, give_prefect: GivePrefect
) -> None:
    build_template(tmp_path / "template")
    house = copy_of(tmp_path / "template", tmp_path / "home")
    give_prefect(house.home)
    page(house.record / "nguyen-van-an.png", seed=1)
    (house.record / "tep-hong.pdf").write_bytes(b"%PDF-1.4 rubbish")
    blank = Image.new("RGB", (1200, 1600), "white")
    blank.save(house.record / "trang.png", dpi=(200, 200))
    (house.record / "tep-rong.png").write_bytes(b"")
    page(house.record / "dang-ghi.png", seed=2)
    other = page(house.inbox / AGENCY / "H41.99-260311-0002" / "sai-phieu.png", seed=3)
    (other.parent / "lo.toml").write_text("operator = 1", "utf-8")
    run(house.home, inbox={"stable_after_s": 2})
    assert artifact(house.home, "digitize") == [
        ("hộp nhận", "đã tiếp nhận", "", 2),
        ("hộp nhận", "đang chờ", "just_arrived", 1),
        ("hộp nhận", "từ chối", "file_damaged", 1),
        ("hộp nhận", "từ chối", "file_empty", 1),
        ("hộp nhận", "đang chờ", "batch_sheet", 1),
        ("tài liệu", "chờ kiểm tra", "", 1),
        ("tài liệu", "từ chối", "unreadable", 1),
        ("hộp nhận", "đã dọn khỏi hộp nhận vì bản gốc đã vào kho", "", 1),
    ]
    assert artifact(house.home, "backfill") == []
    ended = asked(house.home, "select state_type, state_name from flow_run where state_name != 'Completed'")
    assert ended == [("FAILED", "FinishedWithFailures")] * 2
    messages = asked(house.home, "select message from flow_run_state where name = 'FinishedWithFailures'")
    assert messages == [("unreadable: 1",), ("file_damaged: 1, file_empty: 1, unreadable: 1",)]
    assert ("unreadable: 1",) in asked(house.home, "select message from task_run_state")
    with sqlite3.connect(house.home / "prefect" / "prefect.db") as connection:
        dump = "\n".join(connection.iterdump())
    names = (RECORD, AGENCY, "nguyen-van-an", "tep-hong", "tep-rong", "dang-ghi", "sai-phieu")
    assert not [name for name in names if name in dump]


def test_a_batch_that_is_lost_fails_and_the_next_batches_go_on(tmp_path: Path, give_prefect: GivePrefect) -> None:
    build_template(tmp_path / "template")
    house = copy_of(tmp_path / "template", tmp_path / "home")
    give_prefect(house.home)
    for seed in (1, 2):
        page(house.record / f"{seed}.png", seed=seed)
    told = run(house.home, "lose the first", run={"batch_size": 1})
    assert told == {"states": {"in_work": 1, "waiting_review": 1}, "failures": ["unexpected"]}
    flows = asked(house.home, "select state_name from flow_run order by created")
    assert flows == [("FinishedWithFailures",), ("FinishedWithFailures",), ("Completed",), ("Completed",)]
    assert ("tài liệu", "đang xử lý", "unexpected", 1) in artifact(house.home, "digitize")
