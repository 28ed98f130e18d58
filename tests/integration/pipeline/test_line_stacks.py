"""Stacks with separator sheets: split into documents, accounted for page by page, and stored whole."""

from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from ocr.barcodes import draw_barcode
from pipeline import review
from pipeline.holds import SecretStoredError
from pipeline.inbox_ledger import reconsider_refused
from pipeline.overview import read_status, show_record
from pipeline.transitions import move
from storage.ledger.models import Document, DocumentVersion, Record, Stack, StoredObject
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import LETTER, RECORD, House, page

pytestmark = pytest.mark.needs("tesseract", "poppler")
SIZE = (1165, 980)
OTHER = "H41.99-260311-0002"


def separator(text: str = "SOHOA:T", kind: str = "QRCode") -> Image.Image:
    sheet = Image.new("RGB", SIZE, "white")
    drawn = draw_barcode(text, kind, 10) if kind == "QRCode" else draw_barcode(text, kind, 4, 200)
    sheet.paste(Image.fromarray(drawn), (80, 120))
    return sheet


def letter(house: House, name: str, *lines: str) -> Image.Image:
    return Image.open(page(house.home / f"{name}.png", *(lines or (*LETTER, name)), size=SIZE)).convert("RGB")


def lay(house: House, *sheets: Image.Image, name: str = "chong.pdf") -> Path:
    """Put a stack into the record's folder: a PDF, a TIFF, or a folder of page images."""
    out = house.record / name
    if out.suffix == ".pdf":
        sheets[0].save(out, "PDF", resolution=200, save_all=True, append_images=sheets[1:])
    elif out.suffix == ".tif":
        sheets[0].save(out, "TIFF", dpi=(200, 200), compression="tiff_deflate", save_all=True, append_images=sheets[1:])
    else:
        out.mkdir()
        for number, sheet in enumerate(sheets, 1):
            sheet.save(out / f"{number}.png", dpi=(200, 200))
    return out


def taken_out(house: House) -> list[tuple[str, int, int, int]]:
    """Give record, number and pages in the stack of every document."""
    with house.ctx.ledger.reading() as session:
        rows = session.execute(
            select(Record.code, Document.stt, DocumentVersion.first_page, DocumentVersion.last_page)
            .join(Document, Document.record_id == Record.id)
            .join(DocumentVersion, DocumentVersion.document_id == Document.id)
            .order_by(DocumentVersion.first_page)
        )
        return [(code, stt or 0, first or 0, last or 0) for code, stt, first, last in rows]


def objects(house: House, kind: str) -> list[StoredObject]:
    with house.ctx.ledger.reading() as session:
        return list(session.scalars(select(StoredObject).where(StoredObject.kind == kind).order_by(StoredObject.key)))


@pytest.mark.parametrize("name", ["chong.pdf", "chong.tif", "chong"])
def test_a_stack_becomes_one_document_after_the_other(house: House, name: str) -> None:
    stack = lay(house, letter(house, "a"), separator(), letter(house, "b"), letter(house, "c"), name=name)
    delivered = [file.read_bytes() for file in (sorted(stack.iterdir()) if stack.is_dir() else [stack])]
    house.archive_all()
    assert house.states() == [DocumentState.ARCHIVED] * 2
    assert taken_out(house) == [(RECORD, 1, 1, 1), (RECORD, 2, 3, 4)]
    # The stack is stored whole, bit for bit, before it leaves the inbox.
    kept = []
    for number, found in enumerate(objects(house, "stack")):
        house.ctx.store.fetch(found.key, house.home / f"kept-{number}")
        kept.append((house.home / f"kept-{number}").read_bytes())
    assert kept == delivered
    assert house.in_inbox() == []
    assert set(house.items().values()) == {("removed", None)}
    (view,) = show_record(house.ctx, RECORD)
    pages = [document.stack_pages for document in view.documents]
    assert [(one.first, one.last, one.pages, one.separators) for one in pages if one] == [(1, 1, 4, 1), (3, 4, 4, 1)]
    # Whoever must take one of them out of the store finds the stack too, which holds its pages.
    assert all({key for kind, key, _ in one.objects if kind == "stack"} for one in view.documents)
    # Every page is a document's or a separator sheet.
    assert sum(document.pages or 0 for document in view.documents) + 1 == 4


