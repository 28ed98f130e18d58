"""The SQL that makes one stretch of register rows with their records, in two working tables of one connection.

`bench_row` has what follows from a row's number: its agency, day, what is expected and whether it was scanned.
`bench_paper` has the documents that came in of it, each with where it stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from scripts.bench.province.agencies import ERAS
from scripts.bench.province.spelling import Spelling, dice

YEARS = 4
DAYS = 365 * YEARS + 1
TABLES = ("bench_row", "bench_paper")
FAILED = ("refused", "stuck", "quarantined", "duplicate")
ON_THE_WAY = ("in_work", "waiting_review", "waiting_release", "pending_signature", "sealed", "waiting_trust")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Numbers `first` to `last` of a ledger of so many register rows; numbers above `total` stand in no register."""

    spelling: Spelling
    first: int
    last: int
    total: int

    def working_tables(self) -> Iterator[str]:
        """Give the statements that make them."""
        yield self._rows()
        yield self._papers()
        for table in TABLES:
            yield f"CREATE INDEX {table}_n ON {table} (n)"
        if not self.spelling.is_sqlite:
            yield from (f"ANALYZE {table}" for table in TABLES)

    def _rows(self) -> str:
        say = self.spelling
        numbered = f"""SELECT n,
            CASE WHEN n > {self.total} THEN {dice(1, DAYS)}
                ELSE min({DAYS - 1}, n * {DAYS - 90} / {self.total} + {dice(1, 90)}) END AS day_no,
            {dice(2, 100)} AS kind_die, {dice(3, 100003)} AS post_die, {dice(4, 1000)} AS life_die,
            {dice(5, 100)} AS scan_die, {dice(6, 100)} AS paper_die, {dice(7, 1000)} AS end_die
            FROM {say.numbers(self.first, self.last)}"""
        if not say.is_sqlite:
            numbered = numbered.replace("min(", "least(")
        eras = [(day - say.start).days for day in ERAS]
        kind = f"CASE WHEN kind_die < 20 THEN 0 WHEN kind_die < 45 AND day_no < {eras[2]} THEN 1 ELSE 2 END"
        era = f"CASE WHEN day_no < {eras[1]} THEN 0 WHEN day_no < {eras[2]} THEN 1 ELSE 2 END"
        placed = f"SELECT numbered.*, {era} AS era, {kind} AS kind FROM ({numbered}) AS numbered"
        day = say.day("placed.day_no")
        return f"""{say.make_table("bench_row")} SELECT placed.n, placed.day_no, {day} AS day, post.code AS agency_code,
            post.code || '-' || {say.six_digits(day)} || '-' || {say.padded("placed.n", 8)} AS code,
            CASE WHEN placed.paper_die < 15 THEN 1 ELSE 0 END AS papers, placed.life_die, placed.end_die,
            placed.n > {self.total} OR placed.scan_die < 40 + placed.day_no * 30 / {DAYS} AS is_scanned
            FROM ({placed}) AS placed
            JOIN bench_size AS size ON size.era = placed.era AND size.kind = placed.kind
            JOIN bench_post AS post ON post.era = placed.era AND post.kind = placed.kind
                AND post.position = placed.post_die % size.posts"""

    def _papers(self) -> str:
        say = self.spelling
        both = "SELECT 0 AS second UNION ALL SELECT 1"
        came = f"""SELECT 2 * r.n + side.second AS d, r.n, r.day_no, r.agency_code, r.code, side.second,
            r.day_no + {dice(11, 20, "r.n")} AS came_no, r.day_no + 20 + {dice(12, 100, "r.n")} AS done_no,
            {dice(13, 1000, "(2 * r.n + side.second)")} AS state_die
            FROM bench_row AS r JOIN ({both}) AS side ON side.second <= r.papers WHERE r.is_scanned"""
        failed = " ".join(
            f"WHEN state_die < {below} THEN '{state}'" for state, below in zip(FAILED, (15, 20, 22, 27), strict=True)
        )
        waiting = " ".join(f"WHEN {number} THEN '{state}'" for number, state in enumerate(ON_THE_WAY))
        way = f"CASE state_die % {len(ON_THE_WAY)} {waiting} END"
        state = f"CASE {failed} WHEN done_no >= {DAYS} THEN {way} ELSE 'archived' END"
        stood = f"SELECT came.*, {state} AS state FROM ({came}) AS came WHERE came.came_no < {DAYS}"
        return f"""{say.make_table("bench_paper")} SELECT stood.*,
            CASE WHEN state = 'archived' THEN done_no WHEN done_no < {DAYS} THEN done_no ELSE came_no END AS since_no,
            state = 'archived' AS is_archived, state_die % 50 = 0 AND state = 'archived' AS is_second_scan
            FROM ({stood}) AS stood"""


def first_day(today: date) -> date:
    """Give the day of the first row."""
    return date.fromordinal(today.toordinal() - DAYS + 1)
