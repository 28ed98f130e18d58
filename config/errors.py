"""The one tree of errors.

Each class has a stable code, an exit code, whether a retry helps, a message that names the thing and the cause,
and a remedy: what the person at the keyboard does next. Third-party errors are translated into these once,
in the module that wraps the thing. Messages are message ids; they are rendered in the active language.
"""

from enum import IntEnum
from typing import ClassVar

from config.i18n import gettext
from config.i18n import mark as _
from config.machine import in_our_words


class ExitCode(IntEnum):
    """Exit codes of the `sohoa` command; documented in docs/exit-codes.md."""

    DONE = 0
    INTERNAL = 1
    USAGE = 2
    SETTINGS = 3
    TOOL = 4
    LEDGER = 5
    STORE = 6
    SIGNING = 7
    INPUT = 8
    BUSY = 9
    FINISHED_WITH_FAILURES = 10
    INVALID = 11
    INDETERMINATE = 12
    NOT_FOUND = 13
    CHECK_FAILED = 14


class SohoaError(Exception):
    """The root of everything this program raises on purpose."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[ExitCode] = ExitCode.INTERNAL
    retry_helps: ClassVar[bool] = False
    message: ClassVar[str] = _("Something went wrong: {cause}")
    remedy: ClassVar[str] = _("Run again with --verbose and send the output to the administrator.")

    def __init__(self, **details: object) -> None:
        self.details = {name: in_our_words(value) for name, value in details.items()}
        super().__init__(self.details)

    def __str__(self) -> str:
        return gettext(self.message).format_map(_Details(self.details))

    def remedy_text(self) -> str:
        """Give the remedy in the active language."""
        return gettext(self.remedy).format_map(_Details(self.details))


# Details that are words themselves: a message id there is shown in the active language too.
_WORDED = frozenset({"cause", "kind", "unit", "thing", "found", "expected"})


class _Details(dict[str, object]):
    """Details for a message; one that is missing shows as its name, so an error never hides an error."""

    def __getitem__(self, key: str) -> object:
        value = super().__getitem__(key)
        return gettext(value) if key in _WORDED and isinstance(value, str) and value else value

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


# Settings and set-up


class SettingsError(SohoaError):
    """A settings file or variable is wrong."""

    code = "settings"
    exit_code = ExitCode.SETTINGS
    message = _("{file}: setting {key} is wrong: {cause}")
    remedy = _("Correct the setting; docs/settings.md lists all of them.")


class UnknownSettingError(SettingsError):
    """A settings file names a key that does not exist."""

    code = "unknown_setting"
    message = _("{file}: there is no setting {key}; the nearest is {nearest}")


class SettingRenamedError(SettingsError):
    """A settings file names a key that another has taken the place of."""

    code = "setting_renamed"
    message = _("{file}: the setting {key} is no more; {new} has taken its place")
    remedy = _("Take the old one out and set the new one if its default does not suit; docs/settings.md tells of it.")


class SettingsFileError(SettingsError):
    """The settings file cannot be read as a whole."""

    code = "settings_file"
    message = _("the settings file {file} cannot be read: {cause}")
    remedy = _("Correct it at the place named; `sohoa --home NEWFOLDER init` writes one that is right, to compare.")


class SecretMissingError(SettingsError):
    """A secret that a setting refers to cannot be had."""

    code = "secret_missing"
    message = _("the secret of setting {key} cannot be read from {reference}: {cause}")
    remedy = _("Put it there, readable for the user this program runs as, or correct the setting.")


class NotSetUpError(SettingsError):
    """There is no installation where one was looked for."""

    code = "not_set_up"
    message = _("there is no installation in {home}")
    remedy = _("Name its folder with --home or SOHOA_HOME, or set one up: sohoa --home {home} init")


class ReferenceDataError(SettingsError):
    """A file of reference data (units, agencies, targets, document types) is wrong."""

    code = "reference_data"
    message = _("{file}, {place}: {cause}")
    remedy = _("Correct the data file and run again; nothing was changed.")


class ToolMissingError(SohoaError):
    """A program, language or font that must be installed is not."""

    code = "tool_missing"
    exit_code = ExitCode.TOOL
    message = _("{tool} is not installed or not usable: {cause}")
    remedy = _("Install it: {install}")


class ToolFailedError(SohoaError):
    """An outside program ended badly or took too long."""

    code = "tool_failed"
    exit_code = ExitCode.TOOL
    retry_helps = True
    message = _("{tool} failed on {file}: {cause}")
    remedy = _("Run again; if it fails again, look at the file with the program named.")


class WrongEnvironmentError(SettingsError):
    """Test and production would be mixed."""

    code = "wrong_environment"
    message = _("{thing} is marked {found}, this ledger is {expected}")
    remedy = _("Use keys, timestamps and records of the ledger's own kind; test and production never mix.")


# Input: one document is refused, the batch goes on


class InputRefusedError(SohoaError):
    """A file that came in cannot be digitized as it is."""

    code = "input_refused"
    exit_code = ExitCode.INPUT
    message = _("{file}: {cause}")
    remedy = _("Scan the paper again and put the new file into the inbox.")


class EmptyFileError(InputRefusedError):
    """A file has no bytes."""

    code = "file_empty"
    message = _("{file}: the file is empty")


class DamagedFileError(InputRefusedError):
    """A file is cut off or broken."""

    code = "file_damaged"
    message = _("{file}: the file is damaged or cut off ({cause})")


class UnsupportedFormatError(InputRefusedError):
    """A file is of a kind that is not taken."""

    code = "format_unsupported"
    message = _("{file}: files of kind {kind} are not taken")
    remedy = _("Save it as PDF, TIFF, JPEG or PNG and put that into the inbox.")


class WrongContentError(InputRefusedError):
    """A file's content is not what its name says."""

    code = "content_mismatch"
    message = _("{file}: the name ends in {extension}, but the content is {kind}")
    remedy = _("Give the file its right name, or scan the paper again.")


