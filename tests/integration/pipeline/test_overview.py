"""What `status` tells of an installation, and in which order."""

import io

import pytest
from rich.console import Console
from sqlalchemy import update

from pipeline.overview import read_status, show_record
from scripts.commands.status import _show
from storage.ledger.models import StoredObject
from tests.integration.pipeline.house import AGENCY, LETTER, RECORD, House, page


def test_what_was_refused_is_told_before_all_that_waits(house: House) -> None:
    house.record.joinpath("z.pdf").write_bytes(b"")
    house.drain()
    (house.inbox / "lo.toml").unlink()
    page(house.record / "a.png")
    house.drain()
    states = [trouble.state for trouble in read_status(house.ctx).troubles]
    assert states == ["inbox_refused", "inbox_waiting"]


def test_a_wrong_batch_sheet_is_one_cause_for_all_files_under_it(house: House) -> None:
    (house.inbox / AGENCY).mkdir(exist_ok=True)
    (house.inbox / AGENCY / "lo.toml").write_text("operator = ", "utf-8")
    for number in range(3):
        page(house.record / f"{number}.png", seed=number)
    house.drain()
    troubles = read_status(house.ctx).troubles
    assert len(troubles) == 3
    assert len({(trouble.cause, trouble.remedy) for trouble in troubles}) == 1


def told(house: House) -> str:
    console = Console(file=(text := io.StringIO()), width=200, color_system=None)
    _show(console, read_status(house.ctx))
    return text.getvalue()


def test_an_inbox_no_run_has_looked_into_is_not_called_empty(house: House) -> None:
    page(house.record / "a.png")
    page(house.record / "b.png", seed=1)
    status = read_status(house.ctx)
    assert (status.is_inbox_seen, status.inbox_lying) == (False, 2)
    assert "sohoa run" in told(house)
    house.drain()
    assert read_status(house.ctx).is_inbox_seen
    assert "sohoa run" not in told(house)


@pytest.mark.needs("tesseract", "poppler")
def test_stored_files_found_lost_or_altered_are_named(house: House) -> None:
    page(house.record / "a.png")
    house.archive_all()
    assert read_status(house.ctx).bad_objects == ()
    with house.ctx.ledger.session() as session:
        session.execute(update(StoredObject).where(StoredObject.kind == "archival").values(check_ok=False))
    (key,) = read_status(house.ctx).bad_objects
    assert key in told(house)
    assert "sohoa fixity" in told(house)


@pytest.mark.needs("tesseract", "poppler")
def test_show_says_how_many_words_of_a_document_language_put_right(house: House) -> None:
    page(house.record / "a.png", *LETTER, "gửi Viện kiêm sát nhân dân", size=(1165, 860))
    page(house.record / "b.png", seed=1)
    house.archive_all()
    (record,) = show_record(house.ctx, RECORD)
    assert sorted(document.corrected_words for document in record.documents) == [0, 1]
    assert [code for document in record.documents for _severity, _page, code in document.findings].count(
        "words_corrected"
    ) == 1
