"""What the last comparison of ledger, store and disk left open, for `doctor`."""

from sqlalchemy import select

from config.dates import instant_text
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.check_result import CheckResult
from pipeline.context import Context
from pipeline.lost_events import RECONCILED
from storage.ledger.models import Event

TITLE = _("Ledger, store and disk")


def check_reconciled(ctx: Context) -> list[CheckResult]:
    """Say what the last repair left open; nothing where there was none yet."""
    with ctx.ledger.reading() as session:
        last = session.scalars(
            select(Event).where(Event.kind == RECONCILED).order_by(Event.seq.desc()).limit(1)
        ).first()
    if last is None:
        return []
    found = gettext(_("compared {at}, differences still open: {open}")).format(
        at=instant_text(last.at), open=last.payload["open"]
    )
    if not last.payload["open"]:
        return [CheckResult(gettext(TITLE), is_well=True, found=found)]
    todo = gettext(_("`sohoa reconcile` names each with its remedy; `sohoa reconcile --repair` once they are settled."))
    return [CheckResult(gettext(TITLE), is_well=False, found=found, remedy=todo)]
