"""The Vietnamese guides say what the commands really print."""

import re
from pathlib import Path

import pytest

from config.errors import NotFoundError
from config.i18n import translate
from pipeline import verification

ROOT = Path(__file__).parents[3]
AUDITOR = (ROOT / "docs/vi/kiem-tra.md").read_text("utf-8")


def answers_of_verify() -> list[str]:
    source = (ROOT / "pipeline/verdict_wording.py").read_text("utf-8")
    return re.findall(r'_\("([A-Z ]{5,}: [^"]+)"\)', source)


@pytest.mark.parametrize("answer", answers_of_verify())
def test_the_auditors_guide_explains_each_answer_of_verify(answer: str) -> None:
    said = re.sub(r"\{\w+\}", "…", translate(answer, "vi"))
    assert f"| {said} |" in AUDITOR


@pytest.mark.parametrize("cause", [verification.EMPTY, verification.NO_PDF, verification.CUT_OFF, verification.FOLDER])
def test_the_auditors_guide_explains_what_verify_cannot_judge(cause: str) -> None:
    refusals = next(line for line in AUDITOR.splitlines() if translate(verification.EMPTY, "vi") in line)
    assert translate(cause, "vi") in refusals
    assert refusals.endswith(f"| {int(verification.NothingToVerifyError.exit_code)} |")


@pytest.mark.parametrize("error", [NotFoundError, verification.NotArchivedError])
def test_the_auditors_guide_explains_what_verify_does_not_find(error: type[NotFoundError]) -> None:
    said = re.sub(r" ?\{subject\} ?", " ", translate(error.message, "vi")).strip()
    assert f"| {said} |" in AUDITOR
