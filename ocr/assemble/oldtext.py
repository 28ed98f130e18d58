"""Old invisible text in a page's content: found and taken out, since our own reading takes its place."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import cast

from pikepdf import Dictionary, Name, Object, Operator, Page, Pdf, Stream, parse_content_stream, unparse_content_stream

from config.text import nfc
from ocr.model import PageText
from ocr.pdftext import text_of

_SAME_RATIO = 0.6  # our reading has errors too; text in an old encoding agrees in far less
_WORD = re.compile(r"\w+")
_SHOWS = frozenset({"Tj", "TJ", "'", '"'})
_INVISIBLE = frozenset({3, 7})


class OldText:
    """Takes invisible text out of a document, page by page."""

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._forms: dict[tuple[int, int], bool] = {}
        self._is_visible = False

    def remove_from(self, page: Page) -> bool:
        """Take the invisible text out of a page and the forms it draws; say whether visible text is left."""
        self._is_visible = False
        content = self._filtered(page, page.obj.get(Name.Resources, Dictionary()), 0)
        if content is not None:
            page.obj[Name.Contents] = self._pdf.make_stream(content)
        return self._is_visible

    def _filtered(self, holder: Page | Stream, resources: Object, mode: int) -> bytes | None:
        """Give a content stream without its invisible text, or None when it has none."""
        kept: list[tuple[Iterable[Object], Operator]] = []
        stack: list[int] = []
        is_changed = False
        for step in parse_content_stream(holder):
            operator, operands = str(step.operator), list(step.operands)
            if operator == "q":
                stack.append(mode)
            elif operator == "Q" and stack:
                mode = stack.pop()
            elif operator == "Tr":
                mode = int(operands[0])
            elif operator == "Do":
                self._enter(resources, str(operands[0]), mode)
            elif operator in _SHOWS:
                if mode in _INVISIBLE:
                    is_changed = True
                    continue
                self._is_visible = True
            kept.append((step.operands, step.operator))
        return unparse_content_stream(cast("list[tuple[Collection[Object], Operator]]", kept)) if is_changed else None

    def _enter(self, resources: Object, name: str, mode: int) -> None:
        forms = resources.get(Name.XObject, Dictionary())
        form = forms.get(name) if isinstance(forms, Dictionary) else None
        if not isinstance(form, Stream) or form.get(Name.Subtype) != Name.Form:
            return
        if form.objgen not in self._forms:
            self._forms[form.objgen] = False  # a form that draws itself ends here
            outside, self._is_visible = self._is_visible, False
            content = self._filtered(form, form.get(Name.Resources, resources), mode)
            if content is not None:
                form.write(content)
            self._forms[form.objgen], self._is_visible = self._is_visible, outside
        self._is_visible |= self._forms[form.objgen]


def says_the_same(pdf: Path, number: int, reading: PageText) -> bool:
    """Say whether the text that readers find on a page (from 1) is, in the main, what we read there."""
    page = text_of(pdf, page=number)
    found = Counter(_words(page[0])) if page else Counter[str]()
    ours = Counter(_words(reading.text()))
    if not ours:
        return bool(found)
    return (ours & found).total() >= _SAME_RATIO * ours.total()


def _words(text: str) -> list[str]:
    return _WORD.findall(nfc(text))