def test_sheets_name_records_and_roles(house: House) -> None:
    sheets = [
        separator(f"SOHOA:H:{OTHER}"),
        separator("SOHOA:T:GT"),
        letter(house, "a"),
        separator(),
        letter(house, "b"),
    ]
    lay(house, letter(house, "z"), *sheets)
    house.drain()
    assert taken_out(house) == [(RECORD, 1, 1, 1), (OTHER, 1, 4, 4), (OTHER, 2, 6, 6)]
    assert [document.role for document in house.documents()] == ["result", "paper", "result"]


def test_a_patch_code_in_bars_separates_too(house: House) -> None:
    lay(house, letter(house, "a"), separator("PATCHT", "Code39"), letter(house, "b"))
    house.drain()
    assert len(house.documents()) == 2


def test_an_ordinary_file_of_several_pages_stays_one_document(house: House) -> None:
    lay(house, letter(house, "a"), letter(house, "b"), separator("LOT 12"))
    house.drain()
    assert (house.document().page_count, house.items()) == (3, {f"H41.99/{RECORD}/chong.pdf": ("taken", None)})


def test_a_label_on_a_page_of_a_paper_makes_no_separator_sheet_of_it(house: House) -> None:
    labelled = letter(house, "b")
    labelled.paste(Image.fromarray(draw_barcode("SOHOA:T", "QRCode", 6)), (900, 700))
    lay(house, letter(house, "a"), labelled, letter(house, "c"))
    house.drain()
    assert house.document().page_count == 3, "no page is lost, and none goes unread"


def test_sheets_alone_are_refused(house: House) -> None:
    lay(house, separator(), separator())
    assert house.drain().refused == 1
    assert list(house.items().values()) == [("refused", "empty_stack")]
    assert not list(house.ctx.settings.staging_folder.iterdir())


def test_a_stack_put_in_again_is_known_and_one_scanned_again_is_the_next_versions(house: House) -> None:
    sheets = [letter(house, "a"), separator(), letter(house, "b")]
    stack = lay(house, *sheets)
    same = stack.read_bytes()
    house.archive_all()
    (house.record / "chong.pdf").write_bytes(same)
    house.run()
    assert len(house.documents()) == 2
    assert house.in_inbox() == []
    changed = letter(house, "d")
    lay(house, changed, separator(), letter(house, "e"))
    house.archive_all()
    assert [document.current_version for document in house.documents()] == [2, 2]
    assert house.states() == [DocumentState.ARCHIVED] * 2
    assert len(objects(house, "stack")) == 2


def test_a_stack_of_nothing_but_known_pages_is_kept_beside_what_is_there(house: House) -> None:
    sheets = [letter(house, "a"), separator(), letter(house, "b")]
    lay(house, *sheets)
    house.archive_all()
    lay(house, *sheets, separator())
    house.run()
    assert house.states() == [DocumentState.ARCHIVED] * 2 + [DocumentState.DUPLICATE] * 2
    assert len(objects(house, "stack")) == 2
    assert house.in_inbox() == []


def test_a_document_of_a_stack_is_scanned_again_alone_under_its_own_name(house: House) -> None:
    lay(house, letter(house, "a"), separator(), letter(house, "b"))
    house.archive_all()
    lay(house, letter(house, "c"), name="chong#2.pdf")
    house.run()
    assert [document.current_version for document in house.documents()] == [1, 2]


