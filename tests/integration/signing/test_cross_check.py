"""Our judgement beside that of others: poppler's `pdfsig`, and real signed files of Vietnamese agencies.

Where pdfsig differs, and why, is told in docs/signing.md: it takes edits after signing for no harm, and cannot check
document timestamps.
"""

import re
import subprocess
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader

from scripts.bench.forgeries import NAMED
from signing import TrustStore, Verdict, overall, validate
from signing.report import Reason
from signing.timestamps import token_of
from signing.trust import load_trust
from tests.integration.signing.lasting import Pen
from tests.pki import Pki

SIGNED = datetime(2026, 6, 1, tzinfo=UTC)

EXPECTED = {
    "cv_3722_metro.pdf": "PKCS7-T sha256",
    "hanoi_qd_2280_water.pdf": "B-T sha256, PKCS7-T sha256, PKCS7-T sha256, B-T sha1, B-T sha1, B-T sha1, B-T sha1",
    "hanoi_tb_453_flag.pdf": "B-T sha1, PKCS7-T sha256, B-T sha1, B-T sha1, B-T sha1, B-T sha1, B-T sha1",
    "qd_707_ttg.pdf": "PKCS7-T sha256",
    "tt_21_bct_fuel.pdf": "PKCS7-T sha256",
}
"""Level and hash of each signature of the real files, in the order they were made."""


def pdfsig(pdf: Path) -> list[str]:
    """Give what pdfsig says of each signature's bytes."""
    told = subprocess.run(["pdfsig", pdf], capture_output=True, text=True, check=False).stdout
    return re.findall(r"Signature Validation: (.*)", told)


@pytest.mark.needs("poppler")
def test_pdfsig_agrees_on_each_level(page: Path, pki: Pki, tmp_path: Path) -> None:
    pen, trust = Pen(pki), load_trust(tmp_path / "none", pki.trust_folder())
    now = SIGNED + timedelta(minutes=5)
    for step in (pen.sign, pen.keep_revocation, pen.stamp):
        step(page, SIGNED)
        reports = validate(page, trust, now=now)
        assert overall(reports) is Verdict.VALID
        assert pdfsig(page)[0] == "Signature is Valid."
    assert len(reports) == 2
    assert "not yet been verified" in pdfsig(page)[1], "it cannot check document timestamps"


@pytest.mark.needs("poppler")
@pytest.mark.parametrize("name", ["painted over", "page added", "shadow: hide", "shadow: hide and replace"])
def test_pdfsig_takes_an_edited_file_for_valid_and_we_do_not(page: Path, pki: Pki, tmp_path: Path, name: str) -> None:
    trust = load_trust(tmp_path / "none", pki.trust_folder())
    Pen(pki).sign(page, SIGNED)
    page.write_bytes(NAMED[name](page.read_bytes()))
    assert pdfsig(page) == ["Signature is Valid."]
    assert overall(validate(page, trust, now=SIGNED)) is Verdict.INVALID


@pytest.mark.needs("poppler")
def test_both_see_a_changed_byte(page: Path, pki: Pki, tmp_path: Path) -> None:
    trust = load_trust(tmp_path / "none", pki.trust_folder())
    content = bytearray(Pen(pki).sign(page, SIGNED).read_bytes())
    content[content.index(b"/MediaBox") + 12] ^= 1
    page.write_bytes(content)
    assert pdfsig(page) == ["Digest Mismatch."]
    assert overall(validate(page, trust, now=SIGNED)) is Verdict.INVALID


@pytest.mark.needs("corpus")
@pytest.mark.parametrize("name", EXPECTED)
def test_real_files_are_judged_as_expected(corpus: Path, nobody: TrustStore, name: str) -> None:
    reports = validate(corpus / "originals" / name, nobody)
    assert ", ".join(f"{report.level} {report.digest}" for report in reports) == EXPECTED[name]
    assert [report.is_weak for report in reports] == [report.digest == "sha1" for report in reports]
    assert {report.reason_code for report in reports} == {Reason.NO_TRUSTED_ROOT}
    assert all(report.intact and len(report.chain) == 2 and report.timestamp_authority for report in reports)


@pytest.mark.needs("corpus")
@pytest.mark.parametrize("name", EXPECTED)
def test_root_that_real_files_bring_along_proves_their_time_but_not_their_signer(corpus: Path, name: str) -> None:
    """The signers' own issuing authority is in none of the files: it has to be put into the trust folder too."""
    content = (corpus / "originals" / name).read_bytes()
    root = next(one for one in _certificates(content) if one.ca and one.self_issued)
    reports = validate(corpus / "originals" / name, TrustStore((root,), ()))
    assert all(report.timestamp_trusted and report.proven_at == report.timestamp_at for report in reports)
    assert not any(report.trusted for report in reports)
    assert overall(reports) is Verdict.INDETERMINATE


def _certificates(content: bytes) -> list[x509.Certificate]:
    found: list[x509.Certificate] = []
    for signature in PdfFileReader(BytesIO(content), strict=False).embedded_signatures:
        token = token_of(signature.signer_info)
        found += [*signature.other_embedded_certs, *(token.certificates if token else ())]
    return found
