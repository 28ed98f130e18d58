"""Stage `attest`: the signature of the person who scanned, on the archival PDF of a one-stop scan, before extraction.

TT 01/2023/TT-VPCP Điều 8. A personal key signs only in a session its owner opened, so the line never does this stage:
it looks whether the stage was done on the PDF as it is now, and else the document waits for `sohoa attest`.
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.orm import Session

from ocr.page_ink import page_ink
from pipeline.block_places import note_standing
from pipeline.job import Job, Output
from pipeline.signature_rows import OPERATOR, record_own_signatures
from pipeline.soundness import ensure_sound
from pipeline.stages.stage import Stage, find_done
from pipeline.transitions import move
from signing.profiles import OPERATOR_SEAL
from signing.report import SignatureReport
from signing.seal import Sealer, SealReceipt, SealRequest
from signing.seal_level import Level
from storage.ledger.models import DocumentVersion
from storage.ledger.states import DocumentState

ATTEST = "attest"
ATTEST_VERSION = "1"


@dataclass(slots=True)
class _Signing:
    """What signing one document came to, between the stage's work and its record."""

    sealer: Sealer | None
    receipt: SealReceipt | None = None
    reports: tuple[SignatureReport, ...] = ()

    def work(self, job: Job, target: Path) -> None:
        """Sign the assembled PDF and see that the signature holds."""
        if self.sealer is None:
            raise RuntimeError("a personal key signs only where its owner opened it")
        assembled = job.outputs["assemble"].path
        self.receipt = self.sealer.seal(
            SealRequest(
                pdf=assembled,
                out=target,
                copy_form="",
                signer_name=job.facts.converter,
                signed_at=job.ctx.clock(),
                profile=OPERATOR_SEAL,
                scanned_at=job.facts.scanned_at,
                ink=page_ink(assembled, 1),
                # The agency's, which comes over it, brings what makes both last.
                level=Level.B_T,
            )
        )
        self.reports = ensure_sound(job, target, assembled, OPERATOR_SEAL)

    def record(self, job: Job, session: Session, output: Output) -> None:
        """Write down who signed and when, and let the document go on."""
        if self.receipt is None:
            raise RuntimeError("nothing was signed")
        session.execute(
            update(DocumentVersion)
            .where(DocumentVersion.id == job.facts.version_id)
            .values(attested_sha256=output.sha256, attested_at=self.receipt.signed_at)
        )
        record_own_signatures(job, session, self.reports)
        note_standing(session, job, OPERATOR, self.receipt.standing)
        move(
            session,
            job.facts.document_id,
            DocumentState.IN_WORK,
            actor=job.ctx.actor,
            at=job.ctx.clock(),
            output_sha256=output.sha256,
        )


def attest_stage(sealer: Sealer | None) -> Stage:
    """Give the stage as done with a person's key; without one it can be looked for, not done."""
    signing = _Signing(sealer)
    return Stage(
        name=ATTEST,
        output="attested.pdf",
        version=lambda _: ATTEST_VERSION,
        settings=lambda _: {},
        inputs=lambda job: (job.outputs["assemble"].sha256,),
        work=signing.work,
        record=signing.record,
    )


def find_attested(job: Job) -> Output | None:
    """Give the PDF with the signature of the person who scanned; None when the PDF as it is now bears none."""
    return find_done(job, attest_stage(None))
