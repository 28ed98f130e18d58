"""What the import of a register did, as a person reads it."""

from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.text import Text

from config.i18n import gettext as _
from pipeline.register import ErrorList, ImportResult, SheetReport

MOST_SHOWN = 20
"""How many lines of a kind fit on a screen; JSON has all of them, and --errors all wrong rows."""


def show_import(
    console: Console, result: ImportResult, written: Path | None = None, returned: Path | None = None
) -> None:
    """Tell what an import did: counts, what a person should know of the file, wrong rows with their remedies."""
    console.print(
        _("Rows: {rows}. Added {added}, changed {changed}, unchanged {unchanged}, refused {refused}.").format(
            rows=result.rows,
            added=result.added,
            changed=result.changed,
            unchanged=result.unchanged,
            refused=result.refused,
        )
    )
    if result.missing:
        console.print(
            _("Earlier rows that are not in this file and stay counted: {missing} (sohoa register missing).").format(
                missing=result.missing
            )
        )
    if result.unknown_agencies:
        codes = ", ".join(result.unknown_agencies)
        console.print(_("Agencies of unknown level (sohoa init --agencies FILE): {codes}").format(codes=codes))
    for sheet in result.sheets:
        _show_notes(console, sheet)
    _show_errors(console, result.errors)
    if written is not None and result.errors:
        console.print(_("All wrong rows: {path}").format(path=written), markup=False, soft_wrap=True)
    if returned is not None:
        text = _("The wrong rows are in {path}; correct them there and import that file.")
        console.print(text.format(path=returned), markup=False, soft_wrap=True)


def _show_notes(console: Console, sheet: SheetReport) -> None:
    place = f"{sheet.name} · " if sheet.name else ""

    def note(text: str) -> None:
        console.print(place + text, markup=False)

    if not sheet.is_read:
        note(_("No header row was found; nothing was taken from this sheet."))
    if sheet.unused_columns:
        note(_("Columns that are not used: {columns}.").format(columns=", ".join(sheet.unused_columns)))
    for column in sheet.swapped_dates:
        text = _("Day and month seem to be swapped in the column “{column}”; compare its dates with the papers.")
        note(text.format(column=column))
    for other in sheet.other_agencies[:MOST_SHOWN]:
        text = _(
            "Rows of {agency} whose mã hồ sơ is of {code_agency}: {rows}, the first is row {first_row}. "
            "They count for {agency}; where that is wrong, correct the column “{column}” and import again."
        )
        note(text.format(**asdict(other)))
    _show_rest(console, len(sheet.other_agencies))


def _show_errors(console: Console, errors: ErrorList) -> None:
    for error in errors.first(MOST_SHOWN):
        row = _("row {row}").format(row=error.row)
        column = _("column “{column}”").format(column=error.column) if error.column else ""
        place = " · ".join(part for part in (error.sheet, row, column) if part)
        console.print(Text.assemble((place, "bold"), f"  {error.cause()}"))
        console.print(Text(f"  → {error.remedy()}"))
    _show_rest(console, len(errors))


def _show_rest(console: Console, count: int) -> None:
    if count > MOST_SHOWN:
        console.print(_("… and {more} more; --json lists all.").format(more=count - MOST_SHOWN))
