"""The words for why a document waits, failed or is asked about: errors, findings and questions by their code."""

from config.errors import known_errors
from config.i18n import gettext
from config.i18n import mark as _
from ocr.source import Note
from pipeline.extract import reasons
from signing import report

ERRORS: dict[str, str] = {
    "error": _("a fault of the program"),
    "settings": _("a setting is wrong"),
    "tool_missing": _("a program that is needed is missing"),
    "tool_failed": _("an outside program failed"),
    "input_refused": _("the file is not as it must be"),
    "file_empty": _("the file is empty"),
    "file_damaged": _("the file is damaged or cut off"),
    "format_unsupported": _("the file's format is not taken"),
    "content_mismatch": _("the content is not what the file's name says"),
    "pdf_encrypted": _("the PDF is encrypted"),
    "pdf_xfa": _("the PDF is a dynamic form (XFA)"),
    "pdf_active_content": _("the PDF contains active content"),
    "too_large": _("the file is over the limit"),
    "unsafe_path": _("the path leads out of the inbox"),
    "file_changed": _("the file changed while it was read"),
    "unreadable": _("no text could be read"),
    "code_wrong": _("the code of the folder is malformed or unsafe"),
    "signer_untrusted": _("trust in a signature of another body is not proven"),
    "secrecy_mark": _("a secrecy mark was found"),
    "secrecy_suspected": _("something may be a secrecy mark"),
    "specimen": _("it is a specimen, and this is a production ledger"),
    "specimen_suspected": _("a page says that it is a specimen"),
    "misplaced": _("the file lies outside a record's folder"),
    "still_arriving": _("the file is still being written"),
    "just_arrived": _("the file came or changed only just now"),
    "batch_sheet_missing": _("there is no batch sheet"),
    "batch_sheet": _("the batch sheet is wrong"),
    "rejected_in_review": _("rejected in review"),
    "signed_stack": _("the PDF is signed and has separator sheets"),
    "empty_stack": _("there are only separator sheets"),
    "duplicate": _("the same bytes already stand in this record"),
    "earlier_secret": _("the earlier version in its place is stored and secret"),
    "duplicate_of_earlier": _("the same bytes already stand in this record as an earlier version"),
    "earlier_version_busy": _("its earlier version is being worked on or not stored yet"),
    "recognition_failed": _("recognition failed"),
    "assembly_failed": _("the archival PDF could not be built"),
    "pdfa_violation": _("the result is not PDF/A-2b"),
    "timestamp_unavailable": _("no timestamp could be had"),
    "revocation_unavailable": _("nobody says whether the certificate was revoked"),
    "time_adrift": _("printed time and timestamp are too far apart"),
    "key_revoked": _("the certificate was revoked"),
    "key_unavailable": _("the signing key cannot be used"),
    "token_missing": _("the token is not there"),
    "token_pin_refused": _("a wrong PIN was given to the token"),
    "agency_key_missing": _("no key is written down for the agency"),
    "certificate_of_another": _("the certificate is another agency's"),
    "head_signer_unknown": _("it is not known who signs the event log"),
    "test_keys_missing": _("TEST keys made here are missing"),
    "agency_nameless": _("no name is known for the agency"),
    "own_key_untrusted": _("the agency's own certificate is not trusted here"),
    "own_timestamp_untrusted": _("the timestamp authority is not trusted here"),
    "seal_not_sound": _("the seal just made did not hold"),
    "signing_failed": _("signing failed"),
    "signature_invalid": _("a signature is not valid"),
    "ledger": _("the ledger could not be used"),
    "store": _("the object store failed"),
    "store_unreachable": _("the object store does not answer"),
    "disk_full": _("no space was left"),
    "disk_short": _("there is not enough space to begin"),
    "larger_machine_needed": _("it needs more memory than this machine gives"),
    "folder_unusable": _("a folder of the installation cannot be written"),
    "write_once": _("other bytes stand under the same name"),
    "read_back": _("the stored file reads back differently"),
    "object_fault": _("the stored file did not read back as it was stored"),
}
"""Errors in a few words, without the details that their own messages give."""
FINDINGS: dict[str, str] = {
    "replaces_earlier": _(
        "is it the same paper as the earlier version, scanned again? Accept; another paper: reject, "
        "and put it into the inbox once more under another name"
    ),
    "newer_version_refused": _("a newer version was refused; this one came back"),
    "sample_failed": _("the acceptance sample of its batch failed"),
    "sample_wrong": _("found wrong in the acceptance sample; set the value that stands on the page"),
    "same_bytes_elsewhere": _("the same bytes stand in another record too"),
    "archival_metadata_missing": _("metadata that TT 05/2025 requires is missing; `sohoa show` says how to fill it"),
    "words_corrected": _("doubtful accents were put right by language; the raw reading is kept"),
    "layout_collapsed": _("much of the page was not read: look at it beside its text, or have it scanned again"),
    "agency_block_moved": _("the block of the agency's seal gave way to ink, within its corner"),
    "agency_block_over_ink": _("the block of the agency's seal stands over ink: its corner has no free place"),
    "operator_block_moved": _("the block of the signature of who scanned gave way to ink, within its corner"),
    "operator_block_over_ink": _(
        "the block of the signature of who scanned stands over ink: its corner has no free place"
    ),
    "pdf_grown": _("the archival PDF is much bigger than what was delivered"),
    "agency_unknown": _("the agency is not among those known; `sohoa init --agencies` adds it"),
    "differs_from_register": _("a person's value differs from the register"),
    "code_names_other_record": _("the code on the paper names another record"),
    "not_in_register": _("the record stands in no register"),
    "copy_bad": _(
        "a stored copy is gone or not what was stored; `sohoa fixity` heals it from a good one or says why not"
    ),
    "copy_healed": _("a stored copy was bad and was healed from a good one"),
    "scan_short": _(
        "rows of the register of which fewer documents or pages were scanned than it states; "
        "`sohoa progress list --short`"
    ),
    "register_proposal": _("a row of the register fits this paper; is it that row?"),
    "register_other_row": _("the mã hồ sơ on the paper is another row's than that of its folder"),
    "register_ambiguous": _("several rows of the register fit this paper"),
    "secrecy_cleared": _("a person found no secrecy mark"),
    "specimen_cleared": _("a person found that it is no specimen"),
    "dpi_below_200": _("the resolution is below 200 dpi"),
    "dpi_below_300": _("the resolution is below 300 dpi"),
    "not_24_bit_colour": _("not scanned in 24-bit colour"),
    "seal_without_colour": _("a page with a seal was not scanned in colour"),
    "blurred": _("the page is blurred"),
    "skewed": _("the page is skewed"),
    "black_border": _("the page has black borders"),
    "blank_page": _("the page is blank"),
    "blank_page_left_out": _("the blank page is in the original only, not in the archival PDF"),
}
REASONS: dict[str, str] = {
    **ERRORS,
    **FINDINGS,
    **reasons.SENTENCES,
    **{note: note.message for note in Note},
    **{reason: report.reason_message(reason) for reason in report.Reason if reason},
}


def reason_id(code: str) -> str:
    """Give the message id of a reason or finding; an error without a name of its own has that of its kind."""
    if code in REASONS:
        return REASONS[code]
    cause = known_errors().get(code)
    kinds = [getattr(kind, "code", "") for kind in cause.__mro__] if cause else []
    return next((ERRORS[kind] for kind in kinds if kind in ERRORS), code)


def reason_name(code: str) -> str:
    """Give what a reason or finding says."""
    return gettext(reason_id(code)) if code else ""
