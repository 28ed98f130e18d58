"""Fields and questions on the screen and in files: nothing is cut off, and no chance is told as better than it is."""

from datetime import UTC, datetime
from io import StringIO
from uuid import uuid4

import pytest
from rich.console import Console, RenderableType
from rich.text import Text

from config.i18n import activate, active_language
from pipeline.extract.reasons import UNSURE
from pipeline.field_views import FieldView
from pipeline.field_wording import percent
from pipeline.review import OpenQuestion
from scripts.field_table import field_details, indented
from scripts.invocation import PIPE_WIDTH
from scripts.questions import question_blocks

LONG = "Về việc " + " ".join(f"khoản {number}" for number in range(60))


def into_a_file(*shown: RenderableType) -> str:
    """Print as a command does whose output goes into a file or another program."""
    out = StringIO()
    console = Console(file=out, highlight=False, soft_wrap=True, width=PIPE_WIDTH)
    for one in shown:
        console.print(one)
    return " ".join(out.getvalue().split())


def test_a_long_value_is_whole_in_a_file_too() -> None:
    field = FieldView("subject", LONG, 0.4, "ocr", "review", UNSURE, 1)
    assert LONG in into_a_file(*(indented(line, 2) for line in field_details([field])))
    asked = OpenQuestion(
        *(uuid4(), uuid4(), "H41.99", "H41.99-260311-0001", 1, "subject", UNSURE, LONG, 0.4, 1),
        opened_at=datetime(2026, 3, 11, tzinfo=UTC),
    )
    assert LONG in into_a_file(question_blocks([asked]))


def test_what_is_said_of_a_field_stands_set_in_below_it() -> None:
    out = StringIO()
    Console(file=out, width=PIPE_WIDTH).print(indented(Text("read")))
    assert out.getvalue().startswith("    read")


@pytest.mark.parametrize(
    ("chance", "vi", "en"),
    [(0.9996, "99,9\u00a0%", "99.9%"), (1.0, "100\u00a0%", "100%"), (0.29, "29\u00a0%", "29%"), (None, "–", "–")],
    ids=["nearly", "certain", "plain", "none"],
)
def test_a_chance_is_rounded_down(chance: float | None, vi: str, en: str) -> None:
    before = active_language()
    try:
        told = {}
        for language in ("vi", "en"):
            activate(language)
            told[language] = percent(chance)
    finally:
        activate(before)
    assert told == {"vi": vi, "en": en}
