"""How well, and how fast, papers are matched to rows of a register.

    python -m scripts.bench.register_matching [--rows 1000000] [--url URL] [--papers 300]

Rows and papers are made up: a province of 150 agencies over six years, abstracts of six patterns that differ in the
person and the place. A paper's abstract has letters misread and accents lost, words left out or in another order.
Half of the papers are searched in a register that lacks their row: what is proposed then is wrong.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from config.clock import system_clock
from config.text import accentless
from pipeline.register.candidates import Sought
from pipeline.register.keys import symbol_key
from pipeline.register.matching import choose_row
from pipeline.register.policy import match_policy
from storage.ledger import Ledger, migrate, open_ledger
from storage.ledger.models import RegisterEntry, RegisterImport
from storage.ledger.types import new_id

AGENCIES, YEARS, FIRST_YEAR = 150, 6, 2019
CHUNK = 5000
FAMILIES = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý"]
MIDDLES = ["Văn", "Thị", "Hữu", "Đức", "Minh", "Thanh", "Quang", "Ngọc", "Xuân", "Thu"]
GIVEN = ["An", "Bình", "Cường", "Dũng", "Giang", "Hà", "Hải", "Hạnh", "Hiếu", "Hoa", "Hòa", "Hùng", "Hương", "Khánh"]
GIVEN += [
    "Lan",
    "Linh",
    "Long",
    "Mai",
    "Nam",
    "Nga",
    "Nhung",
    "Oanh",
    "Phong",
    "Phúc",
    "Quân",
    "Quý",
    "Sơn",
    "Tâm",
    "Tân",
]
GIVEN += ["Thảo", "Thủy", "Tiến", "Trang", "Trung", "Tuấn", "Tùng", "Uyên", "Việt", "Vinh", "Yến"]
ACTS = (
    "Về việc cấp giấy phép xây dựng nhà ở riêng lẻ cho",
    "Trích lục khai sinh của",
    "Cấp giấy chứng nhận đăng ký hộ kinh doanh của",
    "Về việc công nhận quyền sử dụng đất đối với",
    "Quyết định trợ cấp mai táng phí cho",
    "Xác nhận tình trạng hôn nhân của",
)
PLACES = ("thôn 1 xã Mẫu", "xóm 5 xã Mẫu", "khối Tân Tiến phường Mẫu", "xóm Đông xã Mẫu", "bản Na xã Mẫu")
KNOWN = {
    "number, day, abstract": ("number", "day"),
    "day, abstract": ("day",),
    "abstract, symbol, year": (),
}
Row = dict[str, Any]


def main() -> None:
    """Make a register, match papers against it, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--papers", type=int, default=300)
    parser.add_argument("--url", help="an empty database; default: SQLite in a temporary folder")
    parser.add_argument("--seed", type=int, default=9501)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ledger = open_ledger(asked.url or f"sqlite:///{Path(folder) / 'ledger.sqlite3'}")
        migrate(ledger)
        _fill(ledger, asked.rows, _dice(asked.seed))
        print(f"{asked.rows} rows, {AGENCIES} agencies, {YEARS} years, {asked.papers} papers, seed {asked.seed}")
        for name, known in KNOWN.items():
            print(f"{name:24}", *_measure(ledger, asked.papers, known, _dice(asked.seed + 1)), sep=" | ")
        ledger.close()


def _dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - made-up data, the same for the same seed


def _fill(ledger: Ledger, rows: int, rng: random.Random) -> None:
    version = new_id()
    counts = dict.fromkeys(("rows", "added", "changed", "unchanged", "missing", "refused"), 0)
    made = {"id": version, "sha256": "0" * 64, "scope": "all", "imported_at": system_clock(), "actor": "bench"}
    with ledger.session() as session:
        session.execute(insert(RegisterImport), [{**made, **counts}])
        for start in range(0, rows, CHUNK):
            chunk = [_row(number, version, rng) for number in range(start, min(start + CHUNK, rows))]
            session.execute(insert(RegisterEntry), chunk)


