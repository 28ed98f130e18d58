"""The history of a record is told in words."""

import re
from pathlib import Path

import pytest

from config.i18n import activate, active_language
from pipeline.event_wording import EVENTS, event_name

PIPELINE = Path(__file__).parents[3] / "pipeline"
OF_NO_RECORD = re.compile(r"ledger|progress|inbox|register\.imported|objects|targets|figures|list|chain|user|holidays")


def test_every_kind_of_event_about_a_record_has_a_name() -> None:
    sources = [path.read_text("utf-8") for path in PIPELINE.rglob("*.py")]
    kinds = {kind for text in sources for kind in re.findall(r'kind="([a-z_]+\.[a-z_.]+)"', text)}
    assert {kind for kind in kinds if not OF_NO_RECORD.match(kind)} - set(EVENTS) == set()


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("document.archived", "đã lưu trữ"),
        ("document.waiting_review", "chuyển sang: chờ kiểm tra"),
        ("object.stored.original", "lưu vào kho: bản quét gốc"),
        ("stage.recognize", "xong: nhận dạng chữ"),
        ("something.new", "something.new"),
    ],
)
def test_names_are_built_from_what_things_are_called_elsewhere(kind: str, name: str) -> None:
    before = active_language()
    activate("vi")
    assert event_name(kind) == name
    activate(before)
