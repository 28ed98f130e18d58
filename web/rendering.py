"""Pages from templates, in the language of whoever looks; whatever a template is given is escaped."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from config.dates import day_text, instant_text, value_text
from config.i18n import active_language, gettext
from pipeline.accounts.model import Visitor, account_role_name
from pipeline.event_wording import event_name
from pipeline.field_views import FieldView
from pipeline.field_wording import field_notes, percent, place_text
from pipeline.overview import DocumentView
from pipeline.personal_data import category_name
from pipeline.reason_wording import reason_name
from pipeline.record_access import Covered
from pipeline.register_wording import row_sentences
from pipeline.reports.charts import share_bar
from pipeline.reports.numbers import count_text, decimal_text, percent_text, points_text
from pipeline.reports.wording import LEVELS
from pipeline.review_wording import next_step, remedy_at_desk, subjects
from pipeline.search.wording import where_name
from pipeline.verdict_wording import ledger_sentence, signature_text, standing_sentence, verdict_sentence
from pipeline.wording import (
    field_name,
    field_order,
    identifier_name,
    metadata_name,
    metadata_value,
    role_name,
    severity_name,
    signature_name,
    source_name,
    state_name,
    verdict_name,
    version_reason,
)
from web.forms import begin_visit, form_token, keep_visit
from web.list_paths import documents_path, entries_path, unit_name, unit_path

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"


def page(
    request: Request, template: str, values: Mapping[str, Any] | None = None, *, status: int = 200
) -> HTMLResponse:
    """Give a page."""
    secret = begin_visit(request)
    text = (
        _environment()
        .get_template(template)
        .render(
            {**_frame(request, secret), **(values or {})},
        )
    )
    response = HTMLResponse(text, status)
    keep_visit(request, response, secret)
    return response


def static_files() -> dict[str, tuple[bytes, str]]:
    """Give each file that pages refer to, with its kind."""
    kinds = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
    return {path.name: (path.read_bytes(), kinds[path.suffix]) for path in sorted(STATIC.iterdir())}


def as_download(content: bytes, name: str) -> Response:
    """Give a PDF to be kept as a file."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/pdf", headers=headers)


def _frame(request: Request, secret: str) -> dict[str, Any]:
    """Give what every page needs."""
    site = request.app.state.site
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    query = f"?{request.url.query}" if request.url.query and request.method == "GET" else ""
    return {
        "language": active_language(),
        "account": visitor.account if visitor else None,
        "form_token": form_token(secret),
        "is_test": not site.ctx.is_production,
        "here": request.url.path + query if request.method == "GET" else "/",
        "section": request.url.path.split("/")[1],
        "style_version": _style_version(),
    }


@cache
def _style_version() -> str:
    return hashlib.sha256((STATIC / "sohoa.css").read_bytes()).hexdigest()[:12]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.globals.update(_WORDING)
    environment.filters.update(in_order=_in_order, numbered_first=_numbered_first)
    return environment


def words(message: str, **details: object) -> str:
    """Give a message in the language of the page."""
    return gettext(message).format_map(details)


def linked(message: str, **details: object) -> Markup:
    """Give a message in the language of the page, some of whose details are links."""
    return Markup(gettext(message)).format_map(details)  # noqa: S704 - messages are ours


def _in_order(fields: Iterable[FieldView]) -> list[FieldView]:
    return sorted(fields, key=lambda field: field_order(field.name))


def _numbered_first(documents: Iterable[DocumentView]) -> list[DocumentView]:
    return sorted(documents, key=lambda document: (document.stt is None, document.stt or 0))


def _count(value: int) -> str:
    return count_text(value, active_language())


def _percent(value: Decimal | float | None) -> str:
    return percent_text(value, active_language())


def _shortfall(value: Decimal) -> str:
    return points_text(value, active_language()).lstrip("\u2212")


def _decimal(value: Decimal) -> str:
    return decimal_text(value, active_language(), up=True)


def _day(value: date) -> str:
    return day_text(value)


def _instant(value: datetime) -> str:
    return instant_text(value)


_WORDING = {
    "words": words,
    "linked": linked,
    "entries_path": entries_path,
    "documents_path": documents_path,
    "unit_name": unit_name,
    "unit_path": unit_path,
    "count": _count,
    "percent": _percent,
    "chance": percent,
    "shortfall": _shortfall,
    "decimal": _decimal,
    "day": _day,
    "instant": _instant,
    "value_text": value_text,
    "level_name": lambda level: gettext(LEVELS[level]),
    "share_bar": share_bar,
    "account_role_name": account_role_name,
    "category_name": category_name,
    "event_name": event_name,
    "field_name": field_name,
    "field_notes": field_notes,
    "is_covered": lambda value: isinstance(value, Covered),
    "identifier_name": identifier_name,
    "metadata_name": metadata_name,
    "metadata_value": metadata_value,
    "next_step": next_step,
    "place_text": place_text,
    "reason_name": reason_name,
    "remedy_at_desk": remedy_at_desk,
    "row_sentences": row_sentences,
    "subjects": subjects,
    "role_name": role_name,
    "severity_name": severity_name,
    "source_name": source_name,
    "state_name": state_name,
    "signature_name": signature_name,
    "verdict_name": verdict_name,
    "version_reason": version_reason,
    "where_name": where_name,
    "verdict_sentence": verdict_sentence,
    "ledger_sentence": ledger_sentence,
    "standing_sentence": standing_sentence,
    "signature_text": signature_text,
}
