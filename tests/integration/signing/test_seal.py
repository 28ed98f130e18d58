import errno
import hashlib
import re
import subprocess
import threading
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pikepdf.pdfa
import pytest
from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from config.errors import DiskFullError, SigningError, SohoaError
from signing import Sealer, SealReceipt, SealRequest, TrustStore, Verdict, validate
from tests.integration.signing.conftest import AGENCY, SIGNED_AT


def _signature(pdf: Path) -> EmbeddedPdfSignature:
    signature: EmbeddedPdfSignature = PdfFileReader(pdf.open("rb")).embedded_signatures[0]
    return signature


def _request(pdf: Path, out: Path, agency: str = AGENCY) -> SealRequest:
    return SealRequest(pdf, out, "SAO Y", agency, SIGNED_AT)


def test_sealed_file_begins_with_the_unsigned_bytes(page: Path, sealed: Path) -> None:
    unsigned = page.read_bytes()
    assert sealed.read_bytes()[: len(unsigned)] == unsigned


def test_receipt_describes_the_sealed_file(sealer: Sealer, page: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    receipt = sealer.seal(_request(page, out))
    assert isinstance(receipt, SealReceipt)
    assert receipt.sha256 == hashlib.sha256(out.read_bytes()).hexdigest()
    assert receipt.size == out.stat().st_size
    assert receipt.signed_at == SIGNED_AT
    assert receipt.level == "B-T"
    assert receipt.is_test
    assert receipt.timestamp_at is not None
    assert abs((receipt.timestamp_at - datetime.now(UTC)).total_seconds()) < 60


def test_signature_is_pades_over_sha256_with_ess_v2_and_no_signing_time_attribute(sealed: Path) -> None:
    signature = _signature(sealed)
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.md_algorithm == "sha256"
    signed = [attribute["type"].native for attribute in signature.signer_info["signed_attrs"]]
    assert "signing_certificate_v2" in signed
    assert "signing_time" not in signed
    unsigned = [attribute["type"].native for attribute in signature.signer_info["unsigned_attrs"]]
    assert unsigned == ["signature_time_stamp_token"]


def test_first_signature_locks_nothing(sealed: Path) -> None:
    with pikepdf.open(sealed) as pdf:
        assert "/Perms" not in pdf.Root
        assert "/Reference" not in pdf.Root.AcroForm.Fields[0].V
        assert "/Lock" not in pdf.Root.AcroForm.Fields[0]


def test_sealing_leaves_description_and_xmp_untouched(page: Path, sealed: Path) -> None:
    with pikepdf.open(page) as before, pikepdf.open(sealed) as after:
        assert before.Root.Metadata.read_bytes() == after.Root.Metadata.read_bytes()
        assert dict(before.docinfo) == dict(after.docinfo)


@pytest.mark.needs("poppler")
def test_printed_time_equals_the_claimed_time(sealed: Path) -> None:
    text = subprocess.run(["pdftotext", sealed, "-"], capture_output=True, text=True, check=True).stdout
    assert "2026-03-05T09:41:07+07:00" in text
    assert str(_signature(sealed).sig_object["/M"]) == "D:20260305094107+07'00'"


def test_certificate_names_the_agency_and_says_test(sealed: Path) -> None:
    subject = _signature(sealed).signer_cert.subject.native
    assert subject["organization_name"] == AGENCY
    assert subject["organizational_unit_name"] == "TEST"
    assert subject["common_name"] == f"TEST {AGENCY}"


def test_each_agency_has_its_own_certificate(sealer: Sealer, page: Path, tmp_path: Path) -> None:
    first = sealer.seal(_request(page, tmp_path / "a.pdf", "Sở Tư pháp tỉnh Nghệ An"))
    second = sealer.seal(_request(page, tmp_path / "b.pdf", "Sở Nội vụ tỉnh Nghệ An"))
    again = sealer.seal(_request(page, tmp_path / "c.pdf", "Sở Tư pháp tỉnh Nghệ An"))
    assert first.certificate_sha256 != second.certificate_sha256
    assert first.certificate_sha256 == again.certificate_sha256


def test_sealing_keeps_pdfa(page: Path, sealed: Path) -> None:
    assert not pikepdf.pdfa.validate_written(page, "2b").findings
    findings = pikepdf.pdfa.validate_written(sealed, "2b").findings
    assert [(finding.kind, finding.rule) for finding in findings] == [("unsupported", "pikepdf:schema-Catalog")]
    assert "/AcroForm" in findings[0].where


def test_visible_block_itself_is_pdfa(sealed: Path, tmp_path: Path) -> None:
    """The checker passes over form widgets, so the block is checked as a stamp of a derived copy."""
    copy = tmp_path / "stamp.pdf"
    with pikepdf.open(sealed) as pdf:
        del pdf.Root.AcroForm
        widget = pdf.pages[0].Annots[0]
        for key in ("/FT", "/T", "/V"):
            del widget[key]
        widget.Subtype = pikepdf.Name.Stamp
        pdf.save(copy)
    assert not pikepdf.pdfa.validate_written(copy, "2b").findings


def test_threads_share_one_sealer(sealer: Sealer, page: Path, tmp_path: Path, trust: TrustStore) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            sealer.seal(_request(page, tmp_path / f"{number}.pdf", f"Xã số {number % 2}"))
        except SohoaError as err:
            failures.append(err)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert all(validate(tmp_path / f"{n}.pdf", trust)[0].verdict is Verdict.VALID for n in range(6))


def test_second_seal_on_a_sealed_file_is_refused(sealer: Sealer, sealed: Path, tmp_path: Path) -> None:
    with pytest.raises(SigningError):
        sealer.seal(_request(sealed, tmp_path / "twice.pdf"))
    assert not (tmp_path / "twice.pdf").exists()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\nnothing", b"not a pdf at all"])
def test_what_is_no_pdf_is_refused_and_leaves_nothing(sealer: Sealer, tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "broken.pdf"
    source.write_bytes(content)
    with pytest.raises(SigningError):
        sealer.seal(_request(source, tmp_path / "out.pdf"))
    assert [path.name for path in tmp_path.iterdir()] == ["broken.pdf"]


def test_encrypted_pdf_is_refused(sealer: Sealer, page: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked.pdf"
    with pikepdf.open(page) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="o", user="u"))
    with pytest.raises(SigningError):
        sealer.seal(_request(locked, tmp_path / "out.pdf"))


def test_time_without_zone_is_refused(sealer: Sealer, page: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        sealer.seal(SealRequest(page, tmp_path / "o.pdf", "SAO Y", AGENCY, SIGNED_AT.replace(tzinfo=None)))


def test_missing_input_is_a_signing_error(sealer: Sealer, tmp_path: Path) -> None:
    with pytest.raises(SigningError):
        sealer.seal(_request(tmp_path / "none.pdf", tmp_path / "out.pdf"))


def test_reserved_space_leaves_room_and_is_not_lavish(sealed: Path) -> None:
    contents = re.search(rb"/Contents <([0-9A-Fa-f]+)>", sealed.read_bytes())
    assert contents is not None
    used = len(cms.ContentInfo.load(bytes.fromhex(contents[1].decode())).dump())
    assert used + 1024 < len(contents[1]) // 2 < 2 * used


def test_full_disk_is_told_as_such(sealer: Sealer, page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("signing.seal.shutil.copyfile", full)
    with pytest.raises(DiskFullError):
        sealer.seal(_request(page, tmp_path / "out.pdf"))
    assert [path.name for path in tmp_path.iterdir()] == ["page.pdf"]
