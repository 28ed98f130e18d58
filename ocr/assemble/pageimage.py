"""Whether what a page shows is one opaque image, and where it lies.

What was painted before an opaque image that fills the page is hidden by it: the text layers that scanners put under
or, invisible, over their image are such, and are dropped because our own reading takes their place.
Anything seen besides the image sends the page to the careful lane.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from pikepdf import Array, Dictionary, Matrix, Name, Object, Page, PdfError, Rectangle, Stream, parse_content_stream

_EDGE_RATIO = 0.005
_EDGE_PT = 1.5
_DEEPEST_FORM = 4
_SHOWS_TEXT = frozenset({"Tj", "TJ", "'", '"'})
_PAINTS_PATH = frozenset({"S", "s", "f", "F", "f*", "B", "B*", "b", "b*"})
_ENDS_PATH = _PAINTS_PATH | {"n"}
_PAINTS = _PAINTS_PATH | {"sh", "INLINE IMAGE", "EI"}
_CLIPS = frozenset({"W", "W*"})
_PATHS = _CLIPS | {"re", "m", "l", "c", "v", "y"}
_INVISIBLE_TEXT = 3
_ANNOTATION_HIDDEN = 0b100010  # Hidden, NoView
_WITHOUT_LOOK = frozenset({"/Link", "/Popup"})


@dataclass(frozen=True, slots=True)
class PlacedImage:
    """An image and the transformation that lays it on the page."""

    image: Stream
    matrix: tuple[float, float, float, float, float, float]

    @property
    def rectangle(self) -> Rectangle:
        """The rectangle of user space that the image covers."""
        return Matrix(*self.matrix).transform(Rectangle(0, 0, 1, 1))


def single_image(page: Page) -> PlacedImage | None:
    """Give the one opaque image that is all a viewer sees of the page, or None."""
    if _has_visible_annotations(page):
        return None
    try:
        left, bottom, right, top = _floats(list(page.cropbox))
        reader = _Reader(Rectangle(left, bottom, right, top))
        reader.read(page, page.resources, _State(Matrix()))
    except (PdfError, ValueError, TypeError, IndexError, KeyError):
        return None
    return reader.found


def _has_visible_annotations(page: Page) -> bool:
    for annotation in page.obj.get(Name.Annots, Array()):
        if not isinstance(annotation, Dictionary) or str(annotation.get(Name.Subtype)) in _WITHOUT_LOOK:
            continue
        if int(annotation.get(Name.F, 0)) & _ANNOTATION_HIDDEN == 0 and Name.AP in annotation:
            return True
    return False


@dataclass(slots=True)
class _State:
    """The part of the graphics state that matters: the transformation, plainness, the text mode."""

    matrix: Matrix
    plain: bool = True  # neither transparency nor a clip in force that could change an image
    text_mode: int = 0


class _Path:
    """The path under construction, as far as it is one rectangle."""

    def __init__(self) -> None:
        self._rectangles: list[Rectangle] = []
        self._simple = True

    def add(self, rectangle: Rectangle) -> None:
        self._rectangles.append(rectangle)

    def spoil(self) -> None:
        self._simple = False

    def rectangle(self) -> Rectangle | None:
        return self._rectangles[0] if self._simple and len(self._rectangles) == 1 else None


class _Reader:
    """Follows a page's operators; `found` is the image that is still all there is to see."""

    def __init__(self, crop: Rectangle) -> None:
        self._crop = crop
        self.found: PlacedImage | None = None

    def read(self, content: Page | Stream, resources: Object, state: _State, depth: int = 0) -> None:
        """Follow a content stream that begins in `state`."""
        stack: list[_State] = []
        path = _Path()
        for step in parse_content_stream(content):
            operator, operands = str(step.operator), list(step.operands)
            if operator == "q":
                stack.append(replace(state))
            elif operator == "Q" and stack:
                state = stack.pop()
            elif operator == "Do":
                self._draw(resources, operands[0], state, depth)
            elif operator in _PAINTS or (operator in _SHOWS_TEXT and state.text_mode != _INVISIBLE_TEXT):
                self.found = None
            elif operator in _PATHS:
                self._follow_path(operator, operands, state, path)
            else:
                _change_state(operator, operands, resources, state)
            if operator in _ENDS_PATH:
                path = _Path()

    def _follow_path(self, operator: str, operands: list[Object], state: _State, path: _Path) -> None:
        if operator == "re":
            left, bottom, width, height = _floats(operands)
            corners = (min(left, left + width), min(bottom, bottom + height), abs(width), abs(height))
            area = Rectangle(corners[0], corners[1], corners[0] + corners[2], corners[1] + corners[3])
            path.add(state.matrix.transform(area))
        elif operator in _CLIPS:
            area_or_none = path.rectangle()
            state.plain = state.plain and area_or_none is not None and self._covers_page(area_or_none)
        else:
            path.spoil()

    def _draw(self, resources: Object, name: Object, state: _State, depth: int) -> None:
        drawn = _resource(resources, Name.XObject, name)
        if drawn.get(Name.Subtype) == Name.Form:
            self._draw_form(drawn, resources, state, depth)
            return
        image = PlacedImage(cast("Stream", drawn), state.matrix.shorthand)
        shows_all = state.plain and _is_opaque(drawn) and _is_upright(state.matrix)
        fits = shows_all and self._covers_page(image.rectangle) and not self._is_cut(image.rectangle)
        self.found = image if fits else None

    def _draw_form(self, form: Object, resources: Object, state: _State, depth: int) -> None:
        if depth >= _DEEPEST_FORM or Name.Group in form:
            self.found = None
            return
        own = Matrix(*_floats(list(form.get(Name.Matrix, Array([1, 0, 0, 1, 0, 0])))))
        inner = replace(state, matrix=own @ state.matrix)
        self.read(cast("Stream", form), form.get(Name.Resources, resources), inner, depth + 1)

    def _covers_page(self, area: Rectangle) -> bool:
        return all(gap <= 1 for gap in self._gaps(area))

    def _is_cut(self, area: Rectangle) -> bool:
        return any(gap < -1 for gap in self._gaps(area))

    def _gaps(self, area: Rectangle) -> tuple[float, float, float, float]:
        """Give how far the page reaches beyond an area at each edge, in tolerances."""
        across = max(_EDGE_PT, _EDGE_RATIO * self._crop.width)
        down = max(_EDGE_PT, _EDGE_RATIO * self._crop.height)
        return (
            (area.llx - self._crop.llx) / across,
            (area.lly - self._crop.lly) / down,
            (self._crop.urx - area.urx) / across,
            (self._crop.ury - area.ury) / down,
        )


