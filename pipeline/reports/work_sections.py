"""Tables of the work: throughput, queue, review backlog, failures, findings, what waits, what stands in no register."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from config.i18n import gettext
from config.i18n import mark as _
from pipeline.progress.model import UNKNOWN_LEVEL, Attention, Progress, percent_of
from pipeline.reason_wording import reason_id
from pipeline.reports.sections import Cell, Column, Kind, Row, Section
from pipeline.reports.wording import LEVELS, attention_reasons, remedy_id
from pipeline.wording import SEVERITIES, state_id

_ALL = _("All")
_REASON = Column("reason", _("Reason"), Kind.TEXT, 54)
_DOCUMENTS = Column("documents", _("Documents"), Kind.COUNT, 12)
_BACKLOG_WEEKS = (
    Column("first_day", _("First day"), Kind.DAY, 13),
    Column("last_day", _("Last day"), Kind.DAY, 13),
    Column("opened", _("Newly asked"), Kind.COUNT, 12),
    Column("settled", _("Settled"), Kind.COUNT, 12),
    Column("open", _("Open at its end"), Kind.COUNT, 14),
)
_BACKLOG = (
    _REASON,
    Column("questions", _("Questions"), Kind.COUNT, 12),
    _DOCUMENTS,
    Column("oldest", _("Oldest since"), Kind.INSTANT, 18),
)
_FAILED = (
    _REASON,
    Column("state", _("State"), Kind.TEXT, 28),
    _DOCUMENTS,
    Column("received", _("Of all that came in"), Kind.COUNT, 14),
    Column(
        "share",
        _("Share"),
        Kind.PERCENT,
        10,
        '=IF({received}=0,"",INT(10000*{documents}/{received})/100)',
    ),
)
_FINDINGS = (
    Column("finding", _("Finding"), Kind.TEXT, 60),
    Column("severity", _("Kind"), Kind.TEXT, 16),
    _DOCUMENTS,
)
_ATTENTION = (
    Column("record", _("Mã hồ sơ"), Kind.TEXT, 28),
    Column("agency", _("Agency code"), Kind.TEXT, 16),
    Column("state", _("State"), Kind.TEXT, 28),
    _REASON,
    Column("remedy", _("What to do"), Kind.TEXT, 54, is_long=True),
    Column("since", _("Since"), Kind.INSTANT, 18),
    Column("document", _("Document id"), Kind.TEXT, 38, is_long=True),
)
_OUTSIDE = (
    Column("record", _("Mã hồ sơ"), Kind.TEXT, 34),
    Column("agency", _("Agency code"), Kind.TEXT, 18),
)


def work_sections(progress: Progress) -> Iterator[Section]:
    """Give all tables of the work, also those that hold nothing: that nothing waits is worth a sheet."""
    if progress.weeks:
        yield _weeks(progress)
    yield _queue(progress)
    if progress.work.backlog_weeks:
        yield Section(
            "review-weeks",
            _("Review by week"),
            _BACKLOG_WEEKS,
            tuple(
                (one.first_day, one.last_day, one.opened, one.settled, one.open) for one in progress.work.backlog_weeks
            ),
        )
    backlog = (
        (gettext(reason_id(one.reason_code)), one.questions, one.documents, one.oldest) for one in progress.work.backlog
    )
    yield Section("review", _("Review backlog"), _BACKLOG, tuple(backlog), is_of_day=False)
    yield Section("failed", _("Failed"), _FAILED, tuple(_failed(progress)), is_of_day=False)
    findings = tuple(
        (gettext(reason_id(one.code)), gettext(SEVERITIES.get(one.severity, one.severity)), one.documents)
        for one in progress.findings
    )
    yield Section("findings", _("Findings"), _FINDINGS, findings, is_of_day=False)
    attention = tuple(_attention(one) for one in progress.attention)
    yield Section("waiting", _("Waiting, refused"), _ATTENTION, attention, is_of_day=False)
    outside = tuple((one.record_code, one.agency_code) for one in progress.unregistered)
    yield Section("no-register", _("In no register"), _OUTSIDE, outside, is_of_day=False)


def _weeks(progress: Progress) -> Section:
    first = (Column("first_day", _("First day"), Kind.DAY, 13), Column("last_day", _("Last day"), Kind.DAY, 13))
    lines: list[_Line] = [((week.first_day, week.last_day), week.by_level) for week in progress.weeks]
    return _by_level(progress, "weeks", _("Completed by week"), first, lines)


def _queue(progress: Progress) -> Section:
    first = (Column("state", _("State"), Kind.TEXT, 38),)
    lines: list[_Line] = [((gettext(state_id(one.state)),), one.by_level) for one in progress.queue]
    return replace(_by_level(progress, "queue", _("By state"), first, lines), is_of_day=False)


_Line = tuple[tuple[Cell, ...], Mapping[str, int]]


def _by_level(progress: Progress, code: str, title: str, first: tuple[Column, ...], lines: Sequence[_Line]) -> Section:
    """Give a table with a column for each level and their sum; also for no known level, where anything is of none."""
    levels = [level.level for level in progress.levels]
    if None not in levels and any(counts.get(UNKNOWN_LEVEL) for _own, counts in lines):
        levels.append(None)
    keys = [level or UNKNOWN_LEVEL for level in levels]
    columns = (
        *first,
        *(Column(key, LEVELS[level], Kind.COUNT, 14) for key, level in zip(keys, levels, strict=True)),
        Column("all", _ALL, Kind.COUNT, 12, "=" + "+".join(f"{{{key}}}" for key in keys)),
    )
    rows = tuple((*own, *_and_sum([counts.get(key, 0) for key in keys])) for own, counts in lines)
    named = (gettext(_ALL), *[None] * (len(first) - 1))
    total = (*named, *_and_sum([sum(counts.get(key, 0) for _own, counts in lines) for key in keys]))
    return Section(code, title, columns, rows, (total,) if rows else ())


def _and_sum(counts: list[int]) -> list[int]:
    return [*counts, sum(counts)]


def _failed(progress: Progress) -> Iterator[Row]:
    received = progress.work.received
    for one in progress.work.failed:
        reason = gettext(reason_id(one.reason_code)) if one.reason_code else ""
        share = percent_of(one.documents, received)
        yield (reason, gettext(state_id(one.state)), one.documents, received, share)


def _attention(one: Attention) -> Row:
    reasons = [
        f"{gettext(field)}: {gettext(reason)}" if field else gettext(reason) for reason, field in attention_reasons(one)
    ]
    remedy = remedy_id(one)
    return (
        one.record_code or "",
        one.agency_code,
        gettext(state_id(one.state)),
        "; ".join(reasons),
        gettext(remedy) if remedy else "",
        one.since,
        str(one.document_id or ""),
    )
