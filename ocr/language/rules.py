"""The figures the language corrector decides by: data with their provenance in config/language/correction.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import config
from config.errors import ReferenceDataError
from config.text import accentless

REASON = "language"
"""Why a word differs from its raw reading, where language put it right."""
FOLDER = Path(config.__file__).parent / "language"
RULES_FILE = FOLDER / "correction.toml"
NAMES_FILE = FOLDER.parent / "reference" / "family_names.toml"


@dataclass(frozen=True, slots=True)
class Slips:
    """Logarithms of how likely each slip of the engine is, given that it erred in a word.

    `tone_lost`, `tone_gained`, `tone_changed`: of the syllable's tone; `mark`: of one letter's roof, horn, breve or
    stroke. `alternative`: that another recognizer reads the word so.
    """

    tone_lost: float
    tone_gained: float
    tone_changed: float
    mark: float
    alternative: float


@dataclass(frozen=True, slots=True)
class Step:
    """From a confidence of the engine on: so many words were read, so many of them wrong."""

    start: float
    read: int
    wrong: int

    @property
    def error(self) -> float:
        """Give the share of wrong words."""
        return self.wrong / self.read


@dataclass(frozen=True, slots=True)
class Rules:
    """When a word may be corrected.

    `least_doubt`: the least chance of being wrong a word must have. `margin`: by how much, in natural logarithms of
    odds, a correction must win; `margin_read` instead where a recognizer read it so; `margin_rare` more where it stands
    with its neighbours at most `rare` times in the counts.
    `sureness`: the share of corrections that are right.
    `steps`: how often words of a confidence are wrong, where nobody told their probability; the surest first.
    `one_as_the_other`: spellings that stand for one another. Names and secrecy words are kept without accents.
    """

    least_doubt: float
    margin: float
    margin_read: float
    margin_rare: float
    rare: int
    sureness: float
    slips: Slips
    steps: tuple[Step, ...]
    signing_marks: frozenset[str]
    secrecy_words: frozenset[str]
    family_names: frozenset[str]
    one_as_the_other: frozenset[frozenset[str]]

    def chance_of_error(self, confidence: float, probability: float | None) -> float:
        """Give the chance that a word is wrong, by its probability where somebody told it, else by its confidence."""
        if probability is not None:
            return 1.0 - probability
        return next(step.error for step in self.steps if confidence >= step.start)


@cache
def rules() -> Rules:
    """Give the rules, read once. Raise ReferenceDataError when the file is missing or wrong."""
    return load_rules(RULES_FILE)


def load_rules(path: Path) -> Rules:
    """Read a file of rules. Raise ReferenceDataError when it is missing or wrong."""
    try:
        return _rules(tomllib.loads(path.read_text("utf-8")), tomllib.loads(NAMES_FILE.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as err:
        raise ReferenceDataError(file=path.name, place="-", cause=err) from err


def _rules(table: Mapping[str, Any], names: Mapping[str, Any]) -> Rules:
    return Rules(
        least_doubt=float(table["least_doubt"]),
        margin=float(table["margin"]),
        margin_read=float(table["margin_read"]),
        margin_rare=float(table["margin_rare"]),
        rare=int(table["rare"]),
        sureness=float(table["sureness"]),
        slips=Slips(**{name: float(value) for name, value in table["slips"].items()}),
        steps=tuple(Step(float(start), int(read), int(wrong)) for start, read, wrong in table["confidence_counts"]),
        signing_marks=frozenset(table["signing_marks"]),
        secrecy_words=frozenset(table["secrecy_words"]),
        family_names=frozenset(accentless(name) for name in names["names"]),
        one_as_the_other=frozenset(frozenset(pair) for pair in table["one_as_the_other"]),
    )
