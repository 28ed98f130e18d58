"""What `status` tells of an installation, and in which order."""

from pipeline.overview import read_status
from tests.integration.pipeline.house import AGENCY, House, page


def test_what_was_refused_is_told_before_all_that_waits(house: House) -> None:
    house.record.joinpath("z.pdf").write_bytes(b"")
    house.drain()
    (house.inbox / "lo.toml").unlink()
    page(house.record / "a.png")
    house.drain()
    states = [trouble.state for trouble in read_status(house.ctx).troubles]
    assert states == ["inbox_refused", "inbox_waiting"]


def test_a_wrong_batch_sheet_is_one_cause_for_all_files_under_it(house: House) -> None:
    (house.inbox / AGENCY).mkdir(exist_ok=True)
    (house.inbox / AGENCY / "lo.toml").write_text("operator = ", "utf-8")
    for number in range(3):
        page(house.record / f"{number}.png", seed=number)
    house.drain()
    troubles = read_status(house.ctx).troubles
    assert len(troubles) == 3
    assert len({(trouble.cause, trouble.remedy) for trouble in troubles}) == 1
