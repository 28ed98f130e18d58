"""`sohoa sample`: draw the acceptance sample of a batch, list it for checking, and record what the check showed."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.dates import instant_text, value_text
from config.errors import ExitCode, UsageError
from config.i18n import gettext as _
from pipeline.acceptance import FAILED, CheckedSample, Draw, checked_samples, draw_sample
from pipeline.acceptance_recording import Item, SampleResult, foresee, named_item, record_sample
from pipeline.acceptance_sheet import read_sheet, write_sheet
from pipeline.context import Context
from pipeline.reports.numbers import bound_text
from pipeline.wording import field_name
from scripts.confirming import confirm
from scripts.invocation import emit, open_context, writing
from scripts.measuring import measured_text
from scripts.verbs import App


def register(app: App) -> None:
    """Add the verb."""

    @app.command(help=_("Draw a batch's acceptance sample, or record how its check went."))
    def sample(
        ctx: typer.Context,
        batch: Annotated[
            UUID | None,
            typer.Argument(
                help=_("Id of the batch, as the list shows it; none: list what was checked."), metavar=_("BATCH")
            ),
        ] = None,
        *,
        out: Annotated[
            Path | None, typer.Option(help=_("Write the sample to this file to fill in: CSV, or XLSX by its ending."))
        ] = None,
        filled: Annotated[
            Path | None,
            typer.Option("--from", help=_("Record what this filled file says."), exists=True, dir_okay=False),
        ] = None,
        is_right: Annotated[bool, typer.Option("--ok", help=_("Record that all of the sample is right."))] = False,
        wrong: Annotated[
            list[str] | None,
            typer.Option(
                help=_("Record this as wrong and the rest as right; may be repeated."), metavar=_("DOCUMENT:FIELD")
            ),
        ] = None,
        seen: Annotated[
            str | None, typer.Option(help=_("Digest of what was checked, as the list shows it; needed with --yes."))
        ] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Count only; change nothing."))] = False,
        yes: Annotated[bool, typer.Option("--yes", help=_("Do it without asking."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        given = [bool(filled), is_right, bool(wrong)]
        if sum(given) > 1:
            raise UsageError(cause=_("give only one of --ok, --wrong and --from"))
        context = open_context(ctx)
        if batch is None:
            if any(given) or out is not None:
                raise UsageError(cause=_("name the batch, as `sohoa release list` shows it"))
            checked = checked_samples(context)
            emit(checked, as_json=as_json, show=lambda console: _show_checked(console, checked))
            return
        draw = draw_sample(context, batch)
        if not any(given):
            _list(draw, None if dry_run else out, as_json)
            return
        if out is not None:
            raise UsageError(cause=_("--out goes with none of --ok, --wrong and --from"))
        if yes and seen is None and filled is None:
            raise UsageError(cause=_("--yes needs --seen DIGEST, as `sohoa sample` shows it for the batch"))
        found = read_sheet(draw, filled) if filled else {named_item(context, typed) for typed in wrong or ()}
        _record(context, draw, found, seen or draw.digest, as_json=as_json, dry_run=dry_run, yes=yes)


def _record(
    context: Context, draw: Draw, wrong: set[Item], seen: str, *, as_json: bool, dry_run: bool, yes: bool
) -> None:
    foreseen = foresee(draw, wrong)
    if dry_run:
        emit(foreseen, as_json=as_json, show=lambda console: _show_result(console, foreseen, _effect(foreseen)))
        return
    confirm(f"{measured_text(foreseen.measured)}\n{_effect(foreseen)}", is_yes=yes)
    result = record_sample(context, draw.batch_id, wrong, seen)
    emit(result, as_json=as_json, show=lambda console: _show_result(console, result, _next(result)))
    if result.verdict == FAILED:
        raise typer.Exit(ExitCode.CHECK_FAILED)


def _effect(result: SampleResult) -> str:
    if result.verdict == FAILED:
        return _("The batch fails: {count} documents will be sent to review, each to be looked at by a person.").format(
            count=result.to_review
        )
    return _("The batch passes: it may be released.")


def _next(result: SampleResult) -> str:
    if result.verdict == FAILED:
        return _("The batch failed. Documents sent to review: {count} (`sohoa review list`).").format(
            count=result.to_review
        )
    return _("The batch passed. Release it: sohoa release approve {batch}").format(batch=result.batch_id)


def _show_result(console: Console, result: SampleResult, then: str) -> None:
    console.print(measured_text(result.measured), markup=False)
    console.print(then, markup=False, soft_wrap=True)


def _list(draw: Draw, out: Path | None, as_json: bool) -> None:
    if out is not None:
        with writing(out):
            write_sheet(draw, out)
    emit(draw, as_json=as_json, show=lambda console: _show(console, draw, out))


def _show(console: Console, draw: Draw, out: Path | None) -> None:
    plan = draw.plan
    told = _("{agency} · documents: {count}").format(agency=draw.agency_code, count=draw.documents)
    console.print(Text.assemble((str(draw.batch_id), "bold"), f"  {told}"))
    console.print(
        _("To check: {checked} of {population} fields that no person has seen; wrong ones allowed: {allowed}.").format(
            checked=plan.checked, population=plan.population, allowed=plan.allowed
        )
    )
    console.print(
        _("If all are right, at most {share} of the batch's fields are wrong, at {confidence} confidence.").format(
            share=bound_text(plan.wrong_share), confidence=bound_text(plan.confidence)
        )
    )
    console.print(_("Digest of this sample (--seen): {seen}").format(seen=draw.digest), markup=False)
    if out is not None:
        console.print(_("Written to {file}; fill in its last column.").format(file=out), markup=False)
    else:
        console.print(_table(draw))
    console.print(
        _("Record: sohoa sample BATCH --ok · --wrong DOCUMENT:FIELD … · --from FILE"), markup=False, soft_wrap=True
    )


def _table(draw: Draw) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in (_("Document"), _("Field"), _("Name"), _("Value"), _("Page"), _("Place")):
        table.add_column(heading, overflow="fold")
    for item in draw.items:
        is_placed = item.left_mm is not None and item.top_mm is not None
        place = _("{left} mm from left, {top} from top").format(left=item.left_mm, top=item.top_mm)
        table.add_row(
            Text(item.document),
            Text(item.field or "–"),
            Text(field_name(item.field) if item.field else _("the whole document")),
            Text(value_text(item.value or "–")),
            str(item.page or "–"),
            place if is_placed else "–",
        )
    return table


def _show_checked(console: Console, samples: list[CheckedSample]) -> None:
    if not samples:
        console.print(_("No acceptance sample was checked yet."))
        return
    for sample in samples:
        verdict = _("failed") if sample.verdict == FAILED else _("passed")
        told = _("{agency} · sample {number} · {verdict} · {at} · {actor}").format(
            agency=sample.agency_code,
            number=sample.number,
            verdict=verdict,
            at=instant_text(sample.recorded_at),
            actor=sample.actor,
        )
        console.print(Text.assemble((str(sample.batch_id), "bold"), f"  {told}"))
        console.print(f"  {measured_text(sample.measured)}", markup=False)
