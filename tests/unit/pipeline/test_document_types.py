from contextvars import copy_context
from pathlib import Path

import pytest

from config.errors import ReferenceDataError
from config.i18n import LANGUAGES, activate
from pipeline.extract import type_book
from pipeline.extract.document_types import CHECKS, FORMS
from pipeline.extract.pattern_safety import may_run_on
from pipeline.extract.rule_book import rule_book
from pipeline.extract.type_files import faults_of
from pipeline.wording import FIELDS

WHOLE = """schema = 1
[[type]]
key = "XYZ"
name = { vi = "Giấy thử", en = "Test paper" }
legal_basis = "none"
fields = [{ name = "one", labels = ["Một"], form = "date" }, { name = "two", labels = ["Hai"], form = "date" }]
checks = [{ rule = "dates_in_order", fields = ["one", "two"] }]
"""


def test_every_type_says_its_legal_basis_and_every_field_has_its_words() -> None:
    for kind in type_book().types:
        assert kind.legal_basis, kind.key
        assert set(kind.names) == set(LANGUAGES)
    assert type_book().field_names() <= set(FIELDS)


def test_every_check_a_template_may_ask_for_is_a_rule_with_its_sentences() -> None:
    assert set(CHECKS) <= set(rule_book())
    assert {field.form for kind in type_book().types for field in kind.fields} <= set(FORMS)


@pytest.mark.parametrize("key", ["GTNHS", "GKS", "TLKS", "TLHT", "TLKH", "GCNKH", "GCNHKD", "GPXD", "GCNQSDĐ"])
def test_papers_and_results_of_the_one_stop_desk_have_fields(key: str) -> None:
    kind = type_book().find(key)
    assert kind is not None
    assert len(kind.fields) >= 4


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("schema = 1", "schema = 2", "schema = 1"),
        ('key = "XYZ"', 'key = "QĐ"', "nd30.toml"),
        ('vi = "Giấy thử"', 'vi = "Quyết định"', "nd30.toml"),
        ('key = "XYZ"', 'kye = "XYZ"', "the nearest is key"),
        ('form = "date"', 'form = "dates"', "the nearest is date"),
        ('form = "date"', 'fomr = "date"', "the nearest is form"),
        ('"dates_in_order"', '"dates_order"', "the nearest is dates_in_order"),
        ('fields = ["one", "two"]', 'fields = ["one", "tow"]', "the nearest is two"),
        ('fields = ["one", "two"]', 'fields = ["one"]', "2 to 2 fields"),
        ('legal_basis = "none"', "", "legal_basis is missing"),
        (', en = "Test paper"', "", "en is missing"),
        ('labels = ["Một"]', 'labels = ["Một"], lines = "yes"', "lines is of another kind"),
        ('labels = ["Một"]', 'labels = ["Một"], occurrence = 0', "the first is 1"),
        ('labels = ["Một"]', 'labels = ["Một"], pattern = "("', "unterminated"),
        ('labels = ["Một"]', 'labels = ["Một"], pattern = "(\\\\d+,?)+"', "may take for ever"),
        ('form = "date"', 'form = "text"', "wants the form date of one"),
        ('labels = ["Một"]', "labels = [3]", "a list of texts"),
        ('name = "two"', 'name = "one"', "two fields bear one name"),
        ('name = "two"', 'name = "subject"', "none that every document has"),
        ('legal_basis = "none"', 'legal_basis = "none"\ndate_at = ["labels"]', "date_labels"),
        ('legal_basis = "none"', 'legal_basis = "none"\nnot_asked = ["palce"]', "the nearest is place"),
        ("schema = 1", "schema = ", "not understood at line 1"),
    ],
)
def test_a_fault_is_told_with_its_file_and_what_would_be_right(
    tmp_path: Path, right: str, wrong: str, told: str
) -> None:
    assert right in WHOLE
    (tmp_path / "own.toml").write_text(WHOLE.replace(right, wrong, 1), "utf-8")

    def fault() -> ReferenceDataError:
        activate("en")
        with pytest.raises(ReferenceDataError) as caught:
            type_book(tmp_path)
        return caught.value

    found = copy_context().run(fault)
    assert found.details["file"] == "own.toml"
    assert told in str(found.details["cause"])
    assert [str(one.details["file"]) for one in faults_of(tmp_path)] == ["own.toml"]


def test_a_file_that_is_edited_is_read_anew(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(WHOLE, "utf-8")
    before = type_book(tmp_path)
    assert type_book(tmp_path) is before
    own.write_text(WHOLE.replace('"Hai"', '"Hai là"'), "utf-8")
    after = type_book(tmp_path)
    assert after.titles_digest == before.titles_digest
    assert after.digest_of("XYZ") != before.digest_of("XYZ")
    assert after.digest_of("QĐ") == before.digest_of("QĐ")


def test_a_sites_own_type_takes_no_abbreviation_away(tmp_path: Path) -> None:
    own = WHOLE.replace('legal_basis = "none"', 'legal_basis = "none"\nabbreviation = "QĐ"')
    (tmp_path / "own.toml").write_text(own, "utf-8")
    assert type_book(tmp_path).by_abbreviation()["QĐ"].key == "QĐ"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.toml").mkdir()
    with pytest.raises(ReferenceDataError) as caught:
        type_book(tmp_path)
    assert caught.value.details["file"] == "own.toml"
    assert [str(one.details["file"]) for one in faults_of(tmp_path)] == ["own.toml"]


@pytest.mark.parametrize("pattern", ["(a+)+", "(a|aa)*b", "((a*))+", "(?:x{2,})+", "([ab]+,?){3,}", "(((a)+))*"])
def test_a_pattern_that_may_take_for_ever_is_known(pattern: str) -> None:
    assert may_run_on(pattern)


@pytest.mark.parametrize("pattern", ["", r"\d{3}(\.\d{3})*", "(A|B)-[0-9]+", r"[(+)]+\(x\+\)+", "(?=.*x)y+", "[^](]*z"])
def test_a_pattern_that_ends_is_let_be(pattern: str) -> None:
    assert not may_run_on(pattern)
