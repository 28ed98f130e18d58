"""The figures by which two readings are weighed: data with provenance in config/reference/word_probability.toml."""

import tomllib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import config
from config.errors import ReferenceDataError

RULES_FILE = Path(config.__file__).parent / "reference" / "word_probability.toml"


@dataclass(frozen=True, slots=True)
class Choice:
    """Weights of the logarithm of the odds that the second reading is right and the engine's wrong.

    `engine`, `second`: of the logarithms of the odds that each gives its own reading; `spelled`: where only the second
    is a possible syllable (against it, where only the engine's is); `marks`: where the second has more accents, fewer.
    """

    start: float
    engine: float
    second: float
    spelled: float
    marks: float


@dataclass(frozen=True, slots=True)
class Curve:
    """From each score on, the chance that a word is right; rising."""

    scores: Sequence[float]
    chances: Sequence[float]

    def chance(self, score: float) -> float:
        """Give the chance at a score; below the first step that of the first."""
        return self.chances[max(0, bisect_right(self.scores, score) - 1)]


@dataclass(frozen=True, slots=True)
class Rules:
    """How readings are weighed. `curves` by what was found (agree, differ, alone) and the kind of word."""

    choice: Choice
    agreement: float
    curves: Mapping[tuple[str, str], Curve]


@cache
def rules() -> Rules:
    """Give the rules, read once. Raise ReferenceDataError when the file is missing or wrong."""
    return load_rules(RULES_FILE)


def load_rules(path: Path) -> Rules:
    """Read a file of rules. Raise ReferenceDataError when it is missing or wrong."""
    try:
        return rules_of(tomllib.loads(path.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as err:
        raise ReferenceDataError(file=path.name, place="-", cause=err) from err


def rules_of(table: Mapping[str, Any]) -> Rules:
    """Give the rules from a table. Raise KeyError, TypeError or ValueError when it is not one."""
    curves = {}
    for row in table["curve"]:
        steps = [(float(score), float(chance)) for score, chance in row["steps"]]
        if not steps or steps != sorted(steps) or any(lower[1] > upper[1] for lower, upper in pairwise(steps)):
            raise ValueError(f"{row['found']}/{row['kind']}: {row['steps']}")
        curves[row["found"], row["kind"]] = Curve(*zip(*steps, strict=True))
    return Rules(Choice(**table["choice"]), float(table["agreement"]["second"]), curves)
