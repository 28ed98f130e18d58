"""What validation says of a signature, and the words for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from config.i18n import gettext
from config.i18n import mark as _


class Verdict(StrEnum):
    """The judgement on a signature or a whole file."""

    VALID = "valid"
    INDETERMINATE = "indeterminate"
    INVALID = "invalid"


class Change(StrEnum):
    """The gravest kind of change made to a file after a signature."""

    NOTHING = "nothing"
    MAINTENANCE = "maintenance"
    FORMS = "forms"
    ANNOTATIONS = "annotations"
    OTHER = "other"
    UNKNOWN = "unknown"


class Coverage(StrEnum):
    """How much of the file's bytes a signature covers."""

    FILE = "file"
    REVISION = "revision"
    PART = "part"


class Revocation(StrEnum):
    """What is known of the revocation of a signer's chain at the time that is proven for the signature."""

    UNKNOWN = "unknown"
    GOOD = "good"
    LATER = "later"
    REVOKED = "revoked"


class Reason(StrEnum):
    """Why a verdict is what it is; empty when nothing is to be said."""

    NONE = ""
    WEAK_DIGEST = "weak_digest"
    WEAK_KEY = "weak_key"
    DIGEST_MISMATCH = "digest_mismatch"
    SIGNATURE_BROKEN = "signature_broken"
    COVERS_PART = "covers_part"
    CHANGED_AFTER = "changed_after"
    CHANGE_FORBIDDEN = "change_forbidden"
    MALFORMED = "malformed"
    PDF_UNREADABLE = "pdf_unreadable"
    REVOKED = "revoked"
    REVOKED_UNPROVEN = "revoked_unproven"
    LAPSED = "lapsed"
    DIGEST_UNSAFE = "digest_unsafe"
    KEY_UNSAFE = "key_unsafe"
    NO_TRUSTED_ROOT = "no_trusted_root"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    CHAIN_REFUSED = "chain_refused"
    TEST_CHAIN = "test_chain"
    TIMESTAMP_BROKEN = "timestamp_broken"
    NO_TIMESTAMP = "no_timestamp"
    ADDED_UNATTESTED = "added_unattested"
    UNSUPPORTED = "unsupported"
    ORPHANED = "orphaned"


INVALIDATING = frozenset(
    {
        Reason.DIGEST_MISMATCH,
        Reason.SIGNATURE_BROKEN,
        Reason.COVERS_PART,
        Reason.CHANGED_AFTER,
        Reason.CHANGE_FORBIDDEN,
        Reason.MALFORMED,
        Reason.PDF_UNREADABLE,
        Reason.REVOKED,
    }
)
"""Reasons that make a signature invalid; the others leave it open, but for those that are only told."""

TOLD = frozenset({Reason.WEAK_DIGEST, Reason.WEAK_KEY})

