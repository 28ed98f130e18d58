"""Page values as JSON and back, with a schema version: what stages hand on and the ledger's work files keep."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from config.errors import DamagedFileError
from config.i18n import gettext
from config.i18n import mark as _
from ocr.model import Barcode, Blank, Box, Guess, PageQuality, PageText, Preparation, Word, WordKind
from ocr.prepare import PagePlan

SCHEMA_VERSION = 1
_LISTS = frozenset({"words", "unread", "barcodes", "blanks", "traces"})
_OPTIONAL = 5
"""So many values may be missing at the end of a word's row."""


def page_text_to_json(page: PageText) -> dict[str, Any]:
    """Give a page's reading as JSON; a word is one flat row, so a page of 500 words stays small."""
    head = {field.name: getattr(page, field.name) for field in fields(page) if field.name not in _LISTS}
    return {
        "schema": SCHEMA_VERSION,
        **head,
        "words": [_row(word) for word in page.words],
        "unread": [_sides(box) for box in page.unread],
        "barcodes": [[code.text, code.format, code.is_binary, *_sides(code.box)] for code in page.barcodes],
        "blanks": [
            [blank.label, *_sides(blank.box), [[guess.text, round(guess.probability, 4)] for guess in blank.guesses]]
            for blank in page.blanks
        ],
        "traces": [_sides(box) for box in page.traces],
    }


def page_text_from_json(data: Mapping[str, Any]) -> PageText:
    """Give a page's reading from its JSON. Raise DamagedFileError when it is not one."""
    try:
        values = _values(data)
        words = tuple(_word(row) for row in values.pop("words"))
        unread = tuple(Box(*map(float, box)) for box in values.pop("unread"))
        # Pages stored before codes were read have none.
        barcodes = tuple(_barcode(*row) for row in values.pop("barcodes", ()))
        # A reading stored before blanks were looked at has none.
        blanks = tuple(_blank(*row) for row in values.pop("blanks", ()))
        preparation = Preparation(values.pop("preparation", Preparation.PREPARED))
        alarms = tuple(map(str, values.pop("alarms", ())))
        # A reading stored before traces were looked for has none.
        traces = tuple(Box(*map(float, box)) for box in values.pop("traces", ()))
        return PageText(
            **values,
            words=words,
            unread=unread,
            barcodes=barcodes,
            blanks=blanks,
            preparation=preparation,
            alarms=alarms,
            traces=traces,
        )
    except (KeyError, TypeError, ValueError) as err:
        raise DamagedFileError(file=gettext(_("reading of a page")), cause=err) from err


def page_quality_to_json(quality: PageQuality) -> dict[str, Any]:
    """Give a page's measures as JSON."""
    return {"schema": SCHEMA_VERSION, **asdict(quality)}


def page_quality_from_json(data: Mapping[str, Any]) -> PageQuality:
    """Give a page's measures from their JSON. Raise DamagedFileError when it is not that."""
    try:
        return PageQuality(**_values(data))
    except (KeyError, TypeError, ValueError) as err:
        raise DamagedFileError(file=gettext(_("measures of a page")), cause=err) from err


def page_plan_to_json(plan: PagePlan) -> dict[str, Any]:
    """Give a page's plan as JSON."""
    return {"schema": SCHEMA_VERSION, **asdict(plan)}


def page_plan_from_json(data: Mapping[str, Any]) -> PagePlan:
    """Give a page's plan from its JSON. Raise DamagedFileError when it is not one."""
    try:
        return PagePlan(**_values(data))
    except (KeyError, TypeError, ValueError) as err:
        raise DamagedFileError(file=gettext(_("plan of a page")), cause=err) from err


def _row(word: Word) -> list[Any]:
    """Give a word as one flat row; what it does not have at the end is left out."""
    sure = None if word.probability is None else round(word.probability, 5)
    row: list[Any] = [word.text, round(word.confidence, 4), *_sides(word.box), word.block, word.line, word.kind.value]
    row += [sure, word.raw, word.reason, word.second, word.cell and list(word.cell)]
    while row[-1] is None:
        row.pop()
    return row


def _word(row: Sequence[Any]) -> Word:
    """Give a word from its row, which is shorter where it was stored before words had all of this."""
    text, sure, left, top, right, bottom, block, line, kind, *more = row
    padded: list[Any] = [*more, *[None] * (_OPTIONAL - len(more))]
    probability, raw, reason, second, cell = padded
    return Word(
        str(text),
        float(sure),
        Box(float(left), float(top), float(right), float(bottom)),
        int(block),
        int(line),
        WordKind(kind),
        None if probability is None else float(probability),
        raw,
        reason,
        second,
        None if cell is None else _cell(*cell),
    )


def _barcode(text: str, kind: str, is_binary: bool, *sides: float) -> Barcode:
    return Barcode(text, kind, Box(*map(float, sides)), is_binary)


def _blank(label: str, *rest: Any) -> Blank:
    *sides, guesses = rest
    return Blank(label, Box(*map(float, sides)), tuple(Guess(text, float(chance)) for text, chance in guesses))


def _cell(table: int, row: int, column: int) -> tuple[int, int, int]:
    return table, row, column


def _sides(box: Box) -> list[float]:
    return [round(side, 2) for side in (box.left, box.top, box.right, box.bottom)]


def _values(data: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(data)
    schema = values.pop("schema")
    if schema != SCHEMA_VERSION:
        raise ValueError(gettext(_("schema version {version} is not known")).format(version=schema))
    return values
