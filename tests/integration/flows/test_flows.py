"""The flows run in process on Prefect, do what the plain functions do, and tell Prefect no names."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.pipeline.house import AGENCY, RECORD, build_template, copy_of, page
from tests.prefect_home import GivePrefect

pytestmark = [pytest.mark.needs("tesseract", "poppler"), pytest.mark.timeout(300)]
ROOT = Path(__file__).parents[3]

# One process, since Prefect reads where its home is when it is first imported.
FLOWS = """
import json, os, sys
from pathlib import Path
from flows.opening import opened
from flows.server import prefect_server
from tests.integration.pipeline.house import House
house = House(Path(sys.argv[1]))
home, told = str(house.home), {}
with prefect_server(house.ctx), opened(house.ctx):
    from flows.backfill import backfill
    from flows.backup import backup
    from flows.digitize import digitize
    from flows.ending import summary_of
    from flows.fixity import fixity
    from flows.renew import renew
    from flows.report import report
    from flows.serving import deployments
    from pipeline.backfill import BackfillScope, plan_backfill
    from pipeline.backfill.pace import estimate
    from pipeline.backfill.plans import Asked, keep_plan
    from pipeline.stages import extract
    told["first"] = summary_of(digitize(home, "tester", return_state=True)).states
    house.settle_questions()
    told["second"] = digitize(home, "tester", release_as_test=True).states
    extract.EXTRACT_VERSION = "next"
    plan = plan_backfill(house.ctx, BackfillScope())
    keep_plan(house.ctx, Asked(BackfillScope(), plan, estimate(house.ctx, plan)))
    told["redone"] = backfill(home, "tester").states
    told["niceness"] = os.getpriority(os.PRIO_PROCESS, 0)
    told["report"] = sorted(path.name for path in Path(report(home, "tester")).iterdir())
    told["renewed"] = [renew(home, "tester").renewed, renew(home, "tester").due]
    told["backed_up"] = len(list((house.home / "backup").rglob(backup(home, "tester") + ".json")))
    checked = fixity(home, "tester")
    told["fixity"] = [checked.read > 0, len(checked.doubts)]
    made = deployments(house.ctx)
    from flows.working import deployments as of_pool
    in_pool = of_pool(house.ctx, "may-1")
told["in_pool"] = {one.name: [str(s.schedule.cron) for s in one.schedules or []] for one in in_pool}
told["queues"] = {one.name: one.work_queue_name for one in in_pool}
told["deployments"] = {
    one.name: [(str(s.schedule.cron), s.schedule.timezone) for s in one.schedules or []] for one in made
}
told["parameters"] = [one.parameters for one in made]
print(json.dumps(told), flush=True)
"""


def test_flows_digitize_backfill_report_renew_and_back_up_without_telling_prefect_names(
    tmp_path: Path, give_prefect: GivePrefect
) -> None:
    build_template(tmp_path / "template")
    house = copy_of(tmp_path / "template", tmp_path / "home")
    give_prefect(house.home)
    for seed in (1, 2):
        page(house.record / f"nguyen-van-an-{seed}.png", seed=seed)
    command = [sys.executable, "-c", FLOWS, str(house.home)]
    # A flow that ran in this process before has set where Prefect's home is.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, timeout=120, env=clean)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["first"] == {"waiting_review": 2}
    assert told["second"] == told["redone"] == {"archived": 2}
    assert {"progress.html", "progress.xlsx", "progress.csv", "progress.json"} <= set(told["report"])
    assert told["fixity"] == [True, 0]
    assert told["renewed"] == [0, 0], "what was sealed today lasts"
    assert told["backed_up"] == 1
    assert told["deployments"] == {
        "digitize": [["*/15 * * * *", "Asia/Ho_Chi_Minh"]],
        "report": [["30 17 * * *", "Asia/Ho_Chi_Minh"]],
        "renew": [["0 2 * * 6", "Asia/Ho_Chi_Minh"]],
        "backup": [["0 1 * * *", "Asia/Ho_Chi_Minh"]],
        "fixity": [["0 3 * * *", "Asia/Ho_Chi_Minh"]],
        "backfill": [["*/10 * * * *", "Asia/Ho_Chi_Minh"]],
    }
    ours = {name: [cron for cron, _zone in schedules] for name, schedules in told["deployments"].items()}
    ours["digitize-may-1"] = ours.pop("digitize")
    assert told["in_pool"] == ours, "the workers of a site do all that one machine does by itself"
    assert told["queues"] == dict.fromkeys(ours, "default") | {"digitize-may-1": "may-1"}
    assert told["parameters"] == [{"home": str(house.home)}] * 6
    dump = what_prefect_knows(house.home / "prefect")
    assert "digitize" in dump
    for name in (RECORD, AGENCY, "nguyen-van-an", "Nguyễn Văn Mẫu", "tiếp nhận hồ sơ"):
        assert name not in dump


def what_prefect_knows(folder: Path) -> str:
    """Everything in Prefect's own database, as text."""
    with sqlite3.connect(folder / "prefect.db") as connection:
        return "\n".join(connection.iterdump())
