"""Page values as JSON and back, with a schema version: what stages hand on and the ledger's work files keep."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from config.errors import DamagedFileError
from config.i18n import gettext
from config.i18n import mark as _
from ocr.model import Box, PageQuality, PageText, Word, WordKind
from ocr.prepare import PagePlan

SCHEMA_VERSION = 1


def page_text_to_json(page: PageText) -> dict[str, Any]:
    """Give a page's reading as JSON; a word is one flat row, so a page of 500 words stays small."""
    head = {field.name: getattr(page, field.name) for field in fields(page) if field.name not in {"words", "unread"}}
    rows = [
        [word.text, round(word.confidence, 4), *_sides(word.box), word.block, word.line, word.kind.value]
        for word in page.words
    ]
    return {"schema": SCHEMA_VERSION, **head, "words": rows, "unread": [_sides(box) for box in page.unread]}


def page_text_from_json(data: Mapping[str, Any]) -> PageText:
    """Give a page's reading from its JSON. Raise DamagedFileError when it is not one."""
    try:
        values = _values(data)
        words = tuple(
            Word(str(text), float(sure), Box(*map(float, box)), int(block), int(line), WordKind(kind))
            for text, sure, *box, block, line, kind in values.pop("words")
        )
        unread = tuple(Box(*map(float, box)) for box in values.pop("unread"))
        return PageText(**values, words=words, unread=unread)
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


def _sides(box: Box) -> list[float]:
    return [round(side, 2) for side in (box.left, box.top, box.right, box.bottom)]


def _values(data: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(data)
    schema = values.pop("schema")
    if schema != SCHEMA_VERSION:
        raise ValueError(gettext(_("schema version {version} is not known")).format(version=schema))
    return values
