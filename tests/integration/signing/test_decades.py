"""Signatures judged over decades: what is still proven when certificates have expired and hash functions are broken."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import crl
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from config.digests import DigestDates, KeyDates
from signing import TrustStore, Verdict, overall, validate
from signing.report import Change, Reason, Revocation, SignatureReport, proof_ends
from signing.trust import load_trust
from tests.integration.signing.conftest import add_note, append_revision
from tests.integration.signing.lasting import AGING, Pen
from tests.pki import Pki, running_pki

SIGNED = datetime(2021, 6, 1, 3, 0, tzinfo=UTC)
FIRST_RENEWAL = datetime(2027, 6, 1, tzinfo=UTC)
SECOND_RENEWAL = datetime(2035, 6, 1, tzinfo=UTC)
MUCH_LATER = SIGNED + timedelta(days=25 * 365)
UNSAFE = datetime(2040, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def aging(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    with running_pki(tmp_path_factory.mktemp("aging"), AGING) as pki:
        yield pki


@pytest.fixture
def pen(aging: Pki) -> Iterator[Pen]:
    yield Pen(aging)
    aging.as_new()


@pytest.fixture
def trust(aging: Pki, tmp_path: Path) -> TrustStore:
    return load_trust(tmp_path / "no-keys", aging.trust_folder())


def weakened(trust: TrustStore, name: str, since: datetime) -> TrustStore:
    """Give a store that holds a hash function for broken from a day on."""
    return replace(trust, digests=replace(trust.digests, dates=trust.digests.dates | {name: DigestDates(since, since)}))


def first(pdf: Path, trust: TrustStore, now: datetime) -> SignatureReport:
    return validate(pdf, trust, now=now)[0]


# Levels


def test_levels_say_what_the_file_holds(page: Path, pen: Pen, trust: TrustStore) -> None:
    now = SIGNED + timedelta(days=1)
    pen.sign(page, SIGNED)
    assert first(page, trust, now).level == "B-T"
    pen.keep_revocation(page, SIGNED)
    assert first(page, trust, now).level == "B-LT"
    pen.stamp(page, SIGNED)
    reports = validate(page, trust, now=now)
    assert [report.level for report in reports] == ["B-LTA", "DOC-T"]
    assert [report.verdict for report in reports] == [Verdict.VALID, Verdict.VALID]
    assert reports[0].changed_after == Change.MAINTENANCE


@pytest.mark.parametrize("authorities", [("ca",), ("root",)])
def test_data_on_a_part_of_the_chain_makes_no_level(
    page: Path, pen: Pen, trust: TrustStore, authorities: tuple[str, ...]
) -> None:
    pen.keep_revocation(pen.sign(page, SIGNED), SIGNED, authorities)
    pen.stamp(page, SIGNED)
    assert first(page, trust, SIGNED + timedelta(days=1)).level == "B-T"


def test_data_from_long_before_signing_makes_no_level(page: Path, pen: Pen, trust: TrustStore) -> None:
    pen.keep_revocation(pen.sign(page, SIGNED), SIGNED - timedelta(days=30))
    assert first(page, trust, SIGNED + timedelta(days=1)).level == "B-T"


def test_document_timestamp_before_the_data_makes_no_archival_level(page: Path, pen: Pen, trust: TrustStore) -> None:
    pen.stamp(pen.sign(page, SIGNED), SIGNED)
    pen.keep_revocation(page, SIGNED)
    assert first(page, trust, SIGNED + timedelta(days=1)).level == "B-LT"


def test_level_does_not_depend_on_whom_we_trust(page: Path, pen: Pen, nobody: TrustStore) -> None:
    pen.seal_for_archive(page, SIGNED)
    report = first(page, nobody, SIGNED + timedelta(days=1))
    assert (report.level, report.reason_code) == ("B-LTA", Reason.NO_TRUSTED_ROOT)


def test_report_names_the_chain_the_authority_and_the_state_of_the_certificate(
    page: Path, pen: Pen, trust: TrustStore, aging: Pki
) -> None:
    report = first(pen.seal_for_archive(page, SIGNED), trust, SIGNED + timedelta(days=1))
    names = [aging.holders[label].name for label in ("agency", "ca", "root")]
    assert report.chain == tuple(names)
    assert report.timestamp_authority == aging.holders["tsa"].name
    assert report.revocation == Revocation.GOOD
    assert report.revocation_from is not None
    assert SIGNED - timedelta(hours=1) <= report.revocation_from <= SIGNED
    assert report.proven_at == SIGNED


# Decades


def test_renewed_in_time_it_still_holds_after_25_years(page: Path, pen: Pen, trust: TrustStore) -> None:
    renewed_twice(page, pen)
    reports = validate(page, weakened(trust, "sha256", UNSAFE), now=MUCH_LATER)
    assert MUCH_LATER.year == 2046
    assert [report.verdict for report in reports] == [Verdict.VALID] * 4
    assert (reports[0].level, reports[0].proven_at) == ("B-LTA", SIGNED)
    assert [report.timestamp_at for report in reports[1:]] == [SIGNED, FIRST_RENEWAL, SECOND_RENEWAL]
    assert overall(reports) is Verdict.VALID


def renewed_twice(page: Path, pen: Pen) -> None:
    """Seal in 2021, renew in 2027, and in 2035 with a better hash function and an authority under it."""
    pen.seal_for_archive(page, SIGNED)
    pen.stamp(pen.keep_revocation(page, FIRST_RENEWAL), FIRST_RENEWAL, "tsa-2")
    pen.stamp(pen.keep_revocation(page, SECOND_RENEWAL), SECOND_RENEWAL, "tsa-3", "sha512")


def test_not_renewed_in_time_nothing_proves_the_time_any_more(page: Path, pen: Pen, trust: TrustStore) -> None:
    pen.seal_for_archive(page, SIGNED)
    assert first(page, trust, datetime(2027, 12, 31, tzinfo=UTC)).verdict is Verdict.VALID, "four years after its end"
    late = first(page, trust, datetime(2028, 1, 2, tzinfo=UTC))
    assert (late.verdict, late.reason_code) == (Verdict.INDETERMINATE, Reason.LAPSED)


def test_renewed_too_late_it_is_not_mended(page: Path, pen: Pen, trust: TrustStore) -> None:
    pen.seal_for_archive(page, SIGNED)
    late = datetime(2028, 6, 1, tzinfo=UTC)
    pen.stamp(page, late, "tsa-2")
    reports = validate(page, trust, now=late + timedelta(days=1))
    assert [report.verdict for report in reports] == [Verdict.INDETERMINATE, Verdict.INDETERMINATE, Verdict.VALID]
    assert reports[0].reason_code == Reason.LAPSED
    assert overall(reports) is Verdict.INDETERMINATE


def test_missed_second_renewal_shows_too(page: Path, pen: Pen, trust: TrustStore) -> None:
    pen.seal_for_archive(page, SIGNED)
    pen.stamp(page, FIRST_RENEWAL, "tsa-2")
    assert first(page, trust, datetime(2035, 12, 1, tzinfo=UTC)).verdict is Verdict.VALID
    assert first(page, trust, datetime(2036, 2, 1, tzinfo=UTC)).reason_code == Reason.LAPSED


@pytest.mark.parametrize("broken", ["sha256"])
def test_hash_function_broken_before_renewal_leaves_it_open(
    page: Path, pen: Pen, trust: TrustStore, broken: str
) -> None:
    pen.seal_for_archive(page, SIGNED)
    later = datetime(2026, 1, 1, tzinfo=UTC)
    report = first(page, weakened(trust, broken, later), later + timedelta(days=1))
    assert (report.verdict, report.reason_code) == (Verdict.INDETERMINATE, Reason.DIGEST_UNSAFE)


def test_timestamp_over_the_signature_alone_does_not_carry_a_broken_hash_on(
    page: Path, pen: Pen, trust: TrustStore
) -> None:
    """Its own timestamp, over SHA-512, protects the signature; the content it protects only through SHA-256."""
    pen.sign(page, datetime(2035, 1, 1, tzinfo=UTC), signer="operator", tsa="tsa-3")
    later = datetime(2036, 1, 1, tzinfo=UTC)
    report = first(page, weakened(trust, "sha256", later), later + timedelta(days=1))
    assert (report.verdict, report.reason_code) == (Verdict.INDETERMINATE, Reason.DIGEST_UNSAFE)


def shortened(trust: TrustStore, since: datetime) -> TrustStore:
    """Give a store that holds RSA keys of 2048 bits for too short from a day on."""
    return replace(trust, digests=replace(trust.digests, keys=(KeyDates("rsa", 2048, DigestDates(since, since)),)))


@pytest.mark.parametrize(
    ("tsa", "judged"),
    [("tsa-3072", (Verdict.VALID, Reason.NONE)), ("tsa-2", (Verdict.INDETERMINATE, Reason.KEY_UNSAFE))],
)
def test_keys_that_became_too_short_hold_under_a_timestamp_with_a_longer_one(
    page: Path, pen: Pen, trust: TrustStore, tsa: str, judged: tuple[Verdict, Reason]
) -> None:
    """The agency's certificate has run out by then: without the time nothing else is left to say."""
    pen.seal_for_archive(page, SIGNED)
    pen.stamp(page, FIRST_RENEWAL, tsa)
    since = FIRST_RENEWAL + timedelta(days=90)
    report = first(page, shortened(trust, since), since + timedelta(days=1))
    assert (report.verdict, report.reason_code) == judged
    if tsa == "tsa-2":
        assert proof_ends(validate(page, shortened(trust, since), now=FIRST_RENEWAL)) == since


