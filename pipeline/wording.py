"""What states, fields, findings and reasons are called, on the screen and in reports: the one place of these names.

A name is a message id: `..._id` gives the id, for texts in a language of their own; `..._name` the active language.
"""

from config.dates import value_text
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.archival_rules import archival_rules
from signing import report
from storage.ledger.states import DocumentState, Environment, Role

STATES: dict[str, str] = {
    DocumentState.IN_WORK: _("in work"),
    DocumentState.WAITING_REVIEW: _("waiting for review"),
    DocumentState.WAITING_ATTEST: _("waiting for the signature of who scanned"),
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
ENVIRONMENTS: dict[str, str] = {Environment.TEST: _("test"), Environment.PRODUCTION: _("production")}
READINGS: dict[str, str] = {
    "prepared": _("as prepared"),
    "plain": _("unprepared: preparing had made it worse"),
    "smoothed": _("without its specks"),
    "by_layout": _("by the engine's own layout: the lines found had read poorly"),
    "by_lines": _("line by line: the engine's layout had collapsed"),
}
SEVERITIES: dict[str, str] = {"note": _("note"), "warning": _("warning"), "review": _("for review")}
ROLES: dict[str, str] = {Role.RESULT: _("result"), Role.PAPER: _("paper")}
SOURCES: dict[str, str] = {
    "ocr": _("machine"),
    "code": _("code on the paper"),
    "register": _("register"),
    "person": _("person"),
    "agency": _("default of the agency"),
    "program": _("the program"),
}
MEANINGS: dict[str, str] = {
    "paper": _("the paper's own code"),
    "personal_card": _("identity card; its text is not in the ledger"),
    "unknown": _("not known; kept as it is"),
}
"""What the QR codes and barcodes of a page say."""
ABSENT = _("not on the paper (confirmed by a person)")
AS_READ = _("machine, accepted by a person")
STAGES: dict[str, str] = {
    "deliver": _("page images laid out"),
    "prepare": _("pages measured and prepared"),
    "recognize": _("text recognized"),
    "assemble": _("archival PDF built"),
    "attest": _("signed by the person who scanned"),
    "seal": _("agency's seal set"),
    "extract": _("fields extracted"),
}
VERDICTS: dict[str, str] = {
    report.Verdict.VALID: _("valid"),
    report.Verdict.INDETERMINATE: _("not proven"),
    report.Verdict.INVALID: _("not valid"),
}
SIGNATURES: dict[str, str] = {
    "agency": _("the agency's seal"),
    "operator": _("of the person who scanned"),
    "archive_timestamp": _("archive timestamp"),
    "foreign": _("of another body"),
}
OBJECTS: dict[str, str] = {
    "archival": _("archival file"),
    "earlier": _("archival file before its timestamp was renewed"),
    "original": _("original scan"),
    "stack": _("stack as scanned, whole"),
    "text": _("text beside the file"),
    "words": _("words as read, with their places"),
}
VERSIONS: dict[str, str] = {
    "first_scan": _("first scan"),
    "scanned_again": _("scanned again"),
    "taken_again": _("taken again"),
    "reissued": _("issued anew from the same scan"),
}
FIELDS: dict[str, str] = {
    "procedure_code": _("procedure code"),
    "paper_name": _("name of the paper"),
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
    "business_code": _("business code"),
    "business_name": _("business name"),
    "business_address": _("business address"),
    "capital": _("capital"),
    "owner_name": _("owner's name"),
    "owner_born_on": _("owner's date of birth"),
    "owner_identifier": _("owner's personal number"),
    "person_name": _("person's name"),
    "born_on": _("date of birth"),
    "birth_place": _("place of birth"),
    "person_identifier": _("personal number"),
    "mother_name": _("mother's name"),
    "father_name": _("father's name"),
    "wife_name": _("wife's name"),
    "husband_name": _("husband's name"),
    "registered_at": _("place of registration"),
    "registered_on": _("date of registration"),
    "permit_holder": _("permit holder"),
    "holder_name": _("land user"),
    "holder_address": _("permit holder's address"),
    "holder_identifier": _("permit holder's personal number"),
    "building": _("building"),
    "building_place": _("place of the building"),
    "parcel": _("parcel of land"),
    "map_sheet": _("map sheet"),
    "area": _("area"),
    "land_purpose": _("purpose of the land"),
    "register_number": _("number in the register"),
    "sex": _("sex"),
    "home_place": _("home place"),
    "record_code": _("record code on the paper"),
    "desk": _("one-stop desk"),
    "applicant_name": _("applicant's name"),
    "applicant_identifier": _("applicant's personal number"),
    "applicant_address": _("applicant's address"),
    "procedure_name": _("what is asked for"),
    "sets": _("number of sets"),
    "handling_days": _("days for handling"),
    "received_on": _("date of receipt"),
    "due_on": _("date of return"),
    "return_place": _("place of return"),
    "wife_born_on": _("wife's date of birth"),
    "husband_born_on": _("husband's date of birth"),
    "wife_identifier": _("wife's personal number"),
    "husband_identifier": _("husband's personal number"),
    "owner_sex": _("owner's sex"),
    "land_user_identifier": _("land user's personal number"),
    "land_term": _("term of the land use"),
}
METADATA: dict[str, str] = {
    "title": _("title of the record"),
    "maintenance": _("retention period"),
    "mode": _("access"),
    "language": _("language"),
    "start_date": _("earliest date"),
    "end_date": _("latest date"),
    "total_documents": _("number of documents"),
    "total_papers": _("number of sheets of paper"),
    "total_pages": _("number of pages"),
    "confidence_level": _("where it comes from"),
    "risk_recovery": _("safety copy"),
    "risk_recovery_status": _("state of the safety copy"),
    "paper_file_code": _("code of the paper file"),
    "box": _("box"),
    "shelf": _("shelf"),
}
IDENTIFIERS: dict[str, str] = {
    "ma_ho_so": _("mã hồ sơ"),
    "ma_ho_so_older": _("mã hồ sơ, older spelling"),
    "file_code": _("fileCode of TT 05/2025"),
    "doc_code": _("docCode of TT 05/2025"),
    "paper_file_code": _("code of the paper file"),
}


def state_id(state: str) -> str:
    """Give the message id of a state; one that is not known stands for itself."""
    return STATES.get(state, state)


def field_id(name: str) -> str:
    """Give the message id of a field; one that is not known stands for itself."""
    return FIELDS.get(name, name)


def field_order(name: str) -> int:
    """Give where a field stands among the others, as on the page from top to bottom; unknown ones come last."""
    names = list(FIELDS)
    return names.index(name) if name in FIELDS else len(names)


def state_name(state: str) -> str:
    """Give a state's name."""
    return gettext(state_id(state))


def field_name(name: str) -> str:
    """Give a field's name."""
    return gettext(field_id(name))


def meaning_name(meaning: str) -> str:
    """Give what kind of thing a code on a page says."""
    return gettext(MEANINGS.get(meaning, meaning))


def reading_name(reading: str | None) -> str:
    """Give how a page was read."""
    return gettext(READINGS.get(reading, reading)) if reading else "–"


def severity_name(severity: str) -> str:
    """Give how much a finding matters."""
    return gettext(SEVERITIES.get(severity, severity))


def environment_name(environment: str) -> str:
    """Give what kind of ledger it is, in a word."""
    return gettext(ENVIRONMENTS.get(environment, environment))


def source_name(source: str, *, is_as_read: bool = False, is_absent: bool = False) -> str:
    """Give where a value comes from; a person may only have accepted what was read, or said that there is none."""
    if is_absent:
        return gettext(ABSENT)
    return gettext(AS_READ if is_as_read else SOURCES.get(source, source))


def role_name(role: str) -> str:
    """Give what a document is in its record."""
    return gettext(ROLES.get(role, role))


def stage_name(stage: str) -> str:
    """Give what a stage does."""
    return gettext(STAGES.get(stage, stage))


def verdict_name(verdict: str) -> str:
    """Give the judgement on a signature in a word."""
    return gettext(VERDICTS.get(verdict, verdict))


def signature_name(role: str) -> str:
    """Give whose a signature is."""
    return gettext(SIGNATURES.get(role, role))


def object_name(kind: str) -> str:
    """Give what an object in the store is."""
    return gettext(OBJECTS.get(kind, kind))


def metadata_id(name: str) -> str:
    """Give the message id of an archival datum; one that is not known stands for itself."""
    return METADATA.get(name, name)


def metadata_name(name: str) -> str:
    """Give the name of an archival datum."""
    return gettext(metadata_id(name))


def metadata_value(name: str, value: str) -> str:
    """Give the value of an archival datum, a code of the law with what it means there."""
    meaning = archival_rules().codes.get(name, {}).get(value)
    return f"{value} ({meaning})" if meaning else value_text(value)


def identifier_name(scheme: str) -> str:
    """Give what a name of a record or document is."""
    return gettext(IDENTIFIERS.get(scheme, scheme))


def version_reason(reason: str) -> str:
    """Give why there is a version."""
    return gettext(VERSIONS.get(reason, reason))