_TEXTS = {
    Reason.NONE: _("nothing to object to"),
    Reason.WEAK_DIGEST: _("the signature uses a weak hash function, which new signatures must not"),
    Reason.WEAK_KEY: _("the signature was made with a key that is too short for new signatures"),
    Reason.DIGEST_MISMATCH: _("the signed bytes were changed"),
    Reason.SIGNATURE_BROKEN: _("the signature does not belong to its certificate"),
    Reason.COVERS_PART: _("the signature does not cover the whole of what it seems to sign"),
    Reason.CHANGED_AFTER: _("the content was changed after signing"),
    Reason.CHANGE_FORBIDDEN: _("the signer forbade the changes made after signing"),
    Reason.MALFORMED: _("the signature is malformed"),
    Reason.PDF_UNREADABLE: _("the PDF with the signature cannot be read"),
    Reason.REVOKED: _("the certificate was revoked before the time that is proven for the signature"),
    Reason.REVOKED_UNPROVEN: _("the certificate was revoked, and no trusted timestamp proves that it signed before"),
    Reason.LAPSED: _(
        "the proof of the time of signing has run out: the certificate of its last timestamp expired before a newer "
        "timestamp was added"
    ),
    Reason.DIGEST_UNSAFE: _(
        "its hash function is held to be unsafe by now, and no timestamp over a better one was added before"
    ),
    Reason.KEY_UNSAFE: _(
        "a key it rests on is held to be too short by now, and no timestamp with a longer one was added before"
    ),
    Reason.NO_TRUSTED_ROOT: _("the certificate leads to no trusted root"),
    Reason.EXPIRED: _("the certificate has expired, and no trusted timestamp proves that it signed before"),
    Reason.NOT_YET_VALID: _("the certificate was not yet in force"),
    Reason.CHAIN_REFUSED: _("the chain of certificates breaks a rule"),
    Reason.TEST_CHAIN: _("the certificate or its timestamp is marked TEST, which proves nothing in production"),
    Reason.TIMESTAMP_BROKEN: _("the timestamp does not belong to the signature"),
    Reason.NO_TIMESTAMP: _("no timestamp says when it was signed"),
    Reason.ADDED_UNATTESTED: _(
        "forms, notes or other bytes were added after signing, and no trusted signature covers them"
    ),
    Reason.UNSUPPORTED: _("signatures of this kind cannot be checked"),
    Reason.ORPHANED: _("the file carries remains of a signature that it no longer shows"),
}


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """One signature of a PDF as it was judged.

    `level`: B-B, B-T, B-LT, B-LTA for PAdES; PKCS7-B, PKCS7-T for the older kind; DOC-T for a document timestamp;
    empty when it could not be judged. `signed_at` is claimed by the signer, `timestamp_at` by a timestamp that fits.
    `trusted`: the certificate leads to a trusted root, seen at the timestamp's time or now; `timestamp_trusted`: so
    does that of the timestamp's authority, and the time is proved.
    `proven_at`: when the signature is proven to have existed, by its own timestamp or one of the document;
    `proof_ends`: when that proof runs out unless a further timestamp is added before. `chain`: the names from the
    signer to the root, or to the last one known. `revocation_from`: when the file's data on it was issued.
    """

    field: str
    signer: str
    certificate_sha256: str
    signed_at: datetime | None
    timestamp_at: datetime | None
    subfilter: str
    level: str
    digest: str
    intact: bool
    trusted: bool
    is_test: bool
    coverage: str
    changed_after: str
    verdict: Verdict
    reason_code: str
    timestamp_trusted: bool = False
    timestamp_authority: str = ""
    chain: tuple[str, ...] = ()
    revocation: str = Revocation.UNKNOWN
    revocation_from: datetime | None = None
    revoked_at: datetime | None = None
    proven_at: datetime | None = None
    proof_ends: datetime | None = None
    is_weak: bool = False

    @property
    def is_document_timestamp(self) -> bool:
        """Whether it is no signature of a person or agency, but a timestamp over the file."""
        return self.level == DOCUMENT_TIMESTAMP_LEVEL


DOCUMENT_TIMESTAMP_LEVEL = "DOC-T"


def verdict_for(reason: Reason) -> Verdict:
    """Give the verdict that a reason stands for."""
    if reason in {Reason.NONE, *TOLD}:
        return Verdict.VALID
    return Verdict.INVALID if reason in INVALIDATING else Verdict.INDETERMINATE


def overall(reports: Iterable[SignatureReport]) -> Verdict:
    """Give the worst verdict; without any signature nothing is proved, so it is INDETERMINATE.

    Beside a signature, a document timestamp that proves nothing weighs nothing: anybody can add one, and what the
    signature needed of it was judged with the signature. A broken one does weigh.
    """
    told = list(reports)
    signatures = [report for report in told if not report.is_document_timestamp]
    broken = [report for report in told if report.is_document_timestamp and report.verdict is Verdict.INVALID]
    verdicts = {report.verdict for report in ([*signatures, *broken] if signatures else told)}
    for verdict in (Verdict.INVALID, Verdict.INDETERMINATE):
        if verdict in verdicts:
            return verdict
    return Verdict.VALID if verdicts else Verdict.INDETERMINATE


def proof_ends(reports: Iterable[SignatureReport]) -> datetime | None:
    """Give when the first proof of time in a file runs out, or None where no time is proven."""
    ends = [report.proof_ends for report in reports if report.proof_ends and not report.is_document_timestamp]
    return min(ends, default=None)


def reason_text(code: str) -> str:
    """Give a reason in the active language."""
    return gettext(reason_message(code))


def reason_message(code: str) -> str:
    """Give the message id of a reason."""
    return _TEXTS[Reason(code)]
