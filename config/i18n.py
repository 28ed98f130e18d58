"""Vietnamese and English texts through gettext catalogues.

Message ids are English; `config/locale/<language>/*.po` hold the translations, one file an area.
Catalogues are read from the `.po` sources, so there is no compiled file to go stale.
The language is chosen once, at the entry of the program; texts are rendered when they are shown.
It stands in the environment of the process, where its threads and the processes it starts find it; what is rendered
in another language for a while chooses that for its own context alone.
"""

import gettext as _gettext
import os
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("vi", "en")
DEFAULT_LANGUAGE = "vi"
VARIABLE = "SOHOA_LANG"
_ACTIVE: ContextVar[str | None] = ContextVar("sohoa_language", default=None)
LOCALE_DIR = Path(__file__).parent / "locale"


@cache
def translations(language: str) -> _gettext.NullTranslations:
    """Give the merged catalogues of a language; English is the language of the message ids."""
    if language == "en":
        return _gettext.NullTranslations()
    merged = _gettext.NullTranslations()
    for path in sorted((LOCALE_DIR / language).glob("*.po")):
        with path.open("rb") as source:
            catalogue = read_po(source, locale=language)
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        area = _gettext.GNUTranslations(compiled)
        area.add_fallback(merged)
        merged = area
    return merged


def speak(language: str) -> None:
    """Choose the language of this process, its threads and those it starts. Raise ValueError for an unknown one."""
    activate(language)
    os.environ[VARIABLE] = language


def activate(language: str) -> None:
    """Choose the language of what this context shows from now on. Raise ValueError for an unknown one."""
    if language not in LANGUAGES:
        raise ValueError(f"unknown language {language!r}; known: {', '.join(LANGUAGES)}")
    _ACTIVE.set(language)


def active_language() -> str:
    """Give the language texts are shown in now: of this context, else of the process."""
    language = _ACTIVE.get() or os.environ.get(VARIABLE, DEFAULT_LANGUAGE)
    return language if language in LANGUAGES else DEFAULT_LANGUAGE


def gettext(message: str) -> str:
    """Translate a message id into the active language."""
    return translations(active_language()).gettext(message)


def translate(message: str, language: str) -> str:
    """Translate a message id into a given language, for documents whose language is not the screen's."""
    return translations(language).gettext(message)


def mark(message: str) -> str:
    """Mark a message id for translation without translating it yet."""
    return message
