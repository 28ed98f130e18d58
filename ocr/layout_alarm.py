"""Knows a collapsed layout: words held against independently found lines, by what they cover and how many letters.

Recognition is robust, layout is not: a photo, squared paper or dirt can lose most of a page whose letters are clean.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ocr.engines.detector import FoundLine
from ocr.layout_lines import covered, covered_share
from ocr.model import Word

LIMITS_FILE = Path(__file__).parents[1] / "config" / "reference" / "layout_alarm.toml"
LINES_LOST = "lines_lost"
FEW_LETTERS = "few_letters"
HARDLY_READ = "hardly_read"
ALARMS = (LINES_LOST, FEW_LETTERS, HARDLY_READ)
_LEAST_LINES = 3


@dataclass(frozen=True, slots=True)
class LayoutCheck:
    """How far a reading and the found lines agree.

    `lines`: how many lines were found. `covered`: the share of their length on which words were read.
    `letters`: letters read for each line height of their length. `confidence`: the engine's mean.
    """

    lines: int
    covered: float
    letters: float
    confidence: float


@dataclass(frozen=True, slots=True)
class _Limits:
    covered: float
    confidence: float
    letters: float


def check_layout(lines: Sequence[FoundLine], words: Sequence[Word]) -> LayoutCheck:
    """Hold the words of a page against the lines found on it."""
    coverage = covered(lines, words)
    heights = sum(each.line.box.width / each.line.box.height for each in coverage)
    letters = sum(len(word.text) for word in words)
    sure = sum(word.confidence * len(word.text) for word in words) / letters if letters else 0.0
    return LayoutCheck(len(coverage), covered_share(coverage), letters / heights if heights else 0.0, sure)


def is_suspect(check: LayoutCheck) -> bool:
    """Say whether a page is worth being read another way."""
    return bool(_alarms(check, _limits()["suspect"]))


def alarms(check: LayoutCheck) -> tuple[str, ...]:
    """Say by code what is wrong with the best reading of a page; nothing for one that may stand."""
    return _alarms(check, _limits()["collapsed"])


def _alarms(check: LayoutCheck, limits: _Limits) -> tuple[str, ...]:
    if check.lines < _LEAST_LINES:
        return ()
    wrong = (
        check.covered < limits.covered,
        check.letters < limits.letters,
        check.confidence < limits.confidence,
    )
    return tuple(code for code, is_wrong in zip(ALARMS, wrong, strict=True) if is_wrong)


@cache
def _limits() -> Mapping[str, _Limits]:
    data = tomllib.loads(LIMITS_FILE.read_text("utf-8"))
    return {name: _Limits(**data[name]) for name in ("suspect", "collapsed")}
