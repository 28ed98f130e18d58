"""Signatures made by others: real ones of Vietnamese agencies, and kinds our own seal does not use."""

import asyncio
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import crl as asn1_crl
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext

from config.clock import system_clock
from signing import Sealer, TrustStore, Verdict, has_signatures, overall, validate
from signing.generated_keys import GeneratedIdentities
from signing.report import Change, Coverage, Reason, SignatureReport
from signing.timestamps import LocalTimestamps
from tests.integration.signing.conftest import AGENCY, add_note, append_revision

ORIGINALS = {
    "cv_3722_metro.pdf": 1,
    "hanoi_qd_2280_water.pdf": 7,
    "hanoi_tb_453_flag.pdf": 7,
    "qd_707_ttg.pdf": 1,
    "tt_21_bct_fuel.pdf": 1,
}


@pytest.mark.needs("corpus")
@pytest.mark.parametrize("name", ORIGINALS)
def test_real_signatures_are_intact_but_of_unknown_root(corpus: Path, trust: TrustStore, name: str) -> None:
    path = corpus / "originals" / name
    assert has_signatures(path)
    reports = validate(path, trust)
    assert len(reports) == ORIGINALS[name]
    assert overall(reports) is Verdict.INDETERMINATE
    for report in reports:
        assert report.intact
        assert not report.trusted
        assert not report.is_test
        assert report.reason_code == Reason.NO_TRUSTED_ROOT
        assert report.timestamp_at is not None
    assert reports[-1].coverage == Coverage.FILE
    assert all(report.changed_after == Change.FORMS for report in reports[:-1]), "later signatures and their stamps"


@pytest.mark.needs("corpus")
def test_sha1_of_real_signatures_is_reported_not_condemned(corpus: Path, trust: TrustStore) -> None:
    reports = validate(corpus / "originals" / "hanoi_tb_453_flag.pdf", trust)
    assert {report.digest for report in reports} == {"sha1", "sha256"}
    assert {report.subfilter for report in reports} == {"adbe.pkcs7.detached", "ETSI.CAdES.detached"}
    assert {report.level for report in reports} == {"PKCS7-T", "B-T"}


# Kinds made here with pyHanko's own signer


@pytest.fixture(scope="module")
def issued(keys: Path, sealer: Sealer) -> tuple[signers.SimpleSigner, LocalTimestamps]:
    sealer.identity(AGENCY)
    (key,) = [path for path in keys.glob("agency-*.key.pem") if _names_agency(path)]
    signer = signers.SimpleSigner.load(
        str(key), str(key).replace(".key.", ".cert."), ca_chain_files=[str(keys / "test-ca.cert.pem")]
    )
    assert signer is not None
    return signer, LocalTimestamps(GeneratedIdentities(keys).timestamper_identity(), system_clock)


def _names_agency(key: Path) -> bool:
    certificate = x509.load_pem_x509_certificate(Path(str(key).replace(".key.", ".cert.")).read_bytes())
    return AGENCY in certificate.subject.rfc4514_string()


def _sign(
    pdf: Path,
    signer: signers.SimpleSigner,
    timestamps: LocalTimestamps | None,
    metadata: signers.PdfSignatureMetadata,
) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(pdf.read_bytes()))
    made = signers.PdfSigner(metadata, signer, timestamper=timestamps).sign_pdf(writer)
    pdf.write_bytes(made.getvalue())


def _only(pdf: Path, trust: TrustStore) -> SignatureReport:
    (report,) = validate(pdf, trust)
    return report


Issued = tuple[signers.SimpleSigner, LocalTimestamps]


def test_trusted_sha1_signature_is_valid_with_a_remark(page: Path, issued: Issued, trust: TrustStore) -> None:
    metadata = signers.PdfSignatureMetadata(field_name="S", md_algorithm="sha1")
    _sign(page, *issued, metadata)
    report = _only(page, trust)
    assert report.verdict is Verdict.VALID
    assert report.reason_code == Reason.WEAK_DIGEST
    assert report.level == "PKCS7-T"


def test_signature_without_timestamp_is_b_b(page: Path, issued: Issued, trust: TrustStore) -> None:
    metadata = signers.PdfSignatureMetadata(field_name="S", subfilter=SigSeedSubFilter.PADES)
    _sign(page, issued[0], None, metadata)
    report = _only(page, trust)
    assert (report.level, report.timestamp_at, report.verdict) == ("B-B", None, Verdict.VALID)


