"""One-stop scans: the person who scanned signs first, in a session of the own, and the agency's seal comes over it."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pikepdf
import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from PIL import Image, ImageDraw
from sqlalchemy import select, text

import pipeline.stages.stage
from config.clock import system_clock
from config.errors import (
    ExitCode,
    KeyUnavailableError,
    NotFoundError,
    TimestampUnavailableError,
    UsageError,
    WrongEnvironmentError,
)
from config.settings import SigningSettings
from pipeline import attesting as desk
from pipeline.attesting import AttestSummary, NothingToAttestError, NotTheOperatorError
from pipeline.audit_documents import check_attests, check_signatures
from pipeline.overview import read_status, show_record
from pipeline.seal_keys import OwnKeyUntrustedError
from pipeline.stages import STAGES
from pipeline.verification import verify_record
from pipeline.wording import state_name
from signing.identity import IdentitySource
from signing.key_sources import GENERATED
from signing.personal_keys import open_personal_key
from signing.pin_guard import PinRefusedError
from signing.pkcs11 import Token
from signing.report import Verdict
from signing.seal import Sealer
from storage.ledger.models import Batch, DocumentVersion, Event, Signature, StageRun
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import DPI, RECORD, SHEET, House, copy_of, page
from tests.integration.scripts.desk import Desk
from tests.integration.signing.test_environments import PASSWORD, _certificate, _store
from tests.softhsm import PIN, SoftHsm

pytestmark = pytest.mark.needs("tesseract", "poppler")
OPERATOR = "Nguyễn Văn Mẫu"
ONE_STOP = SHEET + 'profile = "one_stop_scan"\n'


def one_stop(house: House) -> House:
    """Let what comes into the inbox be one-stop scans."""
    (house.inbox / "lo.toml").write_text(ONE_STOP, "utf-8")
    return house


@pytest.fixture(scope="module")
def scanned_home(template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with one one-stop scan, read and built, that waits for who scanned it."""
    house = one_stop(copy_of(template_home, tmp_path_factory.mktemp("scanned") / "home"))
    page(house.record / "a.png")
    house.run()
    house.ctx.ledger.close()
    return house.home


@pytest.fixture
def scanned(scanned_home: Path, tmp_path: Path) -> House:
    return one_stop(copy_of(scanned_home, tmp_path / "home"))


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def own(house: House, key: str = GENERATED, password: str = PASSWORD) -> IdentitySource:
    ctx = house.ctx
    os.environ["OWN_PASSWORD"] = password
    return open_personal_key(
        ctx.settings.signing,
        key,
        ctx.settings.keys_folder,
        production=ctx.is_production,
        clock=ctx.clock,
        password="env:OWN_PASSWORD",
    )


def attest(house: House, keys: IdentitySource | None = None) -> AttestSummary:
    (batch,) = desk.batches_to_attest(house.ctx)
    return desk.attest(house.ctx, batch, desk.open_session(house.ctx, batch, keys or own(house)))


def version(house: House) -> DocumentVersion:
    with house.ctx.ledger.reading() as session:
        number = house.document().current_version
        found = session.scalar(select(DocumentVersion).where(DocumentVersion.number == number))
    assert found is not None
    return found


def work_file(house: House, name: str) -> Path:
    (found,) = house.ctx.settings.work_folder.rglob(name)
    return found


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def archived_pdf(house: House) -> Path:
    (found,) = house.ctx.settings.store_folder.rglob(f"{RECORD}.1.pdf")
    return found


def test_one_stop_scan_waits_for_who_scanned_it_and_no_run_signs_it(scanned: House) -> None:
    assert scanned.states() == [DocumentState.WAITING_ATTEST]
    assert not scanned.run(release=True).has_failures
    assert scanned.states() == [DocumentState.WAITING_ATTEST]
    (batch,) = desk.batches_to_attest(scanned.ctx)
    assert (batch.operator, batch.documents) == (OPERATOR, 1)
    assert read_status(scanned.ctx).documents == {"waiting_attest": 1}
    assert state_name("waiting_attest") != "waiting_attest"


