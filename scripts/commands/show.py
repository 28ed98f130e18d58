"""`sohoa show`: all that is known of one record."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from config.dates import instant_text
from config.i18n import gettext as _
from ocr.model import Preparation
from pipeline.describing import METADATA
from pipeline.field_wording import percent
from pipeline.naming import document_name
from pipeline.overview import DocumentView, RecordView, VersionView, show_record
from pipeline.page_views import StackPages
from pipeline.reason_wording import reason_name
from pipeline.record_metadata import BY_PERSONS
from pipeline.wording import (
    identifier_name,
    meaning_name,
    metadata_name,
    metadata_value,
    object_name,
    reading_name,
    role_name,
    severity_name,
    signature_name,
    source_name,
    state_name,
    verdict_name,
    version_reason,
)
from scripts.field_table import field_details, field_table, indented, plain_table
from scripts.invocation import emit, open_context
from scripts.register_row import row_lines
from scripts.verbs import App


def register(app: App) -> None:
    """Add the verb."""

    @app.command(help=_("Show all that is known of one record, or of one document of it."))
    def show(
        ctx: typer.Context,
        code: Annotated[
            str,
            typer.Argument(
                help=_("Mã hồ sơ, or the code of one document, such as H41.15-260311-0012.1."), metavar=_("RECORD")
            ),
        ],
        is_detailed: Annotated[
            bool, typer.Option("--why", help=_("Tell of each field where it stands and why its value counts."))
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        records = show_record(open_context(ctx), code)
        emit(records, as_json=as_json, show=lambda console: _show_all(console, records, is_detailed=is_detailed))


def _show_all(console: Console, records: list[RecordView], *, is_detailed: bool = False) -> None:
    for record in records:
        place = _("in the register") if record.is_in_register else _("not in the register")
        console.print(Text.assemble((record.code, "bold"), f"  {record.agency_code} · {record.year} · {place}"))
        _show_record(console, record)
        for document in record.documents:
            console.print()
            _show_document(console, record, document, is_detailed=is_detailed)


def _show_record(console: Console, record: RecordView) -> None:
    names = plain_table(_("Name of the record"), _("Code"))
    for scheme, name in record.identifiers:
        names.add_row(identifier_name(scheme), Text(name))
    console.print(Padding(names, (1, 0, 0, 2)))
    console.print(Padding(_metadata(record.metadata.values), (1, 0, 0, 2)))
    _tell_missing(console, record.metadata.missing, record.code, of_record=True)


def _tell_missing(console: Console, missing: Sequence[str], name: str, *, of_record: bool) -> None:
    """List what TT 05/2025 requires and nobody has filled, and how it is filled."""
    if not missing:
        return
    listed = ", ".join(f"{metadata_name(column)} ({column})" for column in missing)
    console.print(Text("  " + _("Missing by TT 05/2025: {names}").format(names=listed), style="yellow"))
    settable = [column for column in missing if column in METADATA and (column in BY_PERSONS) is of_record]
    if settable:
        example = _("fill it: sohoa review set {name} {column} VALUE").format(name=name, column=settable[0])
        console.print(Text(f"  → {example}", style="yellow"))
    if not of_record:
        file = _("or for all of an agency, in its file (docs/agencies.md): sohoa init --agencies FILE")
        console.print(Text(f"  → {file}", style="yellow"))


def _metadata(values: Mapping[str, str], sources: Mapping[str, str] | None = None) -> Table:
    """Give the archival metadata; of a document also where each datum comes from."""
    table = plain_table(_("Archival metadata"), _("Value"), *([_("Source")] if sources else []))
    for name, value in values.items():
        source = [source_name(sources[name])] if sources else []
        table.add_row(metadata_name(name), Text(metadata_value(name, value)), *source)
    return table


def _show_document(console: Console, record: RecordView, document: DocumentView, *, is_detailed: bool) -> None:
    name = document_name(record.code, document.stt) if document.stt else str(document.document_id)
    console.print(Text.assemble((name, "bold"), f"  {state_name(document.state)}"))
    facts = [
        role_name(document.role),
        _("pages: {pages}").format(pages=document.pages or 0),
        _("version {version}").format(version=document.version),
        _("since {instant}").format(instant=instant_text(document.state_since)),
    ]
    if document.corrected_words:
        facts.append(_("words put right: {words}").format(words=document.corrected_words))
    if document.stack_pages is not None:
        facts.append(_stack_place(document.stack_pages))
    console.print(Text("  " + " · ".join(facts)))
    if document.trouble:
        console.print(Text(f"  {document.trouble.cause}\n  → {document.trouble.remedy}", style="yellow"))
    for line in row_lines(document.register_row):
        console.print(indented(line, 2))
    if is_detailed:
        console.print()
        for detail in field_details(document.fields):
            console.print(indented(detail, 2))
    for part in _parts(document, is_detailed=is_detailed):
        if part.row_count:
            console.print(Padding(part, (1, 0, 0, 2)))
    _tell_missing(console, document.missing_metadata, name, of_record=False)


def _stack_place(pages: StackPages) -> str:
    if pages.first == pages.last:
        place = _("page {first} of a stack of {pages}, of which {separators} are separator sheets")
    else:
        place = _("pages {first} to {last} of a stack of {pages}, of which {separators} are separator sheets")
    return place.format(**asdict(pages))


def _parts(document: DocumentView, *, is_detailed: bool) -> tuple[Table, ...]:
    return (
        field_table(() if is_detailed else document.fields),
        _codes(document),
        _metadata(document.metadata, document.metadata_sources),
        _findings(document),
        _readings(document),
        _signatures(document),
        _versions(document),
        _objects(document),
    )


def _versions(document: DocumentView) -> Table:
    """Give the versions of a document that has more than one."""
    table = plain_table(_("Version"), _("Why"), _("Came in"), _("Archived"), _("sha256 of the original"))
    for version in document.versions if len(document.versions) > 1 else ():
        table.add_row(
            _numbered(document, version),
            Text(": ".join(filter(None, (version_reason(version.reason), version.asked_for)))),
            instant_text(version.created_at),
            instant_text(version.archived_at) if version.archived_at else "–",
            f"{version.original_sha256[:12]}…" if version.original_sha256 else "–",
        )
    return table


def _numbered(document: DocumentView, version: VersionView) -> str:
    """Give the number of a version, the current one with what is said of it."""
    if version.number != document.version:
        return str(version.number)
    text = _("{number}, counts now") if version.archived_at else _("{number}, not archived yet")
    return text.format(number=version.number)


def _codes(document: DocumentView) -> Table:
    table = plain_table(_("Code on the paper"), _("Page"), _("What it is"), _("Text"))
    for code in document.codes:
        table.add_row(code.format, str(code.page), meaning_name(code.meaning), Text(code.text or "–"))
    return table


def _findings(document: DocumentView) -> Table:
    table = plain_table(_("Finding"), _("Page"), _("Weight"))
    for severity, page, code in document.findings:
        table.add_row(Text(reason_name(code)), str(page or "–"), severity_name(severity))
    return table


def _readings(document: DocumentView) -> Table:
    """Give the pages that were read otherwise than planned, or badly."""
    table = plain_table(_("Page"), _("How it was read"), _("Sure"))
    for page in document.readings:
        if page.alarms or page.reading not in (None, Preparation.PREPARED):
            table.add_row(str(page.number), Text(reading_name(page.reading)), percent(page.confidence))
    return table


def _signatures(document: DocumentView) -> Table:
    table = plain_table(_("Signature"), _("Signer"), _("Verdict"), _("Signed at"))
    for role, signer, verdict, when in document.signatures:
        table.add_row(signature_name(role), Text(signer), verdict_name(verdict), instant_text(when) if when else "–")
    return table


def _objects(document: DocumentView) -> Table:
    table = plain_table(_("Stored"), _("Key"), "sha256")
    for kind, key, sha256 in document.objects:
        table.add_row(object_name(kind), Text(key, overflow="fold"), f"{sha256[:12]}…")
    return table
