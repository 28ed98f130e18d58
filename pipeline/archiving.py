"""Archive: the sealed file into the store, read back, and only then said to be archived."""

from pipeline.job import Job, Output
from pipeline.objects import ARCHIVAL, key_of, put_object
from pipeline.resting import clear_work, rest
from pipeline.sealing import SealedBytesLostError, committed_sha256, sealed_output, sealed_path
from pipeline.words import keep_words
from storage.ledger.states import DocumentState


def archive_document(job: Job) -> DocumentState:
    """Upload the committed signed bytes and write down that they are archived.

    Raise SealedBytesLostError when the committed bytes are neither on this disk nor in the store.
    """
    output = sealed_output(job) or _fetched_from_store(job)
    put_object(job, ARCHIVAL, "pdf", output.path, output.sha256)
    keep_words(job)
    with job.commit() as session:
        rest(session, job, DocumentState.ARCHIVED, output_sha256=output.sha256)
    clear_work(job.ctx, job.facts.document_id)
    return DocumentState.ARCHIVED


def _fetched_from_store(job: Job) -> Output:
    """Give the signed bytes from the store, where a run was cut off after the upload and its disk was lost."""
    sha256, key = committed_sha256(job), key_of(job, "pdf")
    if sha256 is not None and job.ctx.store.exists(key):
        job.folder.mkdir(parents=True, exist_ok=True)
        path = sealed_path(job, sha256)
        if job.ctx.store.fetch(key, path) == sha256:
            return Output(path, sha256)
        path.unlink()
    raise SealedBytesLostError(document=f"{job.facts.record_code}.{job.facts.stt}")