class EncryptedFileError(InputRefusedError):
    """A PDF needs a password or forbids use."""

    code = "pdf_encrypted"
    message = _("{file}: the PDF is encrypted")
    remedy = _("Save it without a password and put that into the inbox.")


class DynamicFormError(InputRefusedError):
    """A PDF holds an XFA form, whose look depends on the program that opens it."""

    code = "pdf_xfa"
    message = _("{file}: the PDF is a dynamic form (XFA) without fixed pages")
    remedy = _("Print the form to a new PDF or to paper and scan it.")


class ActiveContentError(InputRefusedError):
    """A PDF carries scripts or launch actions."""

    code = "pdf_active_content"
    message = _("{file}: the PDF contains {kind}, which an archival file must not have")
    remedy = _("Print it to a new PDF without active content, or scan the paper.")


class TooLargeError(InputRefusedError):
    """A file has more pages or pixels than this installation works on."""

    code = "too_large"
    message = _("{file}: {amount} {unit}, more than the limit of {limit}")
    remedy = _("Split the document, or scan it at a lower resolution, or let the administrator raise the limit.")


class TooDemandingError(InputRefusedError):
    """A program that reads a file reached the limits of what it may take for one."""

    code = "too_demanding"
    message = _("{file}, page {page}: {tool} was stopped because it needed more than {amount} {unit}")
    remedy = _(
        "Scan the paper again, or print the file to a new PDF, and put that into the inbox. Where the file is in "
        "order, let the administrator raise the limits of the program (docs/operations.md)."
    )


class UnsafePathError(InputRefusedError):
    """A path leads out of the inbox: a symbolic link or `..`."""

    code = "unsafe_path"
    message = _("{file}: symbolic links and paths that lead out of the inbox are not followed")
    remedy = _("Put the file itself into the inbox.")


class FileVanishedError(InputRefusedError):
    """A file disappeared or changed while it was read."""

    code = "file_changed"
    retry_helps = True
    message = _("{file}: the file vanished or changed while it was read")
    remedy = _("Wait until the scanner has finished; the file is taken up at the next run.")


class UnreadableError(InputRefusedError):
    """No text could be read from any page."""

    code = "unreadable"
    message = _("{file}: no text could be read on any page")
    remedy = _("Scan the paper again, straight, sharp and at 300 dpi.")


