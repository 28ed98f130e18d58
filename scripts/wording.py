"""What states, fields, findings and reasons are called on the screen."""

from config.errors import known_errors
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.extract import reasons
from signing import report

STATES = {
    "in_work": _("in work"),
    "waiting_review": _("waiting for a person"),
    "waiting_release": _("waiting for release"),
    "pending_signature": _("pending signature"),
    "sealed": _("sealed, not yet stored"),
    "archived": _("archived"),
    "waiting_trust": _("signed by others, root not trusted yet"),
    "stuck": _("stuck, waiting for the administrator"),
    "superseded": _("superseded"),
    "refused": _("refused"),
    "quarantined": _("quarantined: secrecy mark"),
    "duplicate": _("duplicate"),
    "waiting": _("waiting in the inbox"),
}

FIELDS = {
    "parent_issuer": _("parent body"),
    "issuer": _("issuing body"),
    "code": _("number and symbol"),
    "number": _("number"),
    "symbol": _("symbol"),
    "place": _("place"),
    "issued_on": _("date"),
    "type_name": _("type"),
    "subject": _("abstract"),
    "urgency": _("urgency"),
    "authority": _("signing authority"),
    "signer_title": _("signer's title"),
    "signer_name": _("signer"),
    "recipients": _("recipients"),
}

SOURCES = {"ocr": _("machine"), "register": _("register"), "person": _("person")}

FINDINGS = {
    "not_in_register": _("the record is not in the register"),
    "same_bytes_elsewhere": _("the same file stands in another record too"),
    "secrecy_cleared": _("a person found no secrecy mark"),
    "secrecy_suspected": _("something may be a secrecy mark"),
    "sample_failed": _("the acceptance sample of its batch had errors"),
    "signature_invalid": _("a signature in the file does not hold"),
    "active_content": _("the file carries active content"),
    "alpha": _("transparency was laid on white"),
    "animated": _("more than one image in the file"),
    "annotations": _("the file carries annotations"),
    "attachments": _("the file carries attachments"),
    "cmyk": _("printing colours were turned into screen colours"),
    "dpi_missing": _("the file does not say its resolution; A4 was assumed"),
    "dynamic_form": _("the file is a dynamic form"),
    "exif_turned": _("the camera had turned the image"),
    "form_fields": _("the file carries form fields"),
    "palette": _("the image has a palette"),
    "pdf_repaired": _("the PDF had to be repaired"),
    "sixteen_bit": _("16 bits a sample became 8"),
    "thumbnail_skipped": _("a thumbnail in the file was skipped"),
}


def state_name(state: str) -> str:
    """Give a state's name."""
    return gettext(STATES[state]) if state in STATES else state


def field_name(name: str) -> str:
    """Give a field's name."""
    return gettext(FIELDS[name]) if name in FIELDS else name


def source_name(source: str) -> str:
    """Give the name of where a value comes from."""
    return gettext(SOURCES[source]) if source in SOURCES else source


def finding_name(code: str) -> str:
    """Give what a finding says."""
    return gettext(FINDINGS[code]) if code in FINDINGS else reason_name(code)


def reason_name(code: str) -> str:
    """Give what a reason says: of a field, a signature, or an error."""
    if code in reasons.SENTENCES:
        return reasons.reason_text(code)
    if code in set(report.Reason):
        return report.reason_text(code)
    if code in FINDINGS:
        return gettext(FINDINGS[code])
    return gettext(known_errors()[code].message) if code in known_errors() else code
