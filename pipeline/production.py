"""What a production installation must still be told before it can seal; papers are taken in and read without it."""

from config.i18n import gettext
from config.i18n import mark as _
from config.settings import SETTINGS_FILE
from pipeline.check_result import CheckResult
from pipeline.context import Context

TITLE = _("Production settings")
ONLY_TEST = _("{key} is not set; as it is, it is for TEST only, and nothing is sealed")
REMEDIES = {
    "signing.key": _(
        "Set signing.key in {file} to the key that the agency was issued: pkcs12:PATH for a file, pkcs11:LABEL for a "
        "token or HSM (docs/signing.md)."
    ),
    "signing.timestamp": _("Set signing.timestamp in {file} to the http address of a timestamp authority."),
    "agency": _("Set agency in {file} to the identifier of the agency that answers for the event log (H41…)."),
}


def unset_settings(ctx: Context) -> list[str]:
    """Give the settings that production needs and that are as they were when it was set up; none in a TEST ledger."""
    if not ctx.is_production:
        return []
    signing = ctx.settings.signing
    unset = {
        "signing.key": signing.key == "generated" and signing.agency_keys is None,
        "signing.timestamp": signing.timestamp == "local",
        "agency": not ctx.settings.agency,
    }
    return [key for key, is_unset in unset.items() if is_unset]


def remedy_of(ctx: Context, key: str) -> str:
    """Tell what to write for a setting that is not set."""
    return gettext(REMEDIES[key]).format(file=ctx.settings.home / SETTINGS_FILE)


def check_production(ctx: Context) -> list[CheckResult]:
    """Name each setting that production still needs; without an agency it is inferred who signs the event log."""
    return [_result(ctx, key) for key in unset_settings(ctx)]


def _result(ctx: Context, key: str) -> CheckResult:
    is_well = key == "agency"
    found = (
        gettext(_("agency is not set; who signs the event log is inferred from keys and documents"))
        if is_well
        else gettext(ONLY_TEST)
    )
    return CheckResult(gettext(TITLE), is_well, found.format(key=key), remedy_of(ctx, key))
