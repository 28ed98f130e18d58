"""Seal: the agency's signature on a released document. Signing is not repeatable, so its bytes are committed at once.

The signed file is checked, moved into place and its hash committed with the state `sealed` before any upload;
a run that was cut off between signing and upload finds the file and uploads those very bytes.
"""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import update

from config.errors import ExitCode, SealPendingError, SohoaError
from config.i18n import mark as _
from ocr.page_ink import page_ink
from pipeline.block_places import note_standing
from pipeline.job import Job, Output, file_sha256
from pipeline.seal_keys import ready_to_seal, sealing_agency, untrusted_authority
from pipeline.signature_rows import AGENCY, record_own_signatures
from pipeline.soundness import ensure_sound
from pipeline.stages.attest import ATTEST
from pipeline.stages.stage import settle
from pipeline.transitions import move, note_reason
from signing.profiles import AGENCY_SEAL
from signing.revocation import UntrustedChainError
from signing.seal import SealRequest
from storage.ledger.models import Document, DocumentVersion
from storage.ledger.states import DocumentState

SHORTEST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
"""How long a pending document is left alone by scheduled runs; a person's run tries it at once."""


class SealedBytesLostError(SohoaError):
    """The signed file that was committed is neither on this disk nor in the store."""

    code = "sealed_bytes_lost"
    exit_code = ExitCode.SIGNING
    message = _("the signed file of {document} is neither on this disk nor in the store")
    remedy = _("Look for it in a backup of the work folder; else `sohoa backfill` lets it be sealed anew.")


def seal_document(job: Job) -> DocumentState:
    """Sign a document and commit the signed bytes. Where something from outside fails it goes to `pending signature`.

    Raise AgencyNamelessError when nobody knows what the seal is to say, OwnKeyUntrustedError or
    OwnTimestampUntrustedError when it would not be believed here.
    """
    part = job.folder / f"sealed.{job.fence}.part"
    # Over the signature of the person who scanned, where there is one.
    unsealed = job.outputs.get(ATTEST, job.outputs["assemble"]).path
    job.ensure_claimed()
    agency = sealing_agency(job.ctx, job.facts.agency_code)
    try:
        ready_to_seal(job.ctx, agency)
        receipt = job.ctx.sealer.seal(
            SealRequest(
                pdf=unsealed,
                out=part,
                copy_form=job.ctx.settings.signing.copy_form,
                signer_name=agency.name,
                agency_code=agency.code,
                signed_at=job.ctx.clock(),
                ink=page_ink(unsealed, 1),
            )
        )
    except SealPendingError as cause:
        _pend(job, cause)
        return DocumentState.PENDING_SIGNATURE
    except UntrustedChainError as err:
        # Our own certificate was looked at before: this is the authority of the timestamp.
        raise untrusted_authority(job.ctx, err.details["cause"]) from err
    reports = ensure_sound(job, part, unsealed, AGENCY_SEAL)
    settle(part, sealed_path(job, receipt.sha256))
    with job.commit() as session:
        session.execute(
            update(DocumentVersion)
            .where(DocumentVersion.id == job.facts.version_id)
            .values(
                sealed_sha256=receipt.sha256,
                sealed_at=receipt.signed_at,
                proven_until=receipt.proven_until,
                timestamp_digest=receipt.timestamp_digest,
                pdfa_claim="pdfa_2b_checked",
            )
        )
        record_own_signatures(job, session, reports)
        note_standing(session, job, AGENCY, receipt.standing)
        move(
            session,
            job.facts.document_id,
            DocumentState.SEALED,
            actor=job.ctx.actor,
            at=job.ctx.clock(),
            output_sha256=receipt.sha256,
        )
    return DocumentState.SEALED


def sealed_output(job: Job) -> Output | None:
    """Give the committed signed file; None when it is not on this disk as committed."""
    sha256 = committed_sha256(job)
    if sha256 is None:
        return None
    path = sealed_path(job, sha256)
    return Output(path, sha256) if path.is_file() and file_sha256(path) == sha256 else None


def committed_sha256(job: Job) -> str | None:
    """Give the hash of the signed bytes the ledger knows of; None when nothing was sealed."""
    with job.ctx.ledger.reading() as session:
        return session.get_one(DocumentVersion, job.facts.version_id).sealed_sha256


def sealed_path(job: Job, sha256: str) -> Path:
    """Give where signed bytes lie. Two signings never give the same bytes, so neither can lie over the other."""
    return job.folder / f"sealed-{sha256[:16]}.pdf"


def _pend(job: Job, cause: SealPendingError) -> None:
    """Let a document wait: for a short while at first, then for as long again as it has waited already."""
    now = job.ctx.clock()
    with job.commit() as session:
        document = session.get_one(Document, job.facts.document_id)
        if document.state == DocumentState.PENDING_SIGNATURE:
            note_reason(document, cause)
        else:
            move(session, document.id, DocumentState.PENDING_SIGNATURE, actor=job.ctx.actor, at=now, cause=cause)
        document.wait_until = now + min(max(now - document.state_since, SHORTEST_WAIT), LONGEST_WAIT)
