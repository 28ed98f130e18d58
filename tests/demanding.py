"""Files that are well-formed and short, and ask for more than there is; and limits low enough for them to be quick."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import ocr.bounded
from ocr.program_limits import ProgramLimits, limits_of
from tests.fuzz.crafted import one_page, stream


def heavy_pdf(path: Path, *, layers: int = 40, side_pt: int = 1100) -> Path:
    """A page of see-through layers within each other: drawing it takes a picture of the page for each."""
    last = 4 + layers
    box = b"/Type /XObject /Subtype /Form /BBox [0 0 %d %d] /Group << /S /Transparency /I true >>" % (side_pt, side_pt)
    state = b"/ExtGState << /G << /ca 0.5 >> >>"
    forms = {last: stream(box, b"0 0 9 9 re f")}
    for number in range(5, last):
        own = b"%s /Resources << /XObject << /Fm %d 0 R >> %s >>" % (box, number + 1, state)
        forms[number] = stream(own, b"/G gs 0 0 9 9 re f /Fm Do")
    sheet = b"/MediaBox [0 0 %d %d]" % (side_pt, side_pt)
    path.write_bytes(one_page(stream(b"", b"/G gs /Fm Do"), b"/XObject << /Fm 5 0 R >> " + state, forms, sheet))
    return path


def endless_pdf(path: Path, *, levels: int = 24) -> Path:
    """A page of forms that paint each other nine times each: drawing it ends in thousands of years."""
    own, body = b"/Type /XObject /Subtype /Form /BBox [0 0 1 1]", b"/Fm Do " * 9
    last = 5 + levels
    forms = {last: stream(own, b"0 0 1 1 re f")}
    for number in range(5, last):
        forms[number] = stream(own + b" /Resources << /XObject << /Fm %d 0 R >> >>" % (number + 1), body)
    path.write_bytes(one_page(stream(b"", body), b"/XObject << /Fm 5 0 R >>", forms))
    return path


def held_to(**figures: Any) -> Callable[[str], ProgramLimits]:
    """Give what stands in for `limits_of`: each program's limits with these figures in place of its own."""
    return lambda name: replace(limits_of(name), **figures)


def hold_to(patch: pytest.MonkeyPatch, **figures: Any) -> None:
    """Let every program that starts from now on have these figures in place of its own."""
    patch.setattr(ocr.bounded, "limits_of", held_to(**figures))
