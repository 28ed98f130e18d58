"""How a demo ends: waiting for a person and the refusals that its specimens are made for are no failures."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.table import Table

from config.i18n import gettext as _
from pipeline.outcome import RunSummary
from pipeline.overview import Status
from pipeline.wording import state_name
from storage.ledger.states import DocumentState

_REFUSALS = (DocumentState.REFUSED, DocumentState.QUARANTINED)


def planned_refusals(truth: Path) -> dict[str, int]:
    """Give how many specimens are to be refused or quarantined, by state, from the truth that lies beside them."""
    expected = (json.loads(file.read_text("utf-8"))["expected"] for file in truth.rglob("*.json"))
    return dict(Counter(state for state in expected if state in _REFUSALS))


def went_wrong(summaries: Sequence[RunSummary], planned: Mapping[str, int]) -> bool:
    """Tell whether in any run something got stuck, was hindered, or was refused beyond what was planned.

    What the first run refused of the inbox a later one finds there again, and refuses at the door.
    """
    failed: Counter[str] = Counter()
    for failure in (failure for summary in summaries for failure in summary.failures):
        failed[failure.state] += failure.documents
    is_hindered = any(one.intake.hindered or one.trouble for one in summaries)
    return is_hindered or bool(summaries[0].intake.refused or failed - Counter(planned))


def outcome_table(status: Status) -> Table:
    """Give how many documents are where; a place where none is has no line."""
    table = Table(title=_("What became of the documents"), box=None, pad_edge=False, title_justify="left")
    table.add_column(_("State"))
    table.add_column(_("Documents"), justify="right")
    lines = [(state_name(state), count) for state, count in sorted(status.documents.items())]
    lines += [(_("refused at the door"), status.inbox_refused), (_("waiting in the inbox"), status.inbox_waiting)]
    for place, count in lines:
        if count:
            table.add_row(place, str(count))
    return table
