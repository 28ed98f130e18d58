"""Files that came in signed are stored bit-exact, never re-written, and count once their chain is trusted."""

import hashlib
import shutil
from pathlib import Path

import pytest
from pikepdf import Pdf
from sqlalchemy import func, select

from pipeline.overview import read_status
from pipeline.reporting import count
from pipeline.reports.wording import remedy_id
from pipeline.verification import verify_record
from scripts.specimen.signed import ROOT_NAME, sign_as_foreign
from signing.report import Verdict
from storage.ledger.models import Document, DocumentVersion, ReviewTask, Signature, StoredObject
from storage.ledger.models import Record as RecordRow
from storage.ledger.states import DocumentState
from tests.integration.pipeline.counting_town import Town
from tests.integration.pipeline.house import AGENCY, RECORD, House, page

pytestmark = pytest.mark.needs("tesseract", "poppler")


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def signed(house: House, tmp_path: Path) -> Path:
    """A signed file in the inbox, whose root lies beside the installation."""
    plain = page(tmp_path / "plain.pdf")
    with Pdf.open(plain, allow_overwriting_input=True) as document:
        document.save(plain)
    path = house.record / "ket-qua.pdf"
    sign_as_foreign(plain.read_bytes(), path, "Ủy ban nhân dân xã Khác", tmp_path / "their-trust")
    return path


def test_a_file_signed_elsewhere_waits_for_trust_and_is_archived_once_its_root_is_trusted(
    house: House, signed: Path, tmp_path: Path
) -> None:
    sha256 = sha256_of(signed)
    house.archive_all()
    assert house.states() == [DocumentState.WAITING_TRUST]
    (told,) = read_status(house.ctx).troubles
    assert (told.where, told.state, told.code) == (f"{RECORD}.1", "waiting_trust", "signer_untrusted")
    assert "Ủy ban nhân dân xã Khác" in told.cause
    assert "trust" in told.remedy
    (listed,) = count(house.ctx).attention
    assert listed.reason_code == "signer_untrusted"
    assert remedy_id(listed)
    assert house.in_inbox() == [], "it is stored, so it may leave the inbox"
    with house.ctx.ledger.reading() as session:
        kept = {item.kind: item for item in session.scalars(select(StoredObject))}
        assert session.scalars(select(Signature.verdict)).all() == [Verdict.INDETERMINATE]
    assert set(kept) == {"archival", "text", "words"}
    assert kept["archival"].sha256 == house.ctx.store.read_back(kept["archival"].key) == sha256
    text = (house.home / "store" / kept["text"].key).read_text("utf-8")
    assert "THÔNG BÁO" in text
    house.run()
    assert house.states() == [DocumentState.WAITING_TRUST]
    (house.home / "trust").mkdir()
    shutil.copy2(tmp_path / "their-trust" / ROOT_NAME, house.home / "trust" / ROOT_NAME)
    house.open()
    house.run()
    assert house.states() == [DocumentState.ARCHIVED]
    with house.ctx.ledger.reading() as session:
        assert session.scalars(select(DocumentVersion.archived_at)).one() is not None
        assert session.scalar(select(func.count()).select_from(StoredObject)) == 3
    (proof,) = verify_record(house.ctx, RECORD)
    assert (proof.verdict, proof.sha256, proof.ledger_match) == (Verdict.VALID, sha256, True)


def test_a_blank_new_version_of_a_file_that_waits_for_trust_leaves_it_waiting(house: House, signed: Path) -> None:
    house.archive_all()
    before = house.document()
    page(signed, " ", seed=3)
    house.run()
    house.run()
    after = house.document()
    assert (after.state, after.current_version, after.lane) == (DocumentState.WAITING_TRUST, 1, "signed")
    assert (after.original_sha256, after.page_count) == (before.original_sha256, before.page_count)


def test_a_record_of_a_signed_result_is_digitized_when_it_is_archived(
    house: House, signed: Path, tmp_path: Path
) -> None:
    (house.home / "trust").mkdir()
    shutil.copyfile(tmp_path / "their-trust" / ROOT_NAME, house.home / "trust" / ROOT_NAME)
    expect_one_result(house)
    house.archive_all()
    assert house.states() == [DocumentState.ARCHIVED]
    with house.ctx.ledger.reading() as session:
        assert session.scalars(select(RecordRow.state)).all() == ["digitized"]


def test_a_signed_file_that_was_tampered_with_goes_to_a_person(house: House, signed: Path) -> None:
    data = signed.read_bytes()
    # The number in the file's own title: nothing that shows, but every byte is signed.
    spot = data.index(b"/Producer") if b"/Producer" in data else data.index(b"/CreationDate")
    signed.write_bytes(data[: spot + 1] + bytes([data[spot + 1] ^ 1]) + data[spot + 2 :])
    house.run()
    assert house.states() == [DocumentState.WAITING_REVIEW]
    with house.ctx.ledger.reading() as session:
        assert session.scalars(select(Signature.verdict)).all() == [Verdict.INVALID]
        assert "signature_invalid" in session.scalars(select(ReviewTask.reason_code)).all()
    house.settle_questions()
    house.run()
    assert house.states() == [DocumentState.WAITING_TRUST]


def test_a_trusted_signed_file_with_bytes_after_its_end_waits(house: House, signed: Path, tmp_path: Path) -> None:
    (house.home / "trust").mkdir()
    shutil.copyfile(tmp_path / "their-trust" / ROOT_NAME, house.home / "trust" / ROOT_NAME)
    signed.write_bytes(signed.read_bytes() + b"XX")
    house.archive_all()
    assert house.states() == [DocumentState.WAITING_TRUST]


def test_a_store_that_is_away_does_not_stop_the_run_at_files_waiting_for_trust(
    house: House, signed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.archive_all()
    (house.home / "trust").mkdir()
    house.open()
    shutil.rmtree(house.home / "store" / "test" / AGENCY)
    page(house.record / "a.png")
    assert house.run().intake.taken == 1
    assert DocumentState.WAITING_TRUST in house.states()
    with house.ctx.ledger.reading() as session:
        assert not session.scalars(
            select(Document.claim_owner).where(Document.state == DocumentState.WAITING_TRUST)
        ).one()


@pytest.mark.needs("corpus")
def test_a_real_signed_file_is_stored_with_the_very_same_bytes(house: House, corpus: Path) -> None:
    source = corpus / "originals" / "hanoi_tb_453_flag.pdf"
    shutil.copyfile(source, house.record / "tb.pdf")
    house.archive_all()
    assert house.states() == [DocumentState.WAITING_TRUST]
    with house.ctx.ledger.reading() as session:
        key = session.scalars(select(StoredObject.key).where(StoredObject.kind == "archival")).one()
    assert (house.home / "store" / key).read_bytes() == source.read_bytes()


def expect_one_result(house: House) -> None:
    """Let a register expect one result of the record."""
    with house.ctx.ledger.session() as session:
        entry = Town(session).entry(AGENCY, resolved_on=None)
        entry.record_code = RECORD
