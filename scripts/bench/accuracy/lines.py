"""Lines that reading lost or made up, before and after ink that no word covers is read.

A line of the truth is up to 60 letters of a paragraph, a column's line or a cell; it is lost where nothing like it
stands in the text. A line of the text is made up where nothing like it stands in the truth, stamps and notes included.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

from rapidfuzz import fuzz

from config.settings import OcrSettings
from ocr.engines import open_engine
from ocr.levers import ALL
from scripts.bench.accuracy.reading import read_files
from scripts.bench.accuracy.report import table
from scripts.bench.accuracy.truth import Scorer, TruePage

LINE_LETTERS = 60
_LEAST_LETTERS = 4
"""Shorter ones are found anywhere."""
_ALIKE = 65.0


@dataclass(frozen=True, slots=True)
class LineCount:
    """Lines of a page's truth, those a reading lost, and lines it made up."""

    lines: int = 0
    lost: int = 0
    made_up: int = 0


@dataclass(frozen=True, slots=True)
class LinesRead:
    """A page's lines as read without and with the lever of missed lines."""

    group: str
    page: str
    before: LineCount
    after: LineCount


def measure_lines(pages: Sequence[TruePage], scorer: Scorer, group: str) -> Iterator[LinesRead]:
    """Read every page without and with the lever, and count its lines."""
    engine = open_engine(OcrSettings())
    for page in pages:
        texts = [
            read_files([page.image], engine, replace(ALL, missed_lines=is_pulled))[0].text()
            for is_pulled in (False, True)
        ]
        before, after = (count_lines(scorer, page, text) for text in texts)
        yield LinesRead(group, page.name, before, after)


def count_lines(scorer: Scorer, page: TruePage, text: str) -> LineCount:
    """Count lines that are in the truth and not in a text, and the other way round."""
    units = [unit for unit, _ in scorer.units(page.truth) if unit]
    printed = [unit for unit, is_inked in scorer.units(page.truth) if unit and not is_inked]
    wanted = [line for unit in printed for line in cut_lines(unit)]
    listed = [scorer.norm(item["s"]) for kind in ("stamps", "handwritten") for item in page.truth.get(kind, [])]
    hay, known = scorer.norm(text), " ".join([*units, *listed])
    read = [line for line in map(scorer.norm, text.splitlines()) if _letters(line) >= _LEAST_LETTERS]
    return LineCount(
        lines=len(wanted),
        lost=sum(not _is_in(line, hay) for line in wanted),
        made_up=sum(not _is_in(line, known) for line in read),
    )


def cut_lines(unit: str) -> list[str]:
    """Cut a unit of the truth into lines of so many letters at most; those too short to be told apart are left out."""
    lines = [""]
    for word in unit.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > LINE_LETTERS:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [line for line in lines if _letters(line) >= _LEAST_LETTERS]


def lines_table(pages: Sequence[LinesRead]) -> str:
    """Give a row a group, and one each page that lost or made up a line."""
    rows = []
    for group in dict.fromkeys(one.group for one in pages):
        some = [one for one in pages if one.group == group]
        rows.append(_row(f"**{group}**, {len(some)} pages", some))
        rows += [_row(one.page, [one]) for one in some if one.before.lost or one.before.made_up or one.after.made_up]
    return table("pages|lines|lost before|lost after|made up before|made up after", rows)


def _row(name: str, pages: Sequence[LinesRead]) -> list[str]:
    before, after = _total([one.before for one in pages]), _total([one.after for one in pages])
    return [name, *map(str, (after.lines, before.lost, after.lost, before.made_up, after.made_up))]


def _total(counts: Sequence[LineCount]) -> LineCount:
    return LineCount(*(sum(getattr(one, field.name) for one in counts) for field in fields(LineCount)))


def _is_in(line: str, text: str) -> bool:
    # The shorter one is looked for in the longer: a page may have fewer letters than a line.
    return bool(text) and fuzz.partial_ratio(line, text) >= _ALIKE and len(text) >= len(line) // 2


def _letters(text: str) -> int:
    return sum(ch.isalnum() for ch in text)
