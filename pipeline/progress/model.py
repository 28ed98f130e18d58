"""What counting yields: one value from which every report is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from uuid import UUID

from pipeline.targets import Level, Target
from storage.ledger.states import DocumentState, Environment

UNKNOWN_LEVEL = "unknown"
"""Records of agencies whose level nobody has entered."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Records counted, and how far they are. Documents of results and papers are counted apart."""

    records: int = 0
    """The denominator: rows of the register."""
    digitized: int = 0
    """All expected documents signed and stored, the last re-reading good."""
    signed: int = 0
    """All expected documents validly signed at their current version."""
    stored: int = 0
    """All expected documents in the store, the last re-reading good."""
    unscanned: int = 0
    """Not one document has come in."""
    results_expected: int = 0
    results_digitized: int = 0
    papers_expected: int = 0
    papers_digitized: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def share(self) -> Decimal | None:
        """Percent digitized, None when there is nothing to digitize."""
        return percent_of(self.digitized, self.records)

    @property
    def results_share(self) -> Decimal | None:
        """Percent of the expected results that are digitized."""
        return percent_of(self.results_digitized, self.results_expected)

    @property
    def papers_share(self) -> Decimal | None:
        """Percent of the expected papers that are digitized."""
        return percent_of(self.papers_digitized, self.papers_expected)


def percent_of(part: int, whole: int) -> Decimal | None:
    """Give a share in percent to two places, rounded down: 100 means all of them, never nearly all."""
    if whole == 0:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), rounding=ROUND_DOWN)


@dataclass(frozen=True, slots=True)
class Measure:
    """A tally against its target."""

    tally: Tally
    target: Target | None

    @property
    def gap(self) -> Decimal | None:
        """Percentage points above the target, negative below; None where either is missing."""
        if self.tally.share is None or self.target is None:
            return None
        return self.tally.share - Decimal(str(self.target.percent))


@dataclass(frozen=True, slots=True)
class YearMeasure:
    """Records solved in one year, against that year's target."""

    year: int
    measure: Measure
    all_solved: Target | None
    """The plan's other line: all records solved."""


@dataclass(frozen=True, slots=True)
class LevelProgress:
    """How far one level is; level is None for agencies of no known level."""

    level: Level | None
    ended_on: date | None
    """Last day of a level that is no more."""
    stock: Measure
    flow: Measure
    """Records solved in the year of the report."""
    years: tuple[YearMeasure, ...]


@dataclass(frozen=True, slots=True)
class AgencyProgress:
    """How far one agency is."""

    code: str
    name: str | None
    level: Level | None
    stock: Measure
    flow: Measure


@dataclass(frozen=True, slots=True)
class QueueCount:
    """Documents in one state, by level."""

    state: DocumentState
    documents: int
    by_level: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FindingCount:
    """Documents that have one kind of finding."""

    code: str
    severity: str
    documents: int


@dataclass(frozen=True, slots=True)
class Question:
    """One open question to a person: why, and about which field; None: about the whole document."""

    reason_code: str
    field_name: str | None


@dataclass(frozen=True, slots=True)
class Attention:
    """One document that waits for a person or was refused; ids and codes only."""

    document_id: UUID | None
    record_code: str | None
    agency_code: str
    state: str
    reason_code: str | None
    since: datetime
    questions: tuple[Question, ...] = ()
    """What a person is asked, where it waits for review."""


@dataclass(frozen=True, slots=True)
class RegisterFacts:
    """Where the denominators come from."""

    entries: int
    withdrawn: int
    missing: int
    """Rows a later file lacks; they stay counted until withdrawn."""
    last_import_at: datetime | None
    last_import_sha256: str | None


@dataclass(frozen=True, slots=True)
class Unregistered:
    """A record that was scanned and stands in no register: in no denominator, in a list of its own."""

    record_code: str
    agency_code: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress as counted for one day, from one ledger."""

    as_of: date
    counted_at: datetime
    environment: Environment
    levels: tuple[LevelProgress, ...]
    agencies: tuple[AgencyProgress, ...]
    queue: tuple[QueueCount, ...]
    """As it stands at counted_at; states keep no past."""
    findings: tuple[FindingCount, ...]
    attention: tuple[Attention, ...]
    attention_total: int
    unregistered: tuple[Unregistered, ...]
    unregistered_total: int
    register: RegisterFacts
    organisation: str = ""
    """The body above all agencies counted, in whose name the report stands; empty where there is not one."""

    @property
    def is_test(self) -> bool:
        """Whether the figures come from a test ledger."""
        return self.environment is Environment.TEST
