"""What differs between two snapshots, as tables for the terminal."""

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from config.dates import day_text, instant_text
from config.i18n import active_language, gettext
from config.i18n import mark as _
from pipeline.progress.comparing import Changed, Comparison
from pipeline.progress.model import Progress
from pipeline.reports.numbers import count_text, percent_text
from pipeline.reports.rows import METRICS
from pipeline.reports.wording import LEVELS
from pipeline.targets import Level

KINDS = {"level": _("Level"), "agency": _("Agency"), "unit": _("Unit")}
VERSIONS = {
    "program": _("the program"),
    "targets": _("the targets"),
    "agencies": _("the agencies entered"),
    "units": _("the administrative units"),
    "supplied": _("supplied figures"),
}


HAPPENED = {
    "archived": _("Documents archived"),
    "added": _("Register rows added"),
    "changed": _("Register rows changed"),
    "withdrawn": _("Register rows withdrawn"),
    "gone_bad": _("Files found damaged"),
}


def comparison_tables(found: Comparison) -> Iterator[Table | Text]:
    """Give what changed, what happened meanwhile, and which data are other ones."""
    language = active_language()
    title = gettext(_("From {before} (counted at {before_at}) to {now} (counted at {now_at})")).format(
        before=day_text(found.before.as_of, language),
        before_at=instant_text(found.before.counted_at, language),
        now=day_text(found.now.as_of, language),
        now_at=instant_text(found.now.counted_at, language),
    )
    yield Text(title, style="bold")
    if not found.changed:
        yield Text(gettext(_("No figure differs.")))
    for kind, name in KINDS.items():
        some = [one for one in found.changed if one.kind == kind]
        if some:
            yield _changes(gettext(name), some, found.now, found.before)
    if found.happened:
        yield _happened(found)
    if found.imports:
        lines = [gettext(_("Register files imported meanwhile:")), *(f"  SHA-256 {one}" for one in found.imports)]
        yield Text("\n".join(lines))
    if found.versions:
        names = ", ".join(gettext(VERSIONS[one]) for one in found.versions)
        yield Text(gettext(_("Also other ones now: {names}.")).format(names=names))


def _changes(title: str, some: list[Changed], now: Progress, before: Progress) -> Table:
    language = active_language()
    table = Table(box=None, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column(title)
    table.add_column(gettext(_("Measure")))
    for name in (_("Records"), _("Digitized"), _("Share")):
        table.add_column(gettext(name), justify="right")
    names = names_of(before) | names_of(now)
    for one in some:
        pairs = [(measure.tally.records, measure.tally.digitized) for measure in (one.before, one.now)]
        (records, digitized), (records_now, digitized_now) = pairs
        table.add_row(
            names.get((one.kind, one.code)) or one.code,
            gettext(METRICS[one.metric]),
            _from_to(count_text(records, language), count_text(records_now, language)),
            _from_to(count_text(digitized, language), count_text(digitized_now, language)),
            _from_to(percent_text(one.before.tally.share, language), percent_text(one.now.tally.share, language)),
        )
    return table


def names_of(progress: Progress) -> dict[tuple[str, str], str]:
    """Give what levels, agencies and units are called, by kind and code."""
    levels = {("level", str(level) if level else ""): gettext(LEVELS[level]) for level in (*Level, None)}
    agencies = {("agency", one.code): f"{one.code} {one.name or ''}".strip() for one in progress.agencies}
    return {**levels, **agencies, **{("unit", one.code): one.name or one.code for one in progress.units.current}}


def _from_to(before: str, now: str) -> str:
    return now if before == now else f"{before} → {now}"


def _happened(found: Comparison) -> Table:
    language = active_language()
    table = Table(
        title=Text(gettext(_("What happened between the two counts")), style="bold"),
        title_justify="left",
        box=None,
        header_style="bold",
        padding=(0, 1, 0, 0),
    )
    table.add_column(gettext(_("Agency")))
    for name in HAPPENED.values():
        table.add_column(gettext(name), justify="right")
    for one in found.happened:
        table.add_row(one.agency_code, *(count_text(getattr(one, name), language) for name in HAPPENED))
    return table
