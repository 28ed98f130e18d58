import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import cms

from config.errors import TimestampUnavailableError
from config.settings import SigningSettings
from signing import Sealer, TrustStore, Verdict, open_sealer, sign_head, verify_head
from signing.report import Reason
from tests.integration.signing.conftest import AGENCY

HEAD = b'{"hash":"9f86d081884c7d659a2feaa0c55ad015","schema":1,"seq":42}'


@pytest.fixture(scope="module")
def signature(sealer: Sealer) -> bytes:
    return sign_head(HEAD, sealer, AGENCY)


def test_signed_head_is_valid_and_timestamped(signature: bytes, trust: TrustStore) -> None:
    report = verify_head(HEAD, signature, trust)
    assert report.verdict is Verdict.VALID
    assert report.timestamp_at is not None
    assert (report.intact, report.trusted, report.is_test) == (True, True, True)
    assert AGENCY in report.signer


def test_signature_is_detached(signature: bytes) -> None:
    assert HEAD not in signature
    assert cms.ContentInfo.load(signature)["content"]["encap_content_info"]["content"].native is None


def test_another_head_is_invalid(signature: bytes, trust: TrustStore) -> None:
    report = verify_head(HEAD.replace(b"42", b"41"), signature, trust)
    assert report.verdict is Verdict.INVALID
    assert report.reason_code == Reason.DIGEST_MISMATCH


def test_unknown_root_leaves_the_verdict_open(signature: bytes, nobody: TrustStore) -> None:
    report = verify_head(HEAD, signature, nobody)
    assert (report.verdict, report.reason_code) == (Verdict.INDETERMINATE, Reason.NO_TRUSTED_ROOT)
    assert report.intact


def test_head_whose_timestamp_has_run_out_says_so(signature: bytes, trust: TrustStore) -> None:
    report = verify_head(HEAD, signature, trust, now=datetime(2050, 1, 1, tzinfo=UTC))
    assert (report.verdict, report.reason_code) == (Verdict.INDETERMINATE, Reason.LAPSED)


@pytest.mark.parametrize("junk", [b"", b"\x30", b"not a signature", bytes(500), b"\x30\x80" * 400])
def test_junk_is_invalid(junk: bytes, trust: TrustStore) -> None:
    assert verify_head(HEAD, junk, trust).verdict is Verdict.INVALID


def test_cut_and_trailing_bytes_are_invalid(signature: bytes, trust: TrustStore) -> None:
    assert verify_head(HEAD, signature[:-10], trust).verdict is Verdict.INVALID
    assert verify_head(HEAD, signature + b"\0", trust).verdict is Verdict.INVALID


def test_head_without_timestamp_proves_nothing(signature: bytes, trust: TrustStore) -> None:
    stripped = cms.ContentInfo.load(signature)
    signer = stripped["content"]["signer_infos"][0]
    signer["unsigned_attrs"] = cms.CMSAttributes([])
    report = verify_head(HEAD, stripped.dump(force=True), trust)
    assert (report.verdict, report.reason_code) == (Verdict.INDETERMINATE, Reason.NO_TIMESTAMP)
    assert report.timestamp_at is None


def test_without_an_authority_there_is_no_signed_head(keys: Path) -> None:
    settings = SigningSettings(level="B-T", timestamp="http://127.0.0.1:9/", timestamp_tries=1, timestamp_timeout_s=1)
    with pytest.raises(TimestampUnavailableError):
        sign_head(HEAD, open_sealer(settings, keys, production=False), AGENCY)


def test_heads_may_be_signed_by_several_threads(sealer: Sealer, trust: TrustStore) -> None:
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(sign_head(HEAD, sealer, AGENCY))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [verify_head(HEAD, one, trust).verdict for one in made] == [Verdict.VALID] * 4
