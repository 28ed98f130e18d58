"""Pages of words for tests, typed at places: no image and no engine."""

from collections.abc import Sequence

from ocr.model import Box, PageText, Word, WordKind

WIDTH, HEIGHT, LETTER, LINE = 1654, 2339, 15, 32

Row = tuple[float, float, str]
"""Left edge, top edge, text; words part at spaces, `~` stands for a space inside a word."""

HEADING: tuple[Row, ...] = (
    (250, 150, "BỘ CÔNG THƯƠNG"),
    (760, 150, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (880, 200, "Độc lập - Tự do - Hạnh phúc"),
)
DECISION: tuple[Row, ...] = (
    *HEADING,
    (260, 270, "Số: 15/QĐ-BCT"),
    (880, 270, "Hà Nội, ngày 05 tháng 01 năm 2026"),
    (735, 380, "QUYẾT ĐỊNH"),
    (500, 430, "Về việc ban hành Quy chế quản lý hồ sơ"),
    (600, 560, "BỘ TRƯỞNG BỘ CÔNG THƯƠNG"),
    (240, 650, "Căn cứ Luật Lưu trữ ngày 21 tháng 6 năm 2024;"),
    (240, 1800, "Nơi nhận:"),
    (240, 1840, "- Như Điều 3;"),
    (240, 1880, "- Lưu: VT, PC."),
    (1010, 1800, "KT. BỘ TRƯỞNG"),
    (1010, 1845, "THỨ TRƯỞNG"),
    (1010, 2050, "Nguyễn Văn Thắng"),
)


def typed(
    rows: Sequence[Row],
    number: int = 1,
    confidence: float = 0.97,
    weak: dict[str, float] | None = None,
    kinds: dict[str, WordKind] | None = None,
) -> PageText:
    """Give a page with rows typed on it; `weak` gives single words another confidence, `kinds` another kind."""
    words = []
    for line, (left, top, text) in enumerate(_centred(rows)):
        x = left
        for token in text.split(" "):
            if token:
                right = x + LETTER * len(token)
                words.append(
                    Word(
                        token.replace("~", " "),
                        (weak or {}).get(token, confidence),
                        Box(x, top, right, top + LINE),
                        line,
                        line,
                        (kinds or {}).get(token, WordKind.PRINT),
                    )
                )
            x += LETTER * (len(token) + 1)
    return PageText(number, WIDTH, HEIGHT, 200.0, 0, 0.0, tuple(words), "test")


def changed(rows: Sequence[Row], old: str, new: str | None) -> tuple[Row, ...]:
    """Give the rows with one text replaced, or left out."""
    if new is None:
        return tuple(row for row in rows if row[2] != old)
    return tuple((left, top, new if text == old else text) for left, top, text in rows)


def _centred(rows: Sequence[Row]) -> list[Row]:
    """Centre the rows of a signature block on one axis, as a typist does."""
    return [
        (1150 - LETTER * len(text) / 2, top, text) if left > 1000 and top > 1500 else (left, top, text)
        for left, top, text in rows
    ]
