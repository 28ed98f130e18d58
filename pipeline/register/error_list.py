"""The list of what is wrong with a register: on disk, for every row of a long file may be wrong."""

import heapq
import json
from array import array
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from tempfile import TemporaryFile

from pipeline.register.faults import Fault, RowError

Numbered = tuple[int, RowError]
"""An error, with the running number of its row in the whole file."""


class ErrorList:
    """Errors in the order of the rows; each check's are added in one go, in that order."""

    def __init__(self) -> None:
        # No name, and gone with the last one who holds the list: it has codes and cells of the register.
        self._file = TemporaryFile()  # noqa: SIM115 - lives as long as the list
        self._starts = array("Q", [0])
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[RowError]:
        return (error for _number, error in self._numbered())

    def first(self, count: int) -> tuple[RowError, ...]:
        """Give the first errors."""
        return tuple(islice(self, count))

    def by_row(self) -> Iterator[tuple[RowError, ...]]:
        """Give what is wrong with each wrong row."""
        for _number, errors in groupby(self._numbered(), key=lambda one: one[0]):
            yield tuple(error for _same, error in errors)

    def add(self, errors: Iterable[Numbered]) -> None:
        """Add what one check found."""
        end = self._file.seek(self._starts[-1])
        for number, error in errors:
            place = [error.row, error.fault, error.sheet, error.column, error.code, error.details]
            end += self._file.write(json.dumps([number, *place], ensure_ascii=False).encode() + b"\n")
            self._count += 1
        self._starts.append(end)

    def _numbered(self) -> Iterator[Numbered]:
        checks = (self._of_check(place) for place in range(len(self._starts) - 1))
        return heapq.merge(*checks, key=lambda one: one[0])

    def _of_check(self, place: int) -> Iterator[Numbered]:
        at, end = self._starts[place], self._starts[place + 1]
        while at < end:
            self._file.seek(at)
            line = self._file.readline()
            at += len(line)
            number, row, fault, sheet, column, code, details = json.loads(line)
            yield number, RowError(row, Fault(fault), sheet, column, code, details)
