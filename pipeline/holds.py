"""Reasons for which an arrival or a document waits and nothing is wrong yet."""

from config.errors import InputRefusedError
from config.i18n import mark as _


class StillArrivingError(InputRefusedError):
    """A file's size or time changed too short a while ago."""

    code = "still_arriving"
    retry_helps = True
    message = _("{file}: the file is still being written")
    remedy = _("Nothing to do: it is taken up once it stands still.")


class BatchSheetMissingError(InputRefusedError):
    """No batch sheet names operator, scan time and device."""

    code = "batch_sheet_missing"
    retry_helps = True
    message = _("{file}: there is no batch sheet that names operator, scan time and device")
    remedy = _("Put lo.toml with operator, scanned_at and device into the agency's folder; docs/inbox.md shows one.")


class DuplicateError(InputRefusedError):
    """The same bytes already stand in this record."""

    code = "duplicate"
    message = _("{file}: the same file already stands in this record as document {stt}")
    remedy = _("Nothing to do, unless another file was meant: then put that into the record's folder.")
