"""Texts that stand on one page in both languages; the page shows one of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal

from markupsafe import Markup, escape

from config.dates import day_text, instant_text
from config.i18n import LANGUAGES, translate
from pipeline.reports.numbers import count_text, percent_text, points_text

_SHOWN: ContextVar[tuple[str, ...]] = ContextVar("languages_shown", default=LANGUAGES)


@contextmanager
def only(language: str) -> Iterator[None]:
    """Let what is made in this block hold one language alone: paper has no button to choose by."""
    token = _SHOWN.set((language,))
    try:
        yield
    finally:
        _SHOWN.reset(token)


def plain(message: str) -> str:
    """Give a message as plain text, for where there can be no elements: one language after the other."""
    return " / ".join(dict.fromkeys(translate(message, language) for language in _SHOWN.get()))


def both(text: Callable[[str], str], tag: str = "span") -> Markup:
    """Give a text in both languages; once, where they are the same."""
    texts = {language: text(language) for language in _SHOWN.get()}
    if len(set(texts.values())) == 1:
        return escape(next(iter(texts.values())))
    return Markup().join(
        Markup('<{tag} lang="{language}">{text}</{tag}>').format(tag=Markup(tag), language=language, text=shown)  # noqa: S704 - tags are ours
        for language, shown in texts.items()
    )


def words(message: str, **details: object) -> Markup:
    """Give a message in both languages. Details that are functions of the language are asked for theirs."""
    return both(lambda language: translate(message, language).format_map(_told(details, language)))


def count(value: int) -> Markup:
    """Give a count."""
    return both(lambda language: count_text(value, language))


def percent(value: Decimal | float | None) -> Markup:
    """Give a share."""
    return both(lambda language: percent_text(value, language))


def points(value: Decimal | None) -> Markup:
    """Give a distance in percentage points."""
    return both(lambda language: points_text(value, language))


def day(value: date) -> Markup:
    """Give a date."""
    return both(lambda language: day_text(value, language))


def instant(value: datetime) -> Markup:
    """Give an instant, in Vietnamese time."""
    return both(lambda language: instant_text(value, language))


def _told(details: dict[str, object], language: str) -> dict[str, object]:
    return {name: value(language) if callable(value) else value for name, value in details.items()}
