"""`sohoa show` leaves out nothing of a document that it knows."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from rich.console import Console

from config.i18n import gettext
from pipeline.overview import DocumentView, RecordView, VersionView
from pipeline.record_metadata import RecordMetadata
from scripts.commands.show import _show_all
from storage.ledger.states import DocumentState

THEN = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)


def document(*versions: VersionView) -> DocumentView:
    return DocumentView(
        document_id=uuid4(),
        stt=1,
        role="result",
        state=DocumentState.ARCHIVED,
        state_since=THEN,
        lane="straight",
        pages=1,
        version=len(versions),
        original_sha256="a" * 64,
        source_path=None,
        trouble=None,
        fields=(),
        codes=(),
        stack_pages=None,
        findings=(),
        questions=(),
        signatures=(),
        objects=(),
        versions=versions,
        identifiers=(),
        metadata={},
        missing_metadata=(),
        readings=(),
        corrected_words=0,
    )


def shown(view: DocumentView) -> str:
    record = RecordView(
        UUID(int=1), "H41.15-260311-0012", "H41.15", 2026, "open", True, (), RecordMetadata({}, ()), (view,)
    )
    out = io.StringIO()
    _show_all(Console(file=out, width=200), [record])
    return out.getvalue()


def test_the_versions_of_a_document_are_listed_where_there_are_several() -> None:
    first = VersionView(1, "first_scan", THEN, THEN, "1" * 64)
    second = VersionView(2, "scanned_again", THEN, None, "2" * 64)
    assert gettext("scanned again") in shown(document(first, second))
    assert "1" * 12 in shown(document(first, second))
    assert gettext("first scan") not in shown(document(first))


def test_the_words_that_language_put_right_are_counted_where_there_are_any() -> None:
    told = gettext("words put right: {words}").format(words=7)
    assert told in shown(replace(document(), corrected_words=7))
    assert gettext("words put right: {words}").format(words=0) not in shown(document())
