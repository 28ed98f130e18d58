"""Who and where: invented people, places and agencies, drawn by a seeded dice."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from scripts.specimen.model import Agency

DATA = Path(__file__).parent / "data"
_UNITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


@dataclass(frozen=True, slots=True)
class Cast:
    """The data of one set of specimens: names, agencies and offices, layouts, wordings, agencies elsewhere."""

    name: str
    names: Mapping[str, Any]
    agencies: Mapping[str, Agency]
    offices: Mapping[str, Agency]
    layouts: tuple[Mapping[str, Any], ...]
    wording: Mapping[str, list[dict[str, Any]]]
    guests: Mapping[str, Agency]

    def agency(self, code: str) -> Agency:
        """Give an agency of the register, or a guest from elsewhere."""
        return self.agencies.get(code) or self.guests[code]


def load_cast(name: str) -> Cast:
    """Read the data of a set: `demo` or `bench`."""
    names = data_table(f"{name}_cast.toml")
    agencies, offices = {}, {}
    for row in names["agency"]:
        agency = _agency(row)
        agencies[agency.code] = agency
        office = row.get("office")
        offices[agency.code] = _office(agency, office) if office else agency
    return Cast(
        name,
        names,
        agencies,
        offices,
        tuple(data_table(f"{name}_layouts.toml")["layout"]),
        data_table(f"{name}_wording.toml"),
        {row["code"]: _agency(row) for row in names.get("guest", ())},
    )


def data_table(file_name: str) -> dict[str, Any]:
    """Read one data file of this package."""
    return tomllib.loads((DATA / file_name).read_text("utf-8"))


def _agency(row: Mapping[str, Any]) -> Agency:
    return Agency(
        code=row["code"],
        name=row["name"],
        level=row["level"],
        parent=row.get("parent", ""),
        parent_line=tuple(row.get("parent_line", ())),
        issuer=tuple(row["issuer"]),
        short=row["short"],
        symbol=row["symbol"],
        place=row["place"],
        seal=row["seal"],
        signing=tuple((authority, title) for authority, title in row["signing"]),
    )


def _office(agency: Agency, row: Mapping[str, Any]) -> Agency:
    return replace(
        agency,
        parent_line=tuple(row["parent_line"]),
        issuer=tuple(row["issuer"]),
        seal=row["seal"],
        signing=tuple((authority, title) for authority, title in row["signing"]),
    )


def long_date(day: date) -> str:
    """Give a date as NĐ 30/2020 wants it in a sentence: days below 10 and months 1 and 2 with a leading zero."""
    return f"{day_text(day)} tháng {month_text(day)} năm {day.year}"


def day_text(day: date) -> str:
    """Give the day of a date line."""
    return f"{day.day:02d}"


def month_text(day: date) -> str:
    """Give the month of a date line."""
    return f"{day.month:02d}" if day.month < 3 else str(day.month)


def facts(cast: Cast, agency: Agency, issued_on: date, dice: Random) -> dict[str, Any]:
    """Draw what a wording is filled with: people, places, numbers, dates around the day of issue."""
    names = cast.names
    commune = dice.choice(names["communes"])
    hamlet = dice.choice(names["hamlets"])
    earlier = sorted((issued_on - timedelta(days=dice.randrange(6, 60)) for _ in range(2)), reverse=True)
    later = sorted(issued_on + timedelta(days=dice.randrange(7, 40)) for _ in range(2))
    around = sorted(issued_on - timedelta(days=dice.randrange(1, 40)) for _ in range(5))
    women = [name for name in names["people"] if " Thị " in name]
    men = [name for name in names["people"] if " Thị " not in name]
    chosen_women, chosen_men = dice.sample(women, 3), dice.sample(men, 4)
    # In turn a man and a woman, so that the wordings' forms of address fit.
    grown = [chosen_men[0], chosen_women[0], chosen_men[1], chosen_women[1], chosen_men[2]]
    return {
        "agency": agency,
        "people": [_person(name, cast, dice) for name in grown],
        "boy": _person(chosen_men[3], cast, dice, 2012, 2024),
        "girl": _person(chosen_women[2], cast, dice, 2012, 2024),
        "signer": dice.choice(names["signers"]),
        "shop": dice.choice(names["shops"]),
        "place": {"commune": commune, "hamlet": hamlet, "province": names["province"], "district": names["district"]},
        "numbers": [dice.randrange(11, 400) for _ in range(3)] + [dice.randrange(100, 999) for _ in range(2)],
        "earlier": [long_date(day) for day in earlier],
        "later": [long_date(day) for day in later],
        "slash": [f"{day:%d/%m/%Y}" for day in around],
        "rows": [f"{agency.code}-{day:%y%m%d}-{dice.randrange(1, 999):04d}" for day in around],
        "date": long_date(issued_on),
        "issued": f"{issued_on:%d/%m/%Y}",
        "year": str(issued_on.year),
        "month": str(issued_on.month),
        "district_code": "00A",
    }


def _person(name: str, cast: Cast, dice: Random, first: int = 1962, last: int = 1990) -> dict[str, str]:
    born = date(dice.randrange(first, last), dice.randrange(1, 13), dice.randrange(1, 29))
    address = f"{dice.choice(cast.names['hamlets'])}, xã {dice.choice(cast.names['communes'])}"
    return {
        "name": name,
        "born": f"{born:%d/%m/%Y}",
        "born_words": _date_words(born),
        # 000 is the number of no province: nobody has such a personal number. Sex and year fit.
        "ident": f"000{2 * (born.year // 100 - 19) + (' Thị ' in name)}{born:%y}{dice.randrange(10**6):06d}",
        "address": f"{address}, tỉnh {cast.names['province']}",
    }


def _date_words(day: date) -> str:
    thousands, hundreds, rest = day.year // 1000, day.year // 100 % 10, day.year % 100
    words = f"{_UNITS[thousands]} nghìn {_UNITS[hundreds]} trăm"
    if 0 < rest < 10:
        words += f" linh {_UNITS[rest]}"
    elif rest:
        words += f" {number_words(rest)}"
    sentence = f"ngày {number_words(day.day)}, tháng {number_words(day.month)}, năm {words}"
    return sentence[0].upper() + sentence[1:]


def number_words(number: int) -> str:
    """Give a number from 1 to 99 in words."""
    tens, units = divmod(number, 10)
    if not tens:
        return _UNITS[units]
    words = "mười" if tens == 1 else f"{_UNITS[tens]} mươi"
    if not units:
        return words
    last = {1: "mốt" if tens > 1 else "một", 5: "lăm"}.get(units, _UNITS[units])
    return f"{words} {last}"
