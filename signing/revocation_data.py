"""CRLs and OCSP answers that a file brings along: which speak of a certificate, which accuse it, which may be heard."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import crl, ocsp, x509

from signing.hostile import HOSTILE


@dataclass(frozen=True, slots=True)
class RevocationData:
    """CRLs, OCSP answers and certificates that a file brings along."""

    crls: tuple[crl.CertificateList, ...] = ()
    ocsps: tuple[ocsp.OCSPResponse, ...] = ()
    certificates: tuple[x509.Certificate, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing of any certificate."""
        return not (self.crls or self.ocsps)

    def __add__(self, other: "RevocationData") -> "RevocationData":
        """Give both together."""
        return RevocationData(self.crls + other.crls, self.ocsps + other.ocsps, self.certificates + other.certificates)


@dataclass(frozen=True, slots=True)
class Accusation:
    """One CRL or OCSP answer that calls a certificate revoked; whether it is genuine is not said.

    `invalid_since`: since when the key was in wrong hands, where a CRL says so.
    """

    data: RevocationData
    issued_at: datetime
    invalid_since: datetime | None = None


def accusations(certificate: x509.Certificate, data: RevocationData) -> Iterator[Accusation]:
    """Give what calls a certificate revoked."""
    for listed in data.crls:
        try:
            entry = _entry(certificate, listed)
            if entry is None:
                continue
            since = entry.invalidity_date_value
            yield Accusation(RevocationData(crls=(listed,)), _this_update(listed), since.native if since else None)
        except HOSTILE:
            continue
    for answer in data.ocsps:
        for single in _told(certificate, answer):
            if single["cert_status"].name == "revoked":
                yield Accusation(RevocationData(ocsps=(answer,)), single["this_update"].native)


def within_life(certificate: x509.Certificate, data: RevocationData) -> RevocationData:
    """Leave out what was issued after a certificate's end: authorities may then drop it from their lists."""
    end = certificate.not_valid_after
    return RevocationData(
        tuple(one for one in data.crls if not (_is_of_issuer(certificate, one) and _this_update(one) > end)),
        tuple(
            one for one in data.ocsps if all(single["this_update"].native <= end for single in _told(certificate, one))
        ),
        data.certificates,
    )


def informed_at(certificate: x509.Certificate, data: RevocationData) -> datetime | None:
    """Give when the newest CRL or OCSP answer that speaks of a certificate was issued, or None when none does."""
    lists = [_this_update(listed) for listed in data.crls if _is_of_issuer(certificate, listed)]
    answers = [single["this_update"].native for answer in data.ocsps for single in _told(certificate, answer)]
    return max([*lists, *answers], default=None)


def _entry(certificate: x509.Certificate, listed: crl.CertificateList) -> crl.RevokedCertificate | None:
    if listed.issuer != certificate.issuer:
        return None
    serial = certificate["tbs_certificate"]["serial_number"].dump()
    # Lists of whole countries are long; most do not name the certificate at all.
    if serial not in listed.dump():
        return None
    entries = listed["tbs_cert_list"]["revoked_certificates"]
    return next((entry for entry in entries if entry["user_certificate"].dump() == serial), None)


def _this_update(listed: crl.CertificateList) -> datetime:
    issued: datetime = listed["tbs_cert_list"]["this_update"].native
    return issued


def _is_of_issuer(certificate: x509.Certificate, listed: crl.CertificateList) -> bool:
    try:
        return bool(listed.issuer == certificate.issuer)
    except HOSTILE:
        return False


def _told(certificate: x509.Certificate, answer: ocsp.OCSPResponse) -> list[ocsp.SingleResponse]:
    """Give what an answer says of a certificate."""
    serial = certificate.serial_number
    try:
        responses = answer.response_data["responses"]
        told = [single for single in responses if single["cert_id"]["serial_number"].native == serial]
        for single in told:
            single.native  # noqa: B018 - reads it whole, so that a broken one shows here
    except HOSTILE:
        return []
    return told
