"""Names of the fields that every document may bear."""

from enum import StrEnum


class FieldName(StrEnum):
    """The zones of NĐ 30/2020 that are keyed in; fields of one-stop results have names from their own data."""

    PARENT_ISSUER = "parent_issuer"
    ISSUER = "issuer"
    CODE = "code"
    NUMBER = "number"
    SYMBOL = "symbol"
    PLACE = "place"
    ISSUED_ON = "issued_on"
    TYPE_NAME = "type_name"
    SUBJECT = "subject"
    URGENCY = "urgency"
    AUTHORITY = "authority"
    SIGNER_TITLE = "signer_title"
    SIGNER_NAME = "signer_name"
    RECIPIENTS = "recipients"
