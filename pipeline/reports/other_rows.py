"""What the law asks beyond scans: roll-out, and figures that offices supply; one line for each, whatever is known."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from config.i18n import mark as _
from pipeline.progress.model import Progress, Rollout, Supplied
from pipeline.reports.numbers import NONE, decimal_text, percent_text
from pipeline.reports.rows import METRICS
from pipeline.reports.wording import LEVELS
from pipeline.targets import TIMES, Level, Metric, Sense

NO_FIGURES = _("no figures supplied")
COUNTED_HERE = _("counted from the ledger")
NO_HARDSHIP_LIST = _("counted from the ledger; hardship communes are not entered, none is taken out")
EXEMPT = _("counted from the ledger; {count} hardship communes taken out")


@dataclass(frozen=True, slots=True)
class OtherRow:
    """One metric at one level: what is known of it, and what the law asks."""

    metric: Metric
    level: Level
    part: int | None
    whole: int | None
    share: Decimal | None
    """Percent."""
    minutes: Decimal | None
    asked: float | None
    """Percent, or minutes at most; None: nothing, or nothing clear."""
    is_met: bool | None
    basis: str
    source: str
    """As offices name it; empty where the note says where the figure comes from."""
    note_id: str
    """Message id, {count} the exempt communes."""
    count: int = 0

    @property
    def is_time(self) -> bool:
        """Whether its figures are minutes."""
        return self.metric in TIMES

    @property
    def asked_exactly(self) -> Decimal | None:
        """What the law asks, as a decimal number."""
        return None if self.asked is None else Decimal(str(self.asked))

    @property
    def metric_id(self) -> str:
        """Message id of the metric."""
        return METRICS[self.metric]

    @property
    def level_id(self) -> str:
        """Message id of the level."""
        return LEVELS[self.level]


def other_rows(progress: Progress) -> Iterator[OtherRow]:
    """Give roll-out and supplied figures, level by level."""
    for rollout in progress.rollout:
        yield _rollout(rollout)
    for supplied in progress.supplied:
        yield _supplied(supplied)


def _rollout(one: Rollout) -> OtherRow:
    asked = one.target.percent if one.target else None
    note = NO_HARDSHIP_LIST if one.exempt is None else EXEMPT if one.exempt else COUNTED_HERE
    return OtherRow(
        metric=Metric.ROLLOUT,
        level=one.level,
        part=one.running,
        whole=one.units,
        share=one.share,
        minutes=None,
        asked=asked,
        is_met=None if one.share is None or asked is None else one.share >= Decimal(str(asked)),
        basis=one.target.legal_basis if one.target else "",
        source="",
        note_id=note,
        count=one.exempt or 0,
    )


def _supplied(one: Supplied) -> OtherRow:
    is_clear = one.limit is not None and one.limit.sense is Sense.AT_MOST
    asked = one.target.percent if one.target else one.limit.minutes if one.limit and is_clear else None
    met = None
    if asked is not None and one.share is not None:
        met = one.share >= Decimal(str(asked))
    elif asked is not None and one.minutes is not None:
        met = one.minutes <= Decimal(str(asked))
    law = one.target or one.limit
    return OtherRow(
        metric=one.metric,
        level=one.level,
        part=one.numerator,
        whole=one.denominator if one.subjects else None,
        share=one.share,
        minutes=one.minutes,
        asked=asked,
        is_met=met,
        basis=law.legal_basis if law else "",
        source="; ".join(one.sources),
        note_id="" if one.subjects else NO_FIGURES,
    )


def figure_text(row: OtherRow, language: str) -> str:
    """Give what is known, a dash where nothing is."""
    if row.is_time:
        return NONE if row.minutes is None else decimal_text(row.minutes, language)
    return percent_text(row.share, language)


def asked_text(row: OtherRow, language: str) -> str:
    """Give what the law asks: a share, or minutes at most."""
    if row.is_time:
        return NONE if row.asked is None else f"≤ {row.asked:g}"
    return percent_text(row.asked, language)
