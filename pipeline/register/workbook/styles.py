"""Which number formats of a workbook show a number as a day, and which as a length of time."""

from dataclasses import dataclass

from openpyxl.styles.numbers import builtin_format_code, is_date_format, is_timedelta_format

from pipeline.register.workbook.package import Package


@dataclass(frozen=True, slots=True)
class Styles:
    """Cell formats by their number in the workbook, as cells name them."""

    days: frozenset[str]
    lengths: frozenset[str]


def read_styles(package: Package) -> Styles:
    """Read the formats; a workbook may have none."""
    part = package.part_of("styles")
    codes: dict[str, str] = {}
    used: list[str] = []
    for inside, name, said in package.tags(part) if part else ():
        if name == "numFmt" and inside == "numFmts":
            codes[said["numFmtId"]] = said["formatCode"]
        elif name == "xf" and inside == "cellXfs":
            used.append(said.get("numFmtId", "0"))
    shown = [codes.get(number) or builtin_format_code(int(number)) for number in used]
    return Styles(
        days=frozenset(str(place) for place, code in enumerate(shown) if is_date_format(code)),
        lengths=frozenset(str(place) for place, code in enumerate(shown) if is_timedelta_format(code)),
    )
