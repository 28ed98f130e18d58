"""What a scenario is: a kind of fault, what the line leans on, and every choice in it drawn from one seed."""

import random
from dataclasses import dataclass
from enum import StrEnum

from tests.faults.proxy import STATUSES, Wire


class Kind(StrEnum):
    """What breaks."""

    LEDGER_WIRE = "wire to PostgreSQL"
    LEDGER_RESTART = "PostgreSQL falls and recovers"
    STORE_WIRE = "wire to the S3 store"
    TIMESTAMP_WIRE = "wire to the authorities"
    ENGINE = "engine in the process"
    TESSERACT = "tesseract program"
    DRAWING = "pdftoppm and Ghostscript"
    FILE_SIZE = "no room for larger files"
    DISK = "disk full"
    KILL = "SIGKILL"
    POISON = "a page that kills its reader"


TIMED = frozenset({Kind.LEDGER_RESTART, Kind.KILL})
"""What strikes at a moment of a run."""


class Stage(StrEnum):
    """How far the documents are when the fault begins."""

    FRESH = "fresh"
    READ = "read"


class Harm(StrEnum):
    """What a program or the engine does instead of its work."""

    HANG = "hangs"
    CRASH = "crashes"
    MEMORY = "eats memory"
    RUBBISH = "returns rubbish"
    FAIL = "fails"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One hard day."""

    seed: int
    kind: Kind
    stage: Stage
    is_postgres: bool
    is_s3: bool
    level: str
    wire: Wire
    harm: Harm
    share: float
    """Of messages or calls that meet the fault."""
    moment: float
    """0..1, of the time a run takes, or of the space there is."""
    runs: int
    """Under the fault."""

    @property
    def name(self) -> str:
        parts = [self.kind.value, self.stage.value, "PostgreSQL" if self.is_postgres else "SQLite"]
        parts += ["S3" if self.is_s3 else "folder"]
        if "wire" in self.kind:
            parts.append(self.wire)
        if self.kind in {Kind.ENGINE, Kind.TESSERACT, Kind.DRAWING}:
            parts.append(self.harm)
        return ", ".join(parts)


_WEIGHTS = {
    Kind.LEDGER_WIRE: 5,
    Kind.LEDGER_RESTART: 4,
    Kind.STORE_WIRE: 8,
    Kind.TIMESTAMP_WIRE: 6,
    Kind.ENGINE: 6,
    Kind.TESSERACT: 3,
    Kind.DRAWING: 2,
    Kind.FILE_SIZE: 5,
    Kind.DISK: 5,
    Kind.KILL: 8,
    Kind.POISON: 1,
}
_READ_SHARE = 0.6
_WIRES = (Wire.DELAY, Wire.DROP, Wire.TRUNCATE, Wire.RESET)
_WIRES_OF_THE_STORE = (*_WIRES, *STATUSES, *STATUSES)
"""A store under load answers 500 and 503 more often than its wire breaks."""
_HARMS = (*Harm, Harm.HANG)
"""An engine that hangs costs most of all that may befall it."""


def scenario(seed: int, kind: Kind | None = None) -> Scenario:
    """Draw a scenario; the same seed gives the same."""
    chance = random.Random(seed)
    drawn = chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
    kind = kind or drawn
    needs_reading = kind in {Kind.ENGINE, Kind.TESSERACT, Kind.DRAWING, Kind.POISON}
    is_read = chance.random() < _READ_SHARE or kind is Kind.TIMESTAMP_WIRE
    wires = {Kind.LEDGER_WIRE: _WIRES, Kind.STORE_WIRE: _WIRES_OF_THE_STORE}.get(kind, (*_WIRES, *STATUSES))
    return Scenario(
        seed=seed,
        kind=kind,
        stage=Stage.READ if is_read and not needs_reading else Stage.FRESH,
        is_postgres=kind in {Kind.LEDGER_WIRE, Kind.LEDGER_RESTART} or (kind is Kind.KILL and chance.random() < 0.3),
        is_s3=kind is Kind.STORE_WIRE or (kind in {Kind.KILL, Kind.LEDGER_WIRE} and chance.random() < 0.3),
        level="B-LTA" if kind is Kind.TIMESTAMP_WIRE and chance.random() < 0.5 else "B-T",
        wire=chance.choice(wires),
        harm=chance.choice(_HARMS),
        share=chance.choice((0.05, 0.3, 1.0)),
        moment=chance.random(),
        runs=chance.choice((1, 1, 2, 4)),
    )
