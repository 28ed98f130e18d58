"""Our judgement beside that of poppler's `pdfsig`, on every kind of file that is signed here and on real ones.

What the two say differently stands in EXPLAINED with the reason; anything else that differs fails, and so does an
explanation that nothing needs any more.
"""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader

from scripts.bench.forgeries import NAMED
from signing import SealRequest, TrustStore, Verdict, overall, validate
from signing.profiles import OPERATOR_SEAL
from signing.report import Coverage, Reason, SignatureReport
from signing.seal_level import Level
from signing.timestamps import token_of
from signing.trust import load_trust
from tests.integration.signing.conftest import drawn_page
from tests.integration.signing.test_levels import _seal, _sealer
from tests.pki import HOLDERS, Pki

EXPECTED = {
    "cv_3722_metro.pdf": "PKCS7-T sha256",
    "hanoi_qd_2280_water.pdf": "B-T sha256, PKCS7-T sha256, PKCS7-T sha256, B-T sha1, B-T sha1, B-T sha1, B-T sha1",
    "hanoi_tb_453_flag.pdf": "B-T sha1, PKCS7-T sha256, B-T sha1, B-T sha1, B-T sha1, B-T sha1, B-T sha1",
    "qd_707_ttg.pdf": "PKCS7-T sha256",
    "tt_21_bct_fuel.pdf": "PKCS7-T sha256",
}
"""Level and hash of each signature of the real files, in the order they were made."""

EDITED = ("painted over", "page added", "shadow: hide", "shadow: hide and replace")
EXPLAINED = {
    ("edited", "holds"): "pdfsig looks at the signed bytes, which still stand, and not at what an update changed",
    ("ETSI.RFC3161", "holds"): "pdfsig cannot check document timestamps: it calls them not yet verified",
    ("ETSI.RFC3161", "kind"): "pdfsig has no name for their kind",
}
"""What the two say differently, by the kind of file or signature and the question, with the reason."""


@dataclass(frozen=True)
class Seen:
    """What one of the two says of a signature: does it hold, does it cover the whole file, and what is it made of."""

    holds: bool
    total: bool
    digest: str
    kind: str
    signer: str


def seen_by_pdfsig(pdf: Path) -> dict[str, Seen]:
    told = subprocess.run(["pdfsig", "-nocert", pdf], capture_output=True, text=True, check=False).stdout
    blocks = [dict(re.findall(r"- ([^:\n]+)(?:: (.*))?", block)) for block in told.split("Signature #")[1:]]
    return {
        block["Signature Field Name"]: Seen(
            block["Signature Validation"] == "Signature is Valid.",
            "Total document signed" in block,
            block["Signing Hash Algorithm"].replace("-", "").lower(),
            block["Signature Type"],
            block["Signer Certificate Common Name"],
        )
        for block in blocks
    }


def seen_by_us(reports: tuple[SignatureReport, ...]) -> dict[str, Seen]:
    return {
        report.field: Seen(
            report.verdict is not Verdict.INVALID,
            report.coverage == Coverage.FILE,
            report.digest,
            report.subfilter,
            report.signer,
        )
        for report in reports
    }


def differences(kind: str, pdf: Path, reports: tuple[SignatureReport, ...]) -> Iterator[tuple[str, str]]:
    """Give what the two say differently of a file: by its kind or the signature's, and the question."""
    ours, theirs = seen_by_us(reports), seen_by_pdfsig(pdf)
    assert ours.keys() == theirs.keys(), "both see the same signatures"
    for name, one in ours.items():
        other = theirs[name]
        for question in Seen.__dataclass_fields__:
            if getattr(one, question) != getattr(other, question):
                yield (one.kind if (one.kind, question) in EXPLAINED else kind, question)


@pytest.fixture(scope="module")
def specimens(pki_of_session: Pki, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, Path]]:
    """Every kind of file that is signed here, and some of them forged: what kind each is, and where it lies."""
    folder = tmp_path_factory.mktemp("specimens")
    page = drawn_page(folder / "page.pdf")
    found: dict[str, tuple[str, Path]] = {}

    def keep(name: str, kind: str = "sealed") -> Path:
        path = folder / f"{name}.pdf"
        found[name] = (kind, path)
        return path

    pki_of_session.as_new()
    with pytest.MonkeyPatch.context() as patch:
        for level in Level:
            _seal(_sealer(pki_of_session, patch, level=level), page, keep(level).stem)
        curve = _sealer(pki_of_session, patch, key=f"pkcs12:{pki_of_session.pkcs12('agency-ec')}")
        _seal(curve, page, keep("ECDSA").stem)
        person = _sealer(pki_of_session, patch, key=f"pkcs12:{pki_of_session.pkcs12('operator')}")
        now, name = datetime.now(UTC), HOLDERS["operator"].name
        person.seal(
            SealRequest(page, keep("attested"), "", name, now, profile=OPERATOR_SEAL, scanned_at=now, level=Level.B_T)
        )
        agency = _sealer(pki_of_session, patch)
        _seal(agency, found["attested"][1], keep("two signatures").stem)
        agency.renew(found["B-LTA"][1], keep("renewed"))
    sealed = found["B-T"][1].read_bytes()
    for name in EDITED:
        keep(name.replace(":", ""), "edited").write_bytes(NAMED[name](sealed))
    changed = bytearray(sealed)
    changed[changed.index(b"/MediaBox") + 12] ^= 1
    keep("a byte changed").write_bytes(changed)
    return found


@pytest.mark.needs("poppler")
def test_what_pdfsig_says_differently_of_files_signed_here_is_explained(
    specimens: dict[str, tuple[str, Path]], pki_of_session: Pki, tmp_path: Path
) -> None:
    trust = load_trust(tmp_path / "none", pki_of_session.trust_folder())
    reports = {name: validate(pdf, trust) for name, (_kind, pdf) in specimens.items()}
    found = {name: set(differences(kind, pdf, reports[name])) for name, (kind, pdf) in specimens.items()}
    unexplained = {name: left for name, each in found.items() if (left := each - EXPLAINED.keys())}
    assert unexplained == {}
    assert set().union(*found.values()) == EXPLAINED.keys(), "each explanation is needed"
    verdicts = {name: overall(each) for name, each in reports.items()}
    forged = {name for name, (kind, _pdf) in specimens.items() if kind == "edited"} | {"a byte changed"}
    assert {name for name, verdict in verdicts.items() if verdict is Verdict.INVALID} == forged
    assert {name for name, verdict in verdicts.items() if verdict is Verdict.VALID} == specimens.keys() - forged


@pytest.mark.needs("corpus", "poppler")
@pytest.mark.parametrize("name", EXPECTED)
def test_real_files_are_judged_as_expected_and_pdfsig_says_nothing_else(
    corpus: Path, nobody: TrustStore, name: str
) -> None:
    reports = validate(corpus / "originals" / name, nobody)
    assert ", ".join(f"{report.level} {report.digest}" for report in reports) == EXPECTED[name]
    assert [report.is_weak for report in reports] == [report.digest == "sha1" for report in reports]
    assert {report.reason_code for report in reports} == {Reason.NO_TRUSTED_ROOT}
    assert all(report.intact and len(report.chain) == 2 and report.timestamp_authority for report in reports)
    assert list(differences("real", corpus / "originals" / name, reports)) == []


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
