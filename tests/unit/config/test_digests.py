from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.digests import known_digests, load_digests
from config.errors import ReferenceDataError


def test_sha1_is_told_of_from_2014_and_proves_nothing_from_2031() -> None:
    digests = known_digests()
    assert not digests.is_weak("sha1", datetime(2013, 12, 31, tzinfo=UTC))
    assert digests.is_weak("sha1", datetime(2014, 1, 1, tzinfo=UTC))
    assert digests.is_safe("sha1", datetime(2030, 12, 31, tzinfo=UTC))
    assert not digests.is_safe("sha1", datetime(2031, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("name", ["sha256", "sha384", "sha512", "sha3_256"])
def test_functions_in_use_are_safe_for_now(name: str) -> None:
    assert known_digests().unsafe_from(name) is None


def test_unknown_function_proves_nothing() -> None:
    assert not known_digests().is_safe("rot13", datetime(1999, 1, 1, tzinfo=UTC))
    assert known_digests().is_weak("rot13", datetime(1999, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("kind", "bits", "weak_year", "unsafe_year"),
    [
        ("rsa", 1024, 2011, 2014),
        ("rsa", 2048, 2031, None),
        ("rsa", 3072, None, None),
        ("ec", 192, 2011, 2014),
        ("ec", 256, None, None),
    ],
)
def test_keys_last_by_their_kind_and_length(
    kind: str, bits: int, weak_year: int | None, unsafe_year: int | None
) -> None:
    dates = known_digests().of_key(kind, bits)
    assert [day.year if day else None for day in (dates.weak_from, dates.unsafe_from)] == [weak_year, unsafe_year]


def test_a_row_of_keys_without_length_or_source_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "digests.toml"
    path.write_text('schema = 1\n[[key]]\nkind = "rsa"\nsource = "x"\n', "utf-8")
    with pytest.raises(ReferenceDataError, match="key 1"):
        load_digests(path)


BAD = {
    "no source": 'name = "sha9"',
    "no name": 'source = "x"',
    "no date": 'name = "sha9"\nsource = "x"\nunsafe_from = "soon"',
    "an instant": 'name = "sha9"\nsource = "x"\nunsafe_from = 2031-01-01T00:00:00Z',
    "a mistyped key": 'name = "sha9"\nsource = "x"\nunsafe_since = 2031-01-01',
}


@pytest.mark.parametrize("kind", BAD)
def test_damaged_file_is_refused_by_its_place(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "digests.toml"
    path.write_text(f"schema = 1\n[[digest]]\n{BAD[kind]}\n", "utf-8")
    with pytest.raises(ReferenceDataError, match=r"digests\.toml"):
        load_digests(path)
