"""What a PDF page shows: whether it is one image that covers it, and whether it holds text.

The page's content is read as a viewer would paint it. Whatever lies under an opaque image that covers the page is
hidden and does not matter; anything painted beside or over it makes the page more than one image.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Matrix

from ocr.source.picture import Picture, describe
from ocr.source.streams import inflate

Rectangle = tuple[float, float, float, float]

_LETTER: Rectangle = (0.0, 0.0, 612.0, 792.0)
# A scan's page box and its image differ by rounding, or by a margin that was cut; less than this is no full page.
_COVER_LEAST = 0.90
_HIDES_LEAST = 0.98
# Beyond these a page is no plain scan, and reading it on would only cost time and memory.
_MOST_CONTENT_BYTES = 4_000_000
_MOST_OPERATORS = 200_000
_MOST_DEPTH = 8
_MOST_LEVELS = 50
_MOST_PIXEL_RATIO = 3.0
# Times the sheet's width or height; a page cropped out of a scan that much larger is rare, and only drawn slower.
_MOST_OVERHANG = 4.0
_INVISIBLE = {3, 7}
_PAINT = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "BI", "INLINE IMAGE"}
_TEXT = {"Tj", "TJ", "'", '"'}
_SHOWS_TEXT = re.compile(rb"[)>\]]\s*T[jJ]\b")


@dataclass(frozen=True, slots=True)
class Placed:
    """A plain image and the matrix that maps the unit square to where it stands."""

    picture: Picture
    matrix: Matrix


@dataclass(frozen=True, slots=True)
class PageLayout:
    """A page as its content says.

    `box`: what a viewer shows, in user space units. `turn`: clockwise, 0/90/180/270. `unit`: points a unit.
    `image`: the one image that is the page, None for any other page. `is_incomplete`: something named is missing.
    """

    box: Rectangle
    turn: int
    unit: float
    image: Placed | None
    has_text: bool
    is_incomplete: bool

    @property
    def size_pt(self) -> tuple[float, float]:
        """Width and height in points as displayed."""
        width, height = (self.box[2] - self.box[0]) * self.unit, (self.box[3] - self.box[1]) * self.unit
        return (height, width) if self.turn in {90, 270} else (width, height)


def page_box(page: pikepdf.Page) -> Rectangle:
    """Give what a viewer shows of a page: the crop box within the media box; Letter when there is none."""
    media = _rectangle(_inherited(page.obj, "/MediaBox")) or _LETTER
    crop = _rectangle(_inherited(page.obj, "/CropBox")) or media
    box = max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])
    return box if box[0] < box[2] and box[1] < box[3] else media


def page_unit(page: pikepdf.Page) -> float:
    """Give the points of one unit of a page's user space."""
    try:
        unit = float(page.obj.get("/UserUnit", 1.0))
    except (TypeError, ValueError):
        return 1.0
    return unit if unit > 0 else 1.0


def read_layout(page: pikepdf.Page) -> PageLayout:
    """Give the layout of a page."""
    box = page_box(page)
    try:
        turn = int(_inherited(page.obj, "/Rotate") or 0) % 360 // 90 * 90
    except (TypeError, ValueError):
        turn = 0
    state = _Reading(box)
    try:
        _read_content(page.obj, _inherited(page.obj, "/Resources"), _Graphics(Matrix()), state, 0)
    except _TooMuchError:
        state.image = None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        # What cannot be followed here may still be drawn by a more forgiving renderer.
        state.image, state.is_incomplete = None, True
    return PageLayout(box, turn, page_unit(page), state.image, state.has_text, state.is_incomplete)


class _TooMuchError(Exception):
    """A page's content is larger than that of any plain scan."""


@dataclass(slots=True)
class _Graphics:
    """The part of the graphics state that decides what is seen."""

    matrix: Matrix
    text_mode: int = 0
    is_clipped: bool = False
    is_see_through: bool = False

    def copy(self) -> "_Graphics":
        return _Graphics(self.matrix, self.text_mode, self.is_clipped, self.is_see_through)


