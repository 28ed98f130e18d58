"""What events are called where people read the history of a record."""

from config.i18n import gettext
from config.i18n import mark as _
from pipeline.wording import OBJECTS, STAGES, state_id
from storage.ledger.states import DocumentState

EVENTS: dict[str, str] = {
    "document.received": _("came in"),
    "document.admitted": _("passed the secrecy check"),
    "document.archived": _("archived"),
    "document.reissued": _("a new version begun from the same scan"),
    "document.renewed": _("a further archive timestamp put over it"),
    "machine.given_up": _("a machine given up; others go on with its documents"),
    "trust.added": _("an authority trusted from now on"),
    "trust.removed": _("an authority trusted no more"),
    "record.open": _("record opened"),
    "record.digitized": _("record digitized as a whole"),
    "record.superseded": _("record superseded"),
    "record.viewed": _("looked at on the page"),
    "record.downloaded": _("archival file taken away from the page"),
    "record.evidence_packed": _("evidence pack made"),
    "record.personal_data_opened": _("personal data shown, for a reason given"),
    "records.searched": _("records searched"),
    "records.search_words_deleted": _("words of searches deleted"),
    "records.search_opened": _("searching names and text opened, for a reason given"),
    "field.set": _("field set by a person"),
    "field.absent": _("field confirmed to be not on the paper"),
    "metadata.set": _("metadata set by a person"),
    "register.linked": _("linked with a row of the register"),
    "register.unlinked": _("parted from a row of the register"),
    "review.accepted": _("reading accepted in review"),
    "review.set": _("question answered in review"),
    "review.absent": _("question answered in review: not on the paper"),
    "review.rejected": _("rejected in review"),
    "review.obsolete": _("question no longer needed"),
    "object.put_again": _("stored file put back: it was gone"),
    "object.adopted": _("file in the store noted: its hash was known"),
    "document.brought_back": _("archived after the backup, brought back by its seal"),
    "object.sent_on": _("what was left behind brought into the store"),
    "head.put_again": _("signed head put back into the store: it was gone"),
    "leftover.removed": _("leftover of work that was cut off removed"),
    "object.healed": _("stored file healed from a good copy"),
    "object.locked": _("stored file locked for its retention period"),
    "object.copied": _("stored file copied to the replica"),
    "object.read_from_replica": _("stored file read from the replica: the first store did not give it"),
    "object.reread.good": _("stored file read back: as it was stored"),
    "object.reread.missing": _("stored file read back: it is gone"),
    "object.reread.other_bytes": _("stored file read back: other bytes"),
    "object.reread.unreadable": _("stored file read back: unreadable"),
}
STORED, STAGE, BECAME = _("stored: {thing}"), _("done: {thing}"), _("became: {thing}")


def event_name(kind: str) -> str:
    """Give what an event is called in the active language; one that is not known keeps its code."""
    if kind in EVENTS:
        return gettext(EVENTS[kind])
    area, _dot, what = kind.partition(".")
    last = kind.rpartition(".")[2]
    if kind.startswith("object.stored.") and last in OBJECTS:
        return gettext(STORED).format(thing=gettext(OBJECTS[last]))
    if area == "stage" and what in STAGES:
        return gettext(STAGE).format(thing=gettext(STAGES[what]))
    if area == "document" and what in set(DocumentState):
        return gettext(BECAME).format(thing=gettext(state_id(what)))
    return kind
