"""All tables of a report in their order; every form that is a table is written from these."""

from pipeline.progress.model import Progress
from pipeline.reports.basis_section import basis_section
from pipeline.reports.figure_sections import figure_sections
from pipeline.reports.outlook_sections import outlook_sections
from pipeline.reports.sections import Section
from pipeline.reports.work_sections import work_sections


def sections_of(progress: Progress) -> tuple[Section, ...]:
    """Give the tables, their texts in the active language."""
    return (
        *figure_sections(progress),
        *outlook_sections(progress),
        *work_sections(progress),
        basis_section(progress),
    )
