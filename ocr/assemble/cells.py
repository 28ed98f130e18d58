"""Font sizes by which text extractors tell the blocks of a page apart.

Invisible words may be set in any size, and poppler goes by it: words nearer to each other than 0.7 font sizes, lines
nearer than 1.5, are one block to it, and so it runs the cells of a table together. Blocks that have others beside
them are therefore set small enough to stay apart, if that still keeps their own lines together; their words give way
a little at the edges; and blocks below each other get sizes that differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_LEAST_SIZE = 0.69  # of the distance of lines; poppler joins lines up to 1.5 font sizes apart
_MOST_SIZE = 1.3  # of the size it is printed in
_STEPS = (1.0, 1.06, 1.12)  # poppler joins lines when sizes differ by less than 0.05
_ALIKE = 0.055
_LINES_REACH = 1.6  # font sizes
_APART = 1.02  # font sizes; poppler pulls in a few words over 1.0
_MOST_CUT = 2.2  # points, 0.8 mm
_FAR = 1000.0
_USUAL_PITCH = 1.15  # font sizes


@dataclass(frozen=True, slots=True)
class Block:
    """What a block covers, its font size, and how far apart its lines stand (0 for one line); y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float
    size: float
    pitch: float


@dataclass(frozen=True, slots=True)
class Room:
    """The font size that keeps a block to itself, and how far its words may reach to the left and right."""

    size: float
    left: float
    right: float


def rooms(blocks: Mapping[int, Block]) -> dict[int, Room]:
    """Give room to each block that would run into others; the rest stay as they are."""
    sizes: dict[int, float] = {}
    for group in _groups(blocks):
        usual = _pitch([blocks[key] for key in group])
        for key in sorted(group):
            sizes[key] = _clear_step(key, blocks, sizes, _base_size(blocks[key], _gap(blocks[key], blocks), usual))
    return {key: Room(size, *_edges(key, blocks, sizes)) for key, size in sizes.items()}


def _edges(key: int, blocks: Mapping[int, Block], sizes: Mapping[int, float]) -> tuple[float, float]:
    """Give how far a block's words may reach: what the larger of two neighbours needs is cut off both."""
    own = blocks[key]
    left, right = own.left, own.right
    for other, block in blocks.items():
        if not _on_same_rows(own, block):
            continue
        gap = max(own.left - block.right, block.left - own.right)
        cut = min(max(0.0, _APART * max(sizes[key], sizes[other]) - gap) / 2, _MOST_CUT)
        if block.right < own.left:
            left = max(left, own.left + cut)
        else:
            right = min(right, own.right - cut)
    return left, right


def _base_size(own: Block, gap: float, usual_pitch: float) -> float:
    """Give the largest size of use that a gap allows, and no smaller one than keeps lines together."""
    wanted = min(max(_LEAST_SIZE * own.pitch, own.size), _MOST_SIZE * own.size)
    least = min(_LEAST_SIZE * usual_pitch, wanted)
    return max(least, min((gap + 2 * _MOST_CUT) / _APART / _STEPS[-1], wanted))


def _groups(blocks: Mapping[int, Block]) -> list[list[int]]:
    """Give the blocks that have others beside them, by what hangs together."""
    beside = {key: [other for other in blocks if _on_same_rows(blocks[key], blocks[other])] for key in blocks}
    groups: list[list[int]] = []
    seen: set[int] = set()
    for start in blocks:
        group: list[int] = []
        waiting = [start] if beside[start] else []
        while waiting:
            key = waiting.pop()
            if key not in seen:
                seen.add(key)
                group.append(key)
                waiting += beside[key]
        if group:
            groups.append(group)
    return groups


def _on_same_rows(one: Block, other: Block) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return one is not other and shared > 0 and (one.right < other.left or other.right < one.left)


def _gap(own: Block, blocks: Mapping[int, Block]) -> float:
    """Give how far off the nearest block to the left or right is."""
    beside = [other for other in blocks.values() if _on_same_rows(own, other)]
    return min((max(own.left - other.right, other.left - own.right) for other in beside), default=_FAR)


def _pitch(blocks: Sequence[Block]) -> float:
    pitches = sorted(block.pitch for block in blocks if block.pitch)
    pitches = pitches or sorted(_USUAL_PITCH * block.size for block in blocks)
    return pitches[len(pitches) // 2]


def _clear_step(key: int, blocks: Mapping[int, Block], sizes: Mapping[int, float], base: float) -> float:
    """Give the step from a base that is like the fewest sizes right above and below."""
    own, steps = blocks[key], [base * step for step in _STEPS]
    taken = [
        sizes.get(other, block.size)
        for other, block in blocks.items()
        if other != key
        and min(own.right, block.right) > max(own.left, block.left)
        and max(own.top, block.top) - min(own.bottom, block.bottom) < _LINES_REACH * base
    ]
    crowd = [sum(abs(size - step) < _ALIKE * max(size, step) for size in taken) for step in steps]
    return steps[crowd.index(min(crowd))]