@dataclass(slots=True)
class _Reading:
    """What has been painted so far."""

    box: Rectangle
    image: Placed | None = None
    is_marked: bool = False
    has_text: bool = False
    is_incomplete: bool = False
    operators: int = 0
    path: list[tuple[float, float]] = field(default_factory=list)
    is_path_curved: bool = False

    def end_path(self) -> None:
        """The path was painted, or used as a clip."""
        self.path.clear()
        self.is_path_curved = False

    def paint(self) -> None:
        """Something other than a covering image was painted."""
        self.is_marked, self.image = True, None

    def place(self, placed: Placed, cover: float) -> None:
        """A plain image was painted that covers a share of the page."""
        if cover >= _HIDES_LEAST:
            self.image, self.is_marked = placed, False
        elif cover >= _COVER_LEAST and self.image is None and not self.is_marked:
            self.image = placed
        else:
            self.paint()


def _read_content(
    holder: pikepdf.Object, resources: pikepdf.Object | None, graphics: _Graphics, state: _Reading, depth: int
) -> None:
    if depth > _MOST_DEPTH:
        raise _TooMuchError
    if not _is_small(holder, state):
        raise _TooMuchError
    stack: list[_Graphics] = []
    for instruction in pikepdf.parse_content_stream(holder):
        state.operators += 1
        if state.operators > _MOST_OPERATORS:
            raise _TooMuchError
        operator, operands = str(instruction.operator), list(instruction.operands)
        if operator == "q":
            stack.append(graphics.copy())
        elif operator == "Q":
            graphics = stack.pop() if stack else graphics
        elif operator == "Do":
            _paint_object(str(operands[0]), resources, graphics, state, depth)
        else:
            _step(operator, operands, resources, graphics, state)


def _step(
    operator: str,
    operands: Sequence[pikepdf.Object],
    resources: pikepdf.Object | None,
    graphics: _Graphics,
    state: _Reading,
) -> None:
    if operator == "cm":
        graphics.matrix = Matrix(*(float(value) for value in operands)) @ graphics.matrix
    elif operator == "Tr":
        graphics.text_mode = int(operands[0])
    elif operator == "gs":
        graphics.is_see_through |= _is_see_through(_named(resources, "/ExtGState", str(operands[0])))
    elif operator in _TEXT:
        state.has_text = True
        if graphics.text_mode not in _INVISIBLE:
            state.paint()
    elif operator in _PAINT:
        state.end_path()
        state.paint()
    elif operator == "BDC" and str(operands[0]) == "/OC":
        # A layer may be hidden; only a renderer knows.
        graphics.is_see_through = True
    else:
        _follow_path(operator, operands, graphics, state)


def _follow_path(operator: str, operands: Sequence[pikepdf.Object], graphics: _Graphics, state: _Reading) -> None:
    if operator == "re":
        left, bottom, width, height = (float(value) for value in operands)
        corners = [(left, bottom), (left + width, bottom), (left + width, bottom + height), (left, bottom + height)]
        state.path += [graphics.matrix.transform(corner) for corner in corners]
    elif operator in {"m", "l"}:
        state.path.append(graphics.matrix.transform((float(operands[0]), float(operands[1]))))
    elif operator in {"c", "v", "y"}:
        state.is_path_curved = True
    elif operator in {"W", "W*"}:
        covers = _share(_bounds(state.path), state.box) >= _HIDES_LEAST
        graphics.is_clipped |= not covers or state.is_path_curved or not _is_rectangle(state.path)
    elif operator == "n":
        state.end_path()


def _paint_object(
    name: str, resources: pikepdf.Object | None, graphics: _Graphics, state: _Reading, depth: int
) -> None:
    stream = _named(resources, "/XObject", name)
    if not isinstance(stream, pikepdf.Stream):
        state.is_incomplete = True
        return
    if stream.get("/Subtype") == "/Form":
        inner = graphics.copy()
        inner.is_see_through |= "/OC" in stream
        if "/Matrix" in stream:
            inner.matrix = Matrix(*(float(value) for value in stream.Matrix)) @ inner.matrix
        corners = _rectangle(stream.get("/BBox"))
        if corners:
            inner.is_clipped |= _share(_bounds(_transformed(corners, inner.matrix)), state.box) < _HIDES_LEAST
        _read_content(stream, stream.get("/Resources", resources), inner, state, depth + 1)
        return
    picture = None if graphics.is_clipped or graphics.is_see_through else describe(stream)
    place = _bounds(_transformed((0.0, 0.0, 1.0, 1.0), graphics.matrix))
    if picture is None or not _is_upright(graphics.matrix, picture) or _overhangs(place, state.box):
        state.paint()
        return
    state.place(Placed(picture, graphics.matrix), _share(place, state.box))


