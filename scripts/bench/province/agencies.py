"""Who issues and keeps records in the made-up province: departments, districts until they ended, communes over time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.agencies import AgencyFacts
from pipeline.targets import Level
from pipeline.units.tree import Unit, UnitTree

ERAS = (date(2022, 1, 1), date(2024, 12, 1), date(2025, 7, 1))
"""First days on which the units of Nghệ An were others: fewer communes, then no districts."""
DEPARTMENTS = 22
KINDS = {Level.PROVINCE: 0, Level.DISTRICT: 1, Level.COMMUNE: 2}


@dataclass(frozen=True, slots=True)
class Post:
    """An agency that issues records in one era, with its place among those of its kind."""

    era: int
    kind: int
    position: int
    code: str


def agencies_of(tree: UnitTree) -> tuple[list[AgencyFacts], list[Post]]:
    """Give the agencies of a province's units in all eras, and when each of them issues records."""
    codes: dict[tuple[str, date], str] = {}
    facts = [AgencyFacts("H41", "Tỉnh Mẫu", Level.PROVINCE, unit_code="40")]
    posts: list[Post] = []
    for number in range(1, DEPARTMENTS + 1):
        code = f"H41.{number:02}"
        facts.append(AgencyFacts(code, f"Sở Mẫu {number}", Level.PROVINCE, parent="H41", unit_code="40"))
        posts += [Post(era, KINDS[Level.PROVINCE], number - 1, code) for era in range(len(ERAS))]
    for era, day in enumerate(ERAS):
        for level in (Level.DISTRICT, Level.COMMUNE):
            for position, unit in enumerate(_standing(tree, level, day)):
                if unit.key not in codes:
                    codes[unit.key] = f"H41.{100 + len(codes)}"
                    facts.append(AgencyFacts(codes[unit.key], unit.name, level, parent="H41", unit_code=unit.code))
                posts.append(Post(era, KINDS[level], position, codes[unit.key]))
    return facts, posts


def sizes(posts: list[Post]) -> Iterator[tuple[int, int, int]]:
    """Give how many agencies of a kind there are in each era."""
    found: dict[tuple[int, int], int] = {}
    for post in posts:
        found[post.era, post.kind] = found.get((post.era, post.kind), 0) + 1
    yield from ((era, kind, count) for (era, kind), count in sorted(found.items()))


def _standing(tree: UnitTree, level: Level, day: date) -> list[Unit]:
    return sorted((unit for unit in tree.standing_on(day) if unit.level is level), key=lambda unit: unit.code)
