"""What each kind of difference is called, and what to do about it."""

from config.i18n import gettext
from config.i18n import mark as _
from pipeline.reconciling.model import Kind

_HEAL_OR_BRING = _(
    "After `--repair` let `sohoa fixity` heal it from the replica; without one, keep what is there and bring the good "
    "file from a backup of the store."
)
FOUND: dict[Kind, str] = {
    Kind.OBJECT_MISSING: _("the ledger names it, the store does not have it"),
    Kind.OTHER_SIZE: _("the store has it in another size than was stored"),
    Kind.OTHER_BYTES: _("the store has other bytes than were stored"),
    Kind.UNREADABLE: _("the store has it and cannot read it"),
    Kind.NOT_NOTED: _("in the store, proven by its hash, and the ledger does not name it"),
    Kind.UNKNOWN: _("in the store, and nothing is known of it"),
    Kind.ARCHIVED_AHEAD: _("archived after the backup that the ledger came from; its seal proves it"),
    Kind.SCAN_AHEAD: _("stored after the backup that the ledger came from; of which document is not proven"),
    Kind.HEAD_MISSING: _("a signed head of the event log is gone from the store"),
    Kind.SEALED_WAITS: _("sealed, and not in the store yet"),
    Kind.SEALED_LOST: _("sealed, and the signed file is neither on this disk nor in the store"),
    Kind.ORIGINAL_WAITS: _("the scan is on this disk and was not stored"),
    Kind.ORIGINAL_LOST: _("the scan is neither in the store nor on this disk"),
    Kind.FOLDER_LEFT: _("folder of nothing that is in work"),
    Kind.SIGNED_LEFT: _("folder of nothing that is in work, with a signed file that the store does not have"),
    Kind.FILE_LEFT: _("half-written file of a write that was cut off"),
}
MEND: dict[Kind, str] = {
    Kind.OBJECT_MISSING: _("puts back the same bytes, which are on this disk"),
    Kind.NOT_NOTED: _("notes it in the ledger"),
    Kind.ARCHIVED_AHEAD: _("brings the document back as archived; then `sohoa backfill` reads it anew"),
    Kind.HEAD_MISSING: _("puts it back from the chain folder or the replica"),
    Kind.SEALED_WAITS: _("brings it into the store"),
    Kind.ORIGINAL_WAITS: _("brings it into the store"),
    Kind.FOLDER_LEFT: _("removes it"),
    Kind.FILE_LEFT: _("removes it"),
}
"""What a repair does."""
TODO: dict[Kind, str] = {
    Kind.OBJECT_MISSING: _(
        "After `--repair` let `sohoa fixity` heal it from the replica; without one, put it back from a backup of the "
        "store, then `sohoa audit --objects`."
    ),
    Kind.OTHER_SIZE: _HEAL_OR_BRING,
    Kind.OTHER_BYTES: _HEAL_OR_BRING,
    Kind.UNREADABLE: _("Look after the disk or server of the store, then `sohoa audit --objects`."),
    Kind.NOT_NOTED: _("Run `sohoa reconcile --repair` again."),
    Kind.UNKNOWN: _("Leave it where it is and find out who put it there; nothing in the store is ever deleted."),
    Kind.ARCHIVED_AHEAD: _("Run `sohoa reconcile --repair` again."),
    Kind.SCAN_AHEAD: _(
        "Fetch the scan (….goc.…) and lay it into the inbox again under its record; its old number is not given again."
    ),
    Kind.HEAD_MISSING: _("Put it back from the second store or a backup of the store, then `sohoa audit`."),
    Kind.SEALED_WAITS: _("See `sohoa status` for the cause; then `sohoa run`."),
    Kind.SEALED_LOST: _("Look for it in a backup of the work folder; else `sohoa backfill` lets it be sealed anew."),
    Kind.ORIGINAL_WAITS: _("See `sohoa status` for the cause; then `sohoa run`."),
    Kind.ORIGINAL_LOST: _("Scan the paper again, or look for the scan in a backup of the work folder or the scanner."),
    Kind.FOLDER_LEFT: _("Remove the folder by hand, after looking into it."),
    Kind.SIGNED_LEFT: _("Keep the folder and report it: a signed file that the ledger does not know lies in it."),
    Kind.FILE_LEFT: _("Remove the file by hand."),
}
"""What a person does where no repair is proven to be right, or one failed."""


def found_text(kind: Kind) -> str:
    """Say what is the matter."""
    return gettext(FOUND[kind])


def mend_text(kind: Kind) -> str:
    """Say what a repair does about it."""
    return gettext(MEND[kind])


def todo_text(kind: Kind) -> str:
    """Say what a person does about it."""
    return gettext(TODO[kind])
