"""What a run or a report came to, for a page of Prefect: results and causes with counts, never a name or a path.

Everything that a run met stands in a row: what came in, what was held or refused and why, where each document stands,
what failed, what was taken out of the inbox, and what hindered the sealing of the event log.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from config.i18n import active_language, gettext
from config.i18n import mark as _
from pipeline.audit import ObjectFaultError
from pipeline.outcome import RunSummary
from pipeline.progress.surroundings import FOR_PERSONS
from pipeline.reason_wording import reason_name
from pipeline.reporting import WrittenReport
from pipeline.reports.numbers import percent_text
from pipeline.reports.rows import level_rows
from pipeline.wording import state_name
from storage.ledger.states import DocumentState

INBOX, DOCUMENTS, EVENT_LOG = _("inbox"), _("documents"), _("event log")
TAKEN, KNOWN, REMOVED = _("taken in"), _("known already"), _("removed, its original being stored")
HELD, HINDERED, REFUSED = _("waiting"), _("hindered"), _("refused")
PUT_OFF = {"held": HELD, "hindered": HINDERED, "refused": REFUSED}
STORE = _("object store")
READ_WELL, READ_OTHERWISE = _("read back well"), _("not as it was stored")
NOT_SEALED, MORE = _("head not sealed"), _("more that wait or were refused")


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One line of a run's result: message ids of what it is about and what it came to, the cause's code, how many."""

    subject: str
    result: str
    count: int
    code: str = ""

    def cells(self) -> dict[str, str | int]:
        """Give the row in the active language, by column."""
        return {
            gettext(_("Subject")): gettext(self.subject),
            gettext(_("Result")): state_name(self.result),
            gettext(_("Cause")): reason_name(self.code),
            gettext(_("Code")): self.code,
            gettext(_("Number")): self.count,
        }


def result_rows(summary: RunSummary) -> list[ResultRow]:
    """Give all that a run came to, in the order of the line."""
    return [row for row in _rows(summary) if row.count]


def report_rows(written: WrittenReport) -> list[ResultRow]:
    """Give a report's shares by level and kind of data, where the documents stand, and what hindered it."""
    language, progress = active_language(), written.progress
    figures = [
        ResultRow(
            f"{gettext(row.level_id)}: {gettext(row.metric_id)}",
            gettext(_("digitized {share}, target {target}")).format(
                share=percent_text(row.measure.tally.share, language),
                target=percent_text(row.measure.target.percent if row.measure.target else None, language),
            ),
            row.measure.tally.records,
        )
        for row in level_rows(progress)
    ]
    waiting = Counter((one.state, one.reason_code or "") for one in progress.attention)
    told = [ResultRow(DOCUMENTS, one.state, one.documents) for one in progress.queue if one.state not in FOR_PERSONS]
    told += [ResultRow(DOCUMENTS, state, count, code) for (state, code), count in waiting.most_common()]
    if more := progress.attention_total - len(progress.attention):
        told.append(ResultRow(DOCUMENTS, MORE, more))
    return [*figures, *told, *_store_rows(written), *_trouble(written.trouble)]


def report_failures(written: WrittenReport) -> str:
    """Give what hindered a report or was found damaged, as codes with counts; empty where nothing was."""
    found = {str(written.trouble or ""): 1, str(written.store_trouble or ""): 1}
    if written.reread is not None:
        found[ObjectFaultError.code] = len(written.reread.faults)
    return ", ".join(f"{code}: {count}" for code, count in found.items() if code and count)


def _store_rows(written: WrittenReport) -> list[ResultRow]:
    rows = [ResultRow(STORE, HINDERED, 1, written.store_trouble)] if written.store_trouble else []
    if written.reread is not None:
        rows.append(ResultRow(STORE, READ_WELL, written.reread.good))
        rows.append(ResultRow(STORE, READ_OTHERWISE, len(written.reread.faults), ObjectFaultError.code))
    return [row for row in rows if row.count]


def _trouble(code: str | None) -> list[ResultRow]:
    return [ResultRow(EVENT_LOG, NOT_SEALED, 1, code)] if code else []


def _rows(summary: RunSummary) -> Iterator[ResultRow]:
    intake = summary.intake
    yield ResultRow(INBOX, TAKEN, intake.taken)
    yield ResultRow(INBOX, KNOWN, intake.known)
    yield from (ResultRow(INBOX, PUT_OFF[one.outcome], one.arrivals, one.code) for one in intake.put_off)
    for state in DocumentState:
        yield ResultRow(DOCUMENTS, state, summary.unhindered(state))
        yield from (ResultRow(DOCUMENTS, state, f.documents, f.code) for f in summary.failures if f.state == state)
    yield ResultRow(INBOX, REMOVED, summary.removed_from_inbox)
    yield from _trouble(summary.trouble)
