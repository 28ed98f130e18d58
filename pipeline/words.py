"""The words of a document with their places, kept beside what was archived, so that no page is ever read twice.

They are kept as the stage left them, compressed, once the document has passed the secrecy gate and comes to rest.
New rules for fields are then put to them, not to the page again.
"""

import gzip
import hashlib

from sqlalchemy import select

from pipeline.copies.reading import fetch_good
from pipeline.job import Job, file_sha256
from pipeline.objects import WORDS, put_object
from pipeline.stages import RECOGNIZE
from pipeline.stages.stage import settle
from storage.ledger.models import StageRun, StoredObject


def keep_words(job: Job) -> None:
    """Store the reading that lies in the work folder; where a lost disk took it, the page can be read again."""
    reading = job.folder / RECOGNIZE.output
    if not reading.is_file() or file_sha256(reading) not in _known_readings(job):
        return
    packed = job.folder / f"{RECOGNIZE.output}.gz"
    packed.write_bytes(gzip.compress(reading.read_bytes(), mtime=0))
    sha256 = file_sha256(packed)
    # Named by its content: another machine may press the same words into other bytes, and nothing is overwritten.
    put_object(job, WORDS, f"{sha256[:8]}.gz", packed, sha256)


def bring_back_words(job: Job) -> None:
    """Lay the newest stored reading into the work folder, where the stage finds it done if its key still holds.

    Raise ReadBackError when no store gives the bytes that were put.
    """
    target = job.folder / RECOGNIZE.output
    if target.is_file():
        return
    known = _known_readings(job)
    with job.ctx.ledger.reading() as session:
        stored = session.execute(
            select(StoredObject.key)
            .where(StoredObject.version_id == job.facts.version_id, StoredObject.kind == WORDS)
            .order_by(StoredObject.stored_at.desc(), StoredObject.id.desc())
        ).first()
    if stored is None:
        return
    job.folder.mkdir(parents=True, exist_ok=True)
    packed = job.folder / f"{RECOGNIZE.output}.gz"
    fetch_good(job.ctx, stored.key, packed)
    words = gzip.decompress(packed.read_bytes())
    if hashlib.sha256(words).hexdigest() in known:
        part = target.with_name(f"{target.name}.{job.fence}.part")
        part.write_bytes(words)
        settle(part, target)


def _known_readings(job: Job) -> set[str]:
    """Give the hashes of what the ledger knows to be readings of this version."""
    with job.ctx.ledger.reading() as session:
        return set(
            session.scalars(
                select(StageRun.output_sha256).where(
                    StageRun.version_id == job.facts.version_id, StageRun.stage == RECOGNIZE.name
                )
            )
        )
