"""The delivered PDF, page by page, as images: the embedded scan where the page is one, else drawn at 300 dpi."""

import threading
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pikepdf

from config.errors import DamagedFileError, EncryptedFileError
from config.i18n import gettext
from config.i18n import mark as _
from ocr.source.door import shown_name
from ocr.source.facts import Lane, PageGeometry
from ocr.source.layout import PageLayout, Placed, read_layout
from ocr.source.picture import (
    BrokenPictureError,
    Decoder,
    OtherDecoderError,
    Picture,
    Pixels,
    greyed,
    is_decoded_once,
    read_pixels,
)
from ocr.source.placing import lay_on_page, pixels_per_point
from ocr.source.render import render_dpi, render_page
from ocr.source.streams import bound_decoders


class Delivered:
    """The pages of a delivered PDF. A context manager; images are read-only and hold one page at a time."""

    pages: tuple[PageGeometry, ...]

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._last: tuple[int, Pixels] | None = None
        self._in_colour: tuple[int, Pixels] | None = None
        self._pdf = _open(path)
        try:
            self._layouts = [read_layout(page) for page in self._pdf.pages]
        except pikepdf.PikepdfError as err:
            self._pdf.close()
            raise DamagedFileError(file=shown_name(path), cause=_("its pages cannot be read")) from err
        self.pages = tuple(_geometry(number, layout) for number, layout in enumerate(self._layouts, start=1))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._last = self._in_colour = None
        self._pdf.close()

    def grey(self, number: int) -> Pixels:
        """Give page `number` (from 1) in grey, as displayed.

        Raise DamagedFileError when its image is cut off or broken, ToolFailedError when drawing it fails.
        """
        with self._lock:
            if self._last is None or self._last[0] != number:
                self._last = None
                self._last = number, self._read(number, grey=True, most_px=None)
            return self._last[1]

    def colour(self, number: int, max_px: int | None = None) -> Pixels | None:
        """Give page `number` in colour (BGR), as displayed; None where the page has no colour.

        `max_px` bounds the longer side; a smaller picture is also cheaper. Raise as `grey` does.
        """
        if self.pages[number - 1].channels == 1:
            return None
        with self._lock:
            return self._read(number, grey=False, most_px=max_px)

    def sketch(self, number: int, most_px: int) -> Pixels:
        """Give page `number` in grey as displayed, its longer side at most `most_px`: a JPEG is cheaper small.

        Raise as `grey` does.
        """
        with self._lock:
            return self._read(number, grey=True, most_px=most_px)

    def turn(self, number: int) -> int:
        """Give by how much the file turns page `number` for showing: clockwise, 0, 90, 180 or 270 degrees."""
        return self._layouts[number - 1].turn

    def _read(self, number: int, *, grey: bool, most_px: int | None) -> Pixels:
        geometry, layout = self.pages[number - 1], self._layouts[number - 1]
        size = _bounded(geometry.width_px, geometry.height_px, most_px)
        pixels = None
        if layout.image is not None and layout.image.picture.decoder is not Decoder.RENDER:
            pixels = self._extract(number, layout, layout.image, size, grey=grey)
        if pixels is None:
            dpi = 72 * max(size[0] / geometry.width_pt, size[1] / geometry.height_pt)
            pixels = render_page(self._path, number, dpi, size, grey=grey)
        pixels = np.ascontiguousarray(pixels)
        pixels.flags.writeable = False
        return pixels

    def _extract(
        self, number: int, layout: PageLayout, placed: Placed, size: tuple[int, int], *, grey: bool
    ) -> Pixels | None:
        geometry = self.pages[number - 1]
        shrink = next((factor for factor in (8, 4, 2) if size[0] * factor <= geometry.width_px), 1)
        try:
            pixels = self._pixels(number, placed.picture, grey=grey, shrink=shrink)
        except BrokenPictureError as err:
            cause = gettext(_("the picture of page {number} is cut off or broken")).format(number=number)
            raise DamagedFileError(file=shown_name(self._path), cause=cause) from err
        except OtherDecoderError:
            return None
        return lay_on_page(pixels, layout, placed.matrix, size)

    def _pixels(self, number: int, picture: Picture, *, grey: bool, shrink: int) -> Pixels:
        """Give the pixels of a page's picture; what colour and grey have in common is decoded once."""
        if not is_decoded_once(picture):
            return read_pixels(picture, grey=grey, shrink=shrink)
        if self._in_colour is None or self._in_colour[0] != number:
            self._in_colour = None
            self._in_colour = number, read_pixels(picture, grey=False)
        return greyed(self._in_colour[1]) if grey else self._in_colour[1]


def open_delivered(pdf: Path) -> Delivered:
    """Open a delivered PDF. Raise DamagedFileError when it cannot be read, EncryptedFileError when it is locked."""
    return Delivered(pdf)


def _open(path: Path) -> pikepdf.Pdf:
    bound_decoders()
    try:
        return pikepdf.Pdf.open(path)
    except pikepdf.PasswordError as err:
        raise EncryptedFileError(file=shown_name(path)) from err
    except (pikepdf.PikepdfError, OSError) as err:
        raise DamagedFileError(file=shown_name(path), cause=_("it cannot be opened")) from err


def _geometry(number: int, layout: PageLayout) -> PageGeometry:
    width_pt, height_pt = layout.size_pt
    if layout.image is None:
        across = down = render_dpi(width_pt, height_pt) / 72
        lane, depth_bits, channels = Lane.CAREFUL, 8, 3
    else:
        across, down = pixels_per_point(layout, layout.image)
        lane, depth_bits, channels = Lane.STRAIGHT, layout.image.picture.bits, layout.image.picture.channels
    return PageGeometry(
        number=number,
        width_pt=width_pt,
        height_pt=height_pt,
        width_px=max(1, round(width_pt * across)),
        height_px=max(1, round(height_pt * down)),
        dpi=(across + down) / 2 * 72,
        depth_bits=depth_bits,
        channels=channels,
        lane=lane,
        has_text=layout.has_text,
    )


def _bounded(width: int, height: int, most_px: int | None) -> tuple[int, int]:
    if most_px is None or max(width, height) <= most_px:
        return width, height
    factor = most_px / max(width, height)
    return max(1, round(width * factor)), max(1, round(height * factor))
