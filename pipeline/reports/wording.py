"""Words that only reports need: levels, kinds of data, why a document waits and what to do, as message ids."""

from config.errors import known_errors
from config.i18n import mark as _
from pipeline.progress.model import Attention
from pipeline.reason_wording import reason_id
from pipeline.targets import Level
from pipeline.wording import field_id
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


def remedy_id(one: Attention) -> str | None:
    """Give the message id of what to do about a document that waits or was refused."""
    if one.questions:
        return _("Settle it with `sohoa review`.")
    if one.state == DocumentState.WAITING_ATTEST:
        return _("Have the person who scanned it sign the batch: `sohoa attest`.")
    if one.state == DocumentState.WAITING_RELEASE:
        return _("Have the batch released after its acceptance sample.")
    kind = known_errors().get(one.reason_code or "")
    # A remedy that names a thing of the moment cannot be told from the code alone.
    return kind.remedy if kind and "{" not in kind.remedy else None


def attention_reasons(one: Attention) -> list[tuple[str, str | None]]:
    """Give the reasons why one document waits as message ids, each with the field it is about."""
    if one.questions:
        return [
            (reason_id(asked.reason_code), field_id(asked.field_name) if asked.field_name else None)
            for asked in one.questions
        ]
    return [(reason_id(one.reason_code), None)] if one.reason_code else []