def test_two_trusted_signatures_with_a_note_between_are_valid(page: Path, issued: Issued, trust: TrustStore) -> None:
    _sign(page, *issued, _pades("First"))
    append_revision(page, add_note)
    assert _only(page, trust).verdict is Verdict.INDETERMINATE
    _sign(page, *issued, _pades("Second"))
    first, second = validate(page, trust)
    assert (first.field, second.field) == ("First", "Second")
    assert first.changed_after == Change.ANNOTATIONS
    assert overall((first, second)) is Verdict.VALID
    append_revision(page, add_note)
    assert overall(validate(page, trust)) is Verdict.INDETERMINATE


def test_lock_against_changes_is_honoured(page: Path, issued: Issued, trust: TrustStore) -> None:
    metadata = signers.PdfSignatureMetadata(
        field_name="First", certify=True, docmdp_permissions=fields.MDPPerm.NO_CHANGES
    )
    _sign(page, *issued, metadata)
    assert _only(page, trust).verdict is Verdict.VALID
    writer = IncrementalPdfFileWriter(BytesIO(page.read_bytes()))
    fields.append_signature_field(writer, fields.SigFieldSpec("Empty", box=(10, 10, 100, 50)))
    out = BytesIO()
    writer.write(out)
    page.write_bytes(out.getvalue())
    assert _only(page, trust).verdict is Verdict.INVALID


def _pades(field: str) -> signers.PdfSignatureMetadata:
    return signers.PdfSignatureMetadata(field_name=field, subfilter=SigSeedSubFilter.PADES)


def _revocation_list(keys: Path, revoked: int | None = None) -> asn1_crl.CertificateList:
    certificate = x509.load_pem_x509_certificate((keys / "test-ca.cert.pem").read_bytes())
    key = serialization.load_pem_private_key((keys / "test-ca.key.pem").read_bytes(), None)
    now = datetime.now(UTC)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(certificate.subject)
        .last_update(now - timedelta(hours=1))
        .next_update(now + timedelta(days=30))
    )
    if revoked is not None:
        entry = x509.RevokedCertificateBuilder().serial_number(revoked).revocation_date(now - timedelta(hours=12))
        builder = builder.add_revoked_certificate(entry.build())
    signed = builder.sign(key, hashes.SHA256())  # type: ignore[arg-type]
    loaded: asn1_crl.CertificateList = asn1_crl.CertificateList.load(signed.public_bytes(serialization.Encoding.DER))
    return loaded


@pytest.mark.parametrize(("archival", "level"), [(False, "B-LT"), (True, "B-LTA")])
def test_long_term_levels_are_recognised(
    page: Path, issued: Issued, keys: Path, trust: TrustStore, archival: bool, level: str
) -> None:
    context = ValidationContext(
        trust_roots=list(trust.roots), crls=[_revocation_list(keys)], revocation_mode="soft-fail"
    )
    metadata = signers.PdfSignatureMetadata(
        field_name="S",
        subfilter=SigSeedSubFilter.PADES,
        embed_validation_info=True,
        use_pades_lta=archival,
        validation_context=context,
    )
    _sign(page, *issued, metadata)
    reports = validate(page, trust)
    assert reports[0].level == level
    assert reports[0].changed_after == Change.MAINTENANCE
    assert overall(reports) is Verdict.VALID
    assert [report.level for report in reports[1:]] == (["DOC-T"] if archival else [])


def test_certificate_revoked_before_signing_is_invalid(
    page: Path, issued: Issued, keys: Path, trust: TrustStore
) -> None:
    signer = issued[0]
    assert signer.signing_cert is not None
    _sign(page, *issued, _pades("S"))
    assert _only(page, trust).verdict is Verdict.VALID
    bad = _revocation_list(keys, revoked=signer.signing_cert.serial_number)
    asyncio.run(_embed(page, bad))
    report = _only(page, trust)
    assert report.verdict is Verdict.INVALID
    assert report.reason_code == Reason.REVOKED


async def _embed(pdf: Path, revocation_list: asn1_crl.CertificateList) -> None:
    out = BytesIO(pdf.read_bytes())
    DocumentSecurityStore.add_dss(out, sig_contents=None, crls=[revocation_list])
    pdf.write_bytes(out.getvalue())
