"""A ZIP that is no pack, or wants to do harm, is refused with a reason, and nothing of it lands elsewhere."""

import io
import json
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from config.errors import NotFoundError
from pipeline.evidence.checking import check_pack
from pipeline.evidence.layout import (
    KIND,
    MOST_JSON_BYTES,
    PackDamagedError,
    PackNewerError,
    is_pack_path,
    read_json,
    read_manifest,
    read_whole,
)
from pipeline.evidence.zipping import opened_pack

Builder = Callable[[zipfile.ZipFile], object]


def named(*names: str) -> Builder:
    def build(archive: zipfile.ZipFile) -> None:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), b"x")

    return build


def linked(archive: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("manifest.json")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "/etc/passwd")


def bomb(archive: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("manifest.json")
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, bytes(100 << 20))


def packed_otherwise(archive: zipfile.ZipFile) -> None:
    archive.writestr("manifest.json", b"x" * 100, zipfile.ZIP_BZIP2)


HOSTILE: dict[str, Builder] = {
    "upwards": named("../manifest.json"),
    "upwards within": named("log/../../manifest.json"),
    "absolute": named("/manifest.json"),
    "drive": named("C:/manifest.json"),
    "backslash": named("log\\..\\manifest.json"),
    "twice": named("manifest.json", "manifest.json"),
    "twice but for case": named("manifest.json", "MANIFEST.json"),
    "file and folder": named("log", "log/events.jsonl"),
    "hidden": named(".manifest.json"),
    "newline": named("manifest.json\nrecord.json"),
    "long": named("a" * 300),
    "deep": named("a/" * 30 + "b"),
    "link": linked,
    "bomb": bomb,
    "other packing": packed_otherwise,
    "empty": named(),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_zip_is_refused_and_leaves_nothing(tmp_path: Path, kind: str) -> None:
    pack = tmp_path / "in" / "pack.zip"
    pack.parent.mkdir()
    with zipfile.ZipFile(pack, "w") as archive:
        HOSTILE[kind](archive)
    with pytest.raises(PackDamagedError) as caught:
        check_pack(pack)
    assert caught.value.remedy_text()
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "pack.zip"]


def test_a_size_that_lies_lets_no_more_out_than_it_says(tmp_path: Path) -> None:
    """The table says one byte; a hundred megabytes are packed."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        bomb(archive)
    data = bytearray(content.getvalue())
    table = data.index(b"PK\x01\x02")
    data[table + 24 : table + 28] = struct.pack("<I", 1)
    pack = tmp_path / "pack.zip"
    pack.write_bytes(data)
    with pytest.raises(PackDamagedError):
        check_pack(pack)


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x05\x06" + bytes(18), b"%PDF-1.7", bytes(1000)])
def test_what_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    pack = tmp_path / "pack.zip"
    pack.write_bytes(content)
    with pytest.raises(PackDamagedError):
        check_pack(pack)


def test_a_folder_with_a_link_or_an_odd_name_is_refused_and_a_missing_one_is_told(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("linked", "odd", "piped")]
    for folder in folders:
        folder.mkdir()
    (folders[0] / "manifest.json").symlink_to("/etc/passwd")
    (folders[1] / "an odd name").touch()
    os.mkfifo(folders[2] / "manifest.json")
    for folder in folders:
        with pytest.raises(PackDamagedError):
            check_pack(folder)
    with pytest.raises(NotFoundError):
        check_pack(tmp_path / "none.zip")


def test_an_honest_zip_is_unpacked_and_gone_afterwards(tmp_path: Path) -> None:
    pack = tmp_path / "pack.zip"
    with zipfile.ZipFile(pack, "w") as archive:
        named("manifest.json", "log/events.jsonl")(archive)
    with opened_pack(pack) as (folder, names):
        assert names == ["log/events.jsonl", "manifest.json"]
        assert (folder / "log/events.jsonl").read_bytes() == b"x"
    assert not folder.exists()


JSON = {
    "no text": b"\xff\xfe",
    "no JSON": b"{",
    "deep": b"[" * 100_000,
    "twice": b'{"kind": 1, "kind": 2}',
    "no number": b'{"kind": NaN}',
    "a huge number": b'{"kind": ' + b"9" * 100_000 + b"}",
}


@pytest.mark.parametrize("kind", JSON)
def test_json_that_would_harm_or_mislead_is_refused(kind: str) -> None:
    with pytest.raises(PackDamagedError):
        read_json(JSON[kind], "x.json")


def test_a_file_larger_than_any_of_a_pack_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "events.jsonl").open("wb") as file:
        file.truncate(MOST_JSON_BYTES + 1)
    with pytest.raises(PackDamagedError):
        read_whole(tmp_path, "events.jsonl")


MANIFESTS: dict[str, object] = {
    "a list": [],
    "another kind": {"kind": "other", "schema": 1},
    "nothing else": {"kind": KIND, "schema": 1},
    "files that are none": {"kind": KIND, "schema": 1, "files": [1], "documents": []},
    "odd values": {
        "kind": KIND,
        "schema": 1,
        "files": [{"path": "a", "sha256": None, "size": -1}],
        "documents": {"a": 1},
        "made_at": 0,
    },
}


@pytest.mark.parametrize("kind", MANIFESTS)
def test_a_manifest_that_is_none_is_refused(kind: str) -> None:
    with pytest.raises(PackDamagedError):
        read_manifest(json.dumps(MANIFESTS[kind]).encode(), "pack")


@pytest.mark.parametrize("schema", [2, "1", None, 10**30])
def test_a_manifest_of_another_schema_is_told(schema: object) -> None:
    with pytest.raises(PackNewerError):
        read_manifest(json.dumps({"kind": KIND, "schema": schema}).encode(), "pack")


@pytest.mark.parametrize("path", ["a/../b", "a//b", "a.", "a/.b", "con fig", "a\x00b", "a/b/c/d/e/f", "ă.txt"])
def test_names_that_lead_elsewhere_or_differ_between_systems_are_none_of_a_pack(path: str) -> None:
    assert not is_pack_path(path)
