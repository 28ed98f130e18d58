"""What is only just there or still being written is left alone until it stands still."""

import os
import time
from datetime import timedelta

from pipeline.intake import drain, time_to_stand_still
from scripts.commands.run_command import LONGEST_WAIT, let_stand_still
from tests import bad_files
from tests.integration.pipeline.house import AGENCY, RECORD, House


def test_a_folder_with_a_page_still_being_written_waits_as_a_whole(house: House) -> None:
    folder = house.record / "quyet-dinh"
    folder.mkdir()
    bad_files.jpeg(folder / "1.jpg")
    (folder / "2.jpg.part").write_bytes(b"half")
    assert house.drain().held == 1
    (folder / "2.jpg.part").unlink()
    bad_files.jpeg(folder / "2.jpg", seed=2)
    assert house.drain().taken == 1
    assert house.document().page_count == 2


def test_a_file_that_still_changes_is_left_alone_until_it_stands_still(house: House) -> None:
    house.open(inbox={"stable_after_s": 1.0})
    path = bad_files.jpeg(house.record / "a.jpg")
    os.utime(path, (0, 0))  # An old time of writing, as scanners and copies set it, proves nothing.
    assert house.drain().held == 1
    assert house.items()[f"{AGENCY}/{RECORD}/a.jpg"] == ("waiting", "just_arrived")
    time.sleep(1.05)
    assert house.drain().taken == 1


def test_what_waits_only_because_it_is_new_is_told_with_how_long_that_takes(house: House) -> None:
    house.open(inbox={"stable_after_s": 10})
    bad_files.jpeg(house.record / "a.jpg")
    bad_files.jpeg(house.record / "b.jpg.part")
    told: dict[str, str] = {}
    drain(house.ctx, lambda path, cause: told.update({path.rpartition("/")[2]: str(cause)}))
    assert "chưa đầy 10 giây" in told["a.jpg"]
    assert "đang được ghi" in told["b.jpg.part"]


def test_a_run_by_hand_waits_for_new_files_and_takes_them_at_once(house: House) -> None:
    house.open(inbox={"stable_after_s": 1.0})
    bad_files.jpeg(house.record / "a.jpg")
    (house.record / "b.jpg.part").write_bytes(b"half")
    assert timedelta(0) < time_to_stand_still(house.ctx) <= timedelta(seconds=1.0)
    let_stand_still(house.ctx)
    assert house.drain().taken == 1
    assert time_to_stand_still(house.ctx) == timedelta(0)


def test_a_run_by_hand_is_not_kept_for_long_nor_by_what_it_knows(house: House) -> None:
    bad_files.jpeg(house.record / "a.jpg")
    house.drain()
    house.open(inbox={"stable_after_s": 600})
    assert time_to_stand_still(house.ctx) == timedelta(0)
    bad_files.jpeg(house.record / "b.jpg", seed=2)
    assert time_to_stand_still(house.ctx) > LONGEST_WAIT
    started = time.monotonic()
    let_stand_still(house.ctx)
    assert time.monotonic() - started < 5
    assert house.drain().held == 1


def test_a_file_with_a_time_in_the_future_does_not_wait_for_that_day(house: House) -> None:
    house.open(inbox={"stable_after_s": 0.1})
    path = bad_files.jpeg(house.record / "a.jpg")
    os.utime(path, (4e9, 4e9))
    time.sleep(0.15)
    assert house.drain().taken == 1
