"""What `doctor` says of the promise: the share of wrong fields that is set, and what of it real pages have proven."""

from config.i18n import gettext
from config.i18n import mark as _
from pipeline.check_result import CheckResult
from pipeline.context import Context
from pipeline.promise import Promise, fields_needed, load_curve
from pipeline.reports.numbers import bound_text

TITLE = _("Wrong fields")
_ALL_ASKED = _("at most {share} is set, for which no field is sure enough: a person is asked about every field")
_PROVEN = _("at most {share} is set; proven: at most {upper} at {confidence} (n = {count}, wrong {wrong})")
_NOT_YET = _(
    "at most {share} is set; proven: at most {upper} at {confidence} (n = {count}, wrong {wrong}); "
    "to prove {share}, {needed} fields of real pages without a wrong one are needed"
)


def check_promise(ctx: Context) -> list[CheckResult]:
    """Say what is promised of fields that no person looks at, and what is proven of it."""
    return [CheckResult(gettext(TITLE), is_well=True, found=promise_text(ctx.settings.review.wrong_share))]


def promise_text(wrong_share: float) -> str:
    """Tell what is proven for a share of wrong fields, never as better than its upper bound."""
    curve = load_curve()
    promise = curve.for_share(wrong_share)
    if promise is None:
        return gettext(_ALL_ASKED).format(share=bound_text(wrong_share))
    return _told(promise, wrong_share, curve.confidence)


def _told(promise: Promise, wrong_share: float, confidence: float) -> str:
    proof = promise.real
    text = _PROVEN if proof.upper <= wrong_share else _NOT_YET
    return gettext(text).format(
        share=bound_text(wrong_share),
        upper=bound_text(proof.upper),
        confidence=bound_text(confidence),
        count=proof.accepted,
        wrong=proof.wrong,
        needed=fields_needed(wrong_share, confidence),
    )
