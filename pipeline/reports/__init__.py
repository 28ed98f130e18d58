"""Reports made of one counted value: terminal, CSV, XLSX, JSON, PDF, and one page for a browser."""

from pipeline.reports.csv_report import write_csv
from pipeline.reports.html_report import render_html, write_html
from pipeline.reports.json_report import write_json
from pipeline.reports.pdf_report import write_pdf
from pipeline.reports.section_tables import section_tables
from pipeline.reports.terminal import progress_tables
from pipeline.reports.xlsx_report import write_xlsx

__all__ = [
    "progress_tables",
    "render_html",
    "section_tables",
    "write_csv",
    "write_html",
    "write_json",
    "write_pdf",
    "write_xlsx",
]
