"""Whom this installation trusts, as an administrator sees and changes it: each change is an event."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import x509

from config.errors import InputRefusedError, NotFoundError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.context import Context
from signing.certificate_files import read_certificates
from signing.identity import TEST_MARK, holder_name, is_test_certificate, shown_name
from signing.trust import Purpose, RootMarkedTestError, TrustedFile, room_of, trusted_files
from storage.ledger import events

LEAST_FINGERPRINT = 8


class NoAuthorityError(InputRefusedError):
    """A file that is to be trusted holds a certificate that may vouch for nobody."""

    code = "no_authority"
    message = _("{file}: {cause}")
    remedy = _("Trust the certificate of the authority that issued it; its issuer publishes it with its fingerprint.")


@dataclass(frozen=True, slots=True)
class TrustedCertificate:
    """One certificate of the trust folder; `is_root`: it vouches by itself, the others help to reach a root."""

    file: str
    purpose: Purpose
    subject: str
    issuer: str
    sha256: str
    begins: datetime
    ends: datetime
    is_root: bool


def trusted_certificates(ctx: Context) -> list[TrustedCertificate]:
    """Give all certificates of the trust folder. Raise SettingsError for a broken file."""
    return [view for file in trusted_files(ctx.trust_folder) for view in _views(file)]


def look_at(ctx: Context, source: Path, purpose: Purpose) -> list[TrustedCertificate]:
    """Give what a file would add, for a person to hold its fingerprint against what the authority publishes.

    Raise NotFoundError, SettingsError for a broken file, RootMarkedTestError for a TEST certificate in production,
    NoAuthorityError for a certificate that is no authority's.
    """
    if not source.is_file():
        raise NotFoundError(subject=source)
    certificates = tuple(read_certificates(source, "trust"))
    for certificate in certificates:
        if ctx.is_production and is_test_certificate(certificate):
            raise RootMarkedTestError(
                file=source, thing=holder_name(certificate), found=TEST_MARK, expected=ctx.environment
            )
        if not certificate.ca and not certificate.self_issued:
            cause = gettext("the certificate of {subject} is no authority's").format(subject=holder_name(certificate))
            raise NoAuthorityError(file=source, cause=cause)
    return _views(TrustedFile(source, purpose, certificates))


def add_trust(ctx: Context, source: Path, purpose: Purpose) -> list[TrustedCertificate]:
    """Put the certificates of a file into the trust folder and note it; give them. Raise as `look_at` does."""
    added = look_at(ctx, source, purpose)
    room = room_of(ctx.trust_folder, purpose)
    room.mkdir(parents=True, exist_ok=True)
    target = room / f"{added[0].sha256[:16]}.pem"
    part = target.with_suffix(".part")
    shutil.copyfile(source, part)
    part.replace(target)
    _note(ctx, "trust.added", added)
    return [view for view in trusted_certificates(ctx) if view.file == _shown(ctx, target)]


def find_trusted(ctx: Context, fingerprint: str) -> list[TrustedCertificate]:
    """Give the certificates of the one file that holds a fingerprint, or its beginning of at least 8 digits.

    Raise NotFoundError where none or several files do.
    """
    wanted = fingerprint.replace(":", "").lower()
    views = trusted_certificates(ctx)
    files = {view.file for view in views if len(wanted) >= LEAST_FINGERPRINT and view.sha256.startswith(wanted)}
    if len(files) != 1:
        raise NotFoundError(subject=fingerprint)
    return [view for view in views if view.file in files]


def remove_trust(ctx: Context, fingerprint: str) -> list[TrustedCertificate]:
    """Take the file of a certificate out of the trust folder and note it; give what was in it."""
    removed = find_trusted(ctx, fingerprint)
    (ctx.trust_folder / removed[0].file).unlink()
    _note(ctx, "trust.removed", removed)
    return removed


def _note(ctx: Context, kind: str, views: list[TrustedCertificate]) -> None:
    with ctx.ledger.session() as session:
        for view in views:
            events.append(
                session,
                kind=kind,
                actor=ctx.actor,
                subject_type="certificate",
                subject_id=view.sha256,
                at=ctx.clock(),
                payload={"purpose": str(view.purpose)},
            )


def _views(file: TrustedFile) -> list[TrustedCertificate]:
    return [_view(file, certificate) for certificate in file.certificates]


def _view(file: TrustedFile, certificate: x509.Certificate) -> TrustedCertificate:
    name = file.path.name if file.purpose is Purpose.ALL else f"{file.purpose}/{file.path.name}"
    return TrustedCertificate(
        file=name,
        purpose=file.purpose,
        subject=holder_name(certificate),
        issuer=shown_name(certificate.issuer),
        sha256=certificate.sha256.hex(),
        begins=certificate.not_valid_before,
        ends=certificate.not_valid_after,
        is_root=bool(certificate.self_issued),
    )


def _shown(ctx: Context, path: Path) -> str:
    return path.relative_to(ctx.trust_folder).as_posix()
