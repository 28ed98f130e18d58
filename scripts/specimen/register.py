"""The papers beside the papers: the register of records, the batch sheets, the list of sample agencies."""

import csv
import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from scripts.specimen.cast import Cast
from scripts.specimen.model import SpecimenDocument
from scripts.specimen.plan import Batch, PlannedRecord

HEADERS = (
    "Mã hồ sơ",
    "Mã TTHC",
    "Tên thủ tục",
    "Cơ quan",
    "Số ký hiệu",
    "Ngày ban hành",
    "Trích yếu",
    "Ngày giải quyết",
    "Hiệu lực đến",
    "Số giấy tờ",
    "Số kết quả",
    "Số trang",
)
_UNCOUNTED = {"duplicate", "quarantined"}
"""A duplicate is no further paper, and papers under a secrecy mark are not to be digitized."""


def write_register(path: Path, records: Sequence[PlannedRecord], documents: Sequence[SpecimenDocument]) -> None:
    """Write the register as CSV, one record a row, with the byte order mark that Excel wants."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(HEADERS)
        for record in records:
            own = [document for document in documents if document.record == record.code]
            writer.writerow(_row(record, own))


def write_sheets(out: Path, cast: Cast, records: Sequence[PlannedRecord], batch: Batch) -> None:
    """Write a batch sheet for each agency with scans and each one-stop record, and lists of agencies and signers."""
    scanned = [record for record in records if record.documents]
    for agency in sorted({record.agency for record in scanned}):
        _write_sheet(out / "inbox" / agency, batch)
    for record in scanned:
        if record.is_one_stop:
            _write_sheet(out / "inbox" / record.agency / record.code, batch, profile="one_stop_scan")
    (out / "agencies.toml").write_text("\n".join(_agencies(cast)), "utf-8")
    (out / "signers.toml").write_text("\n".join(_signers(cast)), "utf-8")


def _write_sheet(folder: Path, batch: Batch, **more: str) -> None:
    facts = {"operator": batch.operator, "scanned_at": batch.scanned_at, "device": batch.device, "specimen": True}
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in (facts | more).items())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "lo.toml").write_text("".join(lines), "utf-8")


def _row(record: PlannedRecord, documents: Sequence[SpecimenDocument]) -> list[str]:
    counted = [document for document in documents if document.expected not in _UNCOUNTED]
    results = [document for document in counted if document.role == "result"]
    code, issued, subject = "", "", ""
    if results:
        fields = results[0].fields
        code = f"{fields['number']}/{fields['symbol']}" if fields["symbol"] else fields["number"]
        issued, subject = _day(date.fromisoformat(fields["issued_on"])), fields["subject"] or record.title
    papers = len(counted) - len(results) if documents else record.papers
    pages = sum(len(document.pages) for document in counted) if documents else record.pages
    return [
        record.code,
        record.procedure,
        record.title,
        record.agency,
        code,
        issued,
        subject,
        _day(record.solved),
        _day(record.valid_until),
        str(papers),
        str(len(results) if documents else 1),
        str(pages),
    ]


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _signers(cast: Cast) -> Iterator[str]:
    yield "# Người ký mẫu, hư cấu: chỉ dùng cho bản thử.\n"
    for name in cast.names["signers"]:
        yield f"[[signer]]\nname = {json.dumps(name, ensure_ascii=False)}\n"


def _agencies(cast: Cast) -> Iterator[str]:
    yield "# Cơ quan mẫu, hư cấu: chỉ dùng cho bản thử.\n"
    for agency in cast.agencies.values():
        yield "[[agency]]"
        for key, value in (
            ("code", agency.code),
            ("name", agency.name),
            ("level", agency.level),
            ("parent", agency.parent),
        ):
            yield f"{key} = {json.dumps(value, ensure_ascii=False)}"
        yield ""