def test_a_signature_made_with_a_key_too_short_for_new_ones_is_told_of(page: Path, pen: Pen, trust: TrustStore) -> None:
    pen.sign(page, SIGNED)
    told = replace(trust.digests, keys=(KeyDates("rsa", 2048, DigestDates(weak_from=SIGNED)),))
    report = first(page, replace(trust, digests=told), SIGNED)
    assert (report.verdict, report.reason_code) == (Verdict.VALID, Reason.WEAK_KEY)


def test_later_signature_that_accepts_a_note_does_not_mend_a_broken_hash(
    page: Path, pen: Pen, trust: TrustStore
) -> None:
    """Whoever can make two contents of one hash must not get the old signature proven by signing after it."""
    pen.sign(page, SIGNED, digest="sha1")
    append_revision(page, add_note)
    pen.sign(page, SIGNED, field="Second")
    reports = validate(page, trust, now=SIGNED)
    assert [report.reason_code for report in reports] == [Reason.WEAK_DIGEST, Reason.NONE], "the note is accepted"
    broken = weakened(trust, "sha1", SIGNED - timedelta(days=1))
    assert first(page, broken, SIGNED).reason_code == Reason.DIGEST_UNSAFE
    assert overall(validate(page, broken, now=SIGNED)) is Verdict.INDETERMINATE


