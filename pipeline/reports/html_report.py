"""Progress as one page that needs no network: both languages, charts, tables; readable in grey and on paper."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from config.clock import legal_date
from config.dates import day_text, instant_text
from config.i18n import active_language, translate
from config.i18n import mark as _
from pipeline.progress.model import Measure, Progress
from pipeline.progress.snapshots import figures_sha256
from pipeline.reports import bilingual
from pipeline.reports.charts import share_bar, year_chart
from pipeline.reports.numbers import count_text, percent_text, points_text
from pipeline.reports.wording import ENVIRONMENTS, LEVELS, attention_reasons, remedy_id
from pipeline.wording import SEVERITIES, reason_id, state_id

_TEMPLATES = Path(__file__).parent / "templates"
_TITLE = _("Progress report: digitization of records and results of administrative procedures")

InLanguage = Callable[[str], str]


def write_html(progress: Progress, path: Path) -> None:
    """Write the page."""
    path.write_text(render_html(progress), "utf-8")


def render_html(progress: Progress) -> str:
    """Give the page; it holds both languages and opens in the active one."""
    language = active_language()
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(_WORDING)
    style = Markup((_TEMPLATES / "progress.css").read_text("utf-8"))  # noqa: S704 - the style sheet is ours
    return environment.get_template("progress.html.j2").render(
        progress=progress,
        style=style,
        language=language,
        title=f"{translate(_TITLE, language)} – {day_text(progress.as_of, language)}",
        bases=_bases(progress),
        environment_id=ENVIRONMENTS[progress.environment],
        figures_sha256=figures_sha256(progress),
    )


def _bases(progress: Progress) -> list[str]:
    """Give the legal basis of each target shown, once."""
    targets = [measure.target for level in progress.levels for measure in (level.stock, level.flow)]
    targets += [one.all_solved for level in progress.levels for one in level.years]
    return list(dict.fromkeys(target.legal_basis for target in targets if target is not None))


def _gap_class(measure: Measure) -> str:
    return "" if measure.gap is None else "is-met" if measure.gap >= 0 else "is-short"


def _count_of(value: int) -> InLanguage:
    return lambda language: count_text(value, language)


def _percent_of(value: Decimal | float | None) -> InLanguage:
    return lambda language: percent_text(value, language)


def _shortfall(gap: Decimal) -> InLanguage:
    return lambda language: points_text(gap, language).lstrip("\u2212")


def _day_of(value: date) -> InLanguage:
    return lambda language: day_text(value, language)


def _instant_of(value: datetime) -> InLanguage:
    return lambda language: instant_text(value, language)


_WORDING = {
    "words": bilingual.words,
    "count": bilingual.count,
    "percent": bilingual.percent,
    "points": bilingual.points,
    "day": bilingual.day,
    "instant": bilingual.instant,
    "count_of": _count_of,
    "percent_of": _percent_of,
    "shortfall": _shortfall,
    "day_of": _day_of,
    "instant_of": _instant_of,
    "gap_class": _gap_class,
    "level_id": LEVELS.__getitem__,
    "severity_id": lambda severity: SEVERITIES.get(severity, severity),
    "state_id": state_id,
    "reason_id": reason_id,
    "remedy_id": remedy_id,
    "attention_reasons": attention_reasons,
    "legal_date": legal_date,
    "share_bar": share_bar,
    "year_chart": year_chart,
}
