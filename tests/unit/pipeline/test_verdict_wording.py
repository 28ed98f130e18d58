"""The one sentence of a verdict claims no more than is proven."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from config.i18n import activate, active_language
from pipeline.verdict_wording import verdict_sentence
from pipeline.verification import Proof
from signing.report import Change, Coverage, Revocation, SignatureReport, Verdict

PROVEN = SignatureReport(
    field="AgencySeal",
    signer="Ủy ban nhân dân xã Mẫu",
    certificate_sha256="",
    signed_at=None,
    timestamp_at=None,
    subfilter="ETSI.CAdES.detached",
    level="B-LTA",
    digest="sha256",
    intact=True,
    trusted=True,
    is_test=False,
    coverage=Coverage.REVISION,
    changed_after=Change.MAINTENANCE,
    verdict=Verdict.VALID,
    reason_code="",
    revocation=Revocation.GOOD,
    proven_at=datetime(2026, 1, 1, tzinfo=UTC),
)
STAMP = replace(PROVEN, field="ArchiveTimestamp1", level="DOC-T", revocation=Revocation.UNKNOWN)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    before = active_language()
    activate("en")
    yield
    activate(before)


def said(*reports: SignatureReport) -> str:
    return verdict_sentence(Proof("a.pdf", "0" * 64, Verdict.VALID, True, reports, None))


def test_a_file_of_which_all_is_proven_is_called_genuine_without_more() -> None:
    assert said(PROVEN, STAMP) == "GENUINE: unchanged since it was signed, and the signer is trusted."


def test_what_is_not_proven_of_a_genuine_file_is_said_in_the_same_sentence() -> None:
    bare = replace(PROVEN, level="B-B", revocation=Revocation.UNKNOWN, proven_at=None)
    told = said(bare)
    assert told.startswith("GENUINE: unchanged since it was last signed")
    assert "when it was signed is not proven, whether a certificate was revoked is not known." in told


def test_notes_that_a_later_signature_accepts_are_not_passed_over() -> None:
    assert "notes were added between signatures" in said(replace(PROVEN, changed_after=Change.ANNOTATIONS), PROVEN)
