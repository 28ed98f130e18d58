"""The heartbeat of a claim: it is renewed beside the work, so that a stage may take longer than the claim lasts.

It beats under the claim's fencing number, so it never wins back what another worker has taken over; and it stops when
the work has given no sign of life for longer than its pages can explain, so that one that hangs is taken over.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from config.errors import LostClaimError, SohoaError
from pipeline.job import Job

BEATS_A_CLAIM = 3
PAGE_S = 120
"""No page takes longer at any stage; a stage may work on all pages of a document without a sign in between."""


@contextmanager
def kept_alive(job: Job) -> Iterator[None]:
    """Renew a document's claim in the background while it is worked on in this block."""
    done = threading.Event()
    beating = threading.Thread(target=_beat, args=(job, done), name=f"heartbeat-{job.facts.document_id}", daemon=True)
    beating.start()
    try:
        yield
    finally:
        done.set()
        beating.join()


def _beat(job: Job, done: threading.Event) -> None:
    claim_s = job.ctx.settings.run.claim_s
    patience = timedelta(seconds=claim_s + PAGE_S * job.facts.pages)
    while not done.wait(claim_s / BEATS_A_CLAIM):
        if job.ctx.clock() - job.last_sign_at > patience:
            return
        try:
            job.renew()
        except LostClaimError:
            # The work itself finds out at its next commit.
            return
        except SohoaError as cause:
            # The ledger may answer again before the claim runs out.
            job.ctx.watcher.noticed(job.name, cause)
