"""Which records and documents there are: the demonstration's inbox as planned, or a plain series for measuring."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Any

from scripts.specimen.cast import Cast, data_table
from scripts.specimen.model import Colour, Container, Scan
from scripts.specimen.wording import Order

_CONTAINERS = {".pdf": Container.PDF, ".tif": Container.TIFF, ".jpg": Container.JPEG, ".png": Container.PNG}
_PAPER_FOLDER = "giay-to"
_SERIES_COLOURS = (Colour.COLOUR, Colour.GREY, Colour.BITONAL)
_SERIES_START = date(2026, 3, 2)
_OFFICE_KINDS = {"ho_kinh_doanh"}
_COMMUNE_KINDS = {"ho_kinh_doanh", "trich_luc", "khai_sinh", "ket_hon"}
_PRINTED_KINDS = {"ho_kinh_doanh", "giay_tiep_nhan", "khai_sinh", "ket_hon", "quyen_su_dung_dat"}
"""Their number and date come out of a printer with the rest."""
# danh_sach is left out: a table sideways is its own measurement.
_SERIES_KINDS = (
    *("quyet_dinh", "cong_van", "thong_bao", "giay_phep", "trich_luc", "ho_kinh_doanh", "cong_van"),
    *("giay_tiep_nhan", "khai_sinh", "ket_hon", "quyen_su_dung_dat"),
)


@dataclass(frozen=True, slots=True)
class PlannedDocument:
    """One document to be made: where it goes, what it says, how it is scanned, what is wrong with it."""

    file: PurePosixPath
    order: Order | None
    layout: int
    scan: Scan
    expected: str = "archived"
    same_as: str | None = None
    blank_after: int = 0
    is_spoiled: bool = False
    is_signed: bool = False

    @property
    def role(self) -> str:
        """A paper handed in, or a result."""
        return "paper" if self.file.parts[0] == _PAPER_FOLDER else "result"


@dataclass(frozen=True, slots=True)
class PlannedRecord:
    """One record of the register; without documents when it was not scanned."""

    agency: str
    code: str
    procedure: str
    title: str
    received: date
    solved: date
    valid_until: date | None
    documents: tuple[PlannedDocument, ...]
    papers: int = 0
    pages: int = 0
    is_one_stop: bool = False
    """Whether who scanned it signs before the agency."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Who scanned, when, with what."""

    operator: str
    scanned_at: str
    device: str


def demo_batch() -> Batch:
    """Give the batch sheet's facts; the series has the same."""
    table = data_table("demo_plan.toml")
    return Batch(table["operator"], table["scanned_at"], table["device"])


def demo_records() -> list[PlannedRecord]:
    """Give the demonstration's records, scanned and not."""
    table = data_table("demo_plan.toml")
    scanned = [
        _record(row, row["serial"], tuple(_document(row, document) for document in row["documents"]))
        for row in table["record"]
    ]
    return scanned + [_record(row, serial, ()) for row in table["unscanned"] for serial in row["serials"]]


def series(cast: Cast, count: int, colours: Sequence[Colour] | None = None) -> list[PlannedRecord]:
    """Give a number of one-document records that go round kinds, layouts, agencies, colours and resolutions."""
    return list(_series(cast, count, tuple(colours or _SERIES_COLOURS)))


def record_code(agency: str, received: date, serial: int, *, old: bool = False) -> str:
    """Give a mã hồ sơ, in the old spelling (000.00.92.H41-…) when asked."""
    if old:
        # Turned round and filled up to four parts: H41.92 was 000.00.92.H41.
        parts = agency.split(".")[::-1]
        agency = ".".join(("000", "00", "00")[: 4 - len(parts)] + tuple(parts))
    return f"{agency}-{received:%y%m%d}-{serial:04d}"


def _record(row: Mapping[str, Any], serial: int, documents: tuple[PlannedDocument, ...]) -> PlannedRecord:
    return PlannedRecord(
        agency=row["agency"],
        code=record_code(row["agency"], row["received"], serial, old=row.get("old_code", False)),
        procedure=row["procedure"],
        title=row["title"],
        received=row["received"],
        solved=row["solved"],
        valid_until=row.get("valid_until"),
        documents=documents,
        papers=row.get("papers", 0),
        pages=row.get("pages", 0),
        is_one_stop=row.get("one_stop", False),
    )


def _document(record: Mapping[str, Any], row: Mapping[str, Any]) -> PlannedDocument:
    file = PurePosixPath(row["file"])
    container = Container.SIGNED_PDF if row.get("signed") else _CONTAINERS.get(file.suffix, Container.FOLDER)
    scan = Scan(
        colour=Colour(row.get("colour", "colour")),
        dpi=row.get("dpi", 200),
        container=container,
        wear=row.get("wear", 1),
        turns=tuple(row.get("turns", ())),
        marks=frozenset(row.get("marks", ())),
    )
    order = None
    if "same_as" not in row:
        order = Order(
            kind=row["kind"],
            agency=row.get("issuer", record["agency"]),
            issued_on=record["solved"],
            variant=row["variant"],
            office=row.get("office", False),
            secrecy=row.get("secrecy"),
            by_hand=tuple(row.get("by_hand", ())),
        )
    return PlannedDocument(
        file=file,
        order=order,
        layout=row.get("layout", 0),
        scan=scan,
        expected=row.get("expected", "archived"),
        same_as=row.get("same_as"),
        blank_after=row.get("blank_after", 0),
        is_spoiled=row.get("spoil", False),
        is_signed=row.get("signed", False),
    )


def _series(cast: Cast, count: int, colours: tuple[Colour, ...]) -> Iterator[PlannedRecord]:
    agencies = list(cast.agencies)
    for place in range(count):
        kind = _SERIES_KINDS[place % len(_SERIES_KINDS)]
        agency = agencies[place % len(agencies)]
        if kind in _COMMUNE_KINDS:
            agency = agencies[-1]
        solved = _SERIES_START + timedelta(days=5 * place + 3)
        order = Order(
            kind=kind,
            agency=agency,
            issued_on=solved,
            variant=place // len(_SERIES_KINDS),
            office=kind in _OFFICE_KINDS,
            by_hand=("number", "day") if place % 4 == 3 and kind not in _PRINTED_KINDS else (),
        )
        scan = Scan(
            colour=colours[place % len(colours)],
            dpi=(300, 200)[place // 2 % 2],
            container=Container.PDF,
            wear=(1, 0, 1, 2)[place % 4],
            marks=frozenset(
                [
                    *(["received"] if place % 5 == 1 and kind == "cong_van" else []),
                    *(["low_seal"] if place % 4 == 2 else []),
                ]
            ),
        )
        document = PlannedDocument(PurePosixPath(f"{kind.replace('_', '-')}.pdf"), order, place, scan)
        received = solved - timedelta(days=3)
        yield PlannedRecord(
            agency,
            record_code(agency, received, place + 1),
            "9.000001",
            "Hồ sơ thử",
            received,
            solved,
            None,
            (document,),
        )
