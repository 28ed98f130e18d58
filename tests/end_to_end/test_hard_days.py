"""What the line leans on breaks while it runs, by a seeded plan; afterwards everything is as it must be.

Hundreds more: `python -m tests.faults`.
"""

from collections.abc import Iterator

import pytest

from tests.faults.ground import Workshop
from tests.faults.scenario import Kind, scenario
from tests.faults.trial import tried, workshop

pytestmark = pytest.mark.needs("tesseract", "poppler")
NEEDS = {
    Kind.LEDGER_WIRE: "postgres",
    Kind.LEDGER_RESTART: "postgres",
    Kind.STORE_WIRE: "s3",
}
DAYS = (
    (Kind.KILL, 31),
    (Kind.FILE_SIZE, 31),
    (Kind.TIMESTAMP_WIRE, 3),
    (Kind.LEDGER_RESTART, 31),
    (Kind.STORE_WIRE, 31),
)


@pytest.fixture(scope="module")
def shop() -> Iterator[Workshop]:
    with workshop() as shop:
        yield shop


@pytest.mark.parametrize(
    ("kind", "seed"),
    [
        pytest.param(kind, seed, marks=[pytest.mark.needs(NEEDS[kind])] if kind in NEEDS else [], id=kind.name.lower())
        for kind, seed in DAYS
    ],
)
def test_after_a_hard_day_nothing_is_lost_twice_or_half_done(kind: Kind, seed: int, shop: Workshop) -> None:
    assert tried(shop, scenario(seed, kind)).broken == ()
