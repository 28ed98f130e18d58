"""The heartbeat of a claim: it is renewed beside the work, so that a stage may take longer than the claim lasts.

It beats under the claim's fencing number, so it never wins back what another worker has taken over; and it stops when
the work has given no sign of life for longer than its pages can explain, so that one that hangs is taken over.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from config.errors import LostClaimError, SohoaError
from pipeline.beating import beating
from pipeline.job import Job

BEATS_A_CLAIM = 3
PAGE_S = 120
"""No page takes longer at any stage; a stage may work on all pages of a document without a sign in between."""


@contextmanager
def kept_alive(job: Job) -> Iterator[None]:
    """Renew a document's claim in the background while it is worked on in this block."""
    claim_s = job.ctx.settings.run.claim_s
    with beating(f"heartbeat-{job.facts.document_id}", claim_s / BEATS_A_CLAIM, lambda: _beat(job)):
        yield


def _beat(job: Job) -> bool:
    patience = timedelta(seconds=job.ctx.settings.run.claim_s + PAGE_S * job.facts.pages)
    if job.ctx.clock() - job.last_sign_at > patience:
        return False
    try:
        job.renew()
    except LostClaimError:
        # The work itself finds out at its next commit.
        return False
    except SohoaError as cause:
        # The ledger may answer again before the claim runs out.
        job.ctx.watcher.noticed(job.name, cause)
    return True