def _overhangs(place: Rectangle, sheet: Rectangle) -> bool:
    """Say whether an image is so much larger than the sheet that it is better drawn than cut to it."""
    return any(place[end + 2] - place[end] > _MOST_OVERHANG * (sheet[end + 2] - sheet[end]) for end in (0, 1))


def _is_upright(matrix: Matrix, picture: Picture) -> bool:
    """Say whether an image stands square to the page, in any of the eight positions, its pixels about square."""
    along = max(abs(matrix.a), abs(matrix.d)), max(abs(matrix.b), abs(matrix.c))
    if min(along) > 1e-3 * max(along) or not picture.width or not picture.height:
        return False
    width, height = (abs(matrix.a), abs(matrix.d)) if along[0] > along[1] else (abs(matrix.b), abs(matrix.c))
    if not width or not height:
        return False
    ratio = (picture.width / width) / (picture.height / height)
    return 1 / _MOST_PIXEL_RATIO <= ratio <= _MOST_PIXEL_RATIO


def _is_see_through(state: pikepdf.Object | None) -> bool:
    if not isinstance(state, pikepdf.Dictionary):
        return False
    mask, mode = state.get("/SMask"), state.get("/BM")
    opacity = float(state.get("/ca", 1.0))
    has_mode = mode is not None and str(mode) not in {"/Normal", "/Compatible"}
    return opacity < 1.0 or has_mode or (mask is not None and str(mask) != "/None")


def _is_small(holder: pikepdf.Object, state: _Reading) -> bool:
    """Say whether content is small enough to be followed, without inflating more than that."""
    contents = holder if isinstance(holder, pikepdf.Stream) else holder.get("/Contents")
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    left = _MOST_CONTENT_BYTES
    for stream in streams:
        if not isinstance(stream, pikepdf.Stream):
            continue
        data = stream.read_raw_bytes()
        if stream.get("/Filter") is not None:
            if str(stream.get("/Filter")) not in {"/FlateDecode", "[/FlateDecode]"} and len(data) > 100_000:
                return False
            data = inflate(data, left + 1)
        if len(data) > left:
            state.has_text |= _SHOWS_TEXT.search(data) is not None
            return False
        left -= len(data)
    return True


def _inherited(node: pikepdf.Object, key: str) -> pikepdf.Object | None:
    """Give an attribute of a page, which a page may leave to the nodes above it."""
    for _level in range(_MOST_LEVELS):
        if key in node:
            return node[key]
        parent = node.get("/Parent")
        if not isinstance(parent, pikepdf.Dictionary):
            break
        node = parent
    return None


def _named(resources: pikepdf.Object | None, kind: str, name: str) -> pikepdf.Object | None:
    group = resources.get(kind) if isinstance(resources, pikepdf.Dictionary) else None
    return group.get(name) if isinstance(group, pikepdf.Dictionary) else None


def _rectangle(values: pikepdf.Object | None) -> Rectangle | None:
    if not isinstance(values, pikepdf.Array) or len(values) != 4:
        return None
    try:
        first, second, third, fourth = (float(value) for value in values)
    except (TypeError, ValueError):
        return None
    box = min(first, third), min(second, fourth), max(first, third), max(second, fourth)
    return box if box[0] < box[2] and box[1] < box[3] else None


def _transformed(box: Rectangle, matrix: Matrix) -> list[tuple[float, float]]:
    return [matrix.transform((x, y)) for x in (box[0], box[2]) for y in (box[1], box[3])]


def _bounds(points: list[tuple[float, float]]) -> Rectangle:
    if not points:
        return 0.0, 0.0, 0.0, 0.0
    across, along = [point[0] for point in points], [point[1] for point in points]
    return min(across), min(along), max(across), max(along)


def _is_rectangle(points: list[tuple[float, float]]) -> bool:
    left, bottom, right, top = _bounds(points)
    near = max(right - left, top - bottom) * 1e-3
    return all(
        min(abs(x - left), abs(x - right)) <= near and min(abs(y - bottom), abs(y - top)) <= near for x, y in points
    )


def _share(inner: Rectangle, outer: Rectangle) -> float:
    """Give the share of the outer rectangle that the inner covers, by its narrower side."""
    width = min(inner[2], outer[2]) - max(inner[0], outer[0])
    height = min(inner[3], outer[3]) - max(inner[1], outer[1])
    return max(0.0, min(width / (outer[2] - outer[0]), height / (outer[3] - outer[1])))