def _change_state(operator: str, operands: list[Object], resources: Object, state: _State) -> None:
    if operator == "cm":
        state.matrix = Matrix(*_floats(operands)) @ state.matrix
    elif operator == "Tr":
        state.text_mode = int(operands[0])
    elif operator == "gs":
        state.plain = state.plain and _is_plain_state(_resource(resources, Name.ExtGState, operands[0]))
    elif operator == "BDC" and operands[0] == Name.OC:
        state.plain = False


def _resource(resources: Object, kind: Name, name: Object) -> Object:
    return resources[kind][Name(str(name))]


def _floats(operands: Sequence[Object]) -> tuple[float, ...]:
    return tuple(float(operand) for operand in operands)


def _is_plain_state(state: Object) -> bool:
    none = Name("/None")
    blend = state.get(Name.BM, Name.Normal)
    masked = state.get(Name.SMask, none) != none
    return float(state.get(Name.ca, 1)) >= 1 and blend in (Name.Normal, Name.Compatible) and not masked


def _is_opaque(image: Object) -> bool:
    if image.get(Name.ImageMask, False):
        return False
    return not any(key in image for key in (Name.SMask, Name.Mask, Name.OC, Name.SMaskInData))


def _is_upright(matrix: Matrix) -> bool:
    a, b, c, d = matrix.a, matrix.b, matrix.c, matrix.d
    longest = max(abs(a), abs(b), abs(c), abs(d))
    slant = 1e-3 * longest
    return (abs(b) <= slant and abs(c) <= slant) or (abs(a) <= slant and abs(d) <= slant)
