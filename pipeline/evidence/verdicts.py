"""What a check of a pack comes to: one finding for each question, and the worst of them for the whole."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from config.i18n import mark as _
from signing.report import SignatureReport, Verdict


class Question(StrEnum):
    """What is asked of a pack."""

    FILES = "files"
    STATEMENT = "statement"
    CONTENT = "content"
    SIGNATURES = "signatures"
    LOG = "log"
    BINDING = "binding"


QUESTIONS: dict[str, str] = {
    Question.FILES: _("every file is there, and none was changed or added"),
    Question.STATEMENT: _("the list of the files is signed by somebody who is trusted, and timestamped"),
    Question.CONTENT: _("the facts are about this record and these documents"),
    Question.SIGNATURES: _("the archival file is unchanged since it was signed"),
    Question.LOG: _("the events belong to the log, whose head is signed and timestamped"),
    Question.BINDING: _("the log says that these very files were stored"),
}


@dataclass(frozen=True, slots=True)
class PackFinding:
    """The answer to one question: of one document where `stt` says which; `details` say what is wrong, if anything."""

    question: Question
    verdict: Verdict
    details: tuple[str, ...] = ()
    stt: int | None = None


@dataclass(frozen=True, slots=True)
class SignedBy:
    """Who signed the manifest or a head, and when a timestamp says so."""

    what: str
    signer: str
    certificate_sha256: str
    timestamp_at: datetime | None
    is_test: bool
    verdict: Verdict
    reason_code: str


@dataclass(frozen=True, slots=True)
class DocumentSignatures:
    """The signatures of one archival file as judged now."""

    stt: int
    sha256: str
    signatures: tuple[SignatureReport, ...]


@dataclass(frozen=True, slots=True)
class PackProof:
    """What could be shown of a pack."""

    pack: str
    record: str
    agency: str
    environment: str
    made_at: str
    made_by: str
    verdict: Verdict
    findings: tuple[PackFinding, ...]
    documents: tuple[DocumentSignatures, ...]
    signed: tuple[SignedBy, ...]
    events: int
    unproven_events: int


def worst(verdicts: list[Verdict]) -> Verdict:
    """Give the worst of some verdicts; of none, VALID."""
    for verdict in (Verdict.INVALID, Verdict.INDETERMINATE):
        if verdict in verdicts:
            return verdict
    return Verdict.VALID
