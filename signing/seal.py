"""The agency's seal: a PAdES signature of the level that is set, added to a finished PDF as incremental updates.

The bytes before the signature stay as they were. What the level asks for and does not come means no signature at all:
never a weaker one.
"""

import asyncio
import errno
import hashlib
import os
import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BufferedRandom
from pathlib import Path

from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

from config.clock import VIETNAM, Clock
from config.digests import known_digests
from config.errors import DiskFullError, SigningError, TimeAdriftError, WrongEnvironmentError
from config.i18n import gettext
from signing.appearance import draw, lay_out
from signing.archive_timestamp import UntouchedMetadataWriter, add_archive_timestamp, add_validation_data
from signing.held_keys import WrongAgencyCertificateError
from signing.hostile import HOSTILE
from signing.identity import TEST_MARK, Identity, IdentitySource, belongs_to, require_current
from signing.key_holder import DIGEST
from signing.placement import InkMask, Standing, place
from signing.profiles import AGENCY_SEAL, Profile, agency_texts, operator_texts
from signing.renewal import lasting_digest, renew_file
from signing.revocation import VouchedPaths, names_source
from signing.seal_level import Level
from signing.timestamps import TimestampSource, TokenFacts, token_facts, token_of

_CMS_MARGIN_BYTES = 3 * 1024


@dataclass(frozen=True, slots=True)
class SealRequest:
    """One document to sign: whose name it bears, what to print, and the claimed time of signing (aware).

    `copy_form` and the agency's name are printed, or where a person signs who scanned, the name and `scanned_at`.
    `level`: another than is set.
    """

    pdf: Path
    out: Path
    copy_form: str
    signer_name: str
    signed_at: datetime
    profile: Profile = AGENCY_SEAL
    scanned_at: datetime | None = None
    ink: InkMask | None = None
    """Where page 1 has ink, for the block to keep off; None where that is not looked at."""
    agency_code: str = ""
    """The agency's identifier, by which its key is found where a file says whose key is which."""
    level: Level | None = None

    def texts(self, signed_at: datetime) -> tuple[str, ...]:
        """Give what the block prints."""
        if self.scanned_at is None:
            return agency_texts(self.copy_form, self.signer_name, signed_at)
        return operator_texts(self.signer_name, self.scanned_at, signed_at)


@dataclass(frozen=True, slots=True)
class SealReceipt:
    """What was sealed, by whom, when, until when the newest timestamp proves it, and the hash of the sealed file."""

    signed_at: datetime
    timestamp_at: datetime | None
    proven_until: datetime | None
    timestamp_digest: str | None
    level: Level
    subject: str
    certificate_sha256: str
    is_test: bool
    sha256: str
    size: int
    standing: Standing
    """How the block came to stand where it does."""


@dataclass(frozen=True, slots=True)
class SealRules:
    """How seals are made here: their level, how far apart printed time and timestamp may be, and the kind of ledger."""

    level: Level
    most_drift: timedelta
    production: bool


