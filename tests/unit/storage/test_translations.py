import inspect
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import storage
from config import errors
from config.errors import LedgerError, SohoaError, StoreError
from config.i18n import LOCALE_DIR

FOLDER = Path(storage.__file__).parent


def translated() -> dict[str, str]:
    with (LOCALE_DIR / "vi" / "storage.po").open("rb") as source:
        return {str(message.id): str(message.string) for message in read_po(source, locale="vi") if message.id}


def spoken() -> set[str]:
    found = extract_from_dir(str(FOLDER), method_map=[("**.py", "python")], keywords={"_": None})
    causes = {str(message) for _file, _line, message, _comments, _context in found}
    kinds = [kind for _name, kind in inspect.getmembers(errors, inspect.isclass)]
    ours = [kind for kind in kinds if issubclass(kind, LedgerError | StoreError)]
    inherited = {SohoaError.message, SohoaError.remedy}
    return causes | ({text for kind in ours for text in (kind.message, kind.remedy)} - inherited)


def test_everything_the_ledger_and_the_store_say_exists_in_vietnamese() -> None:
    assert spoken() - {message for message, text in translated().items() if text} == set()


@pytest.mark.parametrize(("message", "text"), translated().items(), ids=lambda value: value[:40])
def test_a_translation_has_the_same_places_for_details(message: str, text: str) -> None:
    details = dict.fromkeys(
        ("cause", "key", "store", "bucket", "file", "found", "expected", "ledger", "table", "kind", "seq", "subject"),
        "\N{BLACK SQUARE}",
    ) | {"before": "\N{BLACK SQUARE}", "after": "\N{BLACK SQUARE}", "document": "\N{BLACK SQUARE}"}
    assert text.format_map(details).count("\N{BLACK SQUARE}") == message.format_map(details).count("\N{BLACK SQUARE}")
