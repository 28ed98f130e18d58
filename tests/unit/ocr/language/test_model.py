import gzip
import math
from pathlib import Path

import pytest

from config.errors import ReferenceDataError
from ocr.language.model import COUNTS_FILE, START, load_counts, vietnamese
from ocr.language.rules import load_rules


def test_what_stands_together_in_administrative_language_is_likelier() -> None:
    model = vietnamese()
    assert model.logarithm("phép", "giấy") > model.logarithm("phép", "giây")
    assert model.logarithm("định", "quyết") > model.logarithm("đình", "quyết")
    assert model.of_sentence((START,), "căn", ("cứ",)) > model.of_sentence((START,), "cân", ("cứ",))


def test_probabilities_of_all_followers_come_to_one() -> None:
    model = load_counts(COUNTS_FILE)
    rows = gzip.decompress(COUNTS_FILE.read_bytes()).decode("utf-8").split("[syllables]\n")[1].split("[pairs]")[0]
    syllables = [row.partition("\t")[0] for row in rows.splitlines()]
    for before in ((), ("giấy",), ("ủy", "ban")):
        assert 0.99 < sum(math.exp(model.logarithm(syllable, *before)) for syllable in syllables) < 1.0001


def test_the_counts_tell_their_sources_and_licences() -> None:
    head = [row for row in gzip.decompress(COUNTS_FILE.read_bytes()).decode("utf-8").splitlines() if row[:2] == "# "]
    text = "\n".join(head)
    assert "Apache-2.0" in text
    assert "Luật Sở hữu trí tuệ" in text
    assert text.count("sha256") == 3
    assert COUNTS_FILE.stat().st_size < 3_000_000


@pytest.mark.parametrize(
    "content",
    [b"", b"no gzip", gzip.compress(b"[syllables]\nva\tmany\n"), gzip.compress(b"[x]\n")],
    ids=["empty", "no gzip", "no number", "no section"],
)
def test_damaged_counts_are_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "counts.txt.gz"
    path.write_bytes(content)
    with pytest.raises(ReferenceDataError, match=r"counts\.txt\.gz"):
        load_counts(path)


@pytest.mark.parametrize("content", ["margin = 4", "margin = ", "\x00"])
def test_damaged_rules_are_refused_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "correction.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(ReferenceDataError, match=r"correction\.toml"):
        load_rules(path)
