"""The promise to the archivist: of the fields accepted without a person, at most so many are wrong.

How sure a field must be to be accepted follows from counting (config/reference/field_sureness.toml): fields whose
truth is known, each by the probability it was given. What is proven is what held on documents that had no part in
choosing the threshold; it is never told as better than its upper bound.
"""

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import config
from config.errors import ReferenceDataError
from config.settings import ReviewSettings

FILE = Path(config.__file__).parent / "reference" / "field_sureness.toml"
SCHEMA = 1
NEVER = 1.01
"""No field is so sure: a person is asked about every one."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What held out documents showed: fields accepted, how many of them were wrong, and the most that proves.

    `fields`: all that the documents have. `upper`: upper bound of the share of wrong ones at the curve's confidence.
    """

    fields: int
    accepted: int
    wrong: int
    upper: float


@dataclass(frozen=True, slots=True)
class Promise:
    """One share of wrong fields that can be promised, the threshold it needs, and what was proven for it.

    `real`: on real pages, each document by a threshold chosen without it. `specimens`: on papers of other seeds.
    """

    wrong_share: float
    threshold: float
    real: Proof
    specimens: Proof


@dataclass(frozen=True, slots=True)
class Curve:
    """All promises, the least share first, and the confidence of their bounds."""

    confidence: float
    promises: tuple[Promise, ...]

    def for_share(self, wrong_share: float) -> Promise | None:
        """Give the promise of a share: the one counted for it, else for the next smaller; None below the least."""
        kept = [promise for promise in self.promises if promise.wrong_share <= wrong_share]
        return kept[-1] if kept else None


@cache
def load_curve(path: Path = FILE) -> Curve:
    """Give the curve that was fitted. Raise ReferenceDataError when its file is missing or wrong."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        if data["schema"] != SCHEMA:
            raise ReferenceDataError(file=path.name, place="schema", cause=f"{data['schema']!r} is not {SCHEMA}")
        promises = tuple(
            Promise(row["wrong_share"], row["threshold"], _proof(row["real"]), _proof(row["specimens"]))
            for row in sorted(data["promise"], key=lambda row: float(row["wrong_share"]))
        )
        return Curve(data["confidence"], promises)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as err:
        raise ReferenceDataError(file=path.name, place="promise", cause=err) from err


def accept_confidence(wrong_share: float) -> float:
    """Give how sure a field must be to be accepted, so that at most this share of the accepted ones is wrong."""
    promise = load_curve().for_share(wrong_share)
    return promise.threshold if promise is not None else NEVER


def usual_confidence() -> float:
    """Give how sure a field must be by the default of the settings."""
    return accept_confidence(ReviewSettings().wrong_share)


def fields_needed(wrong_share: float, confidence: float) -> int:
    """Give how many accepted fields, none of them wrong, would prove a share of wrong ones."""
    return math.ceil(math.log(1 - confidence) / math.log(1 - wrong_share))


def _proof(row: dict[str, Any]) -> Proof:
    return Proof(row["fields"], row["accepted"], row["wrong"], row["upper"])