def test_of_a_stack_with_a_secret_paper_only_the_others_are_kept(house: House) -> None:
    secret = (LETTER[0], LETTER[1], "TUYỆT MẬT", *LETTER[2:])
    lay(house, letter(house, "a"), separator(), letter(house, "s", *secret), separator(), letter(house, "b"))
    house.archive_all()
    assert house.states() == [DocumentState.ARCHIVED, DocumentState.ARCHIVED, DocumentState.QUARANTINED]
    assert objects(house, "stack") == []
    assert house.in_inbox() == ["chong.pdf"]
    with house.ctx.ledger.reading() as session:
        stack = session.scalars(select(Stack)).one()
        locked = session.scalars(select(Document).where(Document.state == DocumentState.QUARANTINED)).one()
        named = session.scalars(select(Document.source_path).where(Document.source_path.is_not(None))).all()
    # The file in the inbox is known by its own hash, and nothing of it is taken a second time.
    assert (locked.original_sha256, stack.kept_at, named) == (stack.sha256, None, [])
    house.run()
    assert len(house.documents()) == 3


def test_a_paper_that_lay_in_a_stack_with_a_secret_one_goes_by_its_name(house: House) -> None:
    secret = (LETTER[0], LETTER[1], "TUYỆT MẬT", *LETTER[2:])
    lay(house, letter(house, "a"), separator(), letter(house, "s", *secret))
    house.run()
    (asked,) = {question.document_id for question in review.open_questions(house.ctx)}
    review.reject(house.ctx, asked)
    (told,) = [trouble for trouble in read_status(house.ctx).troubles if trouble.state == DocumentState.REFUSED]
    assert told.where == f"{RECORD}.1"
    assert told.cause.startswith(f"{RECORD}.1:")


def test_a_stack_waits_whole_while_one_of_its_documents_cannot_be_replaced(house: House) -> None:
    lay(house, letter(house, "a"), separator(), letter(house, "b"))
    house.drain()
    lay(house, letter(house, "c"), separator(), letter(house, "d"))
    house.drain()
    assert list(house.items().values()) == [("waiting", "earlier_version_busy")]
    assert [document.current_version for document in house.documents()] == [1, 1]
    assert len(list(house.ctx.settings.staging_folder.iterdir())) == 2


def test_a_stack_is_not_kept_while_a_paper_of_it_that_came_in_before_may_be_secret(house: House) -> None:
    doubtful = letter(house, "s", LETTER[0], "Độ mật: Mật", *LETTER[2:])
    lay(house, separator(), doubtful, name="a-first.pdf")
    lay(house, letter(house, "a"), separator(), doubtful, name="b-second.pdf")
    house.archive_all_but_suspected()
    assert house.states() == [DocumentState.ARCHIVED, DocumentState.DUPLICATE, DocumentState.WAITING_REVIEW]
    assert objects(house, "stack") == []
    (asked,) = {question.document_id for question in review.open_questions(house.ctx)}
    review.reject(house.ctx, asked)
    house.run()
    assert objects(house, "stack") == []
    assert house.in_inbox() == ["a-first.pdf", "b-second.pdf"]


def test_a_stack_is_not_kept_once_a_stored_paper_of_it_turned_out_secret(house: House) -> None:
    lay(house, letter(house, "a"), separator(), letter(house, "b"))
    house.drain()
    first, second = (document.id for document in house.documents())
    house.work([first])
    with house.ctx.ledger.session() as session:
        cause = SecretStoredError(page=1)
        move(session, first, DocumentState.IN_WORK, actor="tester", at=house.ctx.clock())
        move(session, first, DocumentState.STUCK, actor="tester", at=house.ctx.clock(), cause=cause)
    house.work([second])
    house.run()
    assert objects(house, "stack") == []
    assert house.in_inbox() == ["chong.pdf"]


def test_a_stack_is_kept_once_a_refused_paper_of_it_was_taken_anew(house: House) -> None:
    lay(house, letter(house, "a"), separator(), letter(house, "b"))
    house.drain()
    with house.ctx.ledger.session() as session:
        move(session, house.documents()[1].id, DocumentState.REFUSED, actor="tester", at=house.ctx.clock())
    house.run()
    assert objects(house, "stack") == []
    reconsider_refused(house.ctx)
    house.archive_all()
    assert len(objects(house, "stack")) == 1
    assert house.in_inbox() == []
