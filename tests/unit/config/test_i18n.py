import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from config.i18n import LANGUAGES, LOCALE_DIR, activate, active_language, gettext, speak, translate
from tests.message_ids import ROOT, message_ids

CATALOGUES = sorted((LOCALE_DIR / "vi").glob("*.po"))


def entries(name: str) -> dict[str, str]:
    with (LOCALE_DIR / "vi" / name).open("rb") as source:
        return {str(entry.id): str(entry.string) for entry in read_po(source, locale="vi") if entry.id}


def all_entries() -> list[tuple[str, str, str]]:
    return [(path.name, message, text) for path in CATALOGUES for message, text in entries(path.name).items()]


def places(text: str) -> set[str]:
    return {name for _literal, name, _form, _conversion in Formatter().parse(text) if name is not None}


def test_every_message_id_exists_in_vietnamese() -> None:
    known = {message for _name, message, text in all_entries() if text}
    assert {message: place for message, place in message_ids().items() if message not in known} == {}


def test_no_translation_is_left_over_from_a_message_that_is_gone() -> None:
    ids = message_ids()
    assert [(name, message) for name, message, _text in all_entries() if message not in ids] == []


@pytest.mark.parametrize("name", [path.name for path in CATALOGUES])
def test_a_translation_has_the_same_places_for_details(name: str) -> None:
    differing = {message: text for message, text in entries(name).items() if places(message) != places(text)}
    assert differing == {}


@pytest.mark.parametrize("name", [path.name for path in CATALOGUES])
def test_commands_and_paths_named_in_a_message_are_named_in_its_translation_too(name: str) -> None:
    def named(text: str) -> list[str]:
        words = re.findall(r"sohoa [a-z]+(?: [a-z]+)?|--[a-z-]+|docs/[a-z-]+\.md|lo\.toml", text)
        return sorted(words)

    differing = {message: text for message, text in entries(name).items() if named(message) != named(text)}
    assert differing == {}


def test_no_message_is_translated_in_two_ways() -> None:
    seen: dict[str, set[str]] = {}
    for _name, message, text in all_entries():
        seen.setdefault(message, set()).add(text)
    assert {message: texts for message, texts in seen.items() if len(texts) > 1} == {}


STRAYS = {
    "sổ theo dõi": ("sổ cái",),
    "hộp nhận": ("hộp thư", "hòm thư", "thư mục đến", "hộp tài liệu đến"),
    "phiếu lô": ("phiếu lô quét",),
    "người số hóa": ("(người quét)",),
    "dấu chỉ độ mật": ("dấu độ mật", "dấu mật"),
    "chứng thư số gốc": ("chứng thư gốc",),
    "tiêu chí": ("thước đo",),
    "đọc lại": ("đọc kiểm",),
    "vướng kỹ thuật": ("bị kẹt", "mắc kẹt"),
    "bị cản trở": ("đình lại",),
    "bản trình diễn": ("minh họa",),
    "hồ sơ mẫu": ("giả định", "hồ sơ hư cấu"),
    "thư mục mạng": ("ổ chia sẻ", "thư mục chia sẻ"),
    "cách dựng nhanh": ("luồng thẳng",),
    "duyệt phát hành lô": ("duyệt lô",),
    "chưa xác thực": ("chưa chứng minh được:",),
}
"""What an idea is called, and what it is not called."""


def test_one_word_per_idea() -> None:
    pages = [ROOT / "README.vi.md", *(ROOT / "docs/vi").glob("*.md")]
    texts = [text for _name, _message, text in all_entries()] + [page.read_text("utf-8") for page in pages]
    found = [
        (stray, text[:80]) for text in texts for strays in STRAYS.values() for stray in strays if stray in text.lower()
    ]
    assert found == []


def test_texts_follow_the_active_language() -> None:
    before = active_language()
    try:
        shown = []
        for language in LANGUAGES:
            activate(language)
            shown.append(gettext("archived"))
    finally:
        activate(before)
    assert shown == [translate("archived", "vi"), "archived"]


def test_threads_and_child_processes_speak_the_language_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOHOA_LANG", "vi")
    ask = "from config.i18n import gettext; print(gettext('archived'))"

    def run() -> tuple[str, bytes]:
        speak("en")
        heard: list[str] = []
        thread = threading.Thread(target=lambda: heard.append(gettext("archived")))
        thread.start()
        thread.join()
        return heard[0], subprocess.check_output([sys.executable, "-c", ask], cwd=ROOT)

    assert copy_context().run(run) == ("archived", b"archived\n")


def test_what_one_context_speaks_no_other_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOHOA_LANG", "vi")
    both = threading.Barrier(2)

    def said(language: str) -> str:
        activate(language)
        both.wait(timeout=10)
        return gettext("archived")

    with ThreadPoolExecutor(2) as pool:
        heard = [pool.submit(Context().run, said, language) for language in LANGUAGES]
        assert [answer.result() for answer in heard] == [translate("archived", "vi"), "archived"]


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        activate("fr")
