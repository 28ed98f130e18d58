"""What counting yields: one value from which every report is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from operator import add, attrgetter, sub
from uuid import UUID

from pipeline.targets import Level, Limit, Metric, Target
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
        return Tally(*map(add, _counts(self), _counts(other)))

    def __sub__(self, other: "Tally") -> "Tally":
        return Tally(*map(sub, _counts(self), _counts(other)))

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


_counts = attrgetter(*Tally.__slots__)
"""Thousands of tallies are added for one overview."""


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
    all_solved: Target | None = None
    """The plan's other line for the records solved in the year: all of them."""


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
class Supplied:
    """What offices supplied of one metric at one level for the year; nothing is made up where nothing was."""

    metric: Metric
    level: Level
    subjects: int
    """Agencies and units that figures came from; 0: none were supplied."""
    numerator: int | None
    denominator: int
    """Of minutes: the visits or records they were measured on."""
    minutes: Decimal | None
    """On average over all of them."""
    sources: tuple[str, ...]
    target: Target | None
    limit: Limit | None

    @property
    def share(self) -> Decimal | None:
        """Percent, None for minutes and where nothing was supplied."""
        return None if self.numerator is None else percent_of(self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class Rollout:
    """How many one-stop units of a level run the process: at least one of their records is digitized."""

    level: Level
    units: int
    """Those that are to: all that stand on the day, without those that are exempt."""
    running: int
    exempt: int | None
    """Hardship communes taken out; None: nobody entered which communes these are."""
    target: Target | None

    @property
    def share(self) -> Decimal | None:
        """Percent that run it, None where there is no unit."""
        return percent_of(self.running, self.units)


@dataclass(frozen=True, slots=True)
class Holder:
    """One agency or unit that holds its level back, with its part of what is missing."""

    code: str
    valid_from: date | None
    """Of a unit; None for an agency."""
    missing: int
    """Records to digitize before it reaches the target itself."""
    share: Decimal
    """Percent of what all of the level are missing."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What the rest of the year takes at one level for one metric, and what the last weeks were like."""

    level: Level
    metric: Metric
    missing: int
    """Records to digitize before the target of the year is reached, by the register as it stands."""
    days_left: int
    """Working days from the day after to the end of the year."""
    needed_per_day: Decimal | None
    """None: nothing is missing, or no day is left."""
    lately: int
    """Records that were completed in the last weeks."""
    days_lately: int
    """Working days of these weeks."""
    per_day: Decimal | None
    projected_on: date | None
    """The working day on which the target is reached at that pace; None: never, at this pace."""
    has_holidays: bool
    """Public holidays were known for all years concerned; else weekends alone were taken out."""
    agencies: tuple[Holder, ...] = ()
    units: tuple[Holder, ...] = ()


@dataclass(frozen=True, slots=True)
class Week:
    """Records completed in seven days, by level."""

    first_day: date
    last_day: date
    by_level: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """One administrative unit in one of the two views: as it issued, or as the unit that has taken over."""

    code: str
    valid_from: date
    name: str | None
    level: Level
    valid_to: date | None
    stock: Measure
    flow: Measure


@dataclass(frozen=True, slots=True)
class UnitViews:
    """The same records twice: by who issued them, and by who has them now. Both add up to the same."""

    as_issued: tuple[UnitProgress, ...] = ()
    current: tuple[UnitProgress, ...] = ()
    no_unit: Tally = Tally()
    """Results in force of agencies whose unit nobody entered; in neither view."""
    no_unit_solved: Tally = Tally()


@dataclass(frozen=True, slots=True)
class Backlog:
    """Open questions to persons for one reason."""

    reason_code: str
    questions: int
    documents: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class BacklogWeek:
    """Questions to persons in seven days: how many were asked, how many settled, how many were open at its end."""

    first_day: date
    last_day: date
    opened: int
    settled: int
    open: int


@dataclass(frozen=True, slots=True)
class Failed:
    """Documents that ended without being archived, or hang, for one reason."""

    state: DocumentState
    reason_code: str | None
    documents: int


@dataclass(frozen=True, slots=True)
class Work:
    """How the work goes, as it stands when counted; states keep no past."""

    received: int = 0
    """Documents that ever came in, without duplicates."""
    backlog: tuple[Backlog, ...] = ()
    failed: tuple[Failed, ...] = ()
    backlog_weeks: tuple[BacklogWeek, ...] = ()
    """Oldest first; unlike the rest of these a past day has its own, for questions keep both their times."""


@dataclass(frozen=True, slots=True)
class ImportVersion:
    """One register file that the denominators rest on."""

    sha256: str
    imported_at: datetime
    rows: int


@dataclass(frozen=True, slots=True)
class DataVersions:
    """From which program and data the figures come."""

    program: str
    targets: str
    """SHA-256 of the file of targets; so below."""
    agencies: str
    units: str
    """Of units, successions and hardship communes as the ledger keeps them."""
    supplied: str | None
    register: tuple[ImportVersion, ...]
    """Imports known when it was counted, newest first, and no more than LISTED of them."""
    register_imports: int


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
    organisation_code: str = ""
    supplied: tuple[Supplied, ...] = ()
    rollout: tuple[Rollout, ...] = ()
    paces: tuple[Pace, ...] = ()
    weeks: tuple[Week, ...] = ()
    """Oldest first."""
    units: UnitViews = UnitViews()
    work: Work = Work()
    versions: DataVersions | None = None
    """None in what the first snapshots hold."""
    frozen_sha256: str = field(default="", compare=False)
    """The hash of the snapshot it was read from; empty for what was just counted."""

    @property
    def is_test(self) -> bool:
        """Whether the figures come from a test ledger."""
        return self.environment is Environment.TEST
