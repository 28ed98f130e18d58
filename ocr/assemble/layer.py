"""The text layer that OCRmyPDF laid, settled into the page.

OCRmyPDF draws its words in a form whose name is left to chance, and some readers find no lines within forms.
Here the words move into the page's own content, and each gets a font that tells how far its ink reaches, as in the
straight lane. A word that OCRmyPDF left out is an error, never a silent loss.
"""

import zlib
from collections.abc import Collection, Sequence
from typing import cast

from pikepdf import (
    Array,
    Dictionary,
    Name,
    Object,
    Operator,
    Page,
    Pdf,
    Stream,
    parse_content_stream,
    unparse_content_stream,
)

from config.errors import AssemblyError
from config.i18n import gettext
from config.i18n import mark as _
from ocr.assemble.glyphs import declared_extents
from ocr.assemble.typeset import SetWord

_LAYER = "/OCR-"
_Variants = dict[tuple[tuple[int, int], int, int], Object]
"""The fonts made so far: by the font they vary, the ascent and the descent."""

_SHOWS = frozenset({"Tj", "TJ"})


def settle_layer(pdf: Pdf, words: Sequence[Sequence[SetWord]]) -> None:
    """Settle the layer of each page; `words` are those that were plugged in.

    Raise AssemblyError when one is missing.
    """
    variants: _Variants = {}
    for number, (page, expected) in enumerate(zip(pdf.pages, words, strict=True), start=1):
        objects = page.resources.get(Name.XObject, Dictionary())
        names = [str(key) for key in objects.keys() if str(key).startswith(_LAYER)]  # noqa: SIM118 - typed as str
        shown = 0
        for name in names:
            layer = cast("Stream", objects[Name(name)])
            content, shown = _Settler(pdf, page, layer, variants).settled(expected)
            drawn = f"{name} Do".encode("ascii")
            whole = page.obj.Contents.read_bytes().replace(drawn, content)
            page.obj[Name.Contents] = pdf.make_stream(zlib.compress(whole, 9), Filter=Name.FlateDecode)
            del objects[Name(name)]
        if shown != len(expected):
            cause = gettext(_("page {page}: {shown} of {expected} words were laid"))
            cause = cause.format(page=number, shown=shown, expected=len(expected))
            raise AssemblyError(file="OCRmyPDF", cause=cause)


class _Settler:
    """Rewrites one layer, word by word, and adds the fonts it needs to the page."""

    def __init__(self, pdf: Pdf, page: Page, layer: Stream, variants: _Variants) -> None:
        self._pdf = pdf
        self._layer = layer
        self._variants = variants
        self._old_fonts = layer.get(Name.Resources, Dictionary()).get(Name.Font, Dictionary())
        self._fonts = page.resources.get(Name.Font, Dictionary())
        page.resources[Name.Font] = self._fonts

    def settled(self, words: Sequence[SetWord]) -> tuple[bytes, int]:
        """Give the layer's content with a font for each word, and how many words it shows."""
        steps: list[tuple[list[Object], Operator]] = []
        font, size, shown, in_force = "", cast("Object", 0), 0, ("", 0.0)
        for step in parse_content_stream(self._layer):
            operator, operands = str(step.operator), list(step.operands)
            if operator in ("q", "Q"):
                in_force = ("", 0.0)
            if operator == "Tf":
                font, size = str(operands[0]), operands[1]
                continue
            if operator in _SHOWS:
                if shown < len(words):
                    name = self._font(font, words[shown])
                    if (name, float(size)) != in_force:
                        steps.append(([cast("Object", Name(name)), size], Operator("Tf")))
                        in_force = name, float(size)
                shown += 1
            steps.append((operands, step.operator))
        return unparse_content_stream(cast("list[tuple[Collection[Object], Operator]]", steps)), shown

    def _font(self, name: str, word: SetWord) -> str:
        """Give the page's name for a font of the layer that declares the word's extents."""
        own = f"/Ocr{name[1:]}_{word.ascent}_{word.descent}"
        if own not in self._fonts:
            old = self._old_fonts[Name(name)]
            key = old.objgen, word.ascent, word.descent
            if key not in self._variants:
                self._variants[key] = self._varied(old, word)
            self._fonts[Name(own)] = self._variants[key]
        return own

    def _varied(self, old: Object, word: SetWord) -> Object:
        first = old.DescendantFonts[0]
        if Name.W in first and not first.W.is_indirect:
            first.W = self._pdf.make_indirect(first.W)  # one list of widths for all variants
        font, descendant = Dictionary(dict(old.items())), Dictionary(dict(first.items()))
        descriptor = Dictionary(dict(first.FontDescriptor.items()))
        descriptor.Ascent, descriptor.Descent = declared_extents(word.ascent, word.descent)
        descendant.FontDescriptor = self._pdf.make_indirect(descriptor)
        font.DescendantFonts = Array([self._pdf.make_indirect(descendant)])
        return self._pdf.make_indirect(font)
