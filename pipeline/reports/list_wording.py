"""What a list of records or documents is called, in the active language."""

from config.i18n import gettext
from config.i18n import mark as _
from pipeline.progress.document_lists import FOR_A_PERSON, DocumentSelection
from pipeline.progress.lists import Done, Selection
from pipeline.progress.model import UNKNOWN_LEVEL
from pipeline.reason_wording import reason_name
from pipeline.reports.wording import LEVELS
from pipeline.targets import Level
from pipeline.wording import state_name

DONE = {
    Done.ALL: _("all of them"),
    Done.DONE: _("digitized"),
    Done.UNDONE: _("not digitized"),
    Done.UNSCANNED: _("not scanned"),
    Done.SIGNED: _("signed"),
    Done.STORED: _("stored"),
    Done.SHORT: _("shorter than the register states"),
}
_SOLVED, _IN_FORCE, _EVERY = _("Records solved in {year}"), _("Results in force"), _("Scanned records")
_FINDING, _STATE, _PERSON = (
    _("Documents with a finding: {name}"),
    _("Documents: {name}"),
    _("Documents that need a person"),
)
OUTSIDE = _("Scanned, in no register")


def done_name(done: Done) -> str:
    """Give what a part of the rows is called."""
    return gettext(DONE[done])


def entries_title(of: Selection) -> str:
    """Give what rows are listed."""
    counted = gettext(_IN_FORCE) if of.year is None else gettext(_SOLVED).format(year=of.year)
    counted = gettext(_EVERY) if of.is_every else counted
    return counted if of.done is Done.ALL else f"{counted}: {done_name(of.done)}"


def documents_title(of: DocumentSelection) -> str:
    """Give which documents are listed."""
    if of.finding is not None:
        return gettext(_FINDING).format(name=reason_name(of.finding))
    if of.state == FOR_A_PERSON:
        return gettext(_PERSON)
    return gettext(_STATE).format(name=state_name(of.state or ""))


def level_name(level: str) -> str:
    """Give what a level is called, or that of agencies of no known level."""
    return gettext(LEVELS[None if level == UNKNOWN_LEVEL else Level(level)])
