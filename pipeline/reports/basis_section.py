"""What a report rests on, one line a thing: the day, the register, the versions of program and data, the hash."""

from collections.abc import Iterator

from config.clock import legal_date
from config.dates import day_text, instant_text
from config.i18n import active_language, gettext
from config.i18n import mark as _
from pipeline.progress.model import Progress
from pipeline.progress.snapshots import figures_sha256
from pipeline.reports.numbers import count_text
from pipeline.reports.sections import Column, Kind, Section
from pipeline.reports.wording import ENVIRONMENTS

COUNTED_AGAIN = _(
    "Counted again at {instant}: rows of the register, their corrections and supplied figures are those known then, "
    "also what came in after that day; what was known on that day a snapshot of it shows."
)
"""Stands with the figures of a past day."""
_COLUMNS = (
    Column("what", _("What"), Kind.TEXT, 38),
    Column("holds", _("Holds"), Kind.TEXT, 74),
)


def is_counted_again(progress: Progress) -> bool:
    """Say whether the figures are of a day that was past when they were counted."""
    return progress.as_of < legal_date(progress.counted_at)


def basis_section(progress: Progress) -> Section:
    """Give the table."""
    rows = tuple((gettext(name), held) for name, held in _basis(progress))
    return Section("basis", _("Basis of the figures"), _COLUMNS, rows)


def _basis(progress: Progress) -> Iterator[tuple[str, str]]:
    language, facts = active_language(), progress.register
    yield _("As of"), day_text(progress.as_of, language)
    yield _("Counted at"), instant_text(progress.counted_at, language)
    if is_counted_again(progress):
        again = gettext(COUNTED_AGAIN).format(instant=instant_text(progress.counted_at, language))
        yield _("A past day"), again
    yield _("Kind of data"), gettext(ENVIRONMENTS[progress.environment])
    yield _("Agency"), progress.organisation
    yield _("Rows of the register"), count_text(facts.entries, language)
    yield _("of them missing from a later file"), count_text(facts.missing, language)
    yield _("of them withdrawn"), count_text(facts.withdrawn, language)
    if facts.last_import_at is not None:
        yield _("Last register file"), f"{instant_text(facts.last_import_at, language)} · {facts.last_import_sha256}"
    yield _("Documents waiting or refused"), count_text(progress.attention_total, language)
    yield _("Records in no register"), count_text(progress.unregistered_total, language)
    versions = progress.versions
    if versions is not None:
        yield _("Program"), versions.program
        yield _("Register files"), count_text(versions.register_imports, language)
        for name, value in (
            (_("the targets"), versions.targets),
            (_("the agencies entered"), versions.agencies),
            (_("the administrative units"), versions.units),
            (_("supplied figures"), versions.supplied),
        ):
            if value:
                yield name, value
    yield _("Hash of the figures"), figures_sha256(progress)
