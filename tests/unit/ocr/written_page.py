"""Headings with figures written into their blanks by the pen of the specimens, and the words an engine may read."""

from random import Random

import cv2
import numpy as np

from ocr.model import Box
from scripts.specimen.strokes import write
from tests.unit.ocr.inked_page import InkedPage

PEN_PX = 3.4


class WrittenPage(InkedPage):
    """A page whose heading is partly written by hand."""

    def hand(self, left: int, top: int, text: str, *, tall: int = 36, seed: int = 1) -> Box:
        """Write figures without any word for them; give their box."""
        mask = write(text, tall, PEN_PX, Random(seed))
        rows, columns = np.nonzero(mask > 0.3)
        ink = mask[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        high, wide = ink.shape
        part = self.image[top : top + high, left : left + wide]
        self.image[top : top + high, left : left + wide] = np.minimum(part, (255 * (1 - ink)).astype(np.uint8))
        return Box(float(left), float(top), float(left + wide), float(top + high))

    def leader(self, left: int, right: int, base: int) -> None:
        """Draw dots to write on."""
        for x in range(left, right, 9):
            cv2.circle(self.image, (x, base), 1, (0,), -1)

    def rule(self, left: int, right: int, base: int) -> None:
        """Draw a line to write on."""
        cv2.line(self.image, (left, base), (right, base), (0,), 2)


def headed(number: str, day: str, *, seed: int = 1) -> WrittenPage:
    """Give a heading with a written number and day; the engine read only what is printed."""
    page = WrittenPage()
    page.print_line(250, 150, "BỘ CÔNG THƯƠNG")
    page.print_line(240, 700, "Căn cứ Luật ngày 18 tháng 02 năm 2025; số 34567 và 9018 của 46 xã")
    page.print_line(250, 260, "Số:")
    page.hand(325, 258, number, seed=seed)
    page.print_line(480, 260, "/QĐ-BCT")
    page.print_line(850, 260, "Hà Nội, ngày")
    page.hand(1085, 258, day, seed=seed + 1)
    page.print_line(1165, 260, "tháng 4 năm 2026")
    return page
