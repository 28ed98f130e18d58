"""Progress on paper: A4 landscape under the head of an official letter, in one language, ready for our own signer."""

from pathlib import Path

from config.i18n import active_language
from pipeline.progress.model import Progress
from pipeline.progress.snapshots import figures_sha256
from pipeline.reports import bilingual
from pipeline.reports.html_report import render_page


def write_pdf(progress: Progress, path: Path) -> None:
    """Write the report as PDF. The same figures give the same bytes."""
    language = active_language()
    with bilingual.only(language):
        page = render_page(progress, language, is_print=True)
    from weasyprint import HTML  # noqa: PLC0415 - takes a second to load, which no other command should wait for

    # Nothing of the page is fetched: pictures are drawn in it.
    HTML(string=page).write_pdf(path, pdf_identifier=figures_sha256(progress)[:32].encode(), pdf_tags=True)
