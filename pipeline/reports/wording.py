"""Words of the reports: levels, states, reasons, as message ids."""

from config.errors import known_errors
from config.i18n import mark as _
from pipeline.extract.reasons import SENTENCES
from pipeline.progress.model import Attention
from pipeline.targets import Level
from storage.ledger.states import DocumentState, Environment

LEVELS: dict[Level | None, str] = {
    Level.PROVINCE: _("Province"),
    Level.DISTRICT: _("District"),
    Level.COMMUNE: _("Commune"),
    None: _("Level not entered"),
}
ENVIRONMENTS = {
    Environment.TEST: _("TEST data: no legal value"),
    Environment.PRODUCTION: _("Production data"),
}
STATES: dict[str, str] = {
    DocumentState.IN_WORK: _("in work"),
    DocumentState.WAITING_REVIEW: _("waiting for review"),
    DocumentState.WAITING_RELEASE: _("waiting for release"),
    DocumentState.PENDING_SIGNATURE: _("waiting for a signature or timestamp"),
    DocumentState.SEALED: _("signed, not yet stored"),
    DocumentState.ARCHIVED: _("archived"),
    DocumentState.WAITING_TRUST: _("signed by others, trust to be settled"),
    DocumentState.STUCK: _("stuck, for the administrator"),
    DocumentState.SUPERSEDED: _("superseded"),
    DocumentState.REFUSED: _("refused"),
    DocumentState.QUARANTINED: _("quarantined: secrecy mark"),
    DocumentState.DUPLICATE: _("duplicate"),
    "inbox_waiting": _("waiting in the inbox"),
    "inbox_refused": _("refused at the inbox"),
}
SEVERITIES = {"note": _("note"), "warning": _("warning"), "review": _("for review")}
FIELDS = {
    "parent_issuer": _("parent body"),
    "issuer": _("issuing body"),
    "code": _("number and symbol"),
    "number": _("number"),
    "symbol": _("symbol"),
    "place": _("place"),
    "issued_on": _("date of issue"),
    "type_name": _("document type"),
    "subject": _("abstract"),
    "urgency": _("urgency"),
    "authority": _("signing authority"),
    "signer_title": _("signer's title"),
    "signer_name": _("signer's name"),
    "recipients": _("recipients"),
}
REASONS: dict[str, str] = {
    **SENTENCES,
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
    "secrecy_mark": _("a secrecy mark was found"),
    "still_arriving": _("the file is still being written"),
    "batch_sheet_missing": _("there is no batch sheet"),
    "recognition_failed": _("recognition failed"),
    "assembly_failed": _("the archival PDF could not be built"),
    "pdfa_violation": _("the result is not PDF/A-2b"),
    "timestamp_unavailable": _("no timestamp could be had"),
    "key_unavailable": _("the signing key cannot be used"),
    "signing_failed": _("signing failed"),
    "signature_invalid": _("a signature is not valid"),
    "store_unreachable": _("the object store does not answer"),
    "store": _("the object store failed"),
    "disk_full": _("no space was left"),
    "write_once": _("other bytes stand under the same name"),
    "read_back": _("the stored file reads back differently"),
    "duplicate": _("the same bytes already stand in this record"),
    "sample_failed": _("the acceptance sample of its batch failed"),
    "same_bytes_elsewhere": _("the same bytes stand in another record too"),
    "not_in_register": _("the record stands in no register"),
    "active_content": _("a signed PDF with active content, kept as it is"),
    "alpha": _("transparent parts were laid on white"),
    "animated": _("animated image, only its still picture was taken"),
    "annotations": _("the PDF holds comments or stamps"),
    "attachments": _("the PDF holds attached files"),
    "cmyk": _("CMYK colours were changed to sRGB"),
    "dpi_missing": _("no believable resolution is stated"),
    "dynamic_form": _("a signed PDF with a dynamic form, kept as it is"),
    "exif_turned": _("the image was stored turned"),
    "form_fields": _("the PDF holds form fields"),
    "palette": _("the image has a colour table"),
    "pdf_repaired": _("the PDF was repaired"),
    "sixteen_bit": _("16 bits a sample were reduced to 8"),
    "thumbnail_skipped": _("a small preview picture was passed over"),
}


def state_id(state: str) -> str:
    """Give the message id of a state; one that is not known stands for itself."""
    return STATES.get(state, state)


def reason_id(code: str) -> str:
    """Give the message id of a reason; one that is not known stands for itself."""
    return REASONS.get(code, code)


def remedy_id(one: Attention) -> str | None:
    """Give the message id of what to do about a document that waits or was refused."""
    if one.questions:
        return _("Settle it with `sohoa review`.")
    if one.state == DocumentState.WAITING_RELEASE:
        return _("Have the batch released after its acceptance sample.")
    kind = known_errors().get(one.reason_code or "")
    # A remedy that names a thing of the moment cannot be told from the code alone.
    return kind.remedy if kind and "{" not in kind.remedy else None


def attention_reasons(one: Attention) -> list[tuple[str, str | None]]:
    """Give the reasons why one document waits as message ids, each with the field it is about."""
    if one.questions:
        return [
            (reason_id(asked.reason_code), FIELDS.get(asked.field_name, asked.field_name) if asked.field_name else None)
            for asked in one.questions
        ]
    return [(reason_id(one.reason_code), None)] if one.reason_code else []
