"""From a wording and drawn facts to what a paper says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from jinja2 import Environment, StrictUndefined

from scripts.specimen.cast import Cast, facts
from scripts.specimen.model import Block, Paper

TYPE_NAMES = {
    "quyet_dinh": "QUYẾT ĐỊNH",
    "cong_van": None,
    "thong_bao": "THÔNG BÁO",
    "giay_phep": "GIẤY PHÉP XÂY DỰNG",
    "ho_kinh_doanh": "GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH",
    "trich_luc": "TRÍCH LỤC KHAI SINH",
    "danh_sach": "DANH SÁCH",
    "giay_tiep_nhan": "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
    "khai_sinh": "GIẤY KHAI SINH",
    "ket_hon": "GIẤY CHỨNG NHẬN KẾT HÔN",
    "quyen_su_dung_dat": "GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT",
}
SYMBOLS = {"quyet_dinh": "QĐ-{}", "thong_bao": "TB-{}", "cong_van": "{}-VP", "danh_sach": "DS-{}"}
FORMS = {"giay_phep", "ho_kinh_doanh", "trich_luc", "giay_tiep_nhan", "khai_sinh", "ket_hon", "quyen_su_dung_dat"}
"""Kinds that are printed forms: they have a caption, not a trích yếu."""

_PLACES = {
    "ho_kinh_doanh": ("title", "body"),
    "giay_phep": ("title", "foot"),
    "khai_sinh": ("title", "body"),
    "ket_hon": ("title", "body"),
    "quyen_su_dung_dat": ("body", "foot"),
}
_DATE = re.compile(r"(\d{1,2})(?:/| tháng )(\d{1,2})(?:/| năm )(\d{4})")
_MARKS = {"~": "basis", "#": "heading", "=": "authority", "_": "note"}
# The texts are this package's own data, and the setter escapes what they give: no page of theirs is served.
_JINJA = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701


@dataclass(frozen=True, slots=True)
class Order:
    """What the plan asks of one paper."""

    kind: str
    agency: str
    issued_on: date
    variant: int = 0
    office: bool = False
    urgency: str | None = None
    secrecy: str | None = None
    by_hand: tuple[str, ...] = ()


def write_paper(cast: Cast, order: Order, dice: Random) -> Paper:
    """Give what the paper says, with people, numbers and dates drawn from the dice."""
    variants = cast.wording[order.kind]
    words = variants[order.variant % len(variants)]
    named = cast.agency(order.agency)
    agency = cast.offices[order.agency] if order.office else named
    known = facts(cast, named, order.issued_on, dice)
    number = f"{dice.randrange(2, 480):02d}"
    symbol = words.get("symbol") or SYMBOLS.get(order.kind, "{}").format(agency.symbol)
    if "number" in words:
        number, symbol = _fill(words["number"], known), ""
    known["code"] = f"{number}/{symbol}"
    authority, title = dice.choice(agency.signing)
    if "signer_title" in words:
        authority, title = "", words["signer_title"]
    is_centred = words.get("centred", False)
    title_rows = tuple(words.get("title", TYPE_NAMES[order.kind] or "").split("|"))
    subject = _fill(words.get("subject", ""), known)
    body = _blocks(_fill(words["body"], known))
    annex = _blocks(_fill(words.get("annex", ""), known))
    if annex and annex[0].kind != "wide":
        annex = (Block("page"), *annex)
    if words.get("sign_on_first"):
        turn = next(place for place, block in enumerate(body) if block.kind == "page")
        body, annex = body[:turn], body[turn:]
    is_form = order.kind in FORMS
    return Paper(
        kind=order.kind,
        type_name=" ".join(title_rows) or None,
        title_rows=title_rows,
        subject=None if is_form else subject,
        caption=subject,
        urgency=order.urgency or words.get("urgency"),
        secrecy=order.secrecy,
        parent_line=() if is_centred else agency.parent_line,
        issuer=() if is_centred else agency.issuer,
        number=number,
        symbol=symbol,
        place=None if places_of(order.kind)[1] == "body" else agency.place,
        issued_on=order.issued_on,
        to=tuple(_fill(line, known) for line in words.get("to", ())),
        body=body,
        after_signature=annex,
        recipients=tuple(_fill(line, known) for line in words.get("recipients", ())),
        authority=tuple(authority.split("|")) if authority else (),
        signer_title=title,
        signer_name=known["signer"],
        seal=agency.seal,
        by_hand=frozenset(order.by_hand),
        fields={name: _told(_fill(value, known)) for name, value in words.get("fields", {}).items()},
    )


def paper_fields(paper: Paper) -> dict[str, Any]:
    """Give what a careful archivist would key in, by the names of the extraction's fields."""
    return {
        "parent_issuer": " ".join(paper.parent_line) or None,
        "issuer": " ".join(paper.issuer) or None,
        "number": paper.number.partition("/")[0] or None,
        "symbol": paper.symbol or None,
        "place": paper.place,
        "issued_on": paper.issued_on.isoformat(),
        "type_name": paper.type_name,
        "subject": paper.subject,
        "urgency": paper.urgency,
        "authority": ", ".join(paper.authority) or None,
        "signer_title": paper.signer_title,
        "signer_name": paper.signer_name,
        "recipients": list(paper.recipients) or None,
        **paper.fields,
    }


def places_of(kind: str) -> tuple[str, str]:
    """Give where a kind has its number and its date: header, under the title, at the foot, or only in the body."""
    return _PLACES.get(kind, ("header", "header"))


def _told(text: str) -> str:
    """Give a value as an archivist keys it in: a date as ISO."""
    found = _DATE.fullmatch(text)
    return f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}" if found else text


def _fill(text: str, known: Mapping[str, Any]) -> str:
    return _JINJA.from_string(text).render(known)


def _blocks(body: str) -> tuple[Block, ...]:
    blocks: list[Block] = []
    rows: list[tuple[str, ...]] = []
    pairs: list[tuple[str, ...]] = []
    for line in [*body.strip().splitlines(), ""]:
        if line.startswith("&"):
            pairs.append(tuple(cell.strip() for cell in line.strip().strip("&").split("&")))
            continue
        if pairs:
            blocks.append(Block("pairs", rows=tuple(pairs)))
            pairs = []
        if line.startswith("|"):
            rows.append(tuple(cell.strip() for cell in line.strip().strip("|").split("|")))
            continue
        if rows:
            blocks.append(Block("table", rows=tuple(rows)))
            rows = []
        if line.strip():
            blocks.append(_block(line.strip()))
    return tuple(blocks)


def _block(line: str) -> Block:
    if line == "---":
        return Block("page")
    if line == "<>":
        return Block("wide")
    kind = _MARKS.get(line[0])
    return Block(kind, line[1:].strip()) if kind else Block("paragraph", line)
