from collections import Counter
from string import Formatter

import pytest

from config.errors import ExitCode, NotFoundError, SohoaError, StoreError, UnreadableError, known_errors, recall
from config.i18n import activate, active_language, translate
from scripts.reference_pages import CODES, documented_errors

ERRORS = documented_errors()


def test_every_code_belongs_to_one_error() -> None:
    waiting, codes = [SohoaError], []
    while waiting:
        kind = waiting.pop()
        codes.append(kind.code)
        waiting += [below for below in kind.__subclasses__() if not below.__module__.startswith("tests")]
    assert [code for code, times in Counter(codes).items() if times > 1] == []


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.code)
def test_an_error_tells_what_it_is_and_what_to_do_in_both_languages(kind: type[SohoaError]) -> None:
    assert kind.exit_code in CODES
    assert kind.exit_code is not ExitCode.DONE
    assert kind.__doc__
    assert kind.remedy
    for text in (kind.message, kind.remedy):
        letters = "".join(literal for literal, *_rest in Formatter().parse(text)).strip(" :,")
        if letters:
            assert translate(text, "vi") != text


def test_every_exit_code_is_explained() -> None:
    assert set(ExitCode) <= set(CODES)


def test_a_message_is_shown_in_the_language_active_when_it_is_shown() -> None:
    error = NotFoundError(subject="H41.90-260302-0001")
    before = active_language()
    try:
        activate("en")
        english = str(error)
        activate("vi")
        vietnamese = str(error)
    finally:
        activate(before)
    assert english == "nothing found for H41.90-260302-0001"
    assert vietnamese != english
    assert "H41.90-260302-0001" in vietnamese


def test_a_cause_that_is_a_message_id_is_translated_too() -> None:
    before = active_language()
    try:
        activate("vi")
        assert translate("it is empty", "vi") in str(StoreError(key="k", cause="it is empty"))
    finally:
        activate(before)


def test_a_detail_that_is_missing_never_hides_the_error() -> None:
    assert "{file}" in str(UnreadableError())


def test_an_error_comes_back_from_its_code_and_details() -> None:
    known = recall("unreadable", {"file": "a.pdf"})
    assert isinstance(known, UnreadableError)
    assert "a.pdf" in str(known)
    unknown = recall("of_a_later_version", None)
    assert "of_a_later_version" in str(unknown)


def test_the_root_is_known_by_its_code() -> None:
    assert known_errors()["error"] is SohoaError
