"""What makes a signature last: certificates and revocation data in the file, and a timestamp over all of it.

Each is an incremental update: what was signed before stays byte for byte (ETSI EN 319 142-1, B-LT and B-LTA).
"""

import asyncio
from collections.abc import Iterable
from io import BufferedRandom

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, enumerate_sig_fields
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore

from signing.key_holder import DIGEST
from signing.revocation import VouchedPath
from signing.timestamps import TimestampSource, TokenFacts, token_facts

FIELD_PREFIX = "ArchiveTimestamp"
# Shown nowhere, but printed with the page as PDF/A asks of every field.
_INVISIBLE = InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=False)


class UntouchedMetadataWriter(IncrementalPdfFileWriter):
    """Leaves document information and XMP as they were: the archive's description is not ours to rewrite."""

    def _update_meta(self) -> None:
        pass


def add_validation_data(pdf: BufferedRandom, paths: Iterable[VouchedPath]) -> None:
    """Put the certificates and revocation data of signers and authorities into a PDF (its DSS), in place."""
    writer = UntouchedMetadataWriter(pdf)
    _supply(writer, paths)
    writer.write_in_place()  # type: ignore[no-untyped-call] # pyHanko is half typed


def add_archive_timestamp(
    pdf: BufferedRandom, timestamps: TimestampSource, paths: Iterable[VouchedPath] = (), *, digest: str = DIGEST
) -> TokenFacts:
    """Put validation data into a PDF and a timestamp over the whole file, in one update in place; give the timestamp.

    Raise TimestampUnavailableError when there is none; the file is of no use then.
    """
    writer = UntouchedMetadataWriter(pdf)
    name = _free_name(writer)
    _supply(writer, paths)
    spec = SigFieldSpec(name, invis_sig_settings=_INVISIBLE)
    embedder = PdfCMSEmbedder(new_field_spec=spec).write_cms(field_name=name, writer=writer)
    next(embedder)
    embedder.send(SigObjSetup(sig_placeholder=DocumentTimestamp(bytes_reserved=2 * timestamps.token_bytes)))
    prepared, _ = embedder.send(SigIOSetup(md_algorithm=digest, in_place=True))
    token = asyncio.run(timestamps.async_timestamp(prepared.document_digest, digest))
    embedder.send(token)
    return token_facts(token["content"])


def _supply(writer: IncrementalPdfFileWriter, paths: Iterable[VouchedPath]) -> None:
    for vouched in paths:
        # No VRI: nobody needs it to find the data, and EN 319 142-1 warns of it.
        DocumentSecurityStore.supply_dss_in_writer(
            writer,
            None,
            certs=[*vouched.path, *vouched.revocation.certificates],
            crls=vouched.revocation.crls,
            ocsps=vouched.revocation.ocsps,
        )


def _free_name(writer: IncrementalPdfFileWriter) -> str:
    taken = {str(name) for name, _, _ in enumerate_sig_fields(writer.prev)}
    number = 1
    while f"{FIELD_PREFIX}{number}" in taken:
        number += 1
    return f"{FIELD_PREFIX}{number}"