class SecrecyMarkError(InputRefusedError):
    """A page bears a secrecy mark; nothing of the file may be kept."""

    code = "secrecy_mark"
    message = _("a secrecy mark ({grade}) was found on page {page}; nothing of the file was kept")
    remedy = _("Take the file out of the inbox and handle the paper by the rules on state secrets.")


class CodeError(InputRefusedError):
    """A record, agency or procedure code is malformed or unsafe."""

    code = "code_wrong"
    message = _("code {value}: {cause}")
    remedy = _("Correct the code where it comes from: the folder's name or the register.")


class RegisterFileError(InputRefusedError):
    """A register file cannot be read as a whole; nothing of it was taken."""

    code = "register_file"
    message = _("{file}: {cause}")
    remedy = _("Save the register as XLSX or CSV with the headers that docs/register.md lists, and import it again.")


# Recognition and assembly


class RecognitionError(SohoaError):
    """The engine failed on a page."""

    code = "recognition_failed"
    exit_code = ExitCode.TOOL
    retry_helps = True
    message = _("page {page}: recognition with {engine} failed: {cause}")
    remedy = _("Run again; if the page fails again, scan it anew.")


class AssemblyError(SohoaError):
    """The archival PDF could not be built."""

    code = "assembly_failed"
    exit_code = ExitCode.TOOL
    message = _("{file}: the archival PDF could not be built: {cause}")
    remedy = _("Scan the document again, or send the file to the administrator.")


class PdfaViolationError(AssemblyError):
    """A file that should be PDF/A-2b is not."""

    code = "pdfa_violation"
    message = _("{file}: not PDF/A-2b: {cause}")
    remedy = _("Send the file to the administrator; it was not signed or archived.")


# Signing


class SigningError(SohoaError):
    """A signature could not be made."""

    code = "signing_failed"
    exit_code = ExitCode.SIGNING
    message = _("{file}: signing failed: {cause}")
    remedy = _("Check the certificate with `sohoa doctor` and run again.")


class KeyUnavailableError(SigningError):
    """The signing key or certificate cannot be opened."""

    code = "key_unavailable"
    message = _("the signing key {key} cannot be used: {cause}")
    remedy = _(
        "See that the settings name a key in force that is for signing and whose certificate bears the agency's name, "
        "and that its password or PIN is right (docs/signing.md); the documents wait for it."
    )


class KeyRevokedError(KeyUnavailableError):
    """The authority has revoked the certificate that seals, or one above it."""

    code = "key_revoked"
    message = _("the certificate {key} has been revoked and may sign no more: {cause}")
    remedy = _(
        "Seal nothing with it: ask its issuer why, get a new certificate, and put it in its place (docs/signing.md). "
        "The documents wait; what was sealed before the revocation stays proven."
    )


class SealPendingError(SigningError):
    """Something outside that a seal needs did not come; the document stays pending and is tried again."""

    code = "seal_pending"
    retry_helps = True
    message = _("{file}: what the seal needs did not come: {cause}")
    remedy = _("Nothing to do: the document waits as pending signature and is tried again later.")


class TimestampUnavailableError(SealPendingError):
    """The timestamp authority gave no timestamp."""

    code = "timestamp_unavailable"
    message = _("no timestamp from {authority}: {cause}")


class RevocationUnavailableError(SealPendingError):
    """No authority says whether a certificate that the seal rests on was revoked."""

    code = "revocation_unavailable"
    message = _("nobody says whether the certificate {key} was revoked: {cause}")
    remedy = _(
        "The document waits as pending signature and is tried again later. If it lasts, see with `sohoa doctor` "
        "whether the addresses in the certificate can be reached from here."
    )


class TimeAdriftError(SealPendingError):
    """The clock of this machine and that of the timestamp authority do not agree."""

    code = "time_adrift"
    message = _("the printed time and the timestamp of {authority} are {minutes} minutes apart")
    remedy = _(
        "Set the clock of this machine by a time server; the document waits as pending signature and is tried "
        "again later."
    )


class SignatureInvalidError(SigningError):
    """A signature does not hold."""

    code = "signature_invalid"
    exit_code = ExitCode.INVALID
    message = _("{file}: a signature is not valid: {cause}")
    remedy = _("Do not use this copy; fetch the stored one or ask the issuing agency.")


