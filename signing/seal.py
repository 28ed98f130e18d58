"""The agency's seal: a PAdES signature with a timestamp, added to a finished PDF as an incremental update.

The bytes before the signature stay as they were. Without a timestamp there is no signature at all.
"""

import asyncio
import errno
import hashlib
import os
import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedRandom
from pathlib import Path

from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

from config.clock import VIETNAM, Clock, system_clock, vietnam_iso
from config.errors import DiskFullError, SettingsError, SigningError, WrongEnvironmentError
from config.i18n import gettext
from config.settings import SETTINGS_FILE, SigningSettings
from signing.appearance import draw, lay_out
from signing.generated_keys import GeneratedIdentities
from signing.held_keys import WrongAgencyCertificateError
from signing.hostile import HOSTILE
from signing.identity import TEST_MARK, Identity, IdentitySource, belongs_to, require_current
from signing.key_holder import DIGEST
from signing.key_sources import GENERATED, KEY, open_identities
from signing.placement import InkMask, Standing, place
from signing.timestamps import HttpTimestamps, LocalTimestamps, TimestampSource, TokenFacts, token_facts, token_of

FIELD_NAME = "AgencySeal"
LEVEL = "B-T"
_CMS_MARGIN_BYTES = 3 * 1024


@dataclass(frozen=True, slots=True)
class SealRequest:
    """One document to seal: what to print, and the claimed time of signing (aware)."""

    pdf: Path
    out: Path
    copy_form: str
    agency_name: str
    signed_at: datetime
    ink: InkMask | None = None
    """Where page 1 has ink, for the block to keep off; None where that is not looked at."""
    agency_code: str = ""
    """The agency's identifier, by which its key is found where a file says whose key is which."""


@dataclass(frozen=True, slots=True)
class SealReceipt:
    """What was sealed, by whom, when, and the hash of the sealed file."""

    signed_at: datetime
    timestamp_at: datetime
    level: str
    subject: str
    certificate_sha256: str
    is_test: bool
    sha256: str
    size: int
    standing: Standing
    """How the block came to stand where it does."""


