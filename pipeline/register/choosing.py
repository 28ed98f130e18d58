"""Which of several rows a paper is: the one that most of what was read agrees with, if it clearly leads.

Nothing is chosen on one agreement alone, and nothing between rows that cannot be told apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pipeline.register.candidates import Candidate, Sought
from pipeline.register.keys import symbol_key
from pipeline.register.likeness import closest, is_another_case, likeness
from pipeline.register.policy import MatchPolicy

NUMBER, SYMBOL, ISSUED_ON, YEAR, SUBJECT = "number", "symbol", "issued_on", "year", "subject"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The best row: what agrees with the page, how alike the abstracts are, and how many others are as good.

    `entry_id` is None where others cannot be told from it: the paper may be any of them.
    """

    entry_id: UUID | None
    record_code: str | None
    agreeing: tuple[str, ...]
    subject_likeness: float
    rivals: int


@dataclass(frozen=True, slots=True)
class _Weighed:
    candidate: Candidate
    agreeing: tuple[str, ...]
    likeness: float
    score: float


def choose(sought: Sought, candidates: Sequence[Candidate], policy: MatchPolicy) -> Chosen | None:
    """Give the row a paper is; None where no row has enough in common with it."""
    weighed = [one for row in _promising(sought, candidates) if (one := _weigh(sought, row, policy)) is not None]
    if not weighed:
        return None
    weighed.sort(key=lambda one: one.score, reverse=True)
    best = weighed[0]
    rivals = sum(1 for other in weighed[1:] if best.score - other.score < policy.least_lead)
    if rivals:
        return Chosen(None, None, best.agreeing, best.likeness, rivals)
    return Chosen(best.candidate.entry_id, best.candidate.record_code, best.agreeing, best.likeness, 0)


def _promising(sought: Sought, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Leave out the rows that only the year speaks for and whose abstract is not among the most alike."""
    alike = closest(sought.subject, [row.subject for row in candidates]) if sought.subject else set()
    key = symbol_key(sought.code) if sought.code else None
    return [
        row
        for place, row in enumerate(candidates)
        if place in alike or (key and row.symbol_key == key) or (sought.issued_on and row.issued_on == sought.issued_on)
    ]


def _weigh(sought: Sought, row: Candidate, policy: MatchPolicy) -> _Weighed | None:
    """Hold one row against the paper; None where too little agrees, or what was read for sure is otherwise."""
    if _contradicts(sought, row):
        return None
    alike = likeness(sought.subject, row.subject) if sought.subject and row.subject else 0.0
    agreeing = _agreeing(sought, row, alike, policy)
    points = sum(policy.points[name] for name in agreeing)
    if points < policy.least_points:
        return None
    return _Weighed(row, agreeing, round(alike, 1), points + alike / 100)


def _contradicts(sought: Sought, row: Candidate) -> bool:
    if sought.issued_on and row.issued_on and sought.issued_on != row.issued_on:
        return True
    return bool(sought.is_code_sure and sought.code and row.symbol_key and symbol_key(sought.code) != row.symbol_key)


def _agreeing(sought: Sought, row: Candidate, alike: float, policy: MatchPolicy) -> tuple[str, ...]:
    found: list[str] = []
    if sought.code and row.symbol_key and symbol_key(sought.code) == row.symbol_key:
        found.append(NUMBER)
    elif sought.symbol and row.symbol_key and row.symbol_key.endswith("/" + symbol_key(sought.symbol)):
        found.append(SYMBOL)
    if sought.issued_on and sought.issued_on == row.issued_on:
        found.append(ISSUED_ON)
    elif sought.year and sought.year in {day.year for day in (row.issued_on, row.resolved_on) if day}:
        found.append(YEAR)
    if alike >= policy.subject_likeness and not is_another_case(sought.subject or "", row.subject or ""):
        found.append(SUBJECT)
    return tuple(found)