# Ledger and store


class LedgerError(SohoaError):
    """The ledger cannot be used."""

    code = "ledger"
    exit_code = ExitCode.LEDGER
    message = _("the ledger cannot be used: {cause}")
    remedy = _("Run `sohoa doctor`; it names what is missing.")


class LedgerBusyError(LedgerError):
    """Another process holds the ledger for too long."""

    code = "ledger_busy"
    exit_code = ExitCode.BUSY
    retry_helps = True
    message = _("the ledger is busy: {cause}")
    remedy = _("Run again in a minute; if it stays busy, look for a program that hangs.")


class LedgerUnreachableError(LedgerError):
    """The database server does not answer or does not let us in."""

    code = "ledger_unreachable"
    retry_helps = True
    message = _("the ledger {ledger} does not answer: {cause}")
    remedy = _("Check that the database server runs, and the settings ledger.url and ledger.password.")


class LedgerFullError(LedgerError):
    """No space is left where the ledger lies."""

    code = "ledger_full"
    retry_helps = True
    message = _("no space left for the ledger: {cause}")
    remedy = _("Free some space; nothing was lost, the run goes on where it stopped.")


class LedgerSchemaError(LedgerError):
    """The ledger's tables are not those of this program."""

    code = "ledger_schema"
    message = _("the ledger has schema {found}, this program needs {expected}")
    remedy = _("Make a backup, then run `sohoa init` with the newer program; it brings the ledger up to date.")


class LedgerConflictError(LedgerError):
    """A rule of the database forbids a row: it is there already, or what it points to is not."""

    code = "ledger_conflict"
    retry_helps = True
    message = _("the ledger refuses a row: {cause}")
    remedy = _("Run again; if it is refused again, send the output to the administrator.")


class FrozenRowError(LedgerError):
    """A row that is kept as evidence was to be changed or deleted."""

    code = "frozen_row"
    message = _("rows of {table} are evidence; they are added, never changed or deleted")
    remedy = _("Nothing was changed. Record a correction as a new row.")


class EventPayloadError(LedgerError):
    """An event carries something that might be a name, a text or a number of a person."""

    code = "event_payload"
    message = _("the event {kind} may not carry {key}: {cause}")
    remedy = _("Report this to the administrator; the step was undone.")


class ForbiddenTransitionError(LedgerError):
    """A state may not follow another."""

    code = "forbidden_transition"
    message = _("{subject} cannot go from {before} to {after}")
    remedy = _("Look at `sohoa show`; the step asked for does not fit where the document is.")


class LostClaimError(LedgerError):
    """A worker's claim on a document was taken over by another."""

    code = "lost_claim"
    exit_code = ExitCode.BUSY
    retry_helps = True
    message = _("document {document} was taken over by another worker")
    remedy = _("Nothing to do: the other worker finishes it.")


class ChainBrokenError(LedgerError):
    """The event log was changed, cut or reordered."""

    code = "chain_broken"
    exit_code = ExitCode.CHECK_FAILED
    message = _("the event log is broken at event {seq}: {cause}")
    remedy = _("Stop all runs, keep the ledger as it is, and restore the last backup beside it to compare.")


class StoreError(SohoaError):
    """The object store refuses or fails."""

    code = "store"
    exit_code = ExitCode.STORE
    retry_helps = True
    message = _("object store: {key}: {cause}")
    remedy = _("Run `sohoa doctor`; when the store answers again, run once more.")


class StoreUnreachableError(StoreError):
    """The object store does not answer."""

    code = "store_unreachable"
    message = _("the object store {store} does not answer: {cause}")


class BucketMissingError(StoreError):
    """The bucket of the settings does not exist."""

    code = "store_bucket_missing"
    retry_helps = False
    message = _("the object store {store} has no bucket {bucket}")
    remedy = _("Create the bucket with versioning switched on, or correct the name of the bucket in the settings.")


class StoreAccessError(StoreError):
    """The object store refuses the access key or what it may do."""

    code = "store_access"
    retry_helps = False
    message = _("the object store {store} refuses access: {cause}")
    remedy = _(
        "Check access_key and secret_key of this store in the settings, and that this key may read and write there."
    )


