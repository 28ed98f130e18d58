"""What is said of a field beside its value, on the screen and on the page."""

from collections.abc import Iterator

from config.dates import instant_text, value_text
from config.i18n import active_language
from config.i18n import gettext as _
from pipeline.field_places import Place
from pipeline.field_views import FieldView
from pipeline.reason_wording import reason_name
from pipeline.reports.numbers import percent_text
from pipeline.wording import source_name


def field_notes(field: FieldView) -> Iterator[str]:
    """Give what is to be said of a value beside it: why it is asked about, what other sources say."""
    if field.status == "review" and field.reason_code:
        yield reason_name(field.reason_code)
    if field.source == "register" and field.status == "beside":
        yield _("only the register says so")
    elif field.source == "register" and field.read_reason:
        yield _("on the page: {reason}").format(reason=reason_name(field.read_reason))
    if field.read_value is not None and field.read_value != field.value:
        yield _("the machine read: {value}").format(value=value_text(field.read_value))
    if field.register_value is not None and field.register_value != field.value:
        yield _("the register says: {value}").format(value=value_text(field.register_value))


def source_line(field: FieldView) -> str:
    """Say where a value comes from, how sure it is and where it stands."""
    facts = [source_name(field.source, is_as_read=field.is_as_read, is_absent=field.is_absent)]
    if field.actor and field.recorded_at:
        facts.append(f"{field.actor}, {instant_text(field.recorded_at)}")
    if field.confidence is not None and field.value is not None:
        facts.append(_("probability that it is right: {percent}").format(percent=percent(field.confidence)))
    if field.place is not None:
        facts.append(place_text(field.place))
    elif field.page is not None:
        facts.append(_("page {page}").format(page=field.page))
    return " · ".join(facts)


def percent(chance: float | None) -> str:
    """Give a probability, rounded down, so that only what is certain is 100 %; that of no reading is not told."""
    return percent_text(None if chance is None else round(100 * chance, 6), active_language())


def place_text(place: Place) -> str:
    """Say where something stands: in words, and in millimetres from the paper's left and upper edge."""
    sizes = _("{left} mm from the left, {top} mm from the top, {width} × {height} mm").format(
        left=round(place.left_mm), top=round(place.top_mm), width=round(place.width_mm), height=round(place.height_mm)
    )
    return f"{place.text()} ({sizes})"
