"""Everything about what came in, as files: looking at it, refusing it with a reason, and its pages as images."""

from ocr.source.delivered import Delivered, open_delivered
from ocr.source.delivery import DELIVER_VERSION, deliver
from ocr.source.door import is_side_file, natural_order
from ocr.source.facts import Lane, Limits, Note, PageGeometry, SourceFacts, SourceFormat
from ocr.source.inspection import inspect
from ocr.source.pages import take_pages
from ocr.source.specimen_mark import SPECIMEN_MARK

__all__ = [
    "DELIVER_VERSION",
    "SPECIMEN_MARK",
    "Delivered",
    "Lane",
    "Limits",
    "Note",
    "PageGeometry",
    "SourceFacts",
    "SourceFormat",
    "deliver",
    "inspect",
    "is_side_file",
    "natural_order",
    "open_delivered",
    "take_pages",
]
