"""What is wide in effect is told and asked for; without an answer nothing is done."""

import io
from collections.abc import Iterator

import pytest

from config.errors import ExitCode
from config.i18n import activate, active_language
from scripts.confirming import NotConfirmedError, confirm

EFFECT = "1 document will be erased."


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(params=["vi", "en"], autouse=True)
def _language(request: pytest.FixtureRequest) -> Iterator[None]:
    before = active_language()
    activate(request.param)
    yield
    activate(before)


def test_what_was_confirmed_beforehand_is_not_asked(capsys: pytest.CaptureFixture[str]) -> None:
    confirm(EFFECT, is_yes=True)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("answer", ["y\n", "Yes\n", " y "])
def test_a_yes_lets_it_be_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: str
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    confirm(EFFECT, is_yes=False)
    out, err = capsys.readouterr()
    assert out == ""
    assert EFFECT in err


def test_a_vietnamese_yes_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    activate("vi")
    for answer in ("c\n", "Có\n"):
        monkeypatch.setattr("sys.stdin", Terminal(answer))
        confirm(EFFECT, is_yes=False)


@pytest.mark.parametrize("answer", ["", "\n", "n\n", "maybe\n"])
def test_anything_else_does_not(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    with pytest.raises(NotConfirmedError):
        confirm(EFFECT, is_yes=False)


def test_where_nobody_can_be_asked_the_effect_and_the_option_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    with pytest.raises(NotConfirmedError) as refused:
        confirm(EFFECT, is_yes=False)
    assert refused.value.exit_code == ExitCode.USAGE
    assert EFFECT in str(refused.value)
    assert "--yes" in refused.value.remedy_text()
    assert "--dry-run" in refused.value.remedy_text()