class Sealer:
    """Seals documents of any number of agencies; threads may share one."""

    def __init__(
        self, identities: IdentitySource, timestamps: TimestampSource, *, production: bool, clock: Clock
    ) -> None:
        self._identities = identities
        self._timestamps = timestamps
        self._production = production
        self._clock = clock

    def seal(self, request: SealRequest) -> SealReceipt:
        """Write the sealed copy of a PDF and say what was done.

        Raise KeyUnavailableError without a usable certificate, TimestampUnavailableError without a timestamp,
        WrongEnvironmentError where test and production meet, SigningError when the PDF cannot take a signature.
        In all these cases there is no output file.
        """
        if request.signed_at.tzinfo is None:
            raise ValueError("the time of signing needs a time zone")
        identity = self.identity(request.agency_name, request.agency_code)
        signed_at = request.signed_at.astimezone(VIETNAM).replace(microsecond=0)
        part = request.out.with_name(request.out.name + ".part")
        try:
            shutil.copyfile(request.pdf, part)
            with part.open("r+b") as pdf:
                token, standing = self._sign_in_place(pdf, request, identity, signed_at)
                pdf.flush()
                os.fsync(pdf.fileno())
            digest, size = _digest(part)
            part.replace(request.out)
            _sync_folder(request.out.parent)
        except OSError as err:
            raise _translated(err, request.out) from err
        except HOSTILE as err:
            raise SigningError(file=request.pdf.name, cause=err) from err
        finally:
            part.unlink(missing_ok=True)
        return SealReceipt(
            signed_at=signed_at.astimezone(UTC),
            timestamp_at=token.at,
            level=LEVEL,
            subject=identity.subject,
            certificate_sha256=identity.sha256,
            is_test=identity.is_test or token.is_test or not self._production,
            sha256=digest,
            size=size,
            standing=standing,
        )

    def identity(self, agency_name: str, agency_code: str = "") -> Identity:
        """Give the identity of an agency, checked to be the agency's, in force and of the ledger's kind."""
        identity = self._identities.identity(agency_name, agency_code)
        if not belongs_to(identity.certificate, agency_name):
            raise WrongAgencyCertificateError(key=identity.subject, agency=agency_name)
        if self._production and identity.is_test:
            raise WrongEnvironmentError(thing=identity.subject, found=TEST_MARK, expected="production")
        require_current(identity, self._clock())
        return identity

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
            signer.async_sign_general_data(payload, DIGEST, use_cades=True, timestamper=self._timestamps)
        )
        self._token_of(signature)
        return bytes(signature.dump())

    def _sign_in_place(
        self, pdf: BufferedRandom, request: SealRequest, identity: Identity, signed_at: datetime
    ) -> tuple[TokenFacts, Standing]:
        writer = _UntouchedMetadataWriter(pdf)
        if writer.prev.encrypted:
            raise ValueError(gettext("the PDF is encrypted"))
        writer.ensure_output_version((1, 7))  # type: ignore[no-untyped-call] # pyHanko is half typed
        is_test = identity.is_test or not self._production
        block = lay_out((request.copy_form, request.agency_name, vietnam_iso(signed_at)), is_test=is_test)
        page = writer.find_page_for_modification(0)[0].get_object()  # type: ignore[no-untyped-call] # pyHanko is half typed
        where = place(page, block.height_pt, ink=request.ink)
        spec = SigFieldSpec(FIELD_NAME, on_page=0, box=where.rect)  # type: ignore[arg-type] # whole numbers not needed
        embedder = PdfCMSEmbedder(new_field_spec=spec).write_cms(field_name=FIELD_NAME, writer=writer)
        field = next(embedder).get_object()
        field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): draw(writer, block, where)})
        signature_object = SignatureObject(
            timestamp=signed_at, subfilter=SigSeedSubFilter.PADES, bytes_reserved=self._reserved(identity)
        )
        embedder.send(SigObjSetup(sig_placeholder=signature_object))
        prepared, _ = embedder.send(SigIOSetup(md_algorithm=DIGEST, in_place=True))
        signature = asyncio.run(
            identity.signer.async_sign(
                data_digest=prepared.document_digest,
                digest_algorithm=DIGEST,
                use_pades=True,
                timestamper=self._timestamps,
                signed_attr_settings=PdfCMSSignedAttributes(),
            )
        )
        token = self._token_of(signature)
        embedder.send(signature)
        return token, where.standing

    def _token_of(self, signature: cms.ContentInfo) -> TokenFacts:
        token = token_of(signature["content"]["signer_infos"][0])
        if token is None:
            raise ValueError(gettext("the signature came back without its timestamp"))
        self._refuse_test(token)
        return token

    def _refuse_test(self, token: TokenFacts) -> None:
        if self._production and token.is_test:
            raise WrongEnvironmentError(thing=self._timestamps.name, found=TEST_MARK, expected="production")

    def _reserved(self, identity: Identity) -> int:
        certificates = sum(len(certificate.dump()) for certificate in (identity.certificate, *identity.chain))
        return 2 * (certificates + self._timestamps.token_bytes + _CMS_MARGIN_BYTES)  # written as hexadecimal


class _UntouchedMetadataWriter(IncrementalPdfFileWriter):
    """Leaves document information and XMP as they were: the archive's description is not ours to rewrite."""

    def _update_meta(self) -> None:
        pass


def open_sealer(
    settings: SigningSettings,
    keys_folder: Path,
    *,
    production: bool,
    clock: Clock = system_clock,
    agency_keys: Path | None = None,
) -> Sealer:
    """Open the keys and the timestamp authority that the settings name; with `agency_keys`, the keys of that file.

    Raise WrongEnvironmentError when production would use generated keys or the local authority, and
    KeyUnavailableError or SettingsError when a key or its password cannot be had.
    """
    generated = GeneratedIdentities(keys_folder, clock)
    if settings.key == GENERATED and agency_keys is None:
        _refuse_in_production(production, KEY)
    identities = open_identities(settings, agency_keys, generated, keys_folder, production=production, clock=clock)
    timestamps: TimestampSource
    if settings.timestamp == "local":
        _refuse_in_production(production, "signing.timestamp")
        timestamps = LocalTimestamps(generated.timestamper_identity(), clock)
    elif settings.timestamp.startswith(("http://", "https://")):
        timestamps = HttpTimestamps(
            settings.timestamp,
            timeout_s=settings.timestamp_timeout_s,
            tries=settings.timestamp_tries,
        )
    else:
        cause = gettext("neither local nor an http address")
        raise SettingsError(file=SETTINGS_FILE, key="signing.timestamp", cause=cause)
    return Sealer(identities, timestamps, production=production, clock=clock)


def _refuse_in_production(production: bool, key: str) -> None:
    if production:
        raise WrongEnvironmentError(thing=key, found=TEST_MARK, expected="production")


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