def test_agency_seals_over_the_signature_of_who_scanned_and_both_are_valid(scanned: House) -> None:
    assembled = work_file(scanned, "assembled.pdf").read_bytes()
    assert attest(scanned) == AttestSummary(signed=1, sent_back=0, left=0, failures=())
    assert scanned.states() == [DocumentState.IN_WORK]
    attested = work_file(scanned, "attested.pdf").read_bytes()
    assert version(scanned).attested_sha256 == hashlib.sha256(attested).hexdigest()
    assert attested.startswith(assembled)
    scanned.archive_all()
    assert scanned.states() == [DocumentState.ARCHIVED]
    sealed = archived_pdf(scanned)
    assert sealed.read_bytes().startswith(attested)
    (proof,) = verify_record(scanned.ctx, RECORD)
    assert (proof.verdict, proof.ledger_match) == (Verdict.VALID, True)
    with scanned.ctx.ledger.reading() as session:
        rows = session.execute(
            select(Signature.role, Signature.field, Signature.verdict).order_by(Signature.role, Signature.field)
        )
        assert [tuple(row) for row in rows] == [
            ("agency", "AgencySeal", "valid"),
            ("agency", "ArchiveTimestamp1", "valid"),
            ("operator", "OperatorSeal", "valid"),
        ]
        assert list(check_signatures(session)) == []
    (shown,) = show_record(scanned.ctx, RECORD)
    roles = [role for role, *_rest in shown.documents[0].signatures]
    assert roles == ["operator", "agency", "archive_timestamp"], "in the order in which they were made"
    told = subprocess.run(["pdfsig", "-nocert", sealed], check=True, capture_output=True, text=True).stdout
    assert told.count("Signature is Valid.") == 2
    with pikepdf.open(sealed) as pdf:
        fields = {str(field.T): field for field in pdf.pages[0].Annots}
        first, second = fields["OperatorSeal"], fields["AgencySeal"]
        (_, _, after, length), (_, _, last, rest) = ([int(n) for n in field.V.ByteRange] for field in (first, second))
        assert after + length == len(attested), "the first signature is of the attested bytes"
        assert len(attested) < last + rest <= sealed.stat().st_size, "the second is of those and its own"
        assert "/Perms" not in pdf.Root
        assert "/Reference" not in first.V, "it locks nothing"
        left, right = ([float(side) for side in field.Rect] for field in (first, second))
        assert left[2] < right[0]
    printed = subprocess.run(["pdftotext", "-raw", sealed, "-"], check=True, capture_output=True, text=True).stdout
    signed_at = version(scanned).attested_at
    assert signed_at is not None
    assert f"{OPERATOR} (TEST)" in printed
    assert "Sao chụp: 2026-03-11T08:00:00+07:00" in printed


def test_event_log_says_who_signed_which_bytes(scanned: House) -> None:
    scanned.ctx = scanned.ctx.acting_as("mau.nguyen")
    attest(scanned)
    with scanned.ctx.ledger.reading() as session:
        events = session.scalars(select(Event).where(Event.actor == "mau.nguyen").order_by(Event.seq)).all()
    assert [event.kind for event in events] == ["document.in_work", "stage.attest"]
    assert {event.output_sha256 for event in events} == {version(scanned).attested_sha256}


def test_only_who_scanned_the_batch_signs_it(scanned: House, key: rsa.RSAPrivateKey, tmp_path: Path) -> None:
    _store(tmp_path / "other.p12", "Trần Thị Thử", key)
    with pytest.raises(NotTheOperatorError) as caught:
        attest(scanned, own(scanned, f"pkcs12:{tmp_path / 'other.p12'}"))
    assert OPERATOR in str(caught.value)
    assert scanned.states() == [DocumentState.WAITING_ATTEST]