def _row(number: int, version: UUID, rng: random.Random) -> Row:
    agency = f"H41.{number % AGENCIES + 1}"
    year = FIRST_YEAR + number // AGENCIES % YEARS
    day = date(year, 1, 1) + timedelta(days=rng.randrange(365))
    name = " ".join(map(rng.choice, (["ông", "bà"], FAMILIES, MIDDLES, GIVEN)))
    symbol = f"{number // (AGENCIES * YEARS) + 1}/QĐ-UBND"
    return {
        "id": new_id(),
        "agency_code": agency,
        "record_code": f"{agency}-{day:%y%m%d}-{number:06}",
        "symbol": symbol,
        "symbol_key": symbol_key(symbol),
        "issued_on": day,
        "resolved_on": day,
        "subject": f"{rng.choice(ACTS)} {name}, {rng.choice(PLACES)}",
        "expected_results": 1,
        "expected_papers": 0,
        "first_import_id": version,
        "last_import_id": version,
        "source_row": number,
        "row_sha256": "0" * 64,
    }


def _measure(ledger: Ledger, papers: int, known: tuple[str, ...], rng: random.Random) -> Iterator[str]:
    """Give: right, wrong, not told apart, none; then of papers without a row the proposed; then milliseconds."""
    told: Counter[str] = Counter()
    times: list[float] = []
    with Session(ledger.engine) as session:
        for number in range(papers):
            entry = _any_row(session, rng)
            sought = _paper(entry, known, rng)
            is_lacking = number % 2 == 1
            if is_lacking:
                session.execute(delete(RegisterEntry).where(RegisterEntry.id == entry.id))
            start = time.perf_counter()
            chosen = choose_row(session, sought, match_policy())
            times.append(1000 * (time.perf_counter() - start))
            outcome = "none" if chosen is None else "alike" if chosen.entry_id is None else "wrong"
            if chosen is not None and chosen.entry_id == entry.id:
                outcome = "right"
            told[("without " if is_lacking else "") + outcome] += 1
            session.rollback()
    yield " ".join(f"{name} {told[name]}" for name in ("right", "wrong", "alike", "none"))
    yield f"row lacking: proposed {told['without wrong']}, alike {told['without alike']}, none {told['without none']}"
    quick, slow = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    yield f"median {quick:.1f} ms, 95 % within {slow:.1f} ms"


def _any_row(session: Session, rng: random.Random) -> RegisterEntry:
    agency, day = (
        f"H41.{rng.randrange(AGENCIES) + 1}",
        date(FIRST_YEAR, 1, 1) + timedelta(days=rng.randrange(365 * YEARS)),
    )
    found = select(RegisterEntry).where(RegisterEntry.agency_code == agency, RegisterEntry.issued_on >= day)
    entry = session.scalars(found.order_by(RegisterEntry.issued_on).limit(1)).first()
    return entry or _any_row(session, rng)


def _paper(entry: RegisterEntry, known: tuple[str, ...], rng: random.Random) -> Sought:
    return Sought(
        entry.agency_code,
        code=entry.symbol if "number" in known else None,
        is_code_sure="number" in known,
        symbol="QĐ-UBND",
        issued_on=entry.issued_on if "day" in known else None,
        year=entry.issued_on.year if entry.issued_on else None,
        subject=_misread(entry.subject or "", rng),
    )


def _misread(text: str, rng: random.Random) -> str:
    """Give a text as a poor scan reads: one letter in fifty loses its accent or is another; a word may be lost."""
    words = text.split()
    if rng.random() < 0.3:
        del words[rng.randrange(len(words))]
    if rng.random() < 0.2:
        words = words[-3:] + words[:-3]
    letters = [accentless(c) or c if rng.random() < 0.02 else c for c in " ".join(words)]
    return "".join(rng.choice("aeiou") if rng.random() < 0.005 and c.isalpha() else c for c in letters)


if __name__ == "__main__":
    main()
