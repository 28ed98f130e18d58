import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest

from scripts.invocation import emit, hoisted, plain


@dataclass(frozen=True, slots=True)
class Thing:
    name: str
    when: datetime
    parts: tuple[int, ...]


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        (["status", "--lang", "en"], ["--lang", "en", "status"]),
        (["run", "--json", "--home=x", "--verbose"], ["--home=x", "--verbose", "run", "--json"]),
        (["--actor", "lan", "release", "list"], ["--actor", "lan", "release", "list"]),
        (["review", "set", "D.1", "subject", "--", "--home"], ["review", "set", "D.1", "subject", "--", "--home"]),
        (["status", "--home"], ["--home", "status"]),
    ],
)
def test_options_of_the_whole_command_may_stand_anywhere(typed: list[str], understood: list[str]) -> None:
    assert hoisted(typed) == understood


def test_values_become_what_json_can_hold() -> None:
    thing = Thing("Đề nghị", datetime(2026, 3, 11, tzinfo=UTC), (1, 2))
    assert plain({"a": thing, "b": date(2026, 3, 11), "c": UUID(int=7), "d": Path("x"), "e": None}) == {
        "a": {"name": "Đề nghị", "when": "2026-03-11T00:00:00+00:00", "parts": [1, 2]},
        "b": "2026-03-11",
        "c": "00000000-0000-0000-0000-000000000007",
        "d": "x",
        "e": None,
    }


def test_json_carries_a_schema_version_and_vietnamese_letters_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    emit({"agency": "Sở Xây dựng"}, as_json=True, show=lambda console: console.print("for a person"))
    written = capsys.readouterr().out
    assert json.loads(written) == {"schema": 1, "result": {"agency": "Sở Xây dựng"}}
    assert "Sở Xây dựng" in written


def test_without_json_a_person_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    emit({"agency": "Sở Xây dựng"}, as_json=False, show=lambda console: console.print("for a person"))
    assert capsys.readouterr().out == "for a person\n"