@pytest.mark.parametrize("name", ["Nguyễn Văn Mẫu", "NGUYEN  VAN MAU"], ids=["as_on_the_sheet", "otherwise_spelt"])
def test_own_key_file_signs_once_its_root_is_trusted(
    scanned: House, key: rsa.RSAPrivateKey, tmp_path: Path, name: str
) -> None:
    certificate = _store(tmp_path / "own.p12", name, key)
    keys = f"pkcs12:{tmp_path / 'own.p12'}"
    with pytest.raises(OwnKeyUntrustedError):
        attest(scanned, own(scanned, keys))
    scanned.ctx.trust_folder.mkdir(exist_ok=True)
    (scanned.ctx.trust_folder / "own.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    scanned.open()
    assert attest(scanned, own(scanned, keys)).signed == 1


@pytest.mark.needs("softhsm")
def test_token_of_who_scanned_signs_and_a_wrong_pin_signs_nothing(
    scanned: House, key: rsa.RSAPrivateKey, softhsm: SoftHsm
) -> None:
    certificate = _certificate(OPERATOR, key)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    label = softhsm.token()
    softhsm.put(label, pem, x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)))
    scanned.ctx.trust_folder.mkdir(exist_ok=True)
    (scanned.ctx.trust_folder / "own.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    scanned.open(signing={"pkcs11_module": softhsm.library})
    with pytest.raises(PinRefusedError):
        attest(scanned, own(scanned, f"pkcs11:{label}", "111111"))
    assert scanned.states() == [DocumentState.WAITING_ATTEST]
    token = Token(softhsm.library, label, lambda: None, scanned.ctx.settings.keys_folder)
    token.log_in_by_hand(PIN)
    assert attest(scanned, own(scanned, f"pkcs11:{label}", PIN)).signed == 1


def test_wrong_password_signs_nothing(scanned: House, key: rsa.RSAPrivateKey, tmp_path: Path) -> None:
    _store(tmp_path / "own.p12", OPERATOR, key)
    with pytest.raises(KeyUnavailableError):
        attest(scanned, own(scanned, f"pkcs12:{tmp_path / 'own.p12'}", "wrong"))
    assert scanned.states() == [DocumentState.WAITING_ATTEST]


@pytest.mark.parametrize("key", ["", "own.p12", "pkcs12:", "file:own.p12"])
def test_what_is_no_key_is_refused(scanned: House, key: str) -> None:
    with pytest.raises(UsageError):
        own(scanned, key)


def test_production_takes_no_generated_key(tmp_path: Path) -> None:
    with pytest.raises(WrongEnvironmentError):
        open_personal_key(SigningSettings(), GENERATED, tmp_path, production=True, clock=system_clock)


def test_without_a_timestamp_the_document_goes_on_waiting_with_the_reason(
    scanned: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_authority(*_: object) -> None:
        raise TimestampUnavailableError(authority="local", cause="down")

    with monkeypatch.context() as down:
        down.setattr(Sealer, "seal", no_authority)
        summary = attest(scanned)
    assert (summary.signed, summary.left) == (0, 1)
    assert [failure.code for failure in summary.failures] == ["timestamp_unavailable"]
    document = scanned.document()
    assert (document.state, document.reason_code, document.tries) == ("waiting_attest", "timestamp_unavailable", 0)
    assert attest(scanned).signed == 1


def test_signed_bytes_without_their_commit_count_for_nothing(scanned: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as crash:
        crash.setattr(pipeline.stages.stage, "_note_run", cut_off)
        with pytest.raises(KeyboardInterrupt):
            attest(scanned)
    lost = work_file(scanned, "attested.pdf").read_bytes()
    assert version(scanned).attested_sha256 is None
    assert scanned.states() == [DocumentState.WAITING_ATTEST]
    assert attest(scanned).signed == 1
    assert work_file(scanned, "attested.pdf").read_bytes() != lost
    assert version(scanned).attested_sha256 == sha256(work_file(scanned, "attested.pdf"))


def test_committed_bytes_are_the_ones_that_are_sealed(scanned: House) -> None:
    attest(scanned)
    committed = work_file(scanned, "attested.pdf").read_bytes()
    scanned.open()
    scanned.archive_all()
    assert archived_pdf(scanned).read_bytes().startswith(committed)
    with pytest.raises(NothingToAttestError):
        desk.batch_to_attest(scanned.ctx, batch_id(scanned))


def test_lost_bytes_are_to_be_signed_anew(scanned: House) -> None:
    attest(scanned)
    scanned.run()
    scanned.settle_questions()
    scanned.run()
    assert scanned.states() == [DocumentState.WAITING_RELEASE]
    work_file(scanned, "attested.pdf").unlink()
    scanned.run(release=True)
    assert scanned.states() == [DocumentState.WAITING_ATTEST]
    attest(scanned)
    scanned.run(release=True)
    assert scanned.states() == [DocumentState.ARCHIVED]


def test_pdf_that_is_built_anew_is_signed_anew(scanned: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assemble = next(stage for stage in STAGES if stage.name == "assemble")
    monkeypatch.setattr("pipeline.stages.assemble.ASSEMBLE_VERSION", "another")
    assert attest(scanned) == AttestSummary(signed=0, sent_back=1, left=0, failures=())
    scanned.run()
    assert scanned.states() == [DocumentState.WAITING_ATTEST]
    assert attest(scanned).signed == 1
    with scanned.ctx.ledger.reading() as session:
        runs = session.scalars(select(StageRun.stage_version).where(StageRun.stage == assemble.name)).all()
    assert "another" in runs


def test_paper_scanned_again_is_signed_anew(scanned: House) -> None:
    attest(scanned)
    scanned.archive_all()
    page(scanned.record / "a.png", seed=1)
    scanned.run()
    assert scanned.states() == [DocumentState.WAITING_ATTEST]
    assert scanned.document().current_version == 2
    assert version(scanned).attested_sha256 is None


def test_other_batches_and_unknown_ones_have_nothing_to_sign(house: House) -> None:
    page(house.record / "a.png")
    house.run()
    assert desk.batches_to_attest(house.ctx) == []
    with pytest.raises(NothingToAttestError):
        desk.batch_to_attest(house.ctx, batch_id(house))
    with pytest.raises(NotFoundError):
        desk.batch_to_attest(house.ctx, house.document().id)


def test_block_that_gives_way_to_ink_is_told(house: House) -> None:
    path = page(one_stop(house).record / "a.png")
    with Image.open(path) as image:
        ImageDraw.Draw(image).rectangle((60, 5, 160, 16), fill=(10, 10, 10))
        image.save(path, dpi=(DPI, DPI))
    house.run()
    attest(house)
    (view,) = show_record(house.ctx, RECORD)
    assert ("note", 1, "operator_block_moved") in view.documents[0].findings


def batch_id(house: House) -> UUID:
    with house.ctx.ledger.reading() as session:
        return session.scalars(select(Batch.id)).one()


def test_command_lists_what_waits_counts_it_and_signs_it_only_with_a_key(scanned: House) -> None:
    desk_of = Desk(scanned.home, scanned.home)
    listed = desk_of("attest")
    assert (listed.code, OPERATOR in listed.out, str(batch_id(scanned)) in listed.out) == (ExitCode.DONE, True, True)
    sign = ("attest", str(batch_id(scanned)))
    assert desk_of(*sign, "--dry-run").code == ExitCode.DONE
    assert desk_of(*sign, "--yes").code == ExitCode.USAGE
    assert desk_of(*sign, "--key", "generated").code == ExitCode.USAGE, "nobody is there to be asked"
    assert scanned.states() == [DocumentState.WAITING_ATTEST]
    assert desk_of(*sign, "--key", "generated", "--yes").code == ExitCode.DONE
    assert scanned.states() == [DocumentState.IN_WORK]
    assert desk_of(*sign, "--key", "generated", "--yes").code == ExitCode.NOT_FOUND


def test_password_is_asked_at_a_terminal_alone(
    scanned: House, key: rsa.RSAPrivateKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _store(tmp_path / "own.p12", OPERATOR, key)
    sign = ("attest", str(batch_id(scanned)), "--key", f"pkcs12:{tmp_path / 'own.p12'}", "--yes")
    told = Desk(scanned.home, scanned.home)(*sign)
    assert told.code == ExitCode.USAGE
    assert "sohoa attest" in told.err
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("getpass.getpass", lambda _prompt: PASSWORD)
    told = Desk(scanned.home, scanned.home)(*sign)
    assert told.code == ExitCode.SIGNING, "its root is not trusted yet"
    assert PASSWORD not in told.out + told.err


def test_audit_finds_a_signed_file_that_the_log_does_not_tell_of(scanned: House) -> None:
    attest(scanned)
    with scanned.ctx.ledger.reading() as session:
        assert list(check_attests(session)) == []
    for forged in ("'" + "0" * 64 + "'", "NULL"):
        with scanned.ctx.ledger.engine.begin() as connection:
            connection.execute(text(f"UPDATE document_version SET attested_sha256 = {forged}"))
        with scanned.ctx.ledger.reading() as session:
            assert len(list(check_attests(session))) == 1
