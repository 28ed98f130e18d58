"""Old invisible text in a page's content: found and taken out, since our own reading takes its place."""

from collections.abc import Collection, Iterable
from typing import cast

from pikepdf import Dictionary, Name, Object, Operator, Page, Pdf, Stream, parse_content_stream, unparse_content_stream

_SHOWS = frozenset({"Tj", "TJ", "'", '"'})
_INVISIBLE = frozenset({3, 7})


class OldText:
    """Takes invisible text out of a document; `is_any_visible` then tells whether readable text is left."""

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._done: set[tuple[int, int]] = set()
        self.is_any_visible = False

    def remove_from(self, page: Page) -> None:
        """Take the invisible text out of a page and the forms it draws."""
        content = self._filtered(page, page.obj.get(Name.Resources, Dictionary()), 0)
        if content is not None:
            page.obj[Name.Contents] = self._pdf.make_stream(content)

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
                self.is_any_visible = True
            kept.append((step.operands, step.operator))
        return unparse_content_stream(cast("list[tuple[Collection[Object], Operator]]", kept)) if is_changed else None

    def _enter(self, resources: Object, name: str, mode: int) -> None:
        forms = resources.get(Name.XObject, Dictionary())
        form = forms.get(name) if isinstance(forms, Dictionary) else None
        if not isinstance(form, Stream) or form.get(Name.Subtype) != Name.Form or form.objgen in self._done:
            return
        self._done.add(form.objgen)
        content = self._filtered(form, form.get(Name.Resources, resources), mode)
        if content is not None:
            form.write(content)
