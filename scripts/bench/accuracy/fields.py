"""How the fields of a page came out: accepted and right, accepted and wrong, or sent to a person."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from ocr.model import PageText
from pipeline.extract import ExtractContext, extract
from scripts.bench.accuracy.truth import FIELDS, Scorer, TruePage

RIGHT, WRONG, ASKED, ASKED_RIGHT, ABSENT, UNSEEN = "right", "WRONG", "review", "review_right", "absent", "unseen"
TODAY = date(2026, 12, 31)


class Given(Protocol):
    """A field as extraction or the ledger gives it."""

    @property
    def value(self) -> Any:
        """Its value."""

    @property
    def status(self) -> str:
        """Accepted, or for review."""

    @property
    def confidence(self) -> float:
        """How sure it is."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One field of one page: what was wanted and given, and how it came out."""

    page: str
    document: str
    field: str
    wanted: str | None
    value: str | None
    confidence: float | None
    outcome: str
    is_printed: bool


def judge(page: TruePage, given: Mapping[str, Given], scorer: Scorer) -> Iterator[Verdict]:
    """Hold what was given for a page against its truth; a field the truth does not have should not be accepted."""
    for key, name in FIELDS.items():
        wanted, got = page.fields.get(key), given.get(name)
        value = None if got is None else got.value
        is_right = scorer.norm(str(wanted or "")) == scorer.norm(str(value or ""))
        outcome = _outcome(wanted, got, is_right=is_right)
        confidence = None if got is None else got.confidence
        yield Verdict(page.name, page.document, key, wanted, value, confidence, outcome, page.is_printed(key))


def judge_read(page: TruePage, texts: tuple[PageText, ...], scorer: Scorer) -> list[Verdict]:
    """Extract the fields of a page that was read, and hold them against its truth."""
    extraction = extract(texts, ExtractContext(today=TODAY))
    return list(judge(page, {field.name: field for field in extraction.fields}, scorer))


@dataclass(frozen=True, slots=True)
class FieldCount:
    """Fields that came out right, wrong but accepted, or to a person; `printed`: those on the page and all print."""

    right: int
    wrong: int
    asked: int
    printed: int
    printed_right: int


def count(verdicts: Iterable[Verdict]) -> FieldCount:
    """Add verdicts up; a field that the page has and nobody saw is one a person must give."""
    rows = list(verdicts)
    outcomes = Counter(row.outcome for row in rows)
    printed = [row for row in rows if row.wanted is not None and row.is_printed]
    return FieldCount(
        right=outcomes[RIGHT],
        wrong=outcomes[WRONG],
        asked=sum(row.wanted is not None and row.outcome in {ASKED, ASKED_RIGHT, UNSEEN} for row in rows),
        printed=len(printed),
        printed_right=sum(row.outcome == RIGHT for row in printed),
    )


def _outcome(wanted: str | None, got: Given | None, *, is_right: bool) -> str:
    if got is None or (got.value is None and wanted is None):
        return ABSENT if wanted is None else UNSEEN
    if got.status != "accepted":
        return ASKED_RIGHT if is_right else ASKED
    return RIGHT if is_right else WRONG
