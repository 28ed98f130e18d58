import os
import subprocess
import sys
import tempfile
from multiprocessing.util import get_temp_dir
from pathlib import Path

from pipeline.scratch import scratch_place, take_scratch
from pipeline.worker import this_worker

LEAVES_AND_TELLS = """
import os, sys, tempfile
from pathlib import Path
from pipeline.scratch import take_scratch
from pipeline.worker import this_worker
take_scratch(Path(sys.argv[1]), this_worker())
Path(tempfile.mkdtemp(), "page").write_text("secret")
print(tempfile.gettempdir() == os.environ["TMPDIR"])
sys.stdout.flush()
if sys.argv[2] == "killed":
    os.kill(os.getpid(), 9)
"""


def left_by(home: Path, how: str) -> list[str]:
    """Give what a process leaves that writes a temporary file and ends."""
    done = subprocess.run(
        [sys.executable, "-c", LEAVES_AND_TELLS, str(home), how], capture_output=True, text=True, check=False
    )
    assert done.stdout == "True\n", done.stderr
    return [path.name for path in scratch_place(home).rglob("*") if path.is_file()]


def test_what_a_process_leaves_goes_with_it_and_what_a_killed_one_leaves_goes_with_the_next(tmp_path: Path) -> None:
    assert left_by(tmp_path, "in order") == []
    assert left_by(tmp_path, "killed") == ["page"]
    take_scratch(tmp_path, this_worker())
    (own,) = scratch_place(tmp_path).iterdir()
    assert (list(own.iterdir()), own.stat().st_mode & 0o777) == ([], 0o700)
    assert tempfile.gettempdir() == os.environ["TMPDIR"] == str(own)


def test_a_process_below_a_long_path_still_starts_others(tmp_path: Path) -> None:
    home = tmp_path / ("xa-mau-" * 12)
    home.mkdir()
    take_scratch(home, this_worker())
    assert len(get_temp_dir()) < 60


def test_what_others_have_in_use_is_left_alone(tmp_path: Path) -> None:
    other = scratch_place(tmp_path) / "may-2+00000000+1+1"
    other.mkdir(parents=True)
    take_scratch(tmp_path, this_worker())
    assert other.is_dir(), "of another machine nothing is known"


def test_where_no_folder_can_be_made_the_systems_is_used(tmp_path: Path) -> None:
    before = tempfile.gettempdir()
    scratch_place(tmp_path).write_text("in the way")
    take_scratch(tmp_path, this_worker())
    assert tempfile.gettempdir() == before
