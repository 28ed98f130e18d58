"""Reasons for which an arrival or a document waits, and troubles of this program or machine that are not the file's."""

from typing import ClassVar

from config.errors import ExitCode, InputRefusedError, SohoaError
from config.i18n import mark as _


class StillArrivingError(InputRefusedError):
    """A file's name says that a program is still writing it."""

    code = "still_arriving"
    retry_helps = True
    message = _("{file}: the file is still being written")
    remedy = _("Nothing to do: it is taken up once it stands still.")


class SignerUntrustedError(InputRefusedError):
    """A file that came in signed is stored, and trust in one of its signatures is not proven."""

    code = "signer_untrusted"
    retry_helps = True
    message = _("{file}: signed by {signer}; trust in the signature is not proven here")
    remedy = _(
        "Put the root certificate of the signer's authority into the folder trust, then `sohoa run`; or leave it: the "
        "file is stored as it came and is not counted. `sohoa verify` says what is not proven."
    )


class JustArrivedError(StillArrivingError):
    """A file came or changed too short a while ago to be known to stand still."""

    code = "just_arrived"
    message = _("{file}: put there or changed less than {seconds} s ago")
    remedy = _("Nothing to do under a schedule: the next run takes it up. By hand: wait that long, then `sohoa run`.")


class BatchSheetMissingError(InputRefusedError):
    """No batch sheet names operator, scan time and device."""

    code = "batch_sheet_missing"
    retry_helps = True
    message = _("{file}: there is no batch sheet that names operator, scan time and device")
    remedy = _("Put lo.toml with operator, scanned_at and device into the agency's folder; docs/inbox.md shows one.")


class SignedStackError(InputRefusedError):
    """A PDF that came in signed has separator sheets; taking pages out of it would break its signatures."""

    code = "signed_stack"
    message = _("{file}: the PDF is signed and has separator sheets; a signed file is never split")
    remedy = _("Scan the papers as a stack without signing it, or put each signed document in by itself.")


class EmptyStackError(InputRefusedError):
    """A stack of separator sheets alone."""

    code = "empty_stack"
    message = _("{file}: there are only separator sheets and no page of a document")
    remedy = _("Scan the stack again with its papers.")


class DuplicateError(InputRefusedError):
    """The same bytes already stand in this record."""

    code = "duplicate"
    message = _("{file}: the same file already stands in this record as document {stt}")
    remedy = _("Nothing to do, unless another file was meant: then put that into the record's folder.")


class EarlierDuplicateError(DuplicateError):
    """The same bytes stand in this record as a version that a newer one took the place of."""

    code = "duplicate_of_earlier"
    message = _("{file}: the same file already stands in this record as version {version} of document {stt}")


class EarlierVersionBusyError(InputRefusedError):
    """The earlier version of a paper that was scanned again is just being worked on."""

    code = "earlier_version_busy"
    retry_helps = True
    message = _("{file}: its earlier version is being worked on or not stored yet")
    remedy = _(
        "Answer what `sohoa review list` asks about it, if anything; if it is stuck, `sohoa backfill` takes it up "
        "again. This file follows at the run after that; where the earlier one stays stuck, put it in under "
        "another name."
    )


class FileUnreadableError(InputRefusedError):
    """The machine does not let this program read a file or folder."""

    code = "file_unreadable"
    retry_helps = True
    message = _("{file}: it cannot be read: {cause}")
    remedy = _("Let the user this program runs as read it, and check the disk or share; it is tried again each run.")


class OriginalsLostError(InputRefusedError):
    """The staged copy of a file is gone or changed, and its original was not stored yet."""

    code = "originals_lost"
    message = _("{file}: the copy taken from the inbox is gone or was changed before it was stored")
    remedy = _("The file is still in the inbox: run `sohoa run --retry-refused`.")


class FolderUnusableError(SohoaError):
    """The machine does not let this program write where it works."""

    code = "folder_unusable"
    exit_code = ExitCode.STORE
    retry_helps = True
    message = _("{subject}: {place} cannot be used: {cause}")
    remedy = _("Let the user this program runs as write there, and look at the disk; it is tried again each run.")


class MemoryShortError(SohoaError):
    """The machine, or the limit this program runs under, has no memory left for a document."""

    code = "memory_short"
    exit_code = ExitCode.TOOL
    retry_helps = True
    message = _("{subject}: there is not enough memory to work on it")
    remedy = _(
        "Give the machine or the service more memory, or lower run.workers; it is tried again, and after the last try "
        "`sohoa backfill` takes it up once more."
    )


class UnexpectedError(SohoaError):
    """A fault of this program while it worked on a document."""

    code = "unexpected"
    retry_helps = True
    message = _("a fault of the program stopped the work: {kind} at {place}")
    remedy = _("It is tried again by itself; if it comes again, send this line to whoever maintains the program.")


class SuspectedError(InputRefusedError):
    """Something on a page that a person must judge before anything of the document is kept."""

    code = "suspected"
    cleared: ClassVar[str] = "cleared"
    """The finding that says a person saw nothing of the kind."""


class SpecimenError(InputRefusedError):
    """A fictional paper in a production ledger."""

    code = "specimen"
    message = _("{file}: the batch sheet says that these are specimens, and this is a production ledger")
    remedy = _("Take specimens out of the inbox; try them in a test installation (`make demo`).")


class MarkedSpecimenError(SpecimenError):
    """A file in a production ledger's inbox that says of itself that it is a fictional paper."""

    code = "specimen_marked"
    message = _("{file}: the file itself is marked as a specimen, and this is a production ledger")


class SecretStoredError(SohoaError):
    """A secrecy mark was found on a document of which something is in the write-once store."""

    code = "secret_stored"
    message = _("a secrecy mark was found on page {page} of a document that is stored already, in whole or in part")
    remedy = _(
        "Take the objects that `sohoa show` lists out of the store and its replica by the rules on state secrets."
    )