class StoreKeyExpiredError(StoreAccessError):
    """The access key of the object store has run out."""

    code = "store_key_expired"
    message = _("the object store {store} refuses the access key, which has run out: {cause}")
    remedy = _("Get a new access key and put it where the settings of this store refer to it; then run again.")


class StoreClockError(StoreError):
    """This machine's clock and the object store's differ too much."""

    code = "store_clock"
    retry_helps = False
    message = _("the object store {store} refuses requests because the clocks differ: {cause}")
    remedy = _("Set the clock of this machine (for instance with chrony) and run again.")


class StoreRegionError(StoreError):
    """The bucket is in another region than the settings say."""

    code = "store_region"
    retry_helps = False
    message = _("the object store {store} keeps the bucket in another region: {cause}")
    remedy = _("Correct region and endpoint of this store in the settings.")


class ChecksumRefusedError(StoreError):
    """The bytes that arrived, or were about to be sent, are not those announced."""

    code = "store_checksum"
    message = _("object store: {key}: the bytes sent do not have the hash announced")
    remedy = _("Nothing was stored. Run again; if it happens again, check this machine's disk, memory and network.")


class NotWriteOnceError(StoreError):
    """The object store overwrites objects although it is told not to."""

    code = "store_not_write_once"
    retry_helps = False
    message = _("the object store {store} overwrites existing objects (it ignores If-None-Match)")
    remedy = _("Use a store that keeps objects write-once; nothing is archived into this one.")


class NotVersionedError(StoreError):
    """The bucket keeps no versions: what is deleted or overwritten by others is lost."""

    code = "store_not_versioned"
    retry_helps = False
    message = _("the object store {store} keeps no versions of its objects")
    remedy = _("Switch versioning on for the bucket; until then a deleted object cannot be had back.")


class NotLockableError(StoreError):
    """The store is to lock objects, and cannot."""

    code = "store_not_lockable"
    retry_helps = False
    message = _("the object store {store} cannot lock objects: {cause}")
    remedy = _("Use a bucket that was created with object lock, or set `lock` of this store to none in the settings.")


class UnsafeKeyError(StoreError):
    """A key would leave its place in the store or cannot be written there."""

    code = "store_unsafe_key"
    retry_helps = False
    message = _("object store: the key {key} is not safe: {cause}")
    remedy = _("Correct the record code or agency code it was made of.")


class WriteOnceError(StoreError):
    """Other bytes already stand under this key."""

    code = "write_once"
    retry_helps = False
    message = _("object store: {key} already holds other bytes")
    remedy = _("Nothing was overwritten; let the administrator compare the two with `sohoa show`.")


class ReadBackError(StoreError):
    """What the store gives back is not what was sent."""

    code = "read_back"
    message = _("object store: {key} reads back with another hash than was written")


class ObjectMissingError(StoreError):
    """The store has no object under a key."""

    code = "object_missing"
    retry_helps = False
    exit_code = ExitCode.NOT_FOUND
    message = _("object store: there is no {key}")


class DiskFullError(StoreError):
    """No space is left."""

    code = "disk_full"
    message = _("no space left while writing {file}")
    remedy = _("Free some space; nothing was lost, the run goes on where it stopped.")


# The command line


class NotFoundError(SohoaError):
    """What was asked for is not in the ledger."""

    code = "not_found"
    exit_code = ExitCode.NOT_FOUND
    message = _("nothing found for {subject}")
    remedy = _("Check the spelling; `sohoa status` lists what is there.")


class UsageError(SohoaError):
    """A command was called in a way that cannot work."""

    code = "usage"
    exit_code = ExitCode.USAGE
    message = _("{cause}")
    remedy = _("See --help.")


def known_errors() -> dict[str, type[SohoaError]]:
    """Give every error class by its code."""
    found: dict[str, type[SohoaError]] = {}
    waiting: list[type[SohoaError]] = [SohoaError]
    while waiting:
        kind = waiting.pop()
        found[kind.code] = kind
        waiting += kind.__subclasses__()
    return found


def recall(code: str, details: dict[str, object] | None) -> SohoaError:
    """Give an error back from its stored code and details, to show its message in the active language."""
    return known_errors().get(code, SohoaError)(**{"cause": code, **(details or {})})
