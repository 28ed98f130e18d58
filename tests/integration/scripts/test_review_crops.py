"""Pictures of the fields that are asked about: where they lie, what they show, who may see them, when they go."""

import stat
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import update

from ocr.framed import DPI
from pipeline.job import work_folder
from pipeline.secrecy_doubts import SUSPECTED
from storage.ledger.models import FieldValue, ReviewTask
from storage.ledger.states import DocumentState
from storage.ledger.types import new_id
from tests.integration.pipeline.house import RECORD, House, build_template, page
from tests.integration.scripts.desk import Desk

pytestmark = [pytest.mark.usefixtures("vietnamese_and_nothing_set"), pytest.mark.needs("tesseract")]

RED = np.array([220, 0, 0])


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A document that was read; its number stands open with the place where it was read."""
    house = House(build_template(tmp_path / "home"))
    page(house.record / "a.png")
    house.run()
    assert house.states() == [DocumentState.WAITING_REVIEW]
    return house


def crops(desk: Desk) -> dict[str, Path]:
    asked = desk("review", "show", RECORD, "--crops", "--json").result
    return {one["field_name"]: Path(one["crop"]) for one in asked if one["crop"]}


def place(house: House, field: str) -> None:
    """Say that a field that is asked about stands where the number was drawn."""
    where = {"page": 1, "left": 80.0, "top": 245.0, "right": 300.0, "bottom": 280.0}
    with house.ctx.ledger.session() as session:
        session.execute(update(FieldValue).where(FieldValue.name == field).values(**where))


def asked_field(house: House, desk: Desk) -> str:
    field = str(desk("review", "show", RECORD, "--json").result[0]["field_name"])
    place(house, field)
    return field


def test_each_open_field_with_a_place_gets_a_picture_with_a_frame(house: House, tmp_path: Path) -> None:
    desk = Desk(house.home, tmp_path)
    field = asked_field(house, desk)
    path = crops(desk)[field]
    assert path.name == f"{RECORD}.1_{field}.png"
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)
        assert round(float(image.info["dpi"][0])) == DPI
    framed = (np.abs(pixels - RED).sum(axis=2) < 60).nonzero()
    # The box of 220 x 35 pixels at 200 dots an inch, at 300, and a little air.
    assert abs((np.ptp(framed[1])) - 330) < 30
    assert abs((np.ptp(framed[0])) - 52) < 30
    inside = pixels[framed[0].min() + 6 : framed[0].max() - 6, framed[1].min() + 6 : framed[1].max() - 6]
    assert (inside.sum(axis=2) < 300).mean() > 0.02


def test_a_field_that_is_asked_about_for_two_reasons_has_one_picture(house: House, tmp_path: Path) -> None:
    desk = Desk(house.home, tmp_path)
    field = asked_field(house, desk)
    with house.ctx.ledger.session() as session:
        now = house.ctx.clock()
        session.add(
            ReviewTask(
                document_id=house.document().id, version=1, field_name=field, reason_code="sample_wrong", opened_at=now
            )
        )
    asked = desk("review", "show", RECORD, "--crops", "--json").result
    assert [one["crop"] is not None for one in asked if one["field_name"] == field] == [True, True]


def test_only_the_person_who_asked_can_read_them(house: House, tmp_path: Path) -> None:
    desk = Desk(house.home, tmp_path)
    asked_field(house, desk)
    taken = crops(desk).values()
    assert taken
    for path in taken:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_list_names_folder_and_files(house: House, tmp_path: Path) -> None:
    desk = Desk(house.home, tmp_path)
    field = asked_field(house, desk)
    told = desk("review", "show", RECORD, "--crops").out
    assert f"{RECORD}.1_{field}.png" in told
    folder = work_folder(house.ctx, house.document().id, 1).parent / "crops"
    assert str(folder) in told.replace("\n", "")


def test_without_being_asked_for_none_are_written(house: House, tmp_path: Path) -> None:
    desk = Desk(house.home, tmp_path)
    desk("review", "show", RECORD)
    assert list(house.ctx.settings.work_folder.rglob("*.png")) == []


def test_the_next_run_deletes_them(house: House, tmp_path: Path) -> None:
    desk = Desk(house.home, tmp_path)
    asked_field(house, desk)
    assert crops(desk)
    house.run()
    assert list(house.ctx.settings.work_folder.rglob("*.png")) == []
    assert house.states() == [DocumentState.WAITING_REVIEW]


def test_asking_again_writes_them_anew(house: House, tmp_path: Path) -> None:
    desk = Desk(house.home, tmp_path)
    field = asked_field(house, desk)
    assert crops(desk) == crops(desk)
    desk("review", "set", f"{RECORD}.1", field, "12/TB-UBND" if field == "code" else "12", "--differs-from-register")
    assert field not in crops(desk)


def test_a_document_that_may_be_secret_has_none(house: House, tmp_path: Path) -> None:
    desk = Desk(house.home, tmp_path)
    asked_field(house, desk)
    with house.ctx.ledger.session() as session:
        task = {"field_name": None, "reason_code": SUSPECTED, "opened_at": house.ctx.clock()}
        session.add(ReviewTask(id=new_id(), document_id=house.document().id, **task))
    assert crops(desk) == {}
    assert list(house.ctx.settings.work_folder.rglob("*.png")) == []
