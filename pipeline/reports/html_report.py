"""Progress as one page that needs no network: both languages, charts, tables; readable in grey and on paper."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from config.dates import day_text
from config.i18n import active_language, translate
from config.i18n import mark as _
from pipeline.progress.model import Progress
from pipeline.progress.snapshots import figures_sha256
from pipeline.reports.basis_section import COUNTED_AGAIN
from pipeline.reports.page_wording import WORDING, page_values
from pipeline.reports.wording import ENVIRONMENTS

_TEMPLATES = Path(__file__).parent / "templates"
_TITLE = _("Progress report: digitization of records and results of administrative procedures")

ON_PAPER = 30
"""Most documents that paper lists one by one; the page and the workbook have more."""


def write_html(progress: Progress, path: Path) -> None:
    """Write the page."""
    path.write_text(render_html(progress), "utf-8")


def render_html(progress: Progress) -> str:
    """Give the page; it holds both languages and opens in the active one."""
    return render_page(progress, active_language())


def render_page(progress: Progress, language: str, *, is_print: bool = False) -> str:
    """Give the page: for a browser, or for paper, where it has no buttons and the head of an official letter."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(WORDING)
    sheets = ("progress.css", "print.css") if is_print else ("progress.css",)
    style = Markup("\n".join((_TEMPLATES / sheet).read_text("utf-8") for sheet in sheets))  # noqa: S704 - they are ours
    return environment.get_template("progress.html.j2").render(
        progress=progress,
        style=style,
        language=language,
        is_print=is_print,
        attention=progress.attention[:ON_PAPER] if is_print else progress.attention,
        title=f"{translate(_TITLE, language)} – {day_text(progress.as_of, language)}",
        bases=_bases(progress),
        environment_id=ENVIRONMENTS[progress.environment],
        figures_sha256=figures_sha256(progress),
        counted_again=COUNTED_AGAIN,
        **page_values(progress),
    )


def _bases(progress: Progress) -> list[str]:
    """Give the legal basis of each target shown, once."""
    targets = [measure.target for level in progress.levels for measure in (level.stock, level.flow)]
    targets += [one.all_solved for level in progress.levels for one in level.years]
    return list(dict.fromkeys(target.legal_basis for target in targets if target is not None))
