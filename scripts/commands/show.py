"""`sohoa show`: all that is known of one record."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from config.clock import vietnam_iso
from config.i18n import gettext as _
from pipeline.overview import DocumentView, RecordView, show_record
from pipeline.wording import field_name, reason_name, source_name, state_name
from scripts.invocation import emit, open_context


def register(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command(help=_("Show all that is known of one record: documents, fields, findings, signatures, objects."))
    def show(
        ctx: typer.Context,
        code: Annotated[str, typer.Argument(help=_("Mã hồ sơ."))],
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        records = show_record(open_context(ctx), code)
        emit(records, as_json=as_json, show=lambda console: _show_all(console, records))


def _show_all(console: Console, records: list[RecordView]) -> None:
    for record in records:
        _show(console, record)


def _show(console: Console, record: RecordView) -> None:
    register_note = _("in the register") if record.is_in_register else _("not in the register")
    console.print(f"[bold]{record.code}[/]  {record.agency_code}  {record.year}  {register_note}")
    for document in record.documents:
        _show_document(console, document)


def _show_document(console: Console, document: DocumentView) -> None:
    console.print(f"\n[bold]{document.stt or '–'}.[/] {state_name(document.state)}  {document.document_id}")
    console.print(
        _("   pages: {pages}, version {version}, since {since}").format(
            pages=document.pages, version=document.version, since=vietnam_iso(document.state_since)
        )
    )
    if document.trouble:
        console.print(f"   {document.trouble.cause} → {document.trouble.remedy}", markup=False)
    if document.fields:
        table = Table(box=None, pad_edge=False)
        for heading in (_("Field"), _("Value"), _("Sure"), _("Source"), _("Note")):
            table.add_column(heading, overflow="fold")
        for field in document.fields:
            note = reason_name(field.reason_code) if field.reason_code and field.status == "review" else ""
            table.add_row(
                field_name(field.name), field.value or "–", f"{field.confidence:.0%}", source_name(field.source), note
            )
        console.print(table)
    for severity, page, code in document.findings:
        place = _("page {page}").format(page=page) if page else _("document")
        console.print(f"   [{severity}] {place}: {reason_name(code)}", markup=False)
    for role, signer, verdict, when in document.signatures:
        console.print(f"   {role}: {signer} · {verdict} · {vietnam_iso(when) if when else '–'}", markup=False)
    for kind, key, sha256 in document.objects:
        console.print(f"   {kind}: {key}  sha256 {sha256[:16]}…", markup=False)