class Sealer:
    """Seals documents of any number of agencies; threads may share one."""

    def __init__(
        self,
        identities: IdentitySource,
        timestamps: TimestampSource,
        vouched: VouchedPaths,
        rules: SealRules,
        clock: Clock,
    ) -> None:
        self._identities = identities
        self._timestamps = timestamps
        self._vouched = vouched
        self._rules = rules
        self._clock = clock
        self._last_timestamp: TokenFacts | None = None

    def seal(self, request: SealRequest) -> SealReceipt:
        """Write the sealed copy of a PDF and say what was done.

        Where the timestamp's time is too far from the printed one, it is signed anew with the time of the authority.

        Raise KeyUnavailableError without a usable certificate, SealPendingError when a timestamp or an answer on
        revocation does not come, UntrustedChainError when nobody here would believe the timestamp,
        WrongEnvironmentError where test and production meet, SigningError when the PDF cannot take a signature.
        In all these cases there is no output file.
        """
        if request.signed_at.tzinfo is None:
            raise ValueError("the time of signing needs a time zone")
        identity = self.identity(request.signer_name, request.agency_code)
        part = request.out.with_name(request.out.name + ".part")
        try:
            try:
                made = self._signed(part, request, identity, request.signed_at)
            except _AdriftError as early:
                made = self._signed(part, request, identity, early.timestamp_at)
            digest, size = _digest(part)
            part.replace(request.out)
            _sync_folder(request.out.parent)
        except _AdriftError as late:
            raise self._adrift(late) from late
        except OSError as err:
            raise _translated(err, request.out) from err
        except HOSTILE as err:
            raise SigningError(file=request.pdf.name, cause=err) from err
        finally:
            part.unlink(missing_ok=True)
        return SealReceipt(
            signed_at=made.signed_at.astimezone(UTC),
            timestamp_at=made.token.at if made.token else None,
            proven_until=made.newest.until if made.newest else None,
            timestamp_digest=made.newest.shortest_digest if made.newest else None,
            level=request.level or self._rules.level,
            subject=identity.subject,
            certificate_sha256=identity.sha256,
            is_test=identity.is_test or (made.token is not None and made.token.is_test) or not self._rules.production,
            sha256=digest,
            size=size,
            standing=made.standing,
        )

    def identity(self, agency_name: str, agency_code: str = "") -> Identity:
        """Give the identity of an agency, checked to be the agency's, in force and of the ledger's kind."""
        identity = self._identities.identity(agency_name, agency_code)
        if not belongs_to(identity.certificate, agency_name):
            raise WrongAgencyCertificateError(key=identity.subject, agency=agency_name)
        if self._rules.production and identity.is_test:
            raise WrongEnvironmentError(thing=identity.subject, found=TEST_MARK, expected="production")
        require_current(identity, self._clock())
        return identity

    def ensure_not_revoked(self, signer_name: str, agency_code: str = "", level: Level | None = None) -> None:
        """Ask about a signer's certificate and its issuers before they are signed with (NĐ 23/2025, Điều 15).

        Below B-LT (`level`: another than is set) a certificate that names no place to ask is let pass: nobody can tell.
        Raise KeyRevokedError, or RevocationUnavailableError when no answer comes.
        """
        identity = self.identity(signer_name, agency_code)
        if (level or self._rules.level).has(Level.B_LT) or names_source(identity.certificate):
            self._vouched.of(identity.certificate, identity.chain)

    def renew(self, pdf: Path, out: Path) -> TokenFacts:
        """Write a copy of a signed file with a further archive timestamp; give the timestamp. Raise as `renew_file`."""
        digest = lasting_digest(known_digests(), self._clock())
        expected = self._last_timestamp or self.timestamp()
        newest = renew_file(pdf, out, self._timestamps, self._vouched, expected, digest)
        try:
            self._refuse_test(newest)
        except WrongEnvironmentError:
            out.unlink()
            raise
        self._last_timestamp = newest
        return newest

    def held(self) -> tuple[Identity, ...]:
        """Give the identities that lie ready, whoever they are of. Raise KeyUnavailableError when none can be read."""
        return self._identities.held()

    def written_down(self) -> tuple[str, ...]:
        """Give the codes of the agencies that a key was written down for; none where certificates alone say it."""
        return self._identities.written_down()

    def timestamp(self) -> TokenFacts:
        """Ask the timestamp authority for a timestamp over nothing of interest. Raise as `seal` does."""
        digest = hashlib.new(DIGEST, secrets.token_bytes(32)).digest()
        facts = token_facts(asyncio.run(self._timestamps.async_timestamp(digest, DIGEST))["content"])
        self._refuse_test(facts)
        return facts

    def sign_bytes(self, payload: bytes, agency_name: str, agency_code: str = "") -> bytes:
        """Give a detached CAdES signature (DER) with timestamp over bytes. Raise as `seal` does."""
        signer = self.identity(agency_name, agency_code).signer
        signature = asyncio.run(
            signer.async_sign_general_data(
                payload,
                DIGEST,
                use_cades=True,
                timestamper=self._timestamps,
                # pyHanko would take the clock of the machine.
                signed_attr_settings=PdfCMSSignedAttributes(signing_time=self._clock()),
            )
        )
        self._token_of(signature)
        return bytes(signature.dump())

    def _signed(self, part: Path, request: SealRequest, identity: Identity, claimed: datetime) -> "_Made":
        """Write the whole signature with a claimed time.

        Raise _AdriftError when the two are too far apart.
        """
        level = request.level or self._rules.level
        signed_at = claimed.astimezone(VIETNAM).replace(microsecond=0)
        shutil.copyfile(request.pdf, part)
        with part.open("r+b") as pdf:
            token, standing = self._sign_in_place(pdf, request, identity, signed_at, level)
            if token and abs(token.at - signed_at) > self._rules.most_drift:
                raise _AdriftError(signed_at, token.at)
            newest = self._made_to_last(pdf, identity, token, level) if token else None
            pdf.flush()
            os.fsync(pdf.fileno())
        return _Made(signed_at, token, newest, standing)

    def _made_to_last(self, pdf: BufferedRandom, identity: Identity, token: TokenFacts, level: Level) -> TokenFacts:
        """Add what the level asks for beyond the signature's own timestamp; give the newest timestamp."""
        if not level.has(Level.B_LT):
            return token
        paths = [
            self._vouched.of(identity.certificate, identity.chain),
            # The same body often issues both, and authorities do not always send it along.
            self._vouched.of(token.authority, (*token.certificates, *identity.chain), for_timestamps=True),
        ]
        if level is Level.B_LT:
            add_validation_data(pdf, paths)
            return token
        newest = add_archive_timestamp(pdf, self._timestamps, paths)
        self._refuse_test(newest)
        return newest

    def _sign_in_place(
        self, pdf: BufferedRandom, request: SealRequest, identity: Identity, signed_at: datetime, level: Level
    ) -> tuple[TokenFacts | None, Standing]:
        writer = UntouchedMetadataWriter(pdf)
        if writer.prev.encrypted:
            raise ValueError(gettext("the PDF is encrypted"))
        writer.ensure_output_version((1, 7))  # type: ignore[no-untyped-call] # pyHanko is half typed
        is_test = identity.is_test or not self._rules.production
        block = lay_out(request.texts(signed_at), is_test=is_test)
        page = writer.find_page_for_modification(0)[0].get_object()  # type: ignore[no-untyped-call] # pyHanko is half typed
        where = place(page, block.height_pt, request.profile.corner, request.ink)
        name = request.profile.field
        spec = SigFieldSpec(name, on_page=0, box=where.rect)  # type: ignore[arg-type] # whole numbers not needed
        embedder = PdfCMSEmbedder(new_field_spec=spec).write_cms(field_name=name, writer=writer)
        field = next(embedder).get_object()
        field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): draw(writer, block, where)})
        signature_object = SignatureObject(
            timestamp=signed_at, subfilter=SigSeedSubFilter.PADES, bytes_reserved=self._reserved(identity)
        )
        embedder.send(SigObjSetup(sig_placeholder=signature_object))
        prepared, _ = embedder.send(SigIOSetup(md_algorithm=DIGEST, in_place=True))
        timed = level.has(Level.B_T)
        signature = asyncio.run(
            identity.signer.async_sign(
                data_digest=prepared.document_digest,
                digest_algorithm=DIGEST,
                use_pades=True,
                timestamper=self._timestamps if timed else None,
                signed_attr_settings=PdfCMSSignedAttributes(),
            )
        )
        token = self._token_of(signature) if timed else None
        embedder.send(signature)
        return token, where.standing

    def _adrift(self, late: "_AdriftError") -> TimeAdriftError:
        minutes = round(abs(late.timestamp_at - late.signed_at) / timedelta(minutes=1))
        return TimeAdriftError(file="-", authority=self._timestamps.name, minutes=minutes)

    def _token_of(self, signature: cms.ContentInfo) -> TokenFacts:
        token = token_of(signature["content"]["signer_infos"][0])
        if token is None:
            raise ValueError(gettext("the signature came back without its timestamp"))
        self._refuse_test(token)
        return token

    def _refuse_test(self, token: TokenFacts) -> None:
        if self._rules.production and token.is_test:
            raise WrongEnvironmentError(thing=self._timestamps.name, found=TEST_MARK, expected="production")

    def _reserved(self, identity: Identity) -> int:
        certificates = sum(len(certificate.dump()) for certificate in (identity.certificate, *identity.chain))
        return 2 * (certificates + self._timestamps.token_bytes + _CMS_MARGIN_BYTES)  # written as hexadecimal


@dataclass(frozen=True, slots=True)
class _Made:
    """A finished signature: its printed time, its own timestamp, the newest in the file, and where its block stands."""

    signed_at: datetime
    token: TokenFacts | None
    newest: TokenFacts | None
    standing: Standing


class _AdriftError(Exception):
    """The printed time and the timestamp are too far apart."""

    def __init__(self, signed_at: datetime, timestamp_at: datetime) -> None:
        self.signed_at = signed_at
        self.timestamp_at = timestamp_at
        super().__init__(signed_at, timestamp_at)


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, before anybody is told that the document is signed."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _digest(path: Path) -> tuple[str, int]:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest(), path.stat().st_size


def _translated(err: OSError, out: Path) -> Exception:
    if err.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFullError(file=out, key=out)
    return SigningError(file=out.name, cause=err)
