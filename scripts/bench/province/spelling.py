"""How the two databases spell what the statements that fill a big ledger need."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Spelling:
    """SQL of one database: numbers in a row, ids, hashes, days and instants that follow from a row's number."""

    is_sqlite: bool
    start: date
    """The day of the first row."""

    def numbers(self, first: int, last: int) -> str:
        """Give a FROM clause with the numbers of a range as column n."""
        if self.is_sqlite:
            step = f"SELECT {first} AS n UNION ALL SELECT n + 1 FROM s WHERE n < {last}"
            return f"(WITH RECURSIVE s(n) AS ({step}) SELECT n FROM s) AS s"
        return f"(SELECT n FROM generate_series({first}::bigint, {last}::bigint) AS g(n)) AS s"

    def make_table(self, name: str) -> str:
        """Give the beginning of a statement that makes a table of a query for this connection alone."""
        return f"CREATE TEMPORARY TABLE {name} AS"

    def id(self, kind: int, number: str) -> str:
        """Give an id that grows with the number, as the ids of the ledger grow with time."""
        value = f"({kind} * 1099511627776 + {number})"
        return f"printf('%032x', {value})" if self.is_sqlite else f"lpad(to_hex({value}), 32, '0')::uuid"

    def hash(self, number: str) -> str:
        """Give 64 hexadecimal digits."""
        if self.is_sqlite:
            return f"printf('%016x%016x', {number} * 48271 % 2147483647, {number}) || printf('%032x', {number} * 69621)"
        return f"md5(({number})::text) || md5((-{number})::text)"

    def day(self, offset: str) -> str:
        """Give a day, so many days after the first."""
        if self.is_sqlite:
            return f"date('{self.start}', ({offset}) || ' days')"
        return f"(DATE '{self.start}' + ({offset})::int)"

    def instant(self, offset: str, seconds: str = "0") -> str:
        """Give an instant of a day, within its Vietnamese working hours."""
        if self.is_sqlite:
            begin = f"'{self.start} 01:00:00', ({offset}) || ' days', ({seconds}) || ' seconds'"
            return f"strftime('%Y-%m-%d %H:%M:%S.000000', {begin})"
        hours = f"({offset}) * INTERVAL '1 day' + ({seconds}) * INTERVAL '1 second'"
        return f"(TIMESTAMPTZ '{self.start} 01:00:00+00' + {hours})"

    def six_digits(self, day: str) -> str:
        """Give a day as it stands in a mã hồ sơ."""
        return f"substr(strftime('%Y%m%d', {day}), 3)" if self.is_sqlite else f"to_char({day}, 'YYMMDD')"

    def year(self, day: str) -> str:
        """Give the year of a day."""
        return f"CAST(strftime('%Y', {day}) AS INTEGER)" if self.is_sqlite else f"extract(year FROM {day})::int"

    def padded(self, number: str, digits: int) -> str:
        """Give a number with zeros before it."""
        if self.is_sqlite:
            return f"printf('%0{digits}d', {number})"
        return f"lpad(({number})::text, {digits}, '0')"


def dice(salt: int, sides: int, number: str = "n") -> str:
    """Give SQL for a number from 0 below `sides` that follows from a row's number, another one for each salt."""
    return f"(({number} % 1000003 + {salt * 7919}) * {48271 + salt * 1234} % 2147483647 / 13 % {sides})"
