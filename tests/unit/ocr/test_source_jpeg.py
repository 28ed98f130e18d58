from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.source.jpeg import read_shape
from ocr.source.streams import is_cut_jpeg
from tests.bad_files import page_image


def jpeg_bytes(mode: str = "RGB", **options: Any) -> bytes:
    packed = BytesIO()
    page_image(200, 300).convert(mode).save(packed, "JPEG", quality=90, **options)
    return packed.getvalue()


@pytest.mark.parametrize(("mode", "components"), [("L", 1), ("RGB", 3), ("CMYK", 4)])
def test_the_shape_is_read_from_the_markers(mode: str, components: int) -> None:
    shape = read_shape(jpeg_bytes(mode))
    assert shape is not None
    assert (shape.width, shape.height, shape.bits, shape.components) == (200, 300, 8, components)
    assert shape.is_complete
    assert shape.fits_pdf == (components != 4)


@pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_rows": 1}, {"optimize": True}])
def test_every_common_coding_is_followed_to_its_end(options: dict[str, Any]) -> None:
    data = jpeg_bytes(**options)
    shape = read_shape(data)
    assert shape is not None
    assert shape.is_complete
    assert not is_cut_jpeg(data, shape)


@given(st.integers(min_value=700, max_value=10_000))
def test_a_jpeg_cut_anywhere_is_not_complete(length: int) -> None:
    data = jpeg_bytes()
    shape = read_shape(data[: min(length, len(data) - 1)])
    assert shape is None or not shape.is_complete


def test_a_gap_closed_with_an_end_marker_is_still_found() -> None:
    data = jpeg_bytes()
    patched = data[: len(data) // 2] + b"\xff\xd9"
    shape = read_shape(patched)
    assert shape is not None
    assert shape.is_complete
    assert is_cut_jpeg(patched, shape)


def test_a_missing_end_marker_alone_loses_nothing() -> None:
    data = jpeg_bytes()[:-2]
    shape = read_shape(data)
    assert shape is not None
    assert not shape.is_complete
    assert not is_cut_jpeg(data, shape)


@given(st.binary(max_size=200))
def test_noise_is_no_jpeg_and_no_crash(noise: bytes) -> None:
    read_shape(b"\xff\xd8" + noise)
    assert read_shape(noise) is None or noise.startswith(b"\xff\xd8")
