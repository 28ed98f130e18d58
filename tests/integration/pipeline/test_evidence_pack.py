"""An evidence pack is made of what is archived, proves it, and leaves a trace; secrets never get into one."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pikepdf import Pdf
from sqlalchemy import select, update

from config.errors import ReadBackError, UsageError
from pipeline.event_chain import seal_head
from pipeline.evidence.checking import check_pack
from pipeline.evidence.choosing import wanted_record
from pipeline.evidence.packing import PackExistsError, PackMade, make_pack
from pipeline.evidence.zipping import opened_pack
from pipeline.register import import_register
from pipeline.renewal import renew_due
from pipeline.review import set_value
from pipeline.verification import NotArchivedError
from scripts.specimen.signed import sign_as_foreign
from signing.report import Verdict
from storage.ledger import events
from storage.ledger.models import Document, Event, StoredObject
from storage.ledger.states import DocumentState
from storage.objects.s3_client import S3Account
from tests.integration.pipeline.evidence_desk import Desk
from tests.integration.pipeline.house import LETTER, RECORD, House, page
from tests.integration.pipeline.registers import register_file
from tests.integration.pipeline.test_event_chain import in_s3

pytestmark = pytest.mark.needs("tesseract", "poppler")
NAMES = ("Trần Thị Mẫu", "Nguyễn Văn Mẫu")


def archived(house: House) -> House:
    """One record in the register with a page that a person corrected a field of."""
    page(house.record / "a.png")
    register = register_file(house.home, f"{RECORD},Đăng ký khai sinh,12/TB-UBND,11/03/2026,không thời hạn")
    with house.ctx.ledger.session() as session:
        import_register(session, register, "lan", house.ctx.clock)
    house.archive_all()
    assert house.states() == [DocumentState.ARCHIVED]
    set_value(house.ctx, house.document().id, "subject", "Về việc của bà Trần Thị Mẫu", may_differ=True)
    return house


def packed(house: House, out: Path, name: str = RECORD) -> PackMade:
    wanted = wanted_record(house.ctx, name)
    return make_pack(house.ctx, wanted.record_id, out, purpose="inspection", stt=wanted.stt)


def roots_of(house: House) -> Path:
    roots = house.home / "roots"
    roots.mkdir(exist_ok=True)
    shutil.copy2(house.ctx.settings.keys_folder / "test-ca.cert.pem", roots)
    return roots


def unpacked(house: House, pack: Path, target: Path) -> Desk:
    with opened_pack(pack) as (folder, _names):
        shutil.copytree(folder, target)
    return Desk(target, roots_of(house))


def read(desk: Desk, path: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((desk.pack / path).read_bytes())
    return body


def logged(house: House, kind: str) -> list[Event]:
    with house.ctx.ledger.reading() as session:
        return list(session.scalars(select(Event).where(Event.kind == kind).order_by(Event.seq)))


def test_a_pack_holds_files_facts_and_proofs_on_either_database(any_house: House, tmp_path: Path) -> None:
    house = archived(any_house)
    made = packed(house, tmp_path / "pack.zip")
    desk = unpacked(house, made.path, tmp_path / "unpacked")
    proof = check_pack(made.path, desk.roots)
    assert (proof.verdict, proof.findings[0].details) == (Verdict.VALID, ()), proof.findings
    assert check_pack(made.path).verdict is Verdict.INDETERMINATE
    (document,) = desk.manifest().documents
    with house.ctx.ledger.reading() as session:
        stored = {item.kind: item for item in session.scalars(select(StoredObject))}
    assert desk.manifest().hash_of(document.archival) == stored["archival"].sha256
    assert [desk.manifest().hash_of(path) for path in document.originals] == [stored["original"].sha256]
    receipts = read(desk, f"{document.folder}/receipts.json")["objects"]
    assert {(each["kind"], each["key"], each["size"]) for each in receipts} >= {
        (item.kind, item.key, item.size) for item in stored.values()
    }
    row = read(desk, "record.json")["register_row"]
    assert row["values"]["symbol"] == "12/TB-UBND"
    fields = {each["name"]: each for each in read(desk, f"{document.folder}/fields.json")["fields"]}
    by_person = [value for value in fields["subject"]["values"] if value["counts"]]
    assert [(value["source"], value["actor"]) for value in by_person] == [("person", "tester")]
    assert [value["box"] for value in fields["issued_on"]["values"] if value["source"] == "ocr"] != [None]


def test_making_a_pack_is_an_event_that_names_its_manifest_and_no_person(house: House, tmp_path: Path) -> None:
    archived(house)
    made = packed(house, tmp_path / "pack")
    (event,) = logged(house, "record.evidence_packed")
    assert event.actor == "tester"
    assert event.output_sha256 == made.manifest_sha256
    assert event.payload == {"purpose": "inspection", "documents": 1, "stt": None}
    log = b"".join(path.read_bytes() for path in (made.path / "log").rglob("*") if path.is_file())
    assert not [name for name in NAMES if name.encode() in log]


def test_events_of_other_records_and_who_looked_are_not_in_it(house: House, tmp_path: Path) -> None:
    archived(house)
    page(house.record.with_name("so-2") / "b.png", seed=7)
    house.archive_all()
    packed(house, tmp_path / "first")
    made = packed(house, tmp_path / "second")
    lines = (made.path / "log/events.jsonl").read_bytes()
    other = next(document for document in house.documents() if document.source_path and "so-2" in document.source_path)
    assert str(other.id).encode() not in lines
    assert b"record.evidence_packed" not in lines
    assert other.original_sha256.encode() not in b"".join(path.read_bytes() for path in made.path.rglob("*.json*"))


def test_the_proof_stays_small_among_thousands_of_other_events(house: House, tmp_path: Path) -> None:
    archived(house)
    with house.ctx.ledger.session() as session:
        for _ in range(3000):
            events.append(
                session, kind="test.event", actor="tester", subject_type="ledger", subject_id="1", at=house.ctx.clock()
            )
    seal_head(house.ctx)
    set_value(house.ctx, house.document().id, "place", "Mẫu", may_differ=True)
    seal_head(house.ctx)
    made = packed(house, tmp_path / "pack")
    proofs = json.loads((made.path / "log/proofs.json").read_bytes())["events"]
    assert max(len(each["path"]) for each in proofs) <= 13
    assert made.unproven_events == 0
    assert Desk(made.path, roots_of(house)).check().verdict is Verdict.VALID


def test_the_same_pack_comes_as_a_folder_or_a_zip_and_over_nothing_that_is_there(house: House, tmp_path: Path) -> None:
    archived(house)
    made = packed(house, tmp_path / "pack")
    assert made.path.is_dir()
    assert not list(tmp_path.glob(".sohoa-*"))
    with pytest.raises(PackExistsError):
        packed(house, tmp_path / "pack")
    with pytest.raises(UsageError):
        make_pack(house.ctx, house.document().record_id, tmp_path / "x.zip", purpose="curiosity")  # type: ignore[arg-type]
    assert len(logged(house, "record.evidence_packed")) == 1


def test_a_stored_file_that_was_changed_gives_no_pack(house: House, tmp_path: Path) -> None:
    archived(house)
    with house.ctx.ledger.reading() as session:
        key = session.scalars(select(StoredObject.key).where(StoredObject.kind == "original")).one()
    path = house.home / "store" / key
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(ReadBackError):
        packed(house, tmp_path / "pack.zip")
    assert not list(tmp_path.glob("*pack*"))
    assert len(logged(house, "object.reread.other_bytes")) == 1


@pytest.mark.parametrize("state", ["stuck", "waiting_review", "in_work"])
def test_nothing_of_a_paper_that_is_not_archived_gets_into_a_pack(house: House, tmp_path: Path, state: str) -> None:
    archived(house)
    page(house.record / "b.png", *LETTER[:4], "Về việc của bà Lê Thị Mẫu", seed=5)
    house.archive_all()
    first, second = house.documents()
    with house.ctx.ledger.session() as session:
        session.execute(update(Document).where(Document.id == second.id).values(state=state))
    made = packed(house, tmp_path / "pack")
    assert [each.name for each in (made.path / "documents").iterdir()] == [f"{first.stt:03d}"]
    content = b"".join(path.read_bytes() for path in made.path.rglob("*") if path.is_file())
    assert second.original_sha256.encode() not in content
    assert [each["stt"] for each in read(Desk(made.path, tmp_path), "record.json")["left_out"]] == [second.stt]
    with house.ctx.ledger.session() as session:
        session.execute(update(Document).where(Document.id == first.id).values(state=state))
    with pytest.raises(NotArchivedError):
        packed(house, tmp_path / "other")


def test_one_document_of_a_record_is_packed_alone(house: House, tmp_path: Path) -> None:
    archived(house)
    page(house.record / "b.png", seed=5)
    house.archive_all()
    made = packed(house, tmp_path / "pack", f"{RECORD}.2")
    assert [each.name for each in (made.path / "documents").iterdir()] == ["002"]
    assert Desk(made.path, roots_of(house)).check().verdict is Verdict.VALID


def test_a_paper_scanned_again_has_the_receipts_of_both_versions(house: House, tmp_path: Path) -> None:
    archived(house)
    page(house.record / "a.png", seed=9)
    house.run()
    house.settle_questions()
    house.run(release=True)
    assert house.document().current_version == 2
    desk = Desk(packed(house, tmp_path / "pack").path, roots_of(house))
    assert desk.check().verdict is Verdict.VALID
    receipts = read(desk, "documents/001/receipts.json")["objects"]
    assert {(each["version"], each["kind"]) for each in receipts} >= {
        (version, kind) for version in (1, 2) for kind in ("original", "archival")
    }


def test_a_file_whose_timestamp_was_renewed_is_packed_as_it_stands_now(house: House, tmp_path: Path) -> None:
    archived(house)
    assert renew_due(house.ctx, within=timedelta(days=365 * 60)).renewed == 1
    desk = Desk(packed(house, tmp_path / "pack").path, roots_of(house))
    proof = desk.check()
    assert (proof.verdict, proof.unproven_events) == (Verdict.VALID, 0), proof.findings
    receipts = read(desk, "documents/001/receipts.json")["objects"]
    assert {each["kind"] for each in receipts} >= {"archival", "earlier", "original"}
    with house.ctx.ledger.reading() as session:
        newest = session.scalars(select(StoredObject.sha256).where(StoredObject.kind == "archival")).one()
    assert desk.manifest().hash_of("documents/001/archival.pdf") == newest


def test_a_file_that_others_signed_is_packed_bit_exact_and_waits_for_their_root(house: House, tmp_path: Path) -> None:
    path, plain = house.record / "ket-qua.pdf", page(tmp_path / "plain.pdf")
    with Pdf.open(plain, allow_overwriting_input=True) as document:
        document.save(plain)
    sign_as_foreign(plain.read_bytes(), path, "Ủy ban nhân dân xã Khác", tmp_path / "theirs")
    delivered = path.read_bytes()
    house.archive_all()
    assert house.states() == [DocumentState.WAITING_TRUST]
    desk = Desk(packed(house, tmp_path / "pack").path, roots_of(house))
    (kept,) = desk.manifest().documents
    assert (desk.pack / kept.archival).read_bytes() == delivered
    assert kept.originals == ()
    proof = desk.check()
    assert proof.verdict is Verdict.INDETERMINATE
    assert {each.question for each in proof.findings if each.verdict is not Verdict.VALID} == {"signatures"}
    shutil.copytree(tmp_path / "theirs", desk.roots, dirs_exist_ok=True)
    assert desk.check().verdict is Verdict.VALID


@pytest.mark.needs("s3")
def test_a_pack_from_an_s3_store_names_the_version_of_each_object(
    house: House, tmp_path: Path, s3_account: S3Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived(in_s3(house, s3_account, monkeypatch))
    shutil.rmtree(house.ctx.settings.chain_folder)
    desk = Desk(packed(house, tmp_path / "pack").path, roots_of(house))
    assert desk.check().verdict is Verdict.VALID
    receipts = read(desk, "documents/001/receipts.json")["objects"]
    assert all(each["version_id"] for each in receipts)
