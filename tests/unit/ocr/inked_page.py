"""Page images for tests: words drawn in the prescribed type, strokes drawn as a pen would."""

from io import BytesIO

import cv2
import numpy as np
from PIL import Image as Drawing
from PIL import ImageDraw, ImageFont

from config.fonts import document_font
from ocr.images import Image
from ocr.model import Box, Word

WIDTH, HEIGHT, SIZE_PX = 1654, 2339, 39


class InkedPage:
    """A white A4 page at 200 dpi, and the words an engine would read on it."""

    def __init__(self) -> None:
        self.image: Image = np.full((HEIGHT, WIDTH), 255, np.uint8)
        self.words: list[Word] = []
        self._font = ImageFont.truetype(BytesIO(document_font()), SIZE_PX)
        self._line = -1

    def print_line(self, left: float, top: float, text: str, confidence: float = 0.96) -> None:
        """Print words; each is drawn and read."""
        self._line += 1
        drawing = Drawing.fromarray(self.image)
        pen = ImageDraw.Draw(drawing)
        x = left
        for token in text.split(" "):
            box = pen.textbbox((x, top), token, font=self._font)
            pen.text((x, top), token, font=self._font, fill=0)
            self._read(token, confidence, *box)
            x = box[2] + 11
        self.image = np.array(drawing, dtype=np.uint8)

    def write(self, left: float, top: float, strokes: list[list[tuple[float, float]]], read_as: str) -> None:
        """Draw pen strokes (points in units of 40 px) that the engine reads as figures."""
        points = []
        for stroke in strokes:
            path = np.array([(left + 40 * x, top + 40 * y) for x, y in stroke], np.int32)
            cv2.polylines(self.image, [path], isClosed=False, color=(0,), thickness=4, lineType=cv2.LINE_AA)
            points.append(path)
        edges = np.concatenate(points)
        self._read(read_as, 0.95, *edges.min(axis=0), *edges.max(axis=0))

    def frame(self, left: int, top: int, right: int, bottom: int) -> None:
        """Draw the frame of a stamp."""
        cv2.rectangle(self.image, (left, top), (right, bottom), (0,), 4)

    def _read(self, text: str, confidence: float, left: float, top: float, right: float, bottom: float) -> None:
        box = Box(float(left), float(top), float(right), float(bottom))
        self.words.append(Word(text, confidence, box, self._line, self._line))
