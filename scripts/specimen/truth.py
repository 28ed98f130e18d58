"""Write down what is true of each document, and, page by page, in the form the scoring script reads."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.specimen.model import PageTruth, SpecimenDocument

SCHEMA_VERSION = 1


def write_truth(folder: Path, documents: Sequence[SpecimenDocument]) -> None:
    """Write `<agency>/<mã hồ sơ>/<file>.json` for each document."""
    for document in documents:
        place = folder / document.agency / document.record
        place.mkdir(parents=True, exist_ok=True)
        target = place / f"{document.path.name}.json"
        target.write_text(_json(_document(document)), "utf-8")


def write_score_truth(folder: Path, documents: Sequence[SpecimenDocument]) -> dict[str, tuple[SpecimenDocument, int]]:
    """Write one `<id>_p<N>.json` a page for the scoring script; give the document and page behind each id.

    Blank and unreadable pages are left out: there is nothing on them to score.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for place, document in enumerate(documents):
        for page in document.pages:
            if page.kind != "text":
                continue
            name = f"s{place:03d}_p{page.number}"
            fields = score_fields(document) if page.number == 1 else None
            (folder / f"{name}.json").write_text(_json({"id": name, **_page(page), "fields": fields}), "utf-8")
            written[name] = (document, page.number)
    return written


def score_fields(document: SpecimenDocument) -> dict[str, Any]:
    """Give the fields under the names of the scoring script."""
    fields = document.fields
    code = f"{fields['number']}/{fields['symbol']}" if fields["symbol"] else fields["number"]
    return {
        "so_ky_hieu": code,
        "ngay": fields["issued_on"],
        "co_quan_ban_hanh": fields["issuer"],
        "ten_loai": fields["type_name"],
        "trich_yeu": fields["subject"],
        "nguoi_ky": fields["signer_name"],
    }


def _document(document: SpecimenDocument) -> dict[str, Any]:
    return {
        "schema": SCHEMA_VERSION,
        "specimen": "MẪU",
        "agency": document.agency,
        "record": document.record,
        "role": document.role,
        "file": document.path.name,
        "files": [file.name for file in document.files],
        "kind": document.kind,
        "expected": document.expected,
        "same_as": document.same_as,
        "colour": document.scan.colour.value,
        "dpi": document.scan.dpi,
        "by_hand": list(document.by_hand),
        "fields": dict(document.fields),
        "score_fields": score_fields(document),
        "pages": [_page(page) | {"text": page.text()} for page in document.pages],
    }


def _page(page: PageTruth) -> dict[str, Any]:
    return {
        "page": page.number,
        "kind": page.kind,
        "rotation": page.rotation,
        "skew_deg": page.skew_deg,
        "width_px": page.width_px,
        "height_px": page.height_px,
        "blocks": list(page.blocks),
        "handwritten": list(page.handwritten),
        "stamps": list(page.stamps),
    }


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
