"""Puts lines into reading order and numbers them and their blocks.

Lines that run across two columns (the heading's issuing body and national motto) are parted where a gutter
shows in neighbouring lines; lines below one another form blocks; blocks side by side are read left to right.
"""

from dataclasses import replace
from itertools import pairwise
from statistics import median

from ocr.model import Box, Word
from ocr.recognize_lines import Line, band

_GUTTER = 1.2
_NEXT_LINE = 2.6
_SAME_BLOCK_GAP = 1.1
_BESIDE = 0.3

_Pieces = list[list[Line]]


def in_reading_order(body: list[Line], tables: list[tuple[Box, list[Line]]]) -> list[Word]:
    """Give all words in reading order, blocks and lines numbered from 0; a table's cells follow row by row."""
    parts = [_in_row(line) for line in body if line]
    parts = _parted(sorted(parts, key=lambda line: band(line).top)) if parts else []
    blocks: list[tuple[Box, _Pieces]] = [(_around(block), [block]) for block in _blocks(parts)]
    for box, lines in tables:
        blocks.append((box, _by_block([line for line in lines if line])))
    words: list[Word] = []
    number = block_number = 0
    for _, pieces in _ordered(blocks):
        for piece in pieces:
            for line in piece:
                words += [replace(word, block=block_number, line=number) for word in line]
                number += 1
            block_number += 1
    return words


def _in_row(line: Line) -> Line:
    return sorted(line, key=lambda word: word.box.left)


def _by_block(lines: list[Line]) -> list[list[Line]]:
    blocks: dict[int, list[Line]] = {}
    for line in lines:
        blocks.setdefault(line[0].block, []).append(line)
    return list(blocks.values())


def _around(lines: list[Line]) -> Box:
    box = band(lines[0])
    for line in lines[1:]:
        box = box.union(band(line))
    return box


def _parted(lines: list[Line]) -> list[Line]:
    """Part lines at gutters: gaps that a neighbouring line has at the same place."""
    usual = median(word.box.height for line in lines for word in line)
    cuts: list[set[int]] = [set() for _ in lines]
    gaps = [_gaps(line, _GUTTER * usual) for line in lines]
    tops = [band(line).top for line in lines]
    for upper in range(len(lines)):
        for lower in range(upper + 1, min(upper + 4, len(lines))):
            if tops[lower] - tops[upper] > _NEXT_LINE * usual:
                break
            for place, (left, right) in gaps[upper].items():
                for other, (other_left, other_right) in gaps[lower].items():
                    if min(right, other_right) - max(left, other_left) >= usual:
                        cuts[upper].add(place)
                        cuts[lower].add(other)
    parted = []
    for line, places in zip(lines, cuts, strict=True):
        edges = [0, *sorted(places), len(line)]
        parted += [line[first:last] for first, last in pairwise(edges)]
    return parted


def _gaps(line: Line, least: float) -> dict[int, tuple[float, float]]:
    """Give the wide gaps of a line by the place of the word that follows."""
    return {
        place: (before.box.right, after.box.left)
        for place, (before, after) in enumerate(pairwise(line), start=1)
        if after.box.left - before.box.right >= least
    }


def _blocks(lines: list[Line]) -> list[list[Line]]:
    """Chain lines into blocks: each follows the one just above it, unless either has another such neighbour."""
    boxes = [band(line) for line in lines]
    below = [_neighbours_below(place, boxes) for place in range(len(lines))]
    above: dict[int, list[int]] = {}
    for upper, lowers in enumerate(below):
        for lower in lowers:
            above.setdefault(lower, []).append(upper)
    blocks: list[list[Line]] = []
    home: dict[int, int] = {}
    for place, line in enumerate(lines):
        uppers = above.get(place, [])
        if len(uppers) == 1 and len(below[uppers[0]]) == 1:
            home[place] = home[uppers[0]]
            blocks[home[place]].append(line)
        else:
            home[place] = len(blocks)
            blocks.append([line])
    return blocks


def _neighbours_below(place: int, boxes: list[Box]) -> list[int]:
    box = boxes[place]
    found: list[int] = []
    for other in range(place + 1, len(boxes)):
        lower = boxes[other]
        size = min(box.height, lower.height)
        gap = lower.top - box.bottom
        if gap > _SAME_BLOCK_GAP * size:
            if lower.top > box.bottom + 3 * size:
                break
            continue
        if gap < -0.5 * size or min(box.right, lower.right) <= max(box.left, lower.left):
            continue
        if not any(boxes[nearer].bottom < lower.top for nearer in found):
            found.append(other)
    return found


def _ordered(blocks: list[tuple[Box, _Pieces]]) -> list[tuple[Box, _Pieces]]:
    """Order blocks: bands from the top; within a band columns from the left; within a column from the top."""
    ordered: list[tuple[Box, _Pieces]] = []
    level: list[tuple[Box, _Pieces]] = []
    for block in sorted(blocks, key=lambda item: item[0].top):
        if level and not any(_share(block[0].top, block[0].bottom, box.top, box.bottom) > _BESIDE for box, _ in level):
            ordered += _columns(level)
            level = []
        level.append(block)
    return ordered + _columns(level)


def _columns(level: list[tuple[Box, _Pieces]]) -> list[tuple[Box, _Pieces]]:
    columns: list[list[tuple[Box, _Pieces]]] = []
    for block in sorted(level, key=lambda item: item[0].left):
        for column in columns:
            if any(_share(block[0].left, block[0].right, box.left, box.right) > _BESIDE for box, _ in column):
                column.append(block)
                break
        else:
            columns.append([block])
    return [block for column in columns for block in sorted(column, key=lambda item: item[0].top)]


def _share(start: float, end: float, other_start: float, other_end: float) -> float:
    """Give the share of the shorter of two stretches that both have in common."""
    shorter = min(end - start, other_end - other_start)
    return (min(end, other_end) - max(start, other_start)) / shorter if shorter > 0 else 0.0