def test_a_search_that_is_given_up_gives_no_verdict_at_all(
    page: Path, pen: Pen, trust: TrustStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    pen.seal_for_archive(page, SIGNED)
    monkeypatch.setattr("signing.search_limits._STEP", 100_000)
    reports = validate(page, trust, now=SIGNED)
    assert [(report.verdict, report.reason_code) for report in reports] == [(Verdict.INDETERMINATE, Reason.UNSUPPORTED)]


def test_file_says_until_when_its_proof_lasts(page: Path, pen: Pen, trust: TrustStore) -> None:
    pen.seal_for_archive(page, SIGNED)
    now = SIGNED + timedelta(days=1)
    assert proof_ends(validate(page, trust, now=now)) == datetime(2028, 1, 1, tzinfo=UTC)
    unsafe = datetime(2026, 5, 1, tzinfo=UTC)
    assert proof_ends(validate(page, weakened(trust, "sha256", unsafe), now=now)) == unsafe
    pen.stamp(page, FIRST_RENEWAL, "tsa-2")
    assert proof_ends(validate(page, trust, now=FIRST_RENEWAL)) == datetime(2036, 1, 1, tzinfo=UTC)


def test_document_timestamp_proves_a_signature_that_has_none_of_its_own(
    page: Path, pen: Pen, trust: TrustStore, aging: Pki
) -> None:
    pen.sign(page, SIGNED)
    pen.stamp(page, SIGNED + timedelta(days=300))
    without = replace(trust, timestamp_roots=(aging.certificate("tsa"),))
    assert first(page, without, datetime(2024, 1, 1, tzinfo=UTC)).verdict is Verdict.VALID


# Revocation


@pytest.mark.parametrize(
    ("revoked", "judged"),
    [
        (SIGNED - timedelta(days=1), (Verdict.INVALID, Reason.REVOKED, Revocation.REVOKED)),
        (SIGNED + timedelta(days=90), (Verdict.VALID, Reason.NONE, Revocation.LATER)),
    ],
    ids=["before signing", "after signing"],
)
def test_revocation_counts_from_its_day_on(
    page: Path, pen: Pen, trust: TrustStore, aging: Pki, revoked: datetime, judged: tuple[str, ...]
) -> None:
    pen.seal_for_archive(page, SIGNED)
    aging.revoke("agency", revoked)
    later = SIGNED + timedelta(days=100)
    pen.keep_revocation(page, later)
    pen.stamp(page, later)
    report = first(page, trust, later + timedelta(days=1))
    assert (report.verdict, report.reason_code, report.revocation) == judged
    assert report.revoked_at == revoked


def test_revoked_without_a_trusted_time_of_signing_is_left_open(
    page: Path, pen: Pen, trust: TrustStore, aging: Pki
) -> None:
    pen.sign(page, SIGNED)
    aging.revoke("agency", SIGNED + timedelta(days=90))
    later = SIGNED + timedelta(days=100)
    pen.keep_revocation(page, later)
    timeless = replace(trust, timestamp_roots=())
    report = first(page, timeless, later)
    assert (report.verdict, report.reason_code) == (Verdict.INDETERMINATE, Reason.REVOKED_UNPROVEN)


@pytest.mark.parametrize(
    ("cause", "verdict"), [("superseded", Verdict.VALID), ("key_compromise", Verdict.INDETERMINATE)]
)
def test_timestamp_authority_revoked_later_vouches_on_unless_for_its_key(
    page: Path, pen: Pen, trust: TrustStore, aging: Pki, cause: str, verdict: Verdict
) -> None:
    """RFC 3161, section 4. The signer has expired, so that all hangs on the timestamp."""
    pen.sign(page, SIGNED)
    aging.revoke("tsa", datetime(2024, 1, 1, tzinfo=UTC), cause)
    later = datetime(2024, 6, 1, tzinfo=UTC)
    pen.keep_revocation(page, later)
    assert first(page, trust, later + timedelta(minutes=1)).verdict is verdict


def test_compromised_authority_harms_nothing_that_another_had_stamped_before(
    page: Path, pen: Pen, trust: TrustStore, aging: Pki
) -> None:
    pen.seal_for_archive(page, SIGNED)
    pen.stamp(page, datetime(2027, 2, 1, tzinfo=UTC), "tsa-2")
    aging.revoke("tsa", datetime(2027, 3, 1, tzinfo=UTC), "key_compromise")
    later = datetime(2027, 6, 1, tzinfo=UTC)
    pen.keep_revocation(page, later)
    assert first(page, trust, later + timedelta(minutes=1)).verdict is Verdict.VALID


@pytest.mark.parametrize("authority", ["expired", "stranger"])
def test_revocation_forged_later_changes_nothing(
    page: Path, pen: Pen, trust: TrustStore, aging: Pki, authority: str
) -> None:
    """Neither a list by a stranger's key, nor one by the authority's own key after that certificate has expired."""
    renewed_twice(page, pen)
    now = datetime(2048, 1, 1, tzinfo=UTC)
    before = validate(page, trust, now=now)
    assert overall(before) is Verdict.VALID
    key = _key(aging, "ca") if authority == "expired" else rsa.generate_private_key(65537, 2048)
    forged = _list(aging, key, "agency", SIGNED - timedelta(days=5), issued=SIGNED + timedelta(days=1))
    pen.keep(page, [forged])
    end = datetime(2071, 1, 1, tzinfo=UTC) if authority == "expired" else now
    after = first(page, trust, end)
    assert after.reason_code != Reason.REVOKED
    assert authority == "expired" or overall(validate(page, trust, now=now)) is Verdict.VALID


def test_day_since_when_a_key_was_in_wrong_hands_counts(page: Path, pen: Pen, trust: TrustStore, aging: Pki) -> None:
    pen.sign(page, SIGNED)
    revoked, stolen = SIGNED + timedelta(days=30), SIGNED - timedelta(days=3)
    genuine = _list(aging, _key(aging, "ca"), "agency", revoked, issued=revoked + timedelta(days=1), stolen=stolen)
    now = revoked + timedelta(days=2)
    pen.keep(page, [genuine])
    report = first(page, trust, now)
    assert (report.verdict, report.reason_code, report.revoked_at) == (Verdict.INVALID, Reason.REVOKED, stolen)


def _key(aging: Pki, label: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(aging.key_pem(label), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def _list(
    aging: Pki,
    key: rsa.RSAPrivateKey,
    label: str,
    revoked: datetime,
    *,
    issued: datetime,
    stolen: datetime | None = None,
) -> crl.CertificateList:
    issuer = x509.load_der_x509_certificate(aging.certificate("ca").dump())
    entry = x509.RevokedCertificateBuilder().serial_number(aging.certificate(label).serial_number)
    entry = entry.revocation_date(revoked).add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), False)
    if stolen:
        entry = entry.add_extension(x509.InvalidityDate(stolen.replace(tzinfo=None)), False)
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.subject)
    builder = builder.last_update(issued).next_update(issued + timedelta(days=1))
    signed = builder.add_revoked_certificate(entry.build()).sign(key, hashes.SHA256())
    loaded: crl.CertificateList = crl.CertificateList.load(signed.public_bytes(serialization.Encoding.DER))
    return loaded


# Timestamps that somebody else added


def test_timestamp_of_a_stranger_spoils_nothing(
    page: Path, pen: Pen, trust: TrustStore, tmp_path_factory: pytest.TempPathFactory
) -> None:
    pen.seal_for_archive(page, SIGNED)
    with running_pki(tmp_path_factory.mktemp("stranger"), AGING) as stranger:
        Pen(stranger).stamp(page, FIRST_RENEWAL, "tsa-2")
    reports = validate(page, trust, now=FIRST_RENEWAL)
    assert [report.verdict for report in reports] == [Verdict.VALID, Verdict.VALID, Verdict.INDETERMINATE]
    assert overall(reports) is Verdict.VALID
    assert first(page, trust, datetime(2028, 2, 1, tzinfo=UTC)).reason_code == Reason.LAPSED, "nor does it help"
