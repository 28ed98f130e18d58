"""How a measured share of wrong fields is told: what was found, and what it says of all."""

from config.i18n import gettext as _
from pipeline.acceptance_plan import Measured
from pipeline.reports.numbers import bound_text


def measured_text(found: Measured) -> str:
    """Tell what a sample showed, with the bounds of the share of wrong fields in its batch."""
    return _(
        "Of {checked} checked fields {wrong} are wrong ({share}); of all {population} between {lower} and {upper}."
    ).format(
        checked=found.checked,
        wrong=found.wrong,
        share=bound_text(found.share),
        population=found.population,
        lower=bound_text(found.lower, up=False),
        upper=bound_text(found.upper),
    )
