"""Where seals, signatures, handwriting and stamps go on a set page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from scripts.specimen.model import Anchor, Paper, Scan
from scripts.specimen.paper import Ink, turned_mask
from scripts.specimen.stamps import Art, cut
from scripts.specimen.strokes import Mask, scribble, write
from scripts.specimen.typeset import SetPage

_WHERE = {"number": "số", "day": "ngày", "month": "tháng"}
Note = dict[str, str]


@dataclass(frozen=True, slots=True)
class Inked:
    """The ink of one page, and what is true of it."""

    inks: tuple[Ink, ...]
    handwritten: tuple[Note, ...]
    stamps: tuple[Note, ...]


class Inker:
    """Inks the pages of one document: the same pen and the same signer throughout."""

    def __init__(self, paper: Paper, scan: Scan, dice: Random) -> None:
        self._paper = paper
        self._scan = scan
        self._dice = dice
        self._pen = dice.choice(("blue", "blue", "black"))
        self._millimetre = scan.dpi / 25.4
        self._arts = cut(self._wanted(), scan.dpi)

    def ink(self, page: SetPage, *, is_first: bool) -> Inked:
        """Give the ink of a page. The first bears the stamps of the post and of urgency."""
        anchors = {anchor.name: anchor for anchor in page.anchors}
        inks: list[Ink] = []
        handwritten: list[Note] = []
        stamps: list[Note] = []
        for name, where in _WHERE.items():
            if name in anchors:
                inks.append(self._written(anchors[name]))
                handwritten.append({"s": anchors[name].text, "where": where})
        for ink, note in self._stamped(anchors, is_first=is_first):
            inks += ink
            stamps.append(note)
        if "sign" in anchors:
            signature = self._signed(anchors["sign"])
            handwritten.append({"s": "<chữ ký>", "where": "khối chữ ký"})
            # The seal comes after the signature.
            inks.insert(0, signature)
        if is_first and "routing" in self._scan.marks:
            inks.append(self._routed(page))
            handwritten.append({"s": "TP", "where": "góc trên bên phải (bút phê chuyển)"})
        return Inked(tuple(inks), tuple(handwritten), tuple(stamps))

    def _wanted(self) -> Sequence[Art]:
        arts = [Art("seal", (self._paper.seal,))]
        if "received" in self._scan.marks:
            arts.append(self._received_art())
        arts += [Art("mark", (mark,)) for mark in (self._paper.urgency, self._paper.secrecy) if mark]
        return arts

    def _received_art(self) -> Art:
        return Art("received", ("VĂN PHÒNG HĐND VÀ UBND", "CÔNG VĂN ĐẾN", "Số: " + "." * 26, "Ngày: " + "." * 23))

    def _stamped(self, anchors: Mapping[str, Anchor], *, is_first: bool) -> Iterator[tuple[list[Ink], Note]]:
        seal = self._arts[Art("seal", (self._paper.seal,))]
        note = {"s": f"{self._paper.seal} MẪU"}
        if "sign" in anchors and "unsealed" not in self._scan.marks:
            at = anchors["sign"]
            # NĐ 30/2020: the seal covers about a third of the signature, on its left. A careful hand keeps it off the
            # title and the name; a hasty one does not.
            low = self._mm(5, 8) if "low_seal" in self._scan.marks else self._mm(-1, 1)
            centre = (at.left + at.width / 2 - self._mm(29, 33), at.top + at.height / 2 + low)
            yield (
                [self._placed(seal, centre, self._dice.uniform(-9, 9), "red")],
                note | {"where": "dấu tròn, khối chữ ký"},
            )
        if "annex" in anchors and "unsealed" not in self._scan.marks:
            at = anchors["annex"]
            centre = (at.left + self._mm(14, 22), at.top + self._mm(6, 12))
            yield [self._placed(seal, centre, self._dice.uniform(-9, 9), "red")], note | {"where": "dấu treo phụ lục"}
        if not is_first:
            return
        if "received" in self._scan.marks:
            yield self._received(anchors)
        if self._paper.urgency:
            at = anchors.get("to") or anchors["numbers"]
            centre = (at.left + self._mm(8, 14), at.top + self._mm(14, 20))
            art = self._arts[Art("mark", (self._paper.urgency,))]
            angle = self._dice.uniform(8, 30)
            yield [self._placed(art, centre, angle, "red")], {"s": self._paper.urgency, "where": "dấu khẩn, lề trái"}
        if self._paper.secrecy:
            at = anchors.get("subject") or anchors["numbers"]
            centre = (at.left + at.width / 2 - self._mm(8, 14), at.top + at.height + self._mm(6, 8))
            art = self._arts[Art("mark", (self._paper.secrecy,))]
            angle = self._dice.uniform(-3, 3)
            yield [self._placed(art, centre, angle, "red")], {"s": self._paper.secrecy, "where": "dấu độ mật dưới số"}

    def _received(self, anchors: Mapping[str, Anchor]) -> tuple[list[Ink], Note]:
        at = anchors["dates"]
        art = self._arts[self._received_art()]
        angle = self._dice.uniform(-2.5, 2.5)
        centre = (at.left + at.width / 2 + self._mm(4, 12), at.top + at.height + self._mm(12, 16))
        colour = self._dice.choice(("red", "violet", "black"))
        box = self._placed(art, centre, angle, colour)
        number = str(self._dice.randrange(102, 980))
        arrived = self._paper.issued_on + timedelta(days=self._dice.randrange(1, 4))
        day = f"{arrived.day}/{arrived.month}/{arrived.year}"
        corner = (centre[0] - art.shape[1] / 2, centre[1] - art.shape[0] / 2)
        hands = [
            self._hand(number, (corner[0] + self._mm(13, 16), corner[1] + 14.2 * self._millimetre), 4.6),
            self._hand(day, (corner[0] + self._mm(13, 15), corner[1] + 20.0 * self._millimetre), 4.2),
        ]
        text = f"VĂN PHÒNG HĐND VÀ UBND CÔNG VĂN ĐẾN Số: {number} Ngày: {day}"
        return [box, *hands], {"s": text, "where": "dấu đến dưới dòng ngày; số và ngày viết tay"}

    def _written(self, at: Anchor) -> Ink:
        tall = self._dice.uniform(5.0, 6.2) if at.name == "number" else self._dice.uniform(4.6, 5.4)
        mask = write(at.text, round(tall * self._millimetre), self._pen_px(), self._dice)
        pad = round(tall * self._millimetre) // 2
        left = at.left + at.width / 2 - mask.shape[1] / 2 + self._mm(-0.6, 0.6)
        bottom = at.top + at.height - self._mm(0.2, 0.9)
        return Ink(mask, round(left), round(bottom - mask.shape[0] + pad), self._pen)

    def _hand(self, text: str, at: tuple[float, float], tall_mm: float) -> Ink:
        tall = round(tall_mm * self._millimetre)
        mask = write(text, tall, self._pen_px(), self._dice)
        return Ink(mask, round(at[0]) - tall // 2, round(at[1]) - tall // 2 - tall // 4, self._pen)

    def _routed(self, page: SetPage) -> Ink:
        width = page.ink.shape[1]
        return self._hand("TP", (width - self._mm(28, 36), self._mm(10, 14)), 7.0)

    def _signed(self, at: Anchor) -> Ink:
        size = (round(self._mm(48, 62)), round(self._mm(24, 30)))
        mask = scribble(*size, self._pen_px() * 1.1, self._dice)
        left = at.left + at.width / 2 - size[0] / 2 + self._mm(-3, 8)
        top = at.top + at.height / 2 - size[1] / 2 + self._mm(-3, 2)
        return Ink(mask, round(left), round(top), "blue" if self._dice.random() < 0.85 else "black")

    def _placed(self, mask: Mask, centre: tuple[float, float], angle: float, name: str) -> Ink:
        turned = turned_mask(mask, angle)
        return Ink(turned, round(centre[0] - turned.shape[1] / 2), round(centre[1] - turned.shape[0] / 2), name)

    def _pen_px(self) -> float:
        return self._dice.uniform(0.32, 0.46) * self._millimetre

    def _mm(self, low: float, high: float) -> float:
        return self._dice.uniform(low, high) * self._millimetre
