"""Why a field waits for a person, and what looked wrong: codes with their sentences."""

from config.i18n import gettext
from config.i18n import mark as _

MISSING = "missing"
HANDWRITTEN = "handwritten"
INCOMPLETE = "incomplete"
UNSURE = "unsure"
IMPLAUSIBLE = "implausible"
IN_FUTURE = "in_future"
OVER_STAMP = "over_stamp"
NOT_IN_VOCABULARY = "not_in_vocabulary"
TYPE_DISAGREES = "type_disagrees"
ISSUER_DISAGREES = "issuer_disagrees"
TITLE_DISAGREES = "title_disagrees"
SPELLING = "spelling"
ENDS_UNCLEAR = "ends_unclear"
AMBIGUOUS = "ambiguous"
NO_HEADING = "no_heading"
SIGNER_DIFFERS = "signer_differs"
REGISTER_DIFFERS = "register_differs"
CODE_DIFFERS = "code_differs"

SENTENCES = {
    MISSING: _("not found on the page"),
    HANDWRITTEN: _("written by hand or stamped with a number stamp"),
    INCOMPLETE: _("a part of it is missing or could not be read"),
    UNSURE: _("the characters were not read with certainty"),
    IMPLAUSIBLE: _("the value is not plausible"),
    IN_FUTURE: _("the date lies in the future"),
    OVER_STAMP: _("a stamp lies over it"),
    NOT_IN_VOCABULARY: _("the name is not in the reference list"),
    TYPE_DISAGREES: _("the symbol does not agree with the document type"),
    ISSUER_DISAGREES: _("the symbol does not agree with the issuing body"),
    TITLE_DISAGREES: _("the signing authority does not agree with the signer's title"),
    SPELLING: _("a word is not spelled as Vietnamese spells"),
    ENDS_UNCLEAR: _("where it ends on the page is not clear"),
    AMBIGUOUS: _("more than one reading is possible"),
    SIGNER_DIFFERS: _("the list of signers writes the name with other accents"),
    REGISTER_DIFFERS: _("the register says something else"),
    CODE_DIFFERS: _("the code on the paper says something else than its print"),
    NO_HEADING: _("no page of the document has a heading"),
}


def reason_text(code: str) -> str:
    """Give the sentence of a reason code in the active language; an unknown code stands for itself."""
    return gettext(SENTENCES[code]) if code in SENTENCES else code
