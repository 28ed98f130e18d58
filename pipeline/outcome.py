"""What work came to: of one document, and of a whole run. Where a document stands and whether it failed are two things.

A document that could not be sealed waits for the next run in the state it had, so its state alone says nothing.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.holds import UnexpectedError
from pipeline.intake import IntakeCount
from storage.ledger.states import DocumentState


@dataclass(frozen=True, slots=True)
class Outcome:
    """What work on one document came to: the state it stands in and, where something failed, the error's code."""

    state: DocumentState
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class FailureCount:
    """How many documents failed for one reason, and the state they were left in."""

    code: str
    state: str
    documents: int


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What one run came to: the look at the inbox, how many documents stand in which state, and what failed."""

    intake: IntakeCount
    states: dict[str, int]
    removed_from_inbox: int
    trouble: str | None = None
    """Why the head of the event log could not be sealed, by code; the next run tries again."""
    failures: tuple[FailureCount, ...] = ()

    @property
    def has_failures(self) -> bool:
        """Whether anything was refused, quarantined, got stuck or failed: such a run never exits 0."""
        return bool(self.intake.refused or self.intake.hindered or self.failures or self.trouble)

    @property
    def failure_codes(self) -> str:
        """What was refused or failed, as codes with counts, the most frequent first; empty where nothing was."""
        found: Counter[str] = Counter()
        for put_off in self.intake.put_off:
            found[put_off.code] += put_off.arrivals if put_off.outcome != "held" else 0
        for failed in self.failures:
            found[failed.code] += failed.documents
        found[self.trouble or ""] += 1
        return ", ".join(f"{code}: {count}" for code, count in found.most_common() if code and count)

    def unhindered(self, state: DocumentState) -> int:
        """How many documents stand in a state without having failed."""
        return self.states.get(state, 0) - sum(found.documents for found in self.failures if found.state == state)


def count_states(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Count documents by the state they came to."""
    return dict(Counter(str(outcome.state) for outcome in outcomes))


def count_failures(outcomes: Iterable[Outcome]) -> tuple[FailureCount, ...]:
    """Count documents by what made them fail, the most frequent first."""
    found = Counter((outcome.failure, str(outcome.state)) for outcome in outcomes if outcome.failure)
    return tuple(FailureCount(code, state, count) for (code, state), count in found.most_common() if code)


LOST = Outcome(DocumentState.IN_WORK, UnexpectedError.code)
"""A document whose worker told nothing of it: the ledger knows how far it came, and the next run goes on with it."""


def outcomes_of(found: object, documents: int) -> list[Outcome | None]:
    """Give what a batch came to as its flow told it: all lost where that told nothing; the later batches go on."""
    told = found if isinstance(found, list) and len(found) == documents else [found] * documents
    return [one if one is None or isinstance(one, Outcome) else LOST for one in told]
