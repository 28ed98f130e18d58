"""The levers of reading, one switch each: all on in every real run, off one by one where their worth is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Levers:
    """What reading does beyond one pass of the engine over the page as it is.

    `flatten`, `lift_seal`, `deskew`: how the image is prepared. `tables`: ruled tables are read cell by cell.
    `found_lines`: lines are read as the detector found them, not as the engine's layout has them.
    `missed_lines`: ink that no word covers is read. `junk`: crumbs of seals and rules are dropped.
    `second_opinion`: a second recognizer weighs the words. `language`: accents are put right by language.
    `layout_alarm`: a page whose layout looks collapsed is read another way.
    `plain_fallback`: a page that reads better unprepared is read so.
    """

    flatten: bool = True
    lift_seal: bool = True
    deskew: bool = True
    tables: bool = True
    found_lines: bool = True
    missed_lines: bool = True
    second_opinion: bool = True
    language: bool = True
    layout_alarm: bool = True
    plain_fallback: bool = True
    junk: bool = True


ALL = Levers()
