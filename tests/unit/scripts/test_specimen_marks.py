"""Every file of specimens says of itself what it is, whatever its format."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from ocr.source import SPECIMEN_MARK, Limits, inspect
from ocr.source.specimen_mark import carries_specimen_mark
from scripts.specimen.model import Colour, Container, Scan
from scripts.specimen.packing import pack

LIMITS = Limits(max_pages=10, max_page_pixels=10_000_000, max_file_bytes=10_000_000)
SHADES = {Colour.COLOUR: (120, 90, 3), Colour.GREY: (120, 90), Colour.BITONAL: (120, 90)}


@pytest.mark.parametrize("colour", list(Colour))
@pytest.mark.parametrize("container", list(Container))
def test_every_kind_of_specimen_file_is_marked(tmp_path: Path, container: Container, colour: Colour) -> None:
    names = {Container.PDF: "a.pdf", Container.TIFF: "a.tif", Container.JPEG: "a.jpg", Container.PNG: "a.png"}
    pages = [np.full(SHADES[colour], 200, np.uint8)]
    files = pack(pages, tmp_path / names.get(container, "a"), Scan(dpi=200, colour=colour, container=container))
    assert inspect(files, LIMITS).is_specimen


def test_a_file_without_the_mark_is_no_specimen() -> None:
    assert not carries_specimen_mark(BytesIO("Mẫu số 01: tờ khai".encode()))


def test_a_mark_across_two_blocks_is_seen() -> None:
    file = BytesIO(b"\0" * ((1 << 20) - 7) + SPECIMEN_MARK.encode())
    file.seek(5)
    assert carries_specimen_mark(file)
    assert file.tell() == 5
