import os
from pathlib import Path

import pytest

from config.errors import (
    EmptyFileError,
    FileVanishedError,
    InputRefusedError,
    TooLargeError,
    UnsafePathError,
    UnsupportedFormatError,
)
from ocr.source import Limits, is_side_file, natural_order
from ocr.source.door import shown_name, steady

LIMITS = Limits(max_pages=10, max_page_pixels=1_000_000, max_file_bytes=2_000_000)


def read(path: Path, limits: Limits = LIMITS) -> bytes:
    with steady(path, limits) as file:
        return file.read()


def test_pages_are_ordered_as_a_person_counts() -> None:
    names = ["trang 10.jpg", "trang 2.jpg", "Trang 1.jpg", "trang 2b.jpg", "002.png", "10.png"]
    ordered = [path.name for path in natural_order([Path("h") / name for name in names])]
    assert ordered == ["002.png", "10.png", "Trang 1.jpg", "trang 2.jpg", "trang 2b.jpg", "trang 10.jpg"]


def test_order_does_not_depend_on_the_unicode_form_of_names() -> None:
    composed, decomposed = Path("tr\u1ea3 2.jpg"), Path("tra\u0309 10.jpg")
    assert natural_order([decomposed, composed]) == [composed, decomposed]


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "._trang 1.jpg", "desktop.ini", ".~lock.a.pdf#"])
def test_what_operating_systems_leave_behind_is_no_page(name: str) -> None:
    assert is_side_file(Path(name))
    assert natural_order([Path(name), Path("1.jpg")]) == [Path("1.jpg")]


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rong.pdf"
    path.touch()
    with pytest.raises(EmptyFileError, match=r"rong\.pdf"):
        read(path)


def test_a_file_over_the_size_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "to.tif"
    path.write_bytes(b"x")
    os.truncate(path, 50_000_000_000)
    with pytest.raises(TooLargeError, match=r"to\.tif.*50,000"):
        read(path)


def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "that.pdf").write_bytes(b"bi mat")
    link = tmp_path / "lien-ket.pdf"
    link.symlink_to(tmp_path / "that.pdf")
    with pytest.raises(UnsafePathError, match=r"lien-ket\.pdf"):
        read(link)


def test_a_path_that_climbs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"x")
    (tmp_path / "h").mkdir()
    with pytest.raises(UnsafePathError):
        read(tmp_path / "h" / ".." / "a.pdf")


def test_a_folder_and_a_pipe_are_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "ong.pdf"
    os.mkfifo(pipe)
    for path in (tmp_path, pipe):
        with pytest.raises(UnsupportedFormatError):
            read(path)


def test_a_file_that_is_gone_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(FileVanishedError, match=r"mat\.pdf"):
        read(tmp_path / "mat.pdf")


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dang-quet.pdf"
    path.write_bytes(b"mot")
    with pytest.raises(FileVanishedError, match=r"dang-quet\.pdf"), steady(path, LIMITS):
        path.write_bytes(b"mot hai")


def test_a_file_that_vanishes_or_is_replaced_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"mot")
    with pytest.raises(FileVanishedError), steady(path, LIMITS):
        path.unlink()
    path.write_bytes(b"mot")
    (tmp_path / "b.pdf").write_bytes(b"hai")
    with pytest.raises(FileVanishedError), steady(path, LIMITS):
        (tmp_path / "b.pdf").replace(path)


def test_a_file_that_looks_damaged_because_it_moved_is_named_as_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"mot")

    def read_and_refuse() -> None:
        with steady(path, LIMITS):
            path.write_bytes(b"m")
            raise InputRefusedError(file="a.pdf", cause="cut off")

    with pytest.raises(FileVanishedError):
        read_and_refuse()


def test_names_are_shown_on_one_line_and_composed() -> None:
    assert shown_name(Path("a\nb.pdf")) == "a\\x0ab.pdf"
    assert shown_name(Path("tra\u0309.pdf")) == "tr\u1ea3.pdf"
    assert shown_name(Path(os.fsdecode(b"\xff.pdf"))) == "\\udcff.pdf"
