"""A further archive timestamp over a signed file, before the certificate or the hash of the newest one fails.

What the chain of proof needs is gathered while it can still be had: the answers about the newest timestamp's
authority above all, for with the new timestamp over them it stays believable after its certificate has run out.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from config.digests import Digests
from config.errors import KeyRevokedError, RevocationUnavailableError, SigningError
from config.i18n import mark as _
from signing.archive_timestamp import add_archive_timestamp
from signing.hostile import HOSTILE
from signing.revocation import UntrustedChainError, VouchedPath, VouchedPaths
from signing.timestamps import TimestampSource, TokenFacts, token_facts, token_of

DIGESTS = ("sha256", "sha384", "sha512")
LASTING = timedelta(days=3652)
"""How long the hash of a new archive timestamp should hold: about the life of an authority's certificate."""


class NothingToRenewError(SigningError):
    """A file bears no timestamp that could be carried on."""

    code = "nothing_to_renew"
    message = _("{file}: it bears no timestamp that a further one could carry on")
    remedy = _("Look at its signatures: sohoa verify. What was never timestamped cannot be made to last.")


class RenewedTooLateError(SigningError):
    """The newest timestamp is no longer believed, so that a further one would carry on nothing."""

    code = "renewed_too_late"
    message = _("{file}: its newest timestamp, by {key}, is believed no more: {cause}")
    remedy = _(
        "See whether the authority's root lies in the folder trust (`sohoa trust list`); if its certificate has run "
        "out or was revoked, the proof of this file has ended: let the paper be scanned and sealed again."
    )


@dataclass(frozen=True, slots=True)
class _Link:
    """A certificate that the proof rests on, with the others in the file that may lead to its root."""

    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    is_authority: bool


def renew_file(
    pdf: Path, out: Path, timestamps: TimestampSource, vouched: VouchedPaths, expected: TokenFacts, digest: str
) -> TokenFacts:
    """Write a copy of a signed file with a further archive timestamp; give the timestamp.

    `expected`: an earlier timestamp of the same authority, whose chain is put into the file with the others.
    Raise UntrustedChainError when nobody here believes that authority, NothingToRenewError, RenewedTooLateError,
    SealPendingError when an authority does not answer, SigningError for a file that cannot be read. In all these cases
    there is no output file.
    """
    part = out.with_name(out.name + ".part")
    try:
        shutil.copyfile(pdf, part)
        with part.open("r+b") as copy:
            reader = PdfFileReader(copy, strict=False)
            paths = _paths(pdf, _links(reader), vouched, is_first="/DSS" not in reader.root)
            stored = _stored_certificates(reader)
            paths.append(vouched.of(expected.authority, (*expected.certificates, *stored), for_timestamps=True))
            copy.seek(0)
            newest = add_archive_timestamp(copy, timestamps, paths, digest=digest)
            copy.flush()
            os.fsync(copy.fileno())
        part.replace(out)
    except HOSTILE as err:
        raise SigningError(file=pdf.name, cause=err) from err
    finally:
        part.unlink(missing_ok=True)
    return newest


def lasting_digest(digests: Digests, now: datetime) -> str:
    """Give the shortest hash that is held to be safe for as long as a new timestamp shall hold."""
    return next((name for name in DIGESTS if digests.is_safe(name, now + LASTING)), DIGESTS[-1])


def _paths(pdf: Path, links: list[_Link], vouched: VouchedPaths, *, is_first: bool) -> list[VouchedPath]:
    """Vouch for all that can still be vouched for; the newest timestamp's authority must be.

    `is_first`: nothing vouches for the signer in the file yet, so that a silent authority is waited for.
    """
    if not links or not links[-1].is_authority:
        raise NothingToRenewError(file=pdf.name)
    newest, paths = links[-1], []
    for link in {(link.certificate.sha256, link.is_authority): link for link in links}.values():
        try:
            paths.append(vouched.of(link.certificate, link.others, for_timestamps=link.is_authority))
        except (UntrustedChainError, KeyRevokedError, RevocationUnavailableError) as err:
            is_newest = link.certificate.sha256 == newest.certificate.sha256
            if isinstance(err, RevocationUnavailableError) and (is_newest or is_first):
                raise
            if is_newest:
                raise RenewedTooLateError(file=pdf.name, key=err.details["key"], cause=err.details["cause"]) from err
            # An older one: what vouched for it is in the file since it was carried on, or it was never there.
    return paths


def _links(reader: PdfFileReader) -> list[_Link]:
    """Give what signs and stamps in a file, in the order of its revisions, timestamps after their signatures."""
    stored = tuple(_stored_certificates(reader))
    signatures = [
        EmbeddedPdfSignature(reader, field, str(name))
        for name, _value, field in enumerate_sig_fields(reader, filled_status=True)
    ]
    links: list[_Link] = []
    for signature in sorted(signatures, key=lambda one: int(one.signed_revision)):
        known = (*signature.other_embedded_certs, *stored)
        if signature.sig_object_type == "/DocTimeStamp":
            links.append(_authority(token_facts(signature.signed_data), known))
            continue
        links.append(_Link(signature.signer_cert, known, is_authority=False))
        if token := token_of(signature.signer_info):
            links.append(_authority(token, known))
    return links


def _authority(token: TokenFacts, known: tuple[x509.Certificate, ...]) -> _Link:
    return _Link(token.authority, (*token.certificates, *known), is_authority=True)


def _stored_certificates(reader: PdfFileReader) -> Iterator[x509.Certificate]:
    if "/DSS" in reader.root:
        yield from DocumentSecurityStore.read_dss(reader).load_certs()
