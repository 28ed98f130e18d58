"""The archival PDF: the scan as delivered, our one reading as invisible text, PDF/A-2b.

Two lanes lead to it: straight for documents whose pages are each one image, careful (OCRmyPDF with our words plugged
in) for all others. Both give the same words. The same request gives the same bytes.
"""

from ocr.assemble.copymark import CopyMark, MarkTemplate, VisibleMark, load_mark_template
from ocr.assemble.document import ASSEMBLE_VERSION, assemble
from ocr.assemble.request import Assembled, AssembleRequest

__all__ = [
    "ASSEMBLE_VERSION",
    "AssembleRequest",
    "Assembled",
    "CopyMark",
    "MarkTemplate",
    "VisibleMark",
    "assemble",
    "load_mark_template",
]
