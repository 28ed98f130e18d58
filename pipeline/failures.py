"""What a failure makes of a document: refused, quarantined, asked about, tried again, or stuck, with its reason."""

from config.errors import (
    BucketMissingError,
    DiskFullError,
    ExitCode,
    InputRefusedError,
    KeyUnavailableError,
    LedgerBusyError,
    LedgerFullError,
    LedgerSchemaError,
    LedgerUnreachableError,
    NotWriteOnceError,
    SecrecyMarkError,
    SettingsError,
    SohoaError,
    StoreAccessError,
    StoreClockError,
    StoreRegionError,
    StoreUnreachableError,
    ToolMissingError,
    known_errors,
)
from config.i18n import mark as _
from pipeline.budget import LargerMachineNeededError
from pipeline.deciding import open_task
from pipeline.erasing import erase_everywhere
from pipeline.holds import FolderUnusableError, SecretStoredError, SuspectedError
from pipeline.job import Job
from pipeline.lease_clock import ClockSkewError
from pipeline.naming import shown_place
from pipeline.outcome import Outcome
from pipeline.resting import clear_work, rest
from pipeline.seal_keys import AgencyNamelessError, OwnKeyUntrustedError, OwnTimestampUntrustedError
from pipeline.transitions import note_reason
from pipeline.versions import fall_back
from storage.ledger.models import Document
from storage.ledger.states import DOCUMENT_TRANSITIONS, DocumentState

MOST_TRIES = 3
INSTALLATION_ERRORS = (
    AgencyNamelessError,
    BucketMissingError,
    ClockSkewError,
    DiskFullError,
    FolderUnusableError,
    KeyUnavailableError,
    LedgerBusyError,
    LedgerFullError,
    LedgerSchemaError,
    LedgerUnreachableError,
    NotWriteOnceError,
    OwnKeyUntrustedError,
    OwnTimestampUntrustedError,
    SettingsError,
    StoreAccessError,
    StoreClockError,
    StoreRegionError,
    StoreUnreachableError,
    ToolMissingError,
)
"""Troubles of the installation, not of one document: they do not use up a document's tries."""


class WorkersEndedError(SohoaError):
    """Whoever worked on a document ended each time without a word: a page kills its reader, or memory runs out."""

    code = "workers_ended"
    exit_code = ExitCode.TOOL
    message = _("{document}: the program ended {tries} times while it was at work on it")
    remedy = _(
        "See in the system's log whether memory ran out or a program crashed, and mend that; else have the pages "
        "scanned again. Then `sohoa backfill` tries it once more."
    )


def is_installations(code: str | None) -> bool:
    """Say whether an error of this code is a trouble of the installation: other documents would meet it now too."""
    return code is not None and issubclass(known_errors().get(code, SohoaError), INSTALLATION_ERRORS)


def ensure_survivable(job: Job) -> None:
    """Raise WorkersEndedError when as many workers as there are tries did not come back from this document."""
    with job.ctx.ledger.reading() as session:
        tries = session.get_one(Document, job.facts.document_id).tries
    if tries >= MOST_TRIES:
        raise WorkersEndedError(document=job.name, tries=tries)


def settle_failure(job: Job, cause: SohoaError) -> Outcome:
    """Make of a failure a state with a reason; a question to a person is no failure."""
    if isinstance(cause, SecrecyMarkError):
        return _quarantine(job, cause)
    if isinstance(cause, SuspectedError):
        return Outcome(_ask(job, cause))
    state = _refuse(job, cause) if isinstance(cause, InputRefusedError) else _try_again_or_stick(job, cause)
    return Outcome(state, cause.code)


def settle_renewal_failure(job: Job, cause: SohoaError) -> Outcome:
    """Write down why a document's reading could not be renewed: it stays what it is, unless its secrecy is in doubt."""
    if isinstance(cause, SecrecyMarkError | SuspectedError):
        return settle_failure(job, cause)
    with job.commit() as session:
        document = session.get_one(Document, job.facts.document_id)
        note_reason(document, cause)
        if isinstance(cause, WorkersEndedError):
            # Its state stays, so its tries would too: a later backfill gives it as many again.
            document.tries = 0
        return Outcome(DocumentState(document.state), cause.code)


def _quarantine(job: Job, cause: SecrecyMarkError) -> Outcome:
    """Erase a secret document while the claim holds; of what is stored already nothing can be erased."""
    with job.commit() as session:
        state = erase_everywhere(job.ctx, session, job.facts.document_id, cause)
    if state is not None:
        job.ctx.ledger.scrub()
        # What the version before left is in the store.
        clear_work(job.ctx, job.facts.document_id)
        return Outcome(state, cause.code)
    stored = SecretStoredError(page=cause.details["page"])
    state = _try_again_or_stick(job, stored)
    # What is read and staged may be deleted at least.
    clear_work(job.ctx, job.facts.document_id)
    return Outcome(state, stored.code)


def _ask(job: Job, cause: SuspectedError) -> DocumentState:
    with job.commit() as session:
        # What a person has cleared is not suspected again: this is about something else.
        open_task(session, job, None, cause.code, is_new=True)
        rest(session, job, DocumentState.WAITING_REVIEW, cause=cause)
    return DocumentState.WAITING_REVIEW


def _refuse(job: Job, cause: SohoaError) -> DocumentState:
    with job.commit() as session:
        document = session.get_one(Document, job.facts.document_id)
        if "file" in cause.details:
            # The person knows the file by its name in the inbox, not by its staged copy.
            cause = type(cause)(**{**cause.details, "file": shown_place(session, document)})
        before = DocumentState(document.state)
        can_be = (before, DocumentState.REFUSED) in DOCUMENT_TRANSITIONS and not job.facts.is_archived
        if can_be and not fall_back(job.ctx, session, document, cause):
            rest(session, job, DocumentState.REFUSED, cause=cause)
        state = DocumentState(document.state)
    if not can_be:
        # What was signed is not refused any more: that is for the administrator.
        return _try_again_or_stick(job, cause)
    clear_work(job.ctx, job.facts.document_id)
    return state


def _try_again_or_stick(job: Job, cause: SohoaError) -> DocumentState:
    """Write a failure down: the document stays where it is for another try, or is stuck after the last one."""
    with job.commit() as session:
        document = session.get_one(Document, job.facts.document_id)
        is_ours = isinstance(cause, (*INSTALLATION_ERRORS, LargerMachineNeededError))
        if not is_ours:
            document.tries += 1
        if document.tries >= MOST_TRIES or not (cause.retry_helps or is_ours):
            rest(session, job, DocumentState.STUCK, cause=cause)
        else:
            note_reason(document, cause)
        return DocumentState(document.state)
